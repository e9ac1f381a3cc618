"""Turn a quote into a booking: the deduction and the booking in one transaction, so that neither is there alone.

Source: FL3XX, "Process of deducting Amounts from Jet Cards".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import cards
from skypurser.charter.acting import answered, record, told
from skypurser.charter.content import Content, Method, read, stored_lines
from skypurser.charter.models import Booking, BookingStep, Quote
from skypurser.charter.numbering import next_number
from skypurser.charter.quoting import QuoteNotOpen, locked, require_valid
from skypurser.charter.requests import CaptureForBooking, about, advances
from skypurser.charter.settling import took
from skypurser.charter.tiers import current_tiers, stored_tiers
from skypurser.charter.views import BookingStatus, BookingView, QuoteStatus, StepKind, booking_view, document_of
from skypurser.errors import Refusal
from skypurser.jetcards.requests import PayByCard
from skypurser.ledger import accounts
from skypurser.ledger.requests import Answer, Request


class AlreadyDeparted(Refusal):
    """The first leg has departed, and nobody has said that the quote is booked all the same. Fact: `departed_at`."""

    code = "already_departed"


def book(
    *, quote_id: int, expected_version: int, key: str, actor: Actor, now: datetime, departed: bool = False
) -> Answer:
    """Convert a quote; `told_booking` tells the booking. Recorded as `booking.made`.

    A jet card is debited the price at once, against the customers' advances and with the document `booking:<id>`: what
    the quote holds is captured. With another method nothing is deducted.

    Args:
        expected_version: The quote's, as whoever books it was shown it.
        key: Chosen by the caller. Sending it again returns the same booking and deducts nothing.
        departed: Book what has departed too, for flights that are entered afterwards.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `quote_not_found`, `changed_meanwhile`, `quote_not_open`, `quote_expired`,
            `already_departed` (with `departed_at`; not where `departed` says so), `person_not_found`,
            `person_inactive`, `card_not_available`, `insufficient_funds` (with `price_minor`, `available`,
            `shortfall`). The quote stays a quote, its hold stays a hold; the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)

    def act() -> Mapping[str, Any]:
        row = locked(quote_id, actor=actor, expected_version=expected_version)
        if row.status != QuoteStatus.QUOTED:
            raise QuoteNotOpen(f"the quote is {row.status}", quote_status=row.status)
        require_valid(row, now)
        content = read(row.content)
        if content.has_departed(now) and not departed:
            raise AlreadyDeparted(departed_at=content.legs[0].departs_at.isoformat())
        booking = _booked(row, actor=actor, now=now)
        return {"booking": msgspec.to_builtins(booking_view(booking))}

    payload = (quote_id, expected_version, departed)
    return answered("book_quote", act, payload=payload, key=key, actor=actor, now=now, named=f"quote {quote_id}")


def told_booking(answer: Answer) -> BookingView:
    """Return the booking as it was when the request was first answered."""
    return msgspec.convert(answer.facts["booking"], BookingView)


def _booked(row: Quote, *, actor: Actor, now: datetime) -> Booking:
    content = read(row.content)
    booking = Booking(
        carrier_id=row.carrier_id,
        id=next_number("booking", carrier_id=row.carrier_id),
        quote_id=row.id,
        status=BookingStatus.BOOKED,
        customer_id=row.customer_id or 0,  # a quote has one
        person_id=row.person_id,
        method=row.method,
        card_id=row.card_id,
        currency=row.currency,
        price=row.price,
        paid=row.price if row.method == Method.JET_CARD else 0,
        content=row.content,
        tiers=stored_tiers(current_tiers(carrier_id=row.carrier_id)),
        departs_at=content.legs[0].departs_at,
        arrives_at=content.legs[-1].arrives_at,
        version=1,
        booked_at=now,
        booked_by=actor.name,
    )
    entry_id = _deduct(row, booking, content, actor=actor, now=now) if booking.card_id is not None else None
    booking.save(force_insert=True)
    if entry_id is not None:
        took(booking, booking.paid, entry_id=entry_id, actor=actor, now=now)
    BookingStep.objects.create(
        carrier_id=row.carrier_id,
        booking_id=booking.id,
        version=1,
        kind=StepKind.MADE,
        price=booking.price,
        debit=booking.paid,
        credit=0,
        entry_id=entry_id,
        lines=stored_lines(content.lines),
        done_at=now,
        done_by=actor.name,
    )
    Quote.objects.filter(carrier_id=row.carrier_id, id=row.id).update(
        status=QuoteStatus.BOOKED, hold_id=None, version=row.version + 1
    )
    changes = told({"booking": booking.number, "quote": row.number, "price": row.price, "currency": row.currency})
    record(
        action="booking.made",
        customer_id=booking.customer_id,
        card_id=booking.card_id,
        changes=changes | told({"method": booking.method}),
        reference=f"Booking {booking.number}",
        actor=actor,
        now=now,
    )
    return booking


def _deduct(row: Quote, booking: Booking, content: Content, *, actor: Actor, now: datetime) -> int:
    """Debit the price and return the movement's entry; through the quote's hold, where it still holds."""
    accounts.lock(carrier_id=row.carrier_id, account_id=booking.card_id or 0)
    cards.check_person(content, carrier_id=row.carrier_id)
    card = cards.usable_card(content, carrier_id=row.carrier_id)
    reference = f"Booking {booking.number}"
    common = about(card, actor=actor, now=now, reference=reference, document=document_of(booking.id))
    common |= {"amount": row.price, "contra": advances(row.price), "person_id": content.person_id}
    hold = cards.open_hold(row.hold_id, carrier_id=row.carrier_id, now=now)
    request: Request = PayByCard(**common) if hold is None else CaptureForBooking(**common, hold_id=hold.id)
    return int(cards.post(request, card=card, price=row.price).facts["entry"])
