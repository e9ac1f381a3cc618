"""Draft the invoices of a booking: of its price, of what it costs more since then, of the fee of its cancellation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier, require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import queries
from skypurser.charter.acting import answered
from skypurser.charter.models import Booking
from skypurser.charter.remaining import fee_line, remaining
from skypurser.charter.repricing import BookingNotOpen
from skypurser.charter.tiers import current_fee_tax
from skypurser.charter.views import BookingStatus, BookingView, document_of
from skypurser.charter.wording import WORDS
from skypurser.errors import Refusal
from skypurser.invoices import linking
from skypurser.invoices import queries as invoices
from skypurser.invoices.drafting import Draft, draft_invoice
from skypurser.invoices.issuing import NothingToInvoice
from skypurser.invoices.queries import InvoiceView, Subject
from skypurser.invoices.standing import Standing, standing_of
from skypurser.ledger.requests import Answer
from skypurser.parties.airports import local_date


class AlreadyInvoiced(Refusal):
    """The booking has a draft, or its invoices say all that it costs. Fact: `invoice`, the id of that or the newest."""

    code = "already_invoiced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """A booking's invoices; amounts are minor units of its currency.

    Attributes:
        invoices: With its credit notes, oldest first.
        standing: Those that are issued and not taken back whole, newest first.
        draft: The one that is not issued yet.
        uninvoiced: What it costs, or the fee of its cancellation, less what its issued invoices say; never below zero.
    """

    invoices: tuple[InvoiceView, ...]
    standing: tuple[Standing, ...]
    draft: InvoiceView | None
    uninvoiced: int


def billing_of(booking: BookingView, *, carrier_id: int) -> Billing:
    """Return what is invoiced of a booking that the actor has been given."""
    document = document_of(booking.id)
    with reading_for(carrier_id):
        found = invoices.of_document(document, customer_id=booking.customer_id, carrier_id=carrier_id)
        there = standing_of(found, carrier_id=carrier_id)
    return Billing(
        invoices=tuple(reversed(found)),
        standing=tuple(there),
        draft=next((one for one in found if not one.is_issued), None),
        uninvoiced=_uninvoiced(booking, there),
    )


def draft_for_booking(*, booking_id: int, key: str, actor: Actor, now: datetime) -> Answer:
    """Draft the next invoice of a booking; `invoices.once.told_invoice` tells it. Recorded as `invoice.drafted`.

    Of one that stands it says what the booking costs now and no issued invoice says; of a cancelled one the fee, with
    the tax in it that the carrier has set. So it comes to the same as what a card has paid and no invoice says;
    issued, it is paid at once. The date of supply is that of the last arrival, local, or that of the cancellation.

    Args:
        key: Chosen by the caller. Sending it again returns the same draft.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound. It takes INVOICES.
        RequestRefused: `key_reused`, `booking_not_found`, `booking_not_open` (cancelled without a fee),
            `already_invoiced` (with `invoice`, an id), `nothing_to_invoice` (it costs nothing),
            `invoiced_differently`. Nothing is written; the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)

    def act() -> Mapping[str, Any]:
        customer = linking.locked(queries.booking(booking_id, actor=actor).customer_id, actor=actor)
        booking = queries.booking(booking_id, actor=actor)
        if booking.status is BookingStatus.CANCELLED and not booking.fee:
            raise BookingNotOpen(f"the booking is {booking.status}", booking_status=booking.status)
        there = _require_uninvoiced(booking, carrier_id=actor.carrier_id)
        draft, subject = (
            _fee(booking, there, customer.language, actor.carrier_id)
            if booking.fee
            else _sale(booking, there, customer.language)
        )
        if not draft.lines:
            raise AlreadyInvoiced(invoice=there[0].invoice.id)
        made = draft_invoice(customer_id=booking.customer_id, draft=draft, subject=subject, actor=actor, now=now)
        return {"invoice": msgspec.to_builtins(made)}

    return answered(
        "invoice_booking", act, payload=(booking_id,), key=key, actor=actor, now=now, named=f"booking {booking_id}"
    )


def customer_of_booking(carrier_id: int, booking_id: int) -> int | None:
    """Return whose booking it is; None where there is none. Inside `reading_for`."""
    rows = Booking.objects.filter(carrier_id=carrier_id, id=booking_id)
    return rows.values_list("customer_id", flat=True).first()


def _require_uninvoiced(booking: BookingView, *, carrier_id: int) -> Sequence[Standing]:
    """Return what stands of the booking's invoices, if there is something besides to be invoiced."""
    billing = billing_of(booking, carrier_id=carrier_id)
    if billing.draft is not None:
        raise AlreadyInvoiced(invoice=billing.draft.id)
    if billing.uninvoiced:
        return billing.standing
    if not billing.standing:
        raise NothingToInvoice
    raise AlreadyInvoiced(invoice=billing.standing[0].invoice.id)


def _uninvoiced(booking: BookingView, there: Sequence[Standing]) -> int:
    due = booking.price if booking.fee is None else booking.fee
    return max(0, due - sum(one.total for one in there))


def _sale(booking: BookingView, there: Sequence[Standing], language: str) -> tuple[Draft, Subject]:
    numbers = ", ".join(str(one.invoice.number) for one in reversed(there))
    text = WORDS[language]["difference"].format(numbers=numbers)
    lines = remaining(booking.content.lines, there, text=text)
    supply = booking.content.legs[-1].arrival.date()
    return Draft(lines=lines, document=document_of(booking.id), supply_date=supply), Subject.SALE


def _fee(booking: BookingView, there: Sequence[Standing], language: str, carrier_id: int) -> tuple[Draft, Subject]:
    text = WORDS[language]["cancellation_fee"].format(number=booking.number)
    line = fee_line(_uninvoiced(booking, there), tax_bps=current_fee_tax(carrier_id=carrier_id), text=text)
    supply = local_date(booking.cancelled_at, get_carrier(carrier_id).time_zone) if booking.cancelled_at else None
    return Draft(lines=(line,), document=document_of(booking.id), supply_date=supply), Subject.CANCELLATION_FEE
