"""From a card's payment to a settled invoice, its credit note, and books of which nothing is left but the advance."""

from playwright.sync_api import Browser, expect

from skypurser.invoices import books
from skypurser.ledger.states import Control
from tests import cast
from tests.browser.browsing import PHONE, tab
from tests.web.people import cookies


def test_what_a_card_paid_is_confirmed_by_its_invoice_and_an_advance_again_by_the_credit_note(
    browser: Browser, address: str
) -> None:
    """Source: FL3XX, "Invoice Integration"."""
    home = cast.charter_operator()
    cast.paid_booking(home, 161_250, "trip:17")

    with tab(browser, address, cookies=cookies(home)) as one:
        page = one.go("/invoices")
        page.get_by_role("link", name="Say it now").click()
        page.get_by_label("Legal name").fill("Test Air, Inc.")
        page.get_by_label("Address").fill("1 Hangar Road")
        page.get_by_label("Tax number").fill("12-3456789")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()

        page.get_by_role("link", name="Invoices", exact=True).click()
        page.get_by_role("link", name="New invoice").first.click()
        page.get_by_role("link", name="Sky Holding").click()
        page.locator("#id_document").fill("trip:17")
        page.get_by_label("Description, line 1").fill("Charter TEB-OPF")
        page.get_by_label("Quantity, line 1").fill("1.5")
        page.get_by_label("Unit price, line 1").fill("900.00")
        page.get_by_label("Tax, line 1", exact=True).fill("7.5")
        expect(page.get_by_text("1,451.25")).to_be_visible()
        page.get_by_role("button", name="Add a line").click()
        page.get_by_label("Description, line 2").fill("Catering")
        page.get_by_label("Unit price, line 2").fill("150.00")
        page.get_by_label("Tax, line 2", exact=True).fill("7.5")
        expect(page.get_by_text("1,612.50")).to_be_visible()
        page.get_by_role("button", name="Add a line").click()
        expect(page.get_by_label("Description, line 3")).to_be_visible()
        page.get_by_role("button", name="Remove line 3").click()
        expect(page.get_by_label("Description, line 3")).to_have_count(0)
        assert page.get_by_label("Description, line 1").input_value() == "Charter TEB-OPF"
        page.get_by_role("button", name="Save the draft").last.click()
        expect(page.get_by_text("The draft is saved.")).to_be_visible()

        page.get_by_role("main").get_by_role("link", name="Issue", exact=True).click()
        expect(page.get_by_text("These payments are linked to it and confirmed:")).to_be_visible()
        page.get_by_role("button", name="Issue for good").click()
        expect(page.get_by_text("0.00 USD of it is open.")).to_be_visible()
        expect(page.get_by_text("PAID", exact=True)).to_be_visible()

        page.get_by_role("link", name="Credit note", exact=True).click()
        page.get_by_label("Reason").fill("The flight was cancelled")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("of what was paid is an advance again")).to_be_visible()
        page.get_by_role("button", name="Issue the credit note").click()
        expect(page.get_by_role("heading", name="Credit note CN-")).to_be_visible()

        page.get_by_role("link", name="Payments", exact=True).click()
        expect(page.get_by_role("row").filter(has_text="charter trip:17")).to_contain_text("1,612.50")
        expect(page.get_by_text("Confirmed", exact=True)).to_have_count(0)

        page.get_by_role("link", name="Trial balance", exact=True).click()
        expect(page.get_by_text("Equal", exact=True)).to_be_visible()

    [balance] = books.trial_balance(actor=home.actor)
    left = {line.control: line.balance for line in balance.lines if line.balance}
    assert left == {None: -338_750, Control.OPENING_BALANCES: 500_000, Control.CUSTOMER_ADVANCES: -161_250}


def test_rows_are_added_and_removed_without_scripts_too(browser: Browser, address: str) -> None:
    home = cast.charter_operator()
    cast.issuer(home.carrier)

    with tab(browser, address, size=PHONE, cookies=cookies(home), has_scripts=False) as one:
        page = one.go(f"/customers/{home.customer.id}/invoices/new")
        page.get_by_label("Description, line 1").fill("Charter")
        page.get_by_label("Unit price, line 1").fill("10.00")
        page.get_by_role("button", name="Add a line").click()
        assert page.get_by_label("Description, line 1").input_value() == "Charter"
        page.get_by_label("Description, line 2").fill("Catering")
        page.get_by_role("button", name="Remove line 1").click()
        assert page.get_by_label("Description, line 1").input_value() == "Catering"
        page.get_by_label("Unit price, line 1").fill("20.00")
        page.get_by_label("Unit price, line 1").press("Enter")
        assert "20.00" in page.get_by_role("main").inner_text()
        assert page.get_by_text("The draft is saved.").is_visible()
