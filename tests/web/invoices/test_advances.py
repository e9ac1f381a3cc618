"""Advances on the desk: taken without an invoice, led to an open one, taken off it again, given back."""

from typing import Any

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.invoices import payments
from skypurser.invoices.payments import Method
from tests import cast
from tests.cast import NOON
from tests.web.invoices.desk import follow, now_of, operator, plain
from tests.web.managing.sending import hidden, send
from tests.web.people import at, signed_in
from tests.web.queries import few_queries


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOON)


def there(home: cast.CharterOperator) -> list[payments.PaymentView]:
    return payments.payments(actor=home.actor, customer_id=home.customer.id)


@pytest.mark.parametrize("method", ["bank_transfer", "card", "other"])
def test_an_advance_is_taken_without_an_invoice(method: str) -> None:
    home = operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/payments/new"

    told = follow(browser, send(browser, path, method=method, amount="1,000.50", reference="wire 7"))

    [made] = there(home)
    assert (made.method, made.amount, made.advance, made.document) == (Method(method), 100_050, 100_050, None)
    assert f"1,000.50 USD is recorded as an advance of {home.customer.name}. Link it to an invoice" in told
    assert f'href="{path}"' in browser.get(f"/customers/{home.customer.id}/invoices").text


def test_an_advance_for_a_booking_is_linked_to_its_invoice() -> None:
    home = operator()
    booking = cast.booking(home, method="invoice", card_id=None)
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/payments/new"

    page = plain(browser.get(path))
    send(browser, path, method="bank_transfer", amount="10", reference="wire", document=booking.document)
    invoice = cast.invoiced(home, document=booking.document)

    assert f"Booking {booking.number}, " in page
    assert now_of(invoice.id, home).paid == 1_000


def test_a_jet_card_pays_ahead_and_a_shortage_is_told_beside_the_amount() -> None:
    home = operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/payments/new"
    by_card = {"method": f"jet_card:{home.card.id}", "reference": "ahead"}

    short = plain(send(browser, path, amount="5,000.01", **by_card))
    send(browser, path, amount="5,000.00", **by_card)

    assert "0.01 USD is missing: 5,000.00 USD is available." in short
    assert [one.card_id for one in there(home)] == [home.card.id]


def test_a_second_click_takes_no_second_advance() -> None:
    home = operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/payments/new"
    typed = {**hidden(browser.get(path).text), "method": "other", "amount": "10", "reference": "cash"}

    for _ in range(2):
        assert browser.post(path, typed).status_code == 302

    assert len(there(home)) == 1


@pytest.mark.parametrize(
    "wrong", [{"amount": "0"}, {"amount": "1.001"}, {"reference": ""}, {"method": "cash"}, {"document": "booking:1"}]
)
def test_what_is_wrong_takes_nothing(wrong: dict[str, str]) -> None:
    home = operator()
    path = f"/customers/{home.customer.id}/payments/new"

    page = send(signed_in(home), path, **{"method": "other", "amount": "10", "reference": "cash", **wrong})

    assert page.status_code == 200
    assert there(home) == []


def test_an_advance_is_led_to_an_open_invoice_and_linked() -> None:
    home = operator()
    advance, invoice = cast.advance(home, 50_000), cast.invoiced(home)
    cast.paid_booking(home, 107_500, "trip:1")
    paid = cast.invoiced(home, document="trip:1")
    browser = signed_in(home)

    listed = browser.get("/payments").text
    page = browser.get(f"/payments/{advance.id}/link")
    told = follow(browser, send(browser, f"/invoices/{invoice.id}/link/{advance.id}", amount="500.00"))

    assert f'href="/payments/{advance.id}/link"' in listed
    assert f'href="/invoices/{invoice.id}/link/{advance.id}"' in page.text
    assert f'href="/invoices/{paid.id}/link/{advance.id}"' not in page.text
    assert "500.00 USD is recorded for" in told
    assert "Nothing is left of it." in plain(browser.get(f"/payments/{advance.id}/link"))


