"""Cancel a booking: the fee is kept, the rest of what the card paid goes back to it, in one entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import cards
from skypurser.charter.acting import answered, record, told
from skypurser.charter.models import Booking
from skypurser.charter.repricing import BookingNotOpen, keep_step, locked
from skypurser.charter.requests import GiveBack, about
from skypurser.charter.settling import gave_back, keep_fee, make_free
from skypurser.charter.tiers import Tier, fee_of, read_tiers, tier_at
from skypurser.charter.views import BookingNotFound, BookingStatus, StepKind, booking_view, document_of, require_reading
from skypurser.errors import InvalidRequest, Refusal
from skypurser.invoices.drafting import delete_drafts_of
from skypurser.jetcards import directory
from skypurser.ledger.requests import Answer, not_negative
from skypurser.parties import customers, texts


class FeeExceedsPaid(Refusal):
    """The fee is above what was paid. Facts: `fee_minor`, `paid_minor` in minor units of `currency`."""

    code = "fee_exceeds_paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPreview:
    """What cancelling would cost at an instant; minor units of `currency`.

    Attributes:
        fee: What the tier asks, or what was entered.
        refund: What goes back to the card that paid; 0 where no card pays.
        tier: None where cancelling is free, or a fee was entered.
    """

    currency: str
    price: int
    fee: int
    refund: int
    tier: Tier | None


def preview(*, booking_id: int, actor: Actor, at: datetime, fee: int | None = None) -> CancellationPreview:
    """Tell what cancelling at an instant would cost. Changes nothing and binds nobody.

    Args:
        fee: As in `cancel`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, BookingNotFound, BookingNotOpen, FeeExceedsPaid.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        row = Booking.objects.filter(carrier_id=actor.carrier_id, id=booking_id).first()
        if row is None:
            raise BookingNotFound(f"there is no booking {booking_id}")
        require_reading(actor, at=customers.shown(row.customer_id, carrier_id=actor.carrier_id).place)
    if row.status != BookingStatus.BOOKED:
        raise BookingNotOpen(f"the booking is {row.status}", booking_status=row.status)
    return _judged(row, fee, at)


def cancel(
    *,
    booking_id: int,
    expected_version: int,
    key: str,
    actor: Actor,
    now: datetime,
    reference: str = "",
    fee: int | None = None,
) -> Answer:
    """Cancel a booking; `converting.told_booking` tells it. Recorded as `booking.cancelled`.

    What the card paid leaves the customers' advances: the fee for the cancellation fees, the rest for the card. Where
    no card pays nothing moves; the fee stays on the booking, to be settled by invoice.

    Args:
        reference: Why; mandatory with a fee that is entered.
        fee: Minor units, instead of what the booking's tiers ask at `now`; never above what was paid, or, where no
            card pays, above the price.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `booking_not_found`, `changed_meanwhile`, `booking_not_open`, `fee_exceeds_paid`,
            `account_closed` (the card that paid). Nothing changes; the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    reference = texts.line(reference, field="reference", longest=500, mandatory=fee is not None)
    if fee is not None:
        not_negative(fee, field="fee")

    def act() -> Mapping[str, Any]:
        row = locked(booking_id, actor=actor, expected_version=expected_version)
        judged = _judged(row, fee, now)
        why = reference or f"Booking {row.number} cancelled"
        delete_drafts_of(document_of(row.id), customer_id=row.customer_id, actor=actor, now=now)
        entry_id = _give_back(row, judged, why, actor=actor, now=now) if row.paid else None
        row.status, row.fee, row.cancelled_at = BookingStatus.CANCELLED, judged.fee, now
        row.paid -= judged.refund
        keep_step(
            row,
            kind=StepKind.CANCELLED,
            moved=-judged.refund,
            entry_id=entry_id,
            reference=reference,
            actor=actor,
            now=now,
        )
        amounts = {"price": row.price, "fee": judged.fee, "refund": judged.refund, "currency": row.currency}
        record(
            action="booking.cancelled",
            customer_id=row.customer_id,
            card_id=row.card_id,
            changes=told({"booking": row.number, **amounts}),
            reference=why,
            actor=actor,
            now=now,
        )
        return {"booking": msgspec.to_builtins(booking_view(row))}

    payload = (booking_id, reference, fee, expected_version)
    named = f"booking {booking_id}"
    return answered("cancel_booking", act, payload=payload, key=key, actor=actor, now=now, named=named)


def _judged(row: Booking, entered: int | None, at: datetime) -> CancellationPreview:
    if at.tzinfo is None:
        raise InvalidRequest("an instant has an offset", field="at")
    most = row.paid if row.card_id is not None else row.price
    tier = None
    if entered is None:
        tier = tier_at(read_tiers(row.tiers), departs_at=row.departs_at, at=at)
        fee = min(fee_of(tier, row.price), most)
    else:
        not_negative(entered, field="fee")
        fee = entered
    if fee > most:
        raise FeeExceedsPaid(fee_minor=fee, paid_minor=most, currency=row.currency)
    refund = row.paid - fee if row.card_id is not None else 0
    return CancellationPreview(currency=row.currency, price=row.price, fee=fee, refund=refund, tier=tier)


def _give_back(row: Booking, judged: CancellationPreview, reference: str, *, actor: Actor, now: datetime) -> int:
    """Credit the refund and keep the fee, and return the entry; where all is kept, nothing moves on the card."""
    make_free(row, judged.refund + judged.fee, why=reference, actor=actor, now=now)
    if judged.refund:
        card = directory.get(row.card_id or 0, carrier_id=row.carrier_id)
        common = about(card, actor=actor, now=now, reference=reference, document=document_of(row.id))
        back = GiveBack(**common, amount=judged.refund, fee=judged.fee)
        entry_id = int(cards.post(back, card=card, price=row.price).facts["entry"])
    else:
        entry_id = keep_fee(row, judged.fee, reference=reference, actor=actor, now=now)
    how: dict[str, Any] = {"entry_id": entry_id, "reference": reference, "actor": actor, "now": now}
    gave_back(row, given_back=judged.refund, kept=judged.fee, **how)
    return entry_id
