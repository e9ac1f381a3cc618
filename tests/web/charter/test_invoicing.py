"""Drafting a booking's invoice from its page."""

import re
from datetime import UTC, datetime
from typing import Any

from skypurser.access.permissions import Permission
from skypurser.charter.cancelling import cancel
from skypurser.charter.invoicing import draft_for_booking
from skypurser.charter.views import BookingView, document_of
from skypurser.invoices import payments, queries
from skypurser.invoices.crediting import credit_invoice
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.once import told_invoice
from skypurser.invoices.queries import InvoiceView
from tests import cast
from tests.cast import NOON
from tests.web.invoices.desk import rows
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def desk() -> tuple[cast.CharterOperator, cast.Airline]:
    """An operator with a name for its invoices, as an airline whose members sign in."""
    of = cast.charter_operator()
    cast.issuer(of.carrier)
    return of, cast.Airline(of.carrier, of.actor, of.card, of.card)


LEG = cast.leg(departs="2088-02-01T10:00", arrives="2088-02-01T13:00")


def issued(booking: BookingView, of: cast.CharterOperator) -> InvoiceView:
    """Its next invoice."""
    how: dict[str, Any] = {"actor": of.actor, "now": NOON}
    draft = told_invoice(draft_for_booking(booking_id=booking.id, key=cast.fresh_key(), **how))
    return issue_invoice(invoice_id=draft.id, **how)


def line(price: str) -> dict[str, Any]:
    """The one line of the form of a price."""
    return {
        "do": "save",
        "lines": 1,
        "lines-0-text": "Flight",
        "lines-0-quantity": "1",
        "lines-0-unit_price": price,
        "lines-0-tax": "0",
    }


def key_in(page: str) -> str:
    [key] = re.findall(r'name="key" value="([^"]+)"', page)
    return str(key)


def test_the_invoice_is_drafted_once_and_then_led_to() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    browser, path = signed_in(home), f"/bookings/{booking.id}"
    key = key_in(browser.get(path).text)

    first, again, other = (browser.post(f"{path}/invoice", {"key": one}) for one in (key, key, "another key"))

    [draft] = queries.invoices(actor=of.actor)
    assert (draft.document, draft.total) == (document_of(booking.id), 120_000)
    assert {one.headers["Location"] for one in (first, again, other)} == {f"/invoices/{draft.id}"}
    assert "The invoice is drafted." in words(browser.get(first.headers["Location"]))
    with few_queries():
        page = browser.get(path).text
    assert f'href="/invoices/{draft.id}"' in page
    assert f"{path}/invoice" not in page
    assert "Not invoiced yet 1,200.00 USD A draft waits to be issued" in words(browser.get(path))


def test_the_bookings_page_tells_the_invoice_that_stands_and_what_is_open() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    drafted = cast.drafted(of, cast.flight(unit_price=150_000, tax_bps=0), document=document_of(booking.id))
    issued = issue_invoice(invoice_id=drafted.id, actor=of.actor, now=NOON)

    page = words(signed_in(home).get(f"/bookings/{booking.id}"))

    assert f"Invoice {issued.number} Jan 15, 2026 OVERDUE 1,500.00 1,200.00 300.00" in page
    assert "Not invoiced yet –" in page


def test_whoever_may_not_invoice_is_offered_nothing() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    browser = signed_in(home, {Permission.SALES})

    assert f"/bookings/{booking.id}/invoice" not in browser.get(f"/bookings/{booking.id}").text
    assert browser.post(f"/bookings/{booking.id}/invoice", {"key": "a key"}).status_code == 403
    assert queries.invoices(actor=of.actor) == []


def test_a_booking_that_does_not_stand_is_not_invoiced() -> None:
    _of, home = desk()
    browser = signed_in(home)

    assert browser.post("/bookings/999999/invoice", {"key": "a key"}).status_code == 404


def test_what_a_change_adds_is_said_to_be_invoiced_still_and_drafted_besides() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    first = issued(booking, of)
    browser, path = signed_in(home), f"/bookings/{booking.id}"
    send(browser, f"{path}/price", **line("1,500.00"), reference="De-icing")

    page = browser.get(path)
    assert "Not invoiced yet 300.00 USD Draft an invoice of the rest" in words(page)
    answer = browser.post(f"{path}/invoice", {"key": key_in(page.text)}, follow=True)

    assert f"Difference to {first.number}" in words(answer)