def test_without_an_open_invoice_the_page_says_so() -> None:
    home = operator()
    advance = cast.advance(home, 50_000)

    page = plain(signed_in(home).get(f"/payments/{advance.id}/link"))

    assert "The customer has no open invoice." in page
    assert "Left of the payment 500.00 USD" in page


def test_a_payment_is_taken_off_an_invoice_in_part_and_whole() -> None:
    home = operator()
    advance, invoice = cast.advance(home, 50_000), cast.invoiced(home)
    browser = signed_in(home)
    send(browser, f"/invoices/{invoice.id}/link/{advance.id}", amount="500.00")
    path = f"/invoices/{invoice.id}/unlink/{advance.id}"

    page = plain(browser.get(path))
    beyond = plain(send(browser, path, amount="500.01", reference="wrong one"))
    told = follow(browser, send(browser, path, amount="200.00", reference="wrong one"))
    rest = follow(browser, send(browser, path, amount="300.00", reference="wrong one"))

    assert "Linked to this invoice 500.00 USD" in page
    assert "So much of the payment does not belong to the invoice." in beyond
    assert f"200.00 USD is an advance again; 775.00 USD of {invoice.number} is open." in told
    assert f"1,075.00 USD of {invoice.number} is open." in rest
    assert f'href="{path}"' not in browser.get(f"/invoices/{invoice.id}").text
    assert there(home)[0].advance == 50_000
    assert browser.get(path).status_code == 409
    history = plain(browser.get(f"/customers/{home.customer.id}/history"))
    assert "Payment taken off an invoice" in history
    assert "Advance linked to an invoice" in history


def test_what_a_booking_took_is_not_taken_off_its_invoice() -> None:
    home = operator()
    paid = cast.paid_booking(home, 107_500, "trip:17")
    invoice = cast.invoiced(home, document="trip:17")
    browser = signed_in(home)
    path = f"/invoices/{invoice.id}/unlink/{paid.id}"

    assert path not in browser.get(f"/invoices/{invoice.id}").text
    assert "booking" in plain(send(browser, path, amount="1", reference="x"))
    assert now_of(invoice.id, home).paid == 107_500


def test_who_sells_only_takes_and_links_nothing() -> None:
    home = operator()
    advance, invoice = cast.advance(home, 50_000), cast.invoiced(home)
    seller = signed_in(home, permissions={*ALL} - {Permission.INVOICES})

    for path in (
        f"/customers/{home.customer.id}/payments/new",
        f"/payments/{advance.id}/link",
        f"/invoices/{invoice.id}/unlink/{advance.id}",
    ):
        assert seller.get(path).status_code == 403
    assert "/payments/new" not in seller.get(f"/customers/{home.customer.id}/invoices").text


def test_another_carriers_customer_and_payment_are_not_there() -> None:
    home, other = operator(), operator()
    theirs, invoice = cast.advance(other, 50_000), cast.invoiced(home)
    browser = signed_in(home)

    for path in (
        f"/customers/{other.customer.id}/payments/new",
        f"/payments/{theirs.id}/link",
        f"/invoices/{invoice.id}/unlink/{theirs.id}",
    ):
        assert browser.get(path).status_code == 404


def test_the_pages_are_in_spanish_and_ask_few_questions() -> None:
    home = operator()
    advance, invoice = cast.advance(home, 50_000), cast.invoiced(home)
    for _ in range(3):
        cast.booking(home, 1_000)
        cast.invoiced(home)
    browser = signed_in(home)
    send(browser, f"/invoices/{invoice.id}/link/{advance.id}", amount="100.00")
    words: dict[str, Any] = {
        f"/customers/{home.customer.id}/payments/new": "Registrar un anticipo",
        f"/payments/{advance.id}/link": "Vincular un anticipo",
        f"/invoices/{invoice.id}/unlink/{advance.id}": "Vinculado a esta factura",
    }

    for path, said in words.items():
        browser.get(path)
        with few_queries():
            assert browser.get(path).status_code == 200
        assert said in plain(browser.get(path, headers={"Accept-Language": "es"}))
