"""A customer's first week: jet cards switched on, persons, cards, funds, a transfer, a refusal, the end of a card."""

from playwright.sync_api import Browser, expect

from skypurser.jetcards import queries
from skypurser.parties import customers
from tests.browser.browsing import tab
from tests.cast import airline
from tests.web.people import cookies


def test_a_customers_first_week(browser: Browser, address: str) -> None:
    home = airline()

    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/administration/carrier")
        page.get_by_role("link", name="Switch jet cards on").click()
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_text("Jet cards are switched on.")).to_be_visible()

        page.get_by_role("main").get_by_role("link", name="New customer").first.click()
        page.get_by_label("Name", exact=True).fill("Sky Holding")
        page.get_by_label("Country").select_option("US")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("heading", name="Sky Holding")).to_be_visible()

        for name in ("Ann", "Bob"):
            page.get_by_role("link", name="Persons", exact=True).click()
            page.get_by_role("main").get_by_role("link", name="Add a person").last.click()
            page.get_by_label("Name", exact=True).fill(name)
            page.get_by_role("button", name="Add", exact=True).click()
            expect(page.get_by_text(f"{name} is added.")).to_be_visible()

        for name in ("For Ann", "For guests"):
            page.get_by_role("link", name="Jet cards", exact=True).last.click()
            page.get_by_role("link", name="Add jet card").first.click()
            page.get_by_label("Name of the card").fill(name)
            if name == "For Ann":
                page.get_by_label("Ann").check()
                page.get_by_label("Opening balance").fill("1,000.00")
                page.get_by_label("Reference").fill("By contract")
            page.get_by_role("button", name="Add jet card").click()
            expect(page.get_by_text(f"{name} is added")).to_be_visible()

        page.get_by_role("link", name="Add funds For Ann").click()
        page.get_by_label("Amount").fill("500.00")
        expect(page.get_by_text("Afterwards For Ann has 1,500.00 USD")).to_be_visible()
        page.get_by_label("Reference").fill("Wire 42")
        page.get_by_role("button", name="Add funds").click()
        expect(page.get_by_text("it has 1,500.00 USD now.")).to_be_visible()

        page.get_by_role("link", name="Transfer For Ann").click()
        page.get_by_label("Amount").fill("200.00")
        expect(page.get_by_text("For guests has 200.00 USD.")).to_be_visible()
        page.get_by_label("Reference").fill("For the guests")
        page.get_by_role("button", name="Transfer").click()
        expect(page.get_by_text("200.00 USD is transferred from For Ann to For guests.")).to_be_visible()

        page.get_by_role("link", name="Remove funds For guests").click()
        page.get_by_label("Amount").fill("200.01")
        expect(page.get_by_text("0.01 USD is missing: 200.00 USD is available.")).to_be_visible()
        page.get_by_label("Reference").fill("Paid back")
        page.get_by_role("button", name="Remove funds").click()
        expect(page.get_by_text("There is not enough on the card")).to_be_visible()
        assert one.look() == []
        page.get_by_role("link", name="Cancel", exact=True).click()

        page.get_by_role("link", name="Close For guests").click()
        page.get_by_label("Reference").fill("No guests any more")
        page.get_by_label("Type For guests to confirm").fill("For guests")
        page.get_by_role("button", name="Close for good").click()
        expect(page.get_by_text("For guests is closed; 200.00 USD is paid back.")).to_be_visible()
        page.get_by_role("link", name="Show the movement").click()

        page.get_by_role("link", name="Account statement").click()
        table = page.get_by_role("table", name="Account statement")
        for told in ("Opening balance", "By contract", "Wire 42", "to For guests", "No guests any more", "1,300.00"):
            expect(table).to_contain_text(told)
        assert one.look() == []

    [customer] = customers.customers(actor=home.actor)
    has = {card.name: card.standing.net for card in queries.account(customer.id, actor=home.actor).cards}
    assert has == {"For Ann": 130_000, "For guests": 0}
