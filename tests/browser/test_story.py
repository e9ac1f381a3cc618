"""A morning at the desk: sign in, be refused a sale, credit the account, sell, suspend it, and read all that again."""

from playwright.sync_api import Browser, Page, expect

from skypurser.electronic import queries
from skypurser.ledger.states import Status
from tests.browser.browsing import tab
from tests.cast import agency, airline, fresh_document
from tests.web.people import PASSWORD, join, user


def sell(page: Page, document: str) -> None:
    """Type a sale of 450.00 USD into the form that is open, and go on."""
    page.get_by_label("Document number").fill(document)
    page.get_by_label("Route").fill("JFK-BOS")
    page.get_by_label("Fare").fill("400.00")
    page.get_by_label("Taxes").fill("50.00")
    page.get_by_label("Commission").fill("8")
    page.get_by_role("button", name="Continue").click()


def test_a_morning_at_the_desk(browser: Browser, address: str) -> None:
    home = airline()
    account = agency(home.carrier, credit_limit=10_000)
    clerk = user(name="Ana Purser", password=PASSWORD)
    join(clerk, home)
    document = fresh_document()

    with tab(browser, address) as one:
        page = one.go(f"/accounts/{account.id}")
        page.get_by_label("E-mail").fill(clerk.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"**/accounts/{account.id}")

        page.get_by_role("link", name="New sale").click()
        sell(page, document)
        expect(page.get_by_text("There is not enough on the account")).to_be_visible()
        assert one.look() == []

        page.get_by_role("link", name="Load a credit").click()
        page.get_by_label("Amount").fill("1,000.00")
        expect(page.get_by_text("Afterwards: balance 1,100.00 USD")).to_be_visible()
        page.get_by_label("Reference").fill("Bank transfer of today")
        page.get_by_role("button", name="Post").click()
        expect(page.get_by_text("1,000.00 USD is credited: movement 1.")).to_be_visible()

        page.get_by_role("link", name="New sale").click()
        sell(page, document)
        page.get_by_role("button", name="Sell").click()
        expect(page.get_by_text(f"{document} is sold.")).to_be_visible()
        assert one.look() == []

        page.goto(f"{address}/accounts/{account.id}/manage")
        page.get_by_role("link", name="Suspend").click()
        page.get_by_label("Reference").fill("Asked for by telephone")
        page.get_by_role("button", name="Suspend").click()
        expect(page.get_by_text("SUSPENDED").first).to_be_visible()

        one.go(f"/accounts/{account.id}/history")
        table = page.get_by_role("table")
        for told in (clerk.email, "Bank transfer of today", "Asked for by telephone"):
            expect(table).to_contain_text(told)
        assert one.look() == []

    view = queries.get(account.id, actor=home.actor)
    assert view.standing.status is Status.SUSPENDED
    assert view.standing.movements == 2
