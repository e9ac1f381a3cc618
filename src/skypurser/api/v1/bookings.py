"""Bookings: read, change the price, cancel.

Source: FL3XX, "Process of deducting Amounts from Jet Cards".
"""

from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.booking_shapes import (
    Booking,
    BookingPage,
    BookingsQuery,
    CancelBooking,
    ChangeBooking,
    Preview,
    PreviewQuery,
    StepPage,
    shown_booking,
    shown_step,
    shown_tier,
)
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.flight_shapes import lines_of
from skypurser.api.v1.invoice_shapes import Invoice, shown_invoice
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import PathId, amount, written
from skypurser.charter import cancelling, lists, queries, repricing
from skypurser.charter.converting import told_booking
from skypurser.charter.invoicing import draft_for_booking
from skypurser.charter.views import BookingStatus
from skypurser.contract.amounts import read_instant
from skypurser.invoices.once import told_invoice
from skypurser.ledger.requests import Answer

router = Router(tags=["bookings"])

_KNOWN = ("jet_cards_off", "booking_not_found")
#: Of the credit note that it may take.
_UNFIT = ("e_invoice_data_missing", "e_invoice_currency_unfit", "e_invoice_tax_deviates")


@operation(
    router,
    "GET",
    "/bookings",
    summary="List bookings, newest first",
    scopes=(Scope.CHARTER,),
    result=BookingPage,
    refusals=("jet_cards_off", "customer_not_found"),
)
def list_bookings(request: Request, query: FromQuery[BookingsQuery]) -> Any:
    """All of them, those of a customer, or those that stand or were cancelled."""
    found = lists.bookings(
        actor=request.call.actor,
        customer_id=query.customer_id,
        status=None if query.status is None else BookingStatus(query.status),
        after=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.id, shown_booking)


@operation(
    router,
    "GET",
    "/bookings/{booking_id}",
    summary="Read a booking",
    scopes=(Scope.CHARTER,),
    result=Booking,
    refusals=_KNOWN,
)
def read_booking(request: Request, booking_id: PathId) -> Any:
    """As it is now, with the lines of its newest price."""
    return shown_booking(queries.booking(booking_id, actor=request.call.actor))


@operation(
    router,
    "GET",
    "/bookings/{booking_id}/changes",
    summary="List what was done to a booking, oldest first",
    scopes=(Scope.CHARTER,),
    result=StepPage,
    refusals=_KNOWN,
)
def list_booking_changes(request: Request, booking_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """From its making to its cancellation, each with what it moved on the card."""
    actor = request.call.actor
    currency = queries.booking(booking_id, actor=actor).currency
    found = queries.steps(booking_id, actor=actor, after=after(query, int) or 0, limit=query.limit + 1)
    return page(query, found, lambda view: view.version, lambda view: shown_step(view, currency))


@operation(
    router,
    "POST",
    "/bookings/{booking_id}/changes",
    summary="Change the price of a booking",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Booking,
    refusals=(*_KNOWN, "booking_not_open", "changed_meanwhile", "insufficient_funds", "account_closed", *_UNFIT),
)
def change_booking(request: Request, booking_id: PathId, body: ChangeBooking) -> Any:
    """The card that pays is debited what it costs more, or credited what it costs less.

    Drafts of its invoices are deleted, and issued ones that say too much now are credited, whole.
    """
    call = request.call
    currency = queries.booking(booking_id, actor=call.actor).currency
    answer = repricing.change_price(
        booking_id=booking_id,
        lines=lines_of(body.lines, currency),
        reference=body.reference,
        expected_version=body.expected_version,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _told(request, answer)


@operation(
    router,
    "GET",
    "/bookings/{booking_id}/cancellation/preview",
    summary="Ask what cancelling a booking would cost",
    scopes=(Scope.CHARTER,),
    result=Preview,
    refusals=(*_KNOWN, "booking_not_open", "fee_exceeds_paid"),
)
def preview_cancellation(request: Request, booking_id: PathId, query: FromQuery[PreviewQuery]) -> Any:
    """Nothing is done, and nobody bound."""
    call = request.call
    currency = queries.booking(booking_id, actor=call.actor).currency
    told = cancelling.preview(
        booking_id=booking_id,
        actor=call.actor,
        at=call.now if query.at is None else read_instant(query.at, field="at"),
        fee=_fee(query.fee, currency),
    )
    return {
        "currency": currency,
        **{name: written(getattr(told, name), currency) for name in ("price", "fee", "refund")},
        "invoices": [{"id": one.id, "number": one.number} for one in told.invoices],
        "tier": None if told.tier is None else shown_tier(told.tier),
    }


@operation(
    router,
    "POST",
    "/bookings/{booking_id}/cancellation",
    summary="Cancel a booking",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Booking,
    refusals=(*_KNOWN, "booking_not_open", "changed_meanwhile", "fee_exceeds_paid", "account_closed", *_UNFIT),
)
def cancel_booking(request: Request, booking_id: PathId, body: CancelBooking) -> Any:
    """The fee is kept, the rest goes back to the card that paid; its drafts are deleted, its invoices credited."""
    call = request.call
    currency = queries.booking(booking_id, actor=call.actor).currency
    answer = cancelling.cancel(
        booking_id=booking_id,
        expected_version=body.expected_version,
        fee=_fee(body.fee, currency),
        expected_fee=_fee(body.expected_fee, currency),
        reference=body.reference,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _told(request, answer)


@operation(
    router,
    "POST",
    "/bookings/{booking_id}/invoice",
    summary="Draft a booking's next invoice",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Invoice,
    refusals=(*_KNOWN, "booking_not_open", "already_invoiced", "nothing_to_invoice", "invoiced_differently"),
)
def invoice_booking(request: Request, booking_id: PathId) -> Any:
    """Of what it costs and no issued invoice says: its lines, or the difference after a change of the price.

    Of a cancelled booking, the fee, with the tax in it that the carrier has set. Once it is issued, what a jet card
    has paid for the booking is its payment.
    """
    call = request.call
    answer = draft_for_booking(booking_id=booking_id, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return shown_invoice(told_invoice(answer))


def _fee(text: str | None, currency: str) -> int | None:
    return None if text is None else amount(text, currency, field="fee")


def _told(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_booking(told_booking(answer))
