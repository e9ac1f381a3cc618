"""Draft the invoice of a booking: its lines as they are now, for its customer, as what its payments were for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import queries
from skypurser.charter.acting import answered
from skypurser.charter.repricing import BookingNotOpen
from skypurser.charter.views import BookingStatus, BookingView, document_of
from skypurser.errors import Refusal
from skypurser.invoices import linking
from skypurser.invoices import queries as invoices
from skypurser.invoices.drafting import Draft, draft_invoice
from skypurser.invoices.lines import LineData
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.ledger.requests import Answer


class AlreadyInvoiced(Refusal):
    """The booking has a draft, or an issued invoice that stands; credit that first, whole."""

    code = "already_invoiced"


def draft_for_booking(*, booking_id: int, key: str, actor: Actor, now: datetime) -> Answer:
    """Draft the invoice of a booking; `invoices.once.told_invoice` tells it. Recorded as `invoice.drafted`.

    It says what the booking costs now, so it comes to the same as what a card has paid; issued, it is paid at once.
    The date of supply is that of the last arrival, local.

    Args:
        key: Chosen by the caller. Sending it again returns the same draft.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound. It takes INVOICES.
        RequestRefused: `key_reused`, `booking_not_found`, `booking_not_open`, `already_invoiced` (with `invoice`, its
            id). Nothing is written; the attempt is recorded.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)

    def act() -> Mapping[str, Any]:
        linking.locked(queries.booking(booking_id, actor=actor).customer_id, actor=actor)
        booking = queries.booking(booking_id, actor=actor)
        if booking.status is not BookingStatus.BOOKED:
            raise BookingNotOpen(f"the booking is {booking.status}", booking_status=booking.status)
        standing = invoice_of(booking, carrier_id=actor.carrier_id)
        if standing is not None:
            raise AlreadyInvoiced(invoice=standing.id)
        draft = Draft(
            lines=_lines(booking), document=document_of(booking.id), supply_date=booking.content.legs[-1].arrival.date()
        )
        made = draft_invoice(customer_id=booking.customer_id, draft=draft, actor=actor, now=now)
        return {"invoice": msgspec.to_builtins(made)}

    return answered(
        "invoice_booking", act, payload=(booking_id,), key=key, actor=actor, now=now, named=f"booking {booking_id}"
    )


def invoice_of(booking: BookingView, *, carrier_id: int) -> InvoiceView | None:
    """Return the booking's draft, or its invoice that credit notes have not taken back whole; None without one."""
    document = document_of(booking.id)
    found = invoices.of_document(document, customer_id=booking.customer_id, carrier_id=carrier_id)
    return next((one for one in found if _stands(one)), None)


def _stands(one: InvoiceView) -> bool:
    return one.kind is Kind.INVOICE and (not one.is_issued or one.total > one.credited)


def _lines(booking: BookingView) -> tuple[LineData, ...]:
    return tuple(
        LineData(text=one.text, quantity_milli=one.quantity_milli, unit_price=one.unit_price, tax_bps=one.tax_bps)
        for one in booking.content.lines
    )
