"""The trial balance and the carrier's legal data on the desk."""

from skypurser.access.permissions import Permission
from skypurser.invoices.issuers import get_issuer
from tests import cast
from tests.web.invoices.desk import follow, operator, plain
from tests.web.managing.sending import hidden, send
from tests.web.people import signed_in
from tests.web.workbooks import read


def test_the_trial_balance_tells_cards_and_electronic_accounts_apart_and_its_sides_are_equal() -> None:
    home = operator()
    agency = cast.agency(home.carrier, currency="USD")
    cast.post(cast.issue(agency))
    cast.paid_booking(home, 50_000, "trip:1")
    cast.invoiced(home, document="trip:1")
    browser = signed_in(home)

    page = plain(browser.get("/books/trial-balance"))
    header, lines = read(browser, "/books/trial-balance.xlsx")

    assert "Customers: electronic accounts 448.00" in page
    assert "Customers: jet cards 4,500.00" in page
    assert "Receivables 575.00" in page
    assert "Charter sales 1,000.00" in page
    assert "Equal" in page
    assert header[:2] == ["Currency", "Account"]
    by_name = {line[1]: line[2:4] for line in lines}
    assert by_name["Total"][0] == by_name["Total"][1]
    assert by_name["Customers: jet cards"] == ["", 4500.0]


def test_the_trial_balance_takes_invoices_everywhere() -> None:
    home = operator()

    assert signed_in(home, {Permission.ADMINISTRATION}).get("/books/trial-balance").status_code == 403
    limited = signed_in(home, countries=["US"])
    assert limited.get("/books/trial-balance").status_code == 403
    assert limited.get("/books/trial-balance.xlsx").status_code == 403


def test_legal_data_are_said_and_series_must_differ() -> None:
    home = cast.charter_operator()
    browser = signed_in(home)
    path = "/administration/invoices"
    typed = {
        "legal_name": "Test Air, Inc.",
        "address_lines": "1 Hangar Road\nSuite 4",
        "postal_code": "11430",
        "city": "New York",
        "country": "US",
        "tax_number": "12-3456789",
        "invoice_series": "fac",
        "credit_note_series": "FAC",
        "payment_days": "30",
    }

    refused = send(browser, path, **typed).text
    told = follow(browser, send(browser, path, **{**typed, "credit_note_series": "NC"}))

    assert "credit notes have another than invoices" in refused
    assert 'value="Test Air, Inc."' in refused
    assert "Saved." in told
    said = get_issuer(actor=home.actor)
    assert (said.invoice_series, said.payment_days) == ("FAC", 30)
    assert said.address_lines == ("1 Hangar Road", "Suite 4")


def test_e_invoices_are_switched_on_once_the_legal_data_suffice() -> None:
    home = operator()
    browser = signed_in(home)
    path = "/administration/invoices"
    typed = {
        "legal_name": "Test Air, Inc.",
        "city": "New York",
        "country": "US",
        "tax_number": "",
        "invoice_series": "INV",
        "credit_note_series": "CN",
        "payment_days": "14",
        "e_invoices": "on",
    }

    refused = plain(send(browser, path, **typed))
    assert not get_issuer(actor=home.actor).e_invoices
    told = follow(browser, send(browser, path, **{**typed, "tax_number": "12-3456789"}))

    assert "An e-invoice needs what nobody has said yet: the carrier's tax number" in refused
    assert "Saved." in told
    assert get_issuer(actor=home.actor).e_invoices
    send(browser, path, **{name: value for name, value in typed.items() if name != "e_invoices"})
    assert not get_issuer(actor=home.actor).e_invoices


def test_legal_data_that_somebody_else_has_changed_are_not_overwritten_at_once() -> None:
    home = operator()
    browser = signed_in(home)
    path = "/administration/invoices"
    page = browser.get(path).text
    cast.issuer(home.carrier, legal_name="Theirs")

    typed = {"legal_name": "Mine", "country": "US", "invoice_series": "A", "credit_note_series": "B"}
    told = browser.post(path, {**hidden(page), **typed, "payment_days": "1"}).text

    assert "Somebody else has changed this meanwhile" in told
    assert get_issuer(actor=home.actor).legal_name == "Theirs"


def test_too_many_lines_of_an_address_are_told_beside_it() -> None:
    home = operator()

    page = plain(
        send(
            signed_in(home),
            "/administration/invoices",
            legal_name="A",
            country="US",
            invoice_series="A",
            credit_note_series="B",
            payment_days="1",
            address_lines="1\n2\n3\n4\n5",
        )
    )

    assert "An address has at most four lines" in page


def test_the_statement_as_pdf_is_what_the_page_shows_in_the_customers_language() -> None:
    home = operator()
    other = cast.card(home.carrier, home.customer, balance=100)
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/statement"

    page = browser.get(f"{path}?period=all").text
    whole = browser.get(f"{path}.pdf?period=all")
    one = browser.get(f"{path}.pdf?card={other.id}&period=all")

    assert f'href="{path}.pdf?period=all"' in page
    assert whole.headers["Content-Type"] == "application/pdf"
    assert home.customer.code in whole.headers["Content-Disposition"]
    assert whole.content.startswith(b"%PDF-")
    assert whole.content != one.content
    unreadable = browser.get(f"{path}.pdf?since=nonsense")
    assert (unreadable.status_code, unreadable.headers["Location"]) == (302, f"{path}?since=nonsense")
