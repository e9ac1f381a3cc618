"""Cancel a booking: what the card paid goes back to it but for the fee, which waits for its own invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter.acting import answered, record, told
from skypurser.charter.content import read
from skypurser.charter.correcting import correct, facts_of, outdated
from skypurser.charter.models import Booking
from skypurser.charter.repricing import BookingNotOpen, keep_step, locked
from skypurser.charter.settling import give_back
from skypurser.charter.tiers import Tier, fee_of, read_tiers, tier_at
from skypurser.charter.views import BookingNotFound, BookingStatus, StepKind, booking_view, require_reading
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.invoices.queries import Reference
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
        invoices: Those that would be credited, whole, oldest first.
        drafts: The ids of those that would be deleted.
    """

    currency: str
    price: int
    fee: int
    refund: int
    tier: Tier | None
    invoices: tuple[Reference, ...] = ()
    drafts: tuple[int, ...] = ()


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
    how: dict[str, Any] = {"customer_id": row.customer_id, "carrier_id": row.carrier_id, "before": (), "after": None}
    wrong = outdated(booking_id=row.id, **how)
    drafts = tuple(one.id for one in wrong.drafts)
    return replace(_judged(row, fee, at), invoices=wrong.references, drafts=drafts)


def cancel(
    *,
    booking_id: int,
    expected_version: int,
    key: str,
    actor: Actor,
    now: datetime,
    reference: str = "",
    fee: int | None = None,
    expected_fee: int | None = None,
) -> Answer:
    """Cancel a booking; `converting.told_booking` tells it. Recorded as `booking.cancelled`.

    What the card paid goes back to it from the customers' advances, but for the fee, which stays there until it is
    invoiced (`invoicing.draft_for_booking`). Where no card pays nothing moves. The booking's drafts are deleted and its
    invoices credited; what was paid on them is an advance again. `correcting.told_correction` tells of them.

    Args:
        reference: Why; mandatory with a fee that is entered.
        expected_fee: Minor units, what the tiers asked when whoever cancels was shown it; None to take what they ask.
        fee: Minor units, instead of what the booking's tiers ask at `now`; never above what was paid, or, where no
            card pays, above the price.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `booking_not_found`, `changed_meanwhile`, `booking_not_open`, `fee_exceeds_paid`,
            `account_closed` (the card that paid), and where an e-invoice can't be credited its
            `e_invoice_data_missing`, `e_invoice_currency_unfit`, `e_invoice_tax_deviates`. Nothing changes; the attempt
            is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.SALES)
    reference = texts.line(reference, field="reference", longest=500, mandatory=fee is not None)
    if fee is not None:
        not_negative(fee, field="fee")

    def act() -> Mapping[str, Any]:
        row = locked(booking_id, actor=actor, expected_version=expected_version)
        judged = _judged(row, fee, now)
        if fee is None and expected_fee not in {None, judged.fee}:
            raise ChangedMeanwhile(fee_minor=judged.fee, currency=row.currency)
        why = reference or f"Booking {row.number} cancelled"
        these: dict[str, Any] = {
            "booking_id": row.id,
            "customer_id": row.customer_id,
            "before": read(row.content).lines,
        }
        corrected = correct(**these, after=None, why=why, actor=actor, now=now)
        entry_id = None
        if row.paid:
            entry_id = give_back(row, judged.refund, kept=judged.fee, reference=why, actor=actor, now=now)
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
        return {"booking": msgspec.to_builtins(booking_view(row)), **facts_of(corrected)}

    payload = (booking_id, reference, fee, expected_version, expected_fee)
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
