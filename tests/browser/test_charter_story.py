"""Jet cards from the switch to the credit note: a card for one of two persons pays a flight, its invoice, its end."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from skypurser.charter.tiers import Tier, set_tiers
from skypurser.invoices import queries
from skypurser.invoices.queries import Kind
from skypurser.jetcards import queries as cards
from tests.browser.browsing import tab
from tests.cast import airline, issuer
from tests.web.people import cookies


def test_a_card_for_one_pays_a_flight_its_invoice_and_its_cancellation(browser: Browser, address: str) -> None:
    """Source: FL3XX, all of it."""
    home = airline()
    now = datetime.now(UTC)

    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/administration/carrier")
        page.get_by_role("link", name="Switch jet cards on").click()
        page.get_by_role("button", name="Switch on").click()
        issuer(home.carrier)
        set_tiers(tiers=[Tier(24 * 60, 2_500)], actor=home.actor, now=now)
        _customer_with_two_persons(page)
        _card_for_ann(page)

        page.get_by_role("link", name="Quotes", exact=True).click()
        page.get_by_role("main").get_by_role("link", name="New quote").first.click()
        page.get_by_label("Customer").select_option(index=1)
        card = page.get_by_role("radio").filter(visible=True)
        page.get_by_label("Contact").select_option("Ann")
        expect(page.get_by_text("For Ann")).to_be_visible()
        page.get_by_label("Contact").select_option("Bob")
        expect(page.get_by_text("For Ann")).to_have_count(0)
        page.get_by_label("Contact").select_option("Ann")
        expect(page.get_by_text("1,000.00 USD available")).to_be_visible()
        _flight(page, day=(now + timedelta(days=30)).strftime("%Y-%m-%d"))
        card.first.check()
        page.get_by_role("button", name="Save quote").last.click()
        for told in ("There is not enough on the card", "1,500.00", "1,000.00", "500.00"):
            expect(page.get_by_role("alert")).to_contain_text(told)

        page.get_by_role("link", name="Add funds to the card").click()
        page.get_by_label("Amount").fill("2,000.00")
        page.get_by_label("Reference").fill("Wire 42")
        page.get_by_role("button", name="Add funds").click()
        page.get_by_role("button", name="Save quote").last.click()
        expect(page.get_by_text("Quote 1 is saved.")).to_be_visible()
        page.get_by_role("link", name="Book", exact=True).click()
        page.get_by_role("button", name="Book", exact=True).click()
        expect(page.get_by_text("Booking 1 is made.")).to_be_visible()
        page.get_by_role("link", name="Show the movement").first.click()
        deducted = page.get_by_role("table", name="Account statement").get_by_role("row").filter(has_text="Booking 1")
        expect(deducted.get_by_text("1,500.00", exact=True)).to_have_count(2)  # debited, and left

        page.get_by_role("link", name="Payments", exact=True).click()
        expect(page.get_by_role("row").filter(has_text="Booking 1")).to_contain_text("1,500.00")
        expect(page.get_by_text("Confirmed", exact=True)).to_have_count(0)
        page.get_by_role("link", name="Bookings", exact=True).click()
        page.get_by_role("table").get_by_role("link").first.click()
        page.get_by_role("button", name="Draft the invoice").click()
        page.get_by_role("main").get_by_role("link", name="Issue", exact=True).click()
        expect(page.get_by_text("These payments are linked to it and confirmed:")).to_be_visible()
        page.get_by_role("button", name="Issue for good").click()
        expect(page.get_by_text("PAID", exact=True)).to_be_visible()
        page.get_by_role("link", name="Payments", exact=True).click()
        expect(page.get_by_text("Confirmed", exact=True).first).to_be_visible()

        page.get_by_role("link", name="Bookings", exact=True).click()
        page.get_by_role("table").get_by_role("link").first.click()
        page.get_by_role("link", name="Cancel the booking", exact=True).click()
        expect(page.get_by_text("a cancellation costs 25.00% of the price")).to_be_visible()
        page.get_by_role("button", name="Cancel the booking").click()
        expect(page.get_by_text("Booking 1 is cancelled; the fee is 375.00 USD.")).to_be_visible()

        page.get_by_role("link", name="Invoices", exact=True).first.click()
        expect(page.get_by_role("row").filter(has_text="CN-")).to_contain_text("1,500.00")
        page.get_by_role("link", name="Customers", exact=True).click()
        page.get_by_role("link", name="Sky Holding").click()
        page.get_by_role("link", name="Account statement").click()
        table = page.get_by_role("table", name="Account statement")
        for told in ("Wire 42", "Booking 1", "1,125.00", "2,625.00"):
            expect(table).to_contain_text(told)
        page.get_by_role("link", name="Trial balance", exact=True).click()
        expect(page.get_by_text("Equal", exact=True)).to_be_visible()
        assert one.look() == []

    [paid] = [card.standing.net for card in cards.cards(actor=home.actor)]
    assert paid == 300_000 - 37_500
    assert [one.kind for one in queries.invoices(actor=home.actor)] == [Kind.CREDIT_NOTE, Kind.INVOICE]


def _customer_with_two_persons(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="New customer").first.click()
    page.get_by_label("Name", exact=True).fill("Sky Holding")
    page.get_by_label("Country").select_option("US")
    page.get_by_role("button", name="Create").click()
    for name in ("Ann", "Bob"):
        page.get_by_role("link", name="Persons", exact=True).click()
        page.get_by_role("main").get_by_role("link", name="Add a person").last.click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text(f"{name} is added.")).to_be_visible()


def _card_for_ann(page: Page) -> None:
    page.get_by_role("link", name="Jet cards", exact=True).last.click()
    page.get_by_role("link", name="Add jet card").first.click()
    page.get_by_label("Name of the card").fill("For Ann")
    page.get_by_label("Ann").check()
    page.get_by_label("Opening balance").fill("1,000.00")
    page.get_by_label("Reference").fill("By contract")
    page.get_by_role("button", name="Add jet card").click()
    expect(page.get_by_text("For Ann is added")).to_be_visible()


def _flight(page: Page, *, day: str) -> None:
    page.locator("#id_legs-0-origin").fill("TEB")
    page.get_by_label("Departure, local").fill(f"{day}T10:00")
    page.locator("#id_legs-0-destination").fill("OPF")
    page.get_by_label("Arrival, local").fill(f"{day}T13:00")
    page.get_by_label("Passengers").fill("4")
    page.locator("#id_lines-0-text").fill("Flight")
    page.get_by_label("Unit price").fill("1,500.00")
    expect(page.locator("#price")).to_contain_text("1,500.00")
