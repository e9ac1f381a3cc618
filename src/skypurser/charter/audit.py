"""Prove that bookings and the ledger agree: a booking that a card pays, and exactly one net deduction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from skypurser.jetcards.audit import closed_cards
from skypurser.ledger.audit.bookings import EntryOfBooking, booking_entries, quote_holds
from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.snapshot import MOST, rows, snapshot

_BOOKINGS = """
SELECT id, status, card_id, currency, price, paid, fee FROM charter_booking WHERE carrier_id = $1 ORDER BY id
"""
_STEPS = """
SELECT booking_id, version, kind, price, debit, credit, fee, entry_id FROM charter_bookingstep
 WHERE carrier_id = $1 ORDER BY booking_id, version
"""
_UNBOOKED = """
SELECT q.id, q.status, b.id, b.id IS NOT NULL AND (b.customer_id, b.card_id, b.currency)
                                         IS DISTINCT FROM (q.customer_id, q.card_id, q.currency)
  FROM (SELECT * FROM charter_quote WHERE carrier_id = $1) q
  FULL JOIN (SELECT * FROM charter_booking WHERE carrier_id = $1) b ON b.quote_id = q.id
 WHERE (q.status IS NOT DISTINCT FROM 'booked') <> (b.id IS NOT NULL)
    OR b.id IS NOT NULL AND (b.customer_id, b.card_id, b.currency)
                             IS DISTINCT FROM (q.customer_id, q.card_id, q.currency) LIMIT $2
"""
_HOLDS = """
SELECT q.id, q.status, q.card_id, q.price, q.hold_id, coalesce(b.booked_at, q.saved_at) FROM charter_quote q
  LEFT JOIN charter_booking b ON b.carrier_id = q.carrier_id AND b.quote_id = q.id WHERE q.carrier_id = $1
"""
_NEEDED = """
SELECT id, card_id, arrives_at, cancelled_at FROM charter_booking
 WHERE carrier_id = $1 AND card_id = ANY ($2::bigint[]) ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class _Booking:
    id: int
    status: str
    card_id: int | None
    currency: str
    price: int
    paid: int
    fee: int | None


@dataclass(frozen=True, slots=True)
class _Step:
    booking_id: int
    version: int
    kind: str
    price: int
    debit: int
    credit: int
    fee: int | None
    entry_id: int | None


#: The account, debit and credit, and whether they went against the customers' advances alone.
type _Moved = tuple[int | None, int, int, bool]


def audit_charter(carrier_id: int) -> Iterator[Break]:
    """Yield bookings whose deduction is missing, wrong or there twice, deductions without a booking, stray holds.

    All is judged as of one moment, while cards are used.

    Raises:
        RuntimeError: Inside a transaction.
    """
    with snapshot(carrier_id):
        entries: dict[str, list[EntryOfBooking]] = {}
        for entry in booking_entries(carrier_id):
            entries.setdefault(entry.document, []).append(entry)
        steps: dict[int, list[_Step]] = {}
        for row in rows(_STEPS, carrier_id):
            steps.setdefault(row[0], []).append(_Step(*row))
        for booking in (_Booking(*row) for row in rows(_BOOKINGS, carrier_id)):
            own = entries.pop(f"booking:{booking.id}", [])
            for detail in _flaws(booking, steps.get(booking.id, []), own):
                text = f"booking {booking.id}: {detail}"
                yield Break(Invariant.ONE_DEDUCTION, text, carrier_id, booking.card_id)
        for document, stray in entries.items():
            for entry in stray:
                text = f"entry {entry.id} is for {document}, which does not exist"
                yield Break(Invariant.ONE_DEDUCTION, text, carrier_id, entry.account_id, entry.item)
        for quote, status, booking_number, _ in rows(_UNBOOKED, carrier_id, MOST):
            text = f"quote {quote} is {status}, its booking is {booking_number}, and they don't fit"
            yield Break(Invariant.ONE_DEDUCTION, text, carrier_id)
        closed = closed_cards(carrier_id)
        for number, card_id, arrives_at, cancelled_at in rows(_NEEDED, carrier_id, list(closed)):
            if closed[card_id] < min(arrives_at, cancelled_at or arrives_at):
                text = f"booking {number} was not flown yet when the card that paid it was closed"
                yield Break(Invariant.ONE_DEDUCTION, text, carrier_id, card_id)
        yield from _audit_holds(carrier_id)


def _flaws(booking: _Booking, steps: list[_Step], entries: list[EntryOfBooking]) -> Iterator[str]:
    if not steps or steps[0].kind != "made" or [step.version for step in steps] != list(range(1, len(steps) + 1)):
        yield "its steps are not all there"
        return
    last = steps[-1]
    if (last.kind == "cancelled") != (booking.status == "cancelled") or (last.price, last.fee) != (
        booking.price,
        booking.fee,
    ):
        yield "its last step is not what it is now"
    wanted: list[_Moved] = [
        (booking.card_id, step.debit, step.credit, True) for step in steps if step.debit or step.credit
    ]
    found = [_moved(entry, booking) for entry in entries]
    if found != wanted:
        yield f"the ledger moved {_list(found, booking)} for it, its steps say {_list(wanted, booking)}"
    net = sum(debit - credit for _, debit, credit, _ in found)
    due = (booking.fee or 0) if booking.status == "cancelled" else booking.price
    if booking.card_id is not None and not net == booking.paid == due:
        currency = booking.currency
        yield (
            f"the card gave {told(net, currency)} net; the booking says {told(booking.paid, currency)}"
            f" and costs {told(due, currency)}"
        )
    if booking.card_id is not None and [entry.id for entry in entries] != [
        step.entry_id for step in steps if step.debit or step.credit
    ]:
        yield "its movements are not those of its steps"


def _moved(entry: EntryOfBooking, booking: _Booking) -> _Moved:
    """Return what an entry moved, and whether that was between the card and the advances alone; nothing else fits."""
    fits = entry.currency == booking.currency and entry.advances == entry.debit - entry.credit
    return entry.account_id, entry.debit, entry.credit, fits


def _list(moved: list[_Moved], booking: _Booking) -> str:
    def one(of: _Moved) -> str:
        account, debit, credit, fits = of
        where = "no card" if account is None else f"card {account}"
        against = "advances" if fits else "other accounts"
        return f"{told(debit, booking.currency)} from and {told(credit, booking.currency)} to {where} against {against}"

    return "; ".join(map(one, moved)) or "nothing"


def _audit_holds(carrier_id: int) -> Iterator[Break]:
    quotes: dict[str, tuple[Any, ...]] = {f"quote:{row[0]}": row[1:] for row in rows(_HOLDS, carrier_id)}
    for hold_id, account_id, amount, document, ends_at in quote_holds(carrier_id):
        status, card_id, price, own, saved_at = quotes.get(document, (None,) * 5)
        # What had ended by itself before the quote was saved, booked or cancelled is left for whoever resolves it.
        has_ended = saved_at is not None and ends_at <= saved_at
        if not has_ended and (status, card_id, price, own) != ("quoted", account_id, amount, hold_id):
            text = f"hold {hold_id} for {document} is open, and the quote ({status}) does not hold it"
            yield Break(Invariant.SUMS, text, carrier_id, account_id)
