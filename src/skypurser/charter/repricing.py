"""Change the price of what is booked: a supplement is taken from the card that pays, a part refund goes back to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import cards
from skypurser.charter.acting import answered, record, told
from skypurser.charter.content import read, stored, stored_lines
from skypurser.charter.correcting import Corrected, correct, facts_of
from skypurser.charter.models import Booking, BookingStep
from skypurser.charter.pricing import PriceLine, lines_of, price_of
from skypurser.charter.requests import FlownSupplement, Supplement, about, advances
from skypurser.charter.settling import give_back, took
from skypurser.charter.views import BookingNotFound, BookingStatus, StepKind, booking_view, document_of
from skypurser.errors import Refusal
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.jetcards import directory
from skypurser.ledger.requests import Answer
from skypurser.parties import customers, texts


class BookingNotOpen(Refusal):
    """The booking is cancelled and stays as it is. Fact: `booking_status`."""

    code = "booking_not_open"


def change_price(
    *,
    booking_id: int,
    lines: Sequence[PriceLine],
    reference: str,
    expected_version: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Give a booking other price lines and settle the difference; `converting.told_booking` tells the booking.

    A supplement is debited: within what the card has available; once the last leg has arrived also beyond it, for what
    was flown can't be taken back. A lower price is credited to the card that paid. Recorded as `booking.changed`; what
    the price was stays in the booking's steps. Drafts of the booking's invoices are deleted, and invoices that say too
    much now are credited, however it is paid (`correcting`); `correcting.told_correction` tells of them.

    Args:
        lines: All of them, from now on; their sum is the price, and may be nothing.
        reference: Why; mandatory, printed on the account statement.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `booking_not_found`, `changed_meanwhile`, `booking_not_open`,
            `insufficient_funds` (`price_minor` is the supplement), `account_closed` (the card), and where an e-invoice
            can't be credited its `e_invoice_data_missing`, `e_invoice_currency_unfit`, `e_invoice_tax_deviates`.
            Nothing changes; the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    reference = texts.line(reference, field="reference", longest=500, mandatory=True)
    wanted = lines_of(lines)

    def act() -> Mapping[str, Any]:
        row = locked(booking_id, actor=actor, expected_version=expected_version)
        before, price = row.price, price_of(wanted)
        content = read(row.content)
        corrected = Corrected(credit_notes=(), drafts=0)
        if wanted != content.lines:
            these: dict[str, Any] = {
                "booking_id": row.id,
                "customer_id": row.customer_id,
                "before": content.lines,
                "after": wanted,
            }
            corrected = correct(**these, why=reference, actor=actor, now=now)
        entry_id = None
        if row.card_id is not None and price != before:
            entry_id = _settle(row, price - before, reference, actor=actor, now=now)
            row.paid = price
        row.price = price
        row.content = stored(replace(content, lines=wanted))
        keep_step(
            row,
            kind=StepKind.CHANGED,
            moved=(price - before) if row.card_id is not None else 0,
            entry_id=entry_id,
            reference=reference,
            actor=actor,
            now=now,
        )
        changes = told({"booking": row.number, "currency": row.currency}) | {"price": [before, price]}
        record(
            action="booking.changed",
            customer_id=row.customer_id,
            card_id=row.card_id,
            changes=changes,
            reference=reference,
            actor=actor,
            now=now,
        )
        return {"booking": msgspec.to_builtins(booking_view(row)), **facts_of(corrected)}

    payload = (booking_id, stored_lines(wanted), reference, expected_version)
    named = f"booking {booking_id}"
    return answered("change_booking", act, payload=payload, key=key, actor=actor, now=now, named=named)


def locked(booking_id: int, *, actor: Actor, expected_version: int | None) -> Booking:
    """Return a booking that stands, locked until the transaction ends, if the actor may change it. Inside `acting_for`.

    Raises:
        BookingNotFound, PermissionDenied, BookingNotOpen.
        ChangedMeanwhile: It has another version than expected; fact: `version`.
    """
    rows = Booking.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=booking_id)
    row = rows.first()
    if row is None:
        raise BookingNotFound(f"there is no booking {booking_id}")
    actor.require(Permission.SALES, at=customers.shown(row.customer_id, carrier_id=actor.carrier_id).place)
    if expected_version is not None and row.version != expected_version:
        raise ChangedMeanwhile(f"the booking has version {row.version} by now", version=row.version)
    if row.status != BookingStatus.BOOKED:
        raise BookingNotOpen(f"the booking is {row.status}", booking_status=row.status)
    return row


def keep_step(
    row: Booking,
    *,
    kind: StepKind,
    moved: int,
    entry_id: int | None,
    reference: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Store a booking as it has become, and the step that made it so.

    Args:
        moved: What the card was debited; negative for what it was credited.
    """
    row.version += 1
    fields = ("status", "price", "paid", "fee", "content", "version", "cancelled_at")
    Booking.objects.filter(carrier_id=row.carrier_id, id=row.id).update(**{name: getattr(row, name) for name in fields})
    BookingStep.objects.create(
        carrier_id=row.carrier_id,
        booking_id=row.id,
        version=row.version,
        kind=kind,
        price=row.price,
        debit=max(moved, 0),
        credit=max(-moved, 0),
        fee=row.fee,
        entry_id=entry_id,
        lines=row.content["lines"],
        reference=reference,
        done_at=now,
        done_by=actor.name,
    )


def _settle(row: Booking, difference: int, reference: str, *, actor: Actor, now: datetime) -> int | None:
    """Debit or credit the difference on the card that pays, and return the movement's entry."""
    if difference < 0:
        return give_back(row, -difference, reference=reference, actor=actor, now=now)
    card = directory.get(row.card_id or 0, carrier_id=row.carrier_id)
    common = about(card, actor=actor, now=now, reference=reference, document=document_of(row.id))
    kind = FlownSupplement if row.arrives_at <= now else Supplement
    more = kind(**common, amount=difference, contra=advances(difference))
    entry_id = int(cards.post(more, card=card, price=difference).facts["entry"])
    took(row, difference, entry_id=entry_id, actor=actor, now=now)
    return entry_id
