"""Drafting a booking's invoice from its page."""

import re

from skypurser.access.permissions import Permission
from skypurser.charter.views import document_of
from skypurser.invoices import queries
from skypurser.invoices.issuing import issue_invoice
from tests import cast
from tests.cast import NOON
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def desk() -> tuple[cast.CharterOperator, cast.Airline]:
    """An operator with a name for its invoices, as an airline whose members sign in."""
    of = cast.charter_operator()
    cast.issuer(of.carrier)
    return of, cast.Airline(of.carrier, of.actor, of.card, of.card)


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


def test_the_bookings_page_tells_the_invoice_that_stands_and_what_is_open() -> None:
    of, home = desk()
    booking = cast.booking(of, 120_000)
    drafted = cast.drafted(of, cast.flight(unit_price=150_000, tax_bps=0), document=document_of(booking.id))
    issued = issue_invoice(invoice_id=drafted.id, actor=of.actor, now=NOON)

    page = words(signed_in(home).get(f"/bookings/{booking.id}"))

    assert f"{issued.number} 300.00 USD open" in page


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
