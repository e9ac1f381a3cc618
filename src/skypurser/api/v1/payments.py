"""Payments of charter customers: taken before an invoice says so, linked to one by hand, given back.

Source: FL3XX, "Invoice Integration".
"""

from typing import Annotated, Any

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.invoice_shapes import (
    Invoice,
    PayInvoice,
    PaymentDocument,
    RecordedPayment,
    shown_invoice,
    shown_payment,
)
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Body, GivenId, Id, PathId, Reference, Shown, amount
from skypurser.invoices import once
from skypurser.invoices import payments as domain
from skypurser.invoices.payments import Method
from skypurser.invoices.receiving import Receipt
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from skypurser.parties import customers

router = Router(tags=["invoices"])

_SCOPES = (Scope.CHARTER,)
_KNOWN = ("jet_cards_off", "payment_not_found")
_INVOICES = (*_KNOWN, "invoice_not_found", "invoice_not_issued", "other_customers_payment")


class TakeAdvance(PayInvoice):
    """Money that came before an invoice; with a document it is linked to the one for the same when that is issued."""

    document: PaymentDocument | None = None


class LinkPayment(Body):
    """To which invoice, and how much of the payment; without `amount` as much as fits."""

    invoice_id: GivenId
    amount: Amount | None = None


class UnlinkPayment(Body):
    """Off which invoice, why, and how much; without `amount` all of the payment that belongs to the invoice."""

    invoice_id: GivenId
    reference: Reference
    amount: Amount | None = None


class RefundPayment(Body):
    """How much of an advance is given back, and why; what a jet card paid goes to that card."""

    amount: Amount
    reference: Reference


class PaymentsQuery(PageQuery):
    """Which payments."""

    customer_id: Id | None = None
    document: Annotated[PaymentDocument, Field(description="Only what was paid for this.")] = ""


class PaymentPage(Shown):
    """One page of payments, newest first."""

    items: list[RecordedPayment]
    next_cursor: str | None


@operation(
    router,
    "POST",
    "/customers/{customer_id}/payments",
    summary="Record a payment that no invoice says yet",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=RecordedPayment,
    refusals=(
        *("jet_cards_off", "customer_not_found", "document_not_found", "card_not_found", "other_customers_card"),
        *("person_not_found", "person_inactive", "card_not_for_person", "insufficient_funds", "account_closed"),
    ),
)
def take_advance(request: Request, customer_id: PathId, body: TakeAdvance) -> Any:
    """An advance. A jet card is debited at once; all other money has come already."""
    call = request.call
    currency = customers.get(customer_id, actor=call.actor).currency
    receipt = Receipt(
        amount=Money(amount(body.amount, currency, field="amount"), currency),
        method=Method(body.method),
        reference=body.reference,
        card_id=body.card_id,
        person_id=body.person_id,
    )
    answer = once.receive_advance(
        customer_id=customer_id,
        document=body.document,
        receipt=receipt,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _payment(request, answer)


@operation(
    router,
    "GET",
    "/payments",
    summary="List payments, newest first",
    scopes=_SCOPES,
    result=PaymentPage,
    refusals=("jet_cards_off",),
)
def list_payments(request: Request, query: FromQuery[PaymentsQuery]) -> Any:
    """All of the carrier's, or a customer's."""
    found = domain.payments(
        actor=request.call.actor,
        customer_id=query.customer_id,
        document=query.document,
        before=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.id, shown_payment)


@operation(
    router,
    "GET",
    "/payments/{payment_id}",
    summary="Read a payment",
    scopes=_SCOPES,
    result=RecordedPayment,
    refusals=_KNOWN,
)
def read_payment(request: Request, payment_id: PathId) -> Any:
    """With what is left of it."""
    return shown_payment(domain.payment(payment_id, actor=request.call.actor))


@operation(
    router,
    "POST",
    "/payments/{payment_id}/link",
    summary="Make an advance the payment of an issued invoice",
    scopes=_SCOPES,
    needs_key=True,
    result=Invoice,
    refusals=(*_INVOICES, "payment_bound_elsewhere", "exceeds_open_amount", "exceeds_advance"),
)
def link_payment(request: Request, payment_id: PathId, body: LinkPayment) -> Any:
    """In part or whole; gives the invoice with what is open of it."""
    call = request.call
    answer = once.link_payment(
        payment_id=payment_id,
        invoice_id=body.invoice_id,
        amount=_part(request, payment_id, body.amount),
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _invoice(request, answer)


@operation(
    router,
    "POST",
    "/payments/{payment_id}/unlink",
    summary="Make what belongs to an issued invoice an advance again",
    scopes=_SCOPES,
    needs_key=True,
    result=Invoice,
    refusals=(*_INVOICES, "payment_not_linked", "payment_bound"),
)
def unlink_payment(request: Request, payment_id: PathId, body: UnlinkPayment) -> Any:
    """In part or whole; so much of the invoice is open again."""
    call = request.call
    answer = once.unlink_payment(
        payment_id=payment_id,
        invoice_id=body.invoice_id,
        reference=body.reference,
        amount=_part(request, payment_id, body.amount),
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _invoice(request, answer)


@operation(
    router,
    "POST",
    "/payments/{payment_id}/refund",
    summary="Give an advance back",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=RecordedPayment,
    refusals=(*_KNOWN, "exceeds_advance", "payment_bound", "account_closed"),
)
def refund_payment(request: Request, payment_id: PathId, body: RefundPayment) -> Any:
    """The way it came. What belongs to an issued invoice is no advance."""
    call = request.call
    currency = domain.payment(payment_id, actor=call.actor).currency
    answer = once.give_back(
        payment_id=payment_id,
        amount=Money(amount(body.amount, currency, field="amount"), currency),
        reference=body.reference,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    return _payment(request, answer)


def _part(request: Request, payment_id: int, text: str | None) -> Money | None:
    currency = domain.payment(payment_id, actor=request.call.actor).currency
    return None if text is None else Money(amount(text, currency, field="amount"), currency)


def _payment(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_payment(once.told_payment(answer))


def _invoice(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_invoice(once.told_invoice(answer))