def test_a_lower_price_names_what_it_credits_before_and_afterwards() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    first = issued(booking, of)
    browser, path = signed_in(home), f"/bookings/{booking.id}"
    form = {**hidden(browser.get(f"{path}/price").text), **line("1,000.00"), "reference": "Smaller aircraft"}

    same = words(browser.post(f"{path}/price", {**form, **line("1,200.00"), "do": "draw"}))
    drawn = browser.post(f"{path}/price", {**form, "do": "draw"})
    answer = browser.post(f"{path}/price", {**form, "do": "save"}, follow=True)

    assert "A credit note takes back" not in same
    assert f"A credit note takes back, whole: {first.number} . What was paid on it is an advance again." in words(drawn)
    assert f'href="/invoices/{first.id}"' in drawn.text
    note, _ = queries.invoices(actor=of.actor)
    assert f"Show the movement · Credit note {note.number}" in words(answer)
    assert f'href="/invoices/{note.id}"' in answer.text


def test_a_cancellation_names_what_it_credits_and_its_fee_is_invoiced_from_the_page() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    first = issued(booking, of)
    browser, path = signed_in(home), f"/bookings/{booking.id}"

    before = words(browser.get(f"{path}/cancel"))
    answer = browser.post(
        f"{path}/cancel", {**hidden(browser.get(f"{path}/cancel").text), "fee": "200", "reference": "ill"}, follow=True
    )

    assert f"A credit note takes back, whole: {first.number} ." in before
    note, _ = queries.invoices(actor=of.actor)
    told = words(answer)
    assert f"Credit note {note.number}" in told
    assert f"Invoice {first.number}" in told
    assert "Not invoiced yet 200.00 USD Draft the fee's invoice" in told
    drafted = browser.post(f"{path}/invoice", {"key": key_in(answer.text)}, follow=True)
    assert f"Cancellation fee, booking {booking.number}" in words(drafted)
    assert "Cancellation fee" in words(browser.get(path))


def test_a_change_says_that_it_deletes_the_draft() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    draft = told_invoice(draft_for_booking(booking_id=booking.id, key="d", actor=of.actor, now=NOON))
    browser, path = signed_in(home), f"/bookings/{booking.id}"
    form = {**hidden(browser.get(f"{path}/price").text), **line("1,000.00"), "reference": "Smaller aircraft"}

    drawn = words(browser.post(f"{path}/price", {**form, "do": "draw"}))
    answer = words(browser.post(f"{path}/price", {**form, "do": "save"}, follow=True))

    assert f"Its draft #{draft.id} is deleted." in drawn
    assert "The draft of its invoice is deleted." in answer


def test_what_is_kept_as_a_fee_stands_among_the_payments() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    how: dict[str, Any] = {"actor": of.actor, "now": datetime.now(UTC)}
    cancel(booking_id=booking.id, expected_version=1, key="c", fee=20_000, reference="ill", **how)
    browser = signed_in(home)

    kept = words(browser.get("/payments"))
    issued(booking, of)
    confirmed = words(browser.get("/payments"))

    assert "1,200.00 USD 1,000.00 200.00 200.00 USD Fee to be invoiced" in kept
    assert "1,200.00 USD 200.00 1,000.00 200.00 Fee invoiced" in confirmed


def test_what_a_booking_took_is_offered_to_its_own_invoice_alone() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    free = cast.paid_ahead(of, 500, "order:1")
    other = cast.invoiced(of, cast.flight(unit_price=1_000, tax_bps=0))
    [bound] = [one for one in payments.payments(actor=of.actor) if one.is_bound]

    page = signed_in(home).get(f"/invoices/{other.id}").text

    assert f"/invoices/{other.id}/link/{free.id}" in page
    assert f"/invoices/{other.id}/link/{bound.id}" not in page
    assert bound.document == document_of(booking.id)


def test_an_invoice_is_offered_the_customers_bookings_and_refused_others() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    neighbour = cast.customer(of.carrier, name="Neighbour")
    browser = signed_in(home)
    path = f"/customers/{neighbour.id}/invoices/new"

    own = browser.get(f"/customers/{of.customer.id}/invoices/new")
    refused = send(
        browser, path, document=document_of(booking.id), language="en", **rows(("Flight", "1", "10.00", "0"))
    )

    assert f'<option value="Booking {booking.id}">Booking {booking.number}, TEB–OPF</option>' in own.text
    assert "The customer has no such booking." in words(refused)
    assert queries.invoices(actor=of.actor) == []


def test_the_pages_ask_seldom_however_many_invoices_a_booking_has() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000, now=datetime.now(UTC), legs=(LEG,))
    for _ in range(4):
        credit_invoice(invoice_id=issued(booking, of).id, reason="x", actor=of.actor, now=NOON)
    browser = signed_in(home)
    browser.get("/quotes/new")

    for path in ("", "/price", "/cancel"):
        with few_queries():
            assert browser.get(f"/bookings/{booking.id}{path}").status_code == 200
