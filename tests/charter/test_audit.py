"""The audit of bookings finds each break of one booking, one deduction. Everything is put back afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.charter.audit import audit_charter
from skypurser.charter.cancelling import cancel
from skypurser.charter.content import Method
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.ledger.audit import Invariant
from tests import cast
from tests.tampering import tampering


@dataclass(frozen=True)
class Desk:
    """A booking by card that became dearer, one cancelled for a fee, one paid by invoice, and a quote that holds."""

    carrier_id: int
    names: dict[str, int]
    db: psycopg.Connection

    def change(self, sql: str) -> None:
        assert self.db.execute(sql.format(own=f"carrier_id = {self.carrier_id}", **self.names)).rowcount > 0, (
            "nothing was tampered with"
        )

    def found(self) -> set[Invariant]:
        return {one.invariant for one in audit_charter(self.carrier_id)}


@pytest.fixture
def desk(superuser: psycopg.Connection) -> Iterator[Desk]:
    operator = cast.charter_operator()
    paid, cancelled = cast.booking(operator, 100_000), cast.booking(operator, 50_000)
    invoiced = cast.booking(operator, 1_000, method=Method.INVOICE, card_id=None)
    how: dict[str, Any] = {"actor": operator.actor, "now": cast.NOON, "expected_version": 1}
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=120_000),)
    change_price(booking_id=paid.id, lines=lines, reference="longer", key="change", **how)
    cancel(booking_id=cancelled.id, key="cancel", fee=10_000, reference="late", **how)
    held = cast.quote(operator, 70_000, hold_until=cast.NOON + timedelta(hours=1))
    names = {
        "card": operator.card.id,
        "paid": paid.id,
        "cancelled": cancelled.id,
        "invoiced": invoiced.id,
        "quote": paid.quote_id,
        "held": held.id,
        "hold": held.hold_id or 0,
    }
    with tampering(superuser, operator.carrier.id) as db:
        yield Desk(operator.carrier.id, names, db)


def test_sound_bookings_have_no_breaks(desk: Desk) -> None:
    assert desk.found() == set()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM charter_booking WHERE {own} AND id = {paid}",
        "DELETE FROM ledger_entry WHERE {own} AND document = 'booking:{paid}' AND kind = 'card_payment'",
        "DELETE FROM ledger_entry WHERE {own} AND document = 'booking:{cancelled}' AND credit > 0",
        (
            "UPDATE ledger_entry SET document = 'booking:{cancelled}'"
            " WHERE {own} AND document = 'booking:{paid}' AND debit = 20000"
        ),
        (
            "UPDATE ledger_entry SET document = 'booking:{invoiced}'"
            " WHERE {own} AND document = 'booking:{paid}' AND debit = 20000"
        ),
        "UPDATE ledger_entry SET document = 'other' WHERE {own} AND document = 'booking:{paid}' AND debit = 20000",
        "UPDATE ledger_entry SET debit = debit + 1 WHERE {own} AND document = 'booking:{paid}' AND debit = 20000",
        "UPDATE ledger_entry SET controls = '{{sales}}' WHERE {own} AND document = 'booking:{paid}' AND debit = 20000",
        "UPDATE ledger_entry SET currency = 'EUR' WHERE {own} AND document = 'booking:{paid}' AND debit = 20000",
        "UPDATE charter_booking SET price = price + 1 WHERE {own} AND id = {invoiced}",
        "UPDATE charter_booking SET price = price + 1, paid = paid + 1 WHERE {own} AND id = {paid}",
        (
            "UPDATE charter_booking SET status = 'booked', fee = NULL, cancelled_at = NULL, paid = price"
            " WHERE {own} AND id = {cancelled}"
        ),
        "UPDATE charter_booking SET fee = fee + 1, paid = paid + 1 WHERE {own} AND id = {cancelled}",
        "UPDATE charter_booking SET method = 'card', card_id = NULL, paid = 0 WHERE {own} AND id = {paid}",
        "UPDATE charter_bookingstep SET debit = debit + 1 WHERE {own} AND booking_id = {paid}",
        "UPDATE charter_bookingstep SET entry_id = -version WHERE {own} AND booking_id = {paid}",
        "DELETE FROM charter_bookingstep WHERE {own} AND booking_id = {paid} AND version = 2",
        "DELETE FROM charter_bookingstep WHERE {own} AND booking_id = {paid}",
        "UPDATE charter_quote SET status = 'quoted' WHERE {own} AND id = {quote}",
        "UPDATE charter_quote SET status = 'booked' WHERE {own} AND id = {held}",
        "DELETE FROM charter_quote WHERE {own} AND id = {quote}",
        "UPDATE charter_booking SET currency = 'EUR' WHERE {own} AND id = {invoiced}",
    ],
)
def test_each_break_of_one_deduction_is_found(desk: Desk, sql: str) -> None:
    desk.change(sql)

    assert Invariant.ONE_DEDUCTION in desk.found()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE charter_quote SET hold_id = NULL WHERE {own} AND id = {held}",
        "UPDATE charter_quote SET status = 'cancelled' WHERE {own} AND id = {held}",
        "UPDATE charter_quote SET price = price - 1 WHERE {own} AND id = {held}",
        "UPDATE ledger_hold SET amount = amount + 1 WHERE {own} AND id = {hold}",
        "UPDATE ledger_hold SET document = 'quote:0' WHERE {own} AND id = {hold}",
    ],
)
def test_a_hold_that_no_quote_holds_is_found(desk: Desk, sql: str) -> None:
    desk.change(sql)

    assert desk.found() == {Invariant.SUMS}


def test_a_booking_without_its_card_breaks(desk: Desk) -> None:
    desk.change("UPDATE jetcards_jetcard SET closed_at = '2026-01-20T00:00Z' WHERE {own} AND account_id = {card}")

    assert Invariant.ONE_DEDUCTION in desk.found()
