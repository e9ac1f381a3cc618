"""Quotes and bookings as Excel: what the list is filtered by, all of it."""

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.charter.cancelling import cancel
from skypurser.web.charter import exporting
from tests import cast
from tests.cast import charter_operator
from tests.web.people import signed_in
from tests.web.workbooks import read


def test_the_workbook_of_quotes_has_what_is_filtered() -> None:
    home = charter_operator()
    for price in (100_000, 50_000):
        cast.quote(home, price)
    cast.booking(home, 200_000)
    browser = signed_in(home)

    header, rows = read(browser, "/quotes.xlsx?status=quoted")

    assert (header[0], header[-1]) == ("Number", "Price")
    assert [(row[0], row[2], row[3], row[-1]) for row in rows[:-1]] == [
        (2, "Sky Holding", "TEB–OPF", 500),
        (1, "Sky Holding", "TEB–OPF", 1000),
    ]
    assert rows[-1][-1] == 1500
    assert len(read(browser, "/quotes.xlsx?q=3")[1]) == 2


def test_the_workbook_of_bookings_tells_price_payment_and_fee() -> None:
    home = charter_operator()
    booking = cast.booking(home, 200_000)
    cast.booking(home, 50_000)
    cancel(
        booking_id=booking.id,
        expected_version=1,
        fee=30_000,
        reference="late",
        key="cancel",
        actor=home.actor,
        now=cast.NOON,
    )
    browser = signed_in(home)

    _header, rows = read(browser, "/bookings.xlsx")

    assert [(row[0], row[7], row[8], *row[-3:]) for row in rows[:-1]] == [
        (2, "BOOKED", 2, 500, 500, ""),
        (1, "CANCELLED", 1, 2000, 300, 300),
    ]
    assert len(read(browser, "/bookings.xlsx?status=cancelled")[1]) == 2


def test_a_long_list_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    home = charter_operator()
    for _ in range(5):
        cast.quote(home, 100)
    monkeypatch.setattr(exporting, "LONGEST_PAGE", 2)

    _header, rows = read(signed_in(home), "/quotes.xlsx")

    assert [row[0] for row in rows[:-1]] == [5, 4, 3, 2, 1]


def test_who_reads_no_quotes_gets_no_workbook() -> None:
    home = charter_operator()
    browser = signed_in(home, ALL - {Permission.SALES, Permission.INVOICES})

    for path in ("/quotes.xlsx", "/bookings.xlsx", "/payments.xlsx"):
        assert browser.get(path).status_code == 403


def test_the_workbook_of_payments_has_what_is_filtered() -> None:
    home = charter_operator()
    cast.booking(home, 200_000)
    cast.booking(home, 50_000)
    browser = signed_in(home)

    header, rows = read(browser, "/payments.xlsx?q=Booking+2")

    assert header[3] == "For"
    assert [(row[2], row[3], row[4], *row[-5:]) for row in rows[:-1]] == [
        ("Sky Holding", "Booking 2", "Jet card", 500, 0, 0, 0, 500)
    ]
    assert len(read(browser, "/payments.xlsx")[1]) == 3
