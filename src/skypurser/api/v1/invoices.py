"""Invoices of charter customers: draft, issue, pay, credit, print; and the trial balance.

Source: FL3XX, "Invoice Integration".
"""

from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.acting import reading_for
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import after, page
from skypurser.api.v1.files import attached
from skypurser.api.v1.invoice_shapes import (
    CreditInvoice,
    DraftInvoice,
    Invoice,
    InvoicePage,
    InvoicePaid,
    InvoicePayments,
    InvoicesQuery,
    PayInvoice,
    TrialBalanceQuery,
    TrialBalances,
    WriteDraft,
    draft_of,
    shown_balance,
    shown_invoice,
    shown_payment,
)
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import PathId, amount
from skypurser.invoices import books, einvoices, once, payments, printing, queries
from skypurser.invoices.crediting import CreditLine
from skypurser.invoices.payments import Method
from skypurser.invoices.queries import InvoiceStatus, Kind
from skypurser.invoices.receiving import Receipt
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from skypurser.parties import customers

router = Router(tags=["invoices"])

_SCOPES = (Scope.CHARTER,)
_KNOWN = ("jet_cards_off", "invoice_not_found")
_UNFIT = ("e_invoice_data_missing", "e_invoice_currency_unfit", "e_invoice_tax_deviates")


@operation(
    router,
    "POST",
    "/invoices",
    summary="Draft an invoice",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=Invoice,
    refusals=("jet_cards_off", "customer_not_found", "document_not_found"),
)
def draft_invoice(request: Request, body: DraftInvoice) -> Any:
    """It may change until it is issued."""
    call = request.call
    currency = customers.get(body.customer_id, actor=call.actor).currency
    answer = once.draft_invoice(
        customer_id=body.customer_id, draft=draft_of(body, currency), key=call.key, actor=call.actor, now=call.now
    )
    return _invoice(request, answer)


@operation(
    router,
    "GET",
    "/invoices",
    summary="List invoices and credit notes, newest first",
    scopes=_SCOPES,
    result=InvoicePage,
    refusals=("jet_cards_off",),
)
def list_invoices(request: Request, query: FromQuery[InvoicesQuery]) -> Any:
    """All of the carrier's, or some."""
    found = queries.invoices(
        actor=request.call.actor,
        customer_id=query.customer_id,
        document=query.document,
        kind=None if query.kind is None else Kind(query.kind),
        status=None if query.status is None else InvoiceStatus(query.status),
        open_only=query.open == "true",
        before=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.id, shown_invoice)


@operation(
    router,
    "GET",
    "/invoices/{invoice_id}",
    summary="Read an invoice or credit note",
    scopes=_SCOPES,
    result=Invoice,
    refusals=_KNOWN,
)
def read_invoice(request: Request, invoice_id: PathId) -> Any:
    """With what is open of it now."""
    return shown_invoice(queries.invoice(invoice_id, actor=request.call.actor))


@operation(
    router,
    "PUT",
    "/invoices/{invoice_id}",
    summary="Write a draft anew",
    scopes=_SCOPES,
    needs_key=True,
    result=Invoice,
    refusals=(*_KNOWN, "document_not_found", "invoice_issued"),
)
def write_invoice(request: Request, invoice_id: PathId, body: WriteDraft) -> Any:
    """Whole: what is left out is empty."""
    call = request.call
    currency = queries.invoice(invoice_id, actor=call.actor).currency
    answer = once.change_draft(
        invoice_id=invoice_id, draft=draft_of(body, currency), key=call.key, actor=call.actor, now=call.now
    )
    return _invoice(request, answer)


@operation(
    router,
    "DELETE",
    "/invoices/{invoice_id}",
    summary="Delete a draft",
    scopes=_SCOPES,
    status=204,
    needs_key=True,
    result=None,
    refusals=(*_KNOWN, "invoice_issued"),
)
def delete_invoice(request: Request, invoice_id: PathId) -> Any:
    """An issued invoice stays for ever."""
    call = request.call
    answer = once.delete_draft(invoice_id=invoice_id, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed


@operation(
    router,
    "POST",
    "/invoices/{invoice_id}/issue",
    summary="Issue a draft",
    scopes=_SCOPES,
    needs_key=True,
    result=Invoice,
    refusals=(
        *_KNOWN,
        "invoice_issued",
        "nothing_to_invoice",
        "issuer_missing",
        "due_before_issue",
        "e_invoice_mixes_categories",
        *_UNFIT,
    ),
)
def issue_invoice(request: Request, invoice_id: PathId) -> Any:
    """It takes the next number, links what was paid for its document, and never changes again."""
    call = request.call
    return _invoice(request, once.issue_invoice(invoice_id=invoice_id, key=call.key, actor=call.actor, now=call.now))


@operation(
    router,
    "POST",
    "/invoices/{invoice_id}/credit-note",
    summary="Take an issued invoice back, in part or whole",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=Invoice,
    refusals=(*_KNOWN, "invoice_not_issued", "exceeds_invoice", "issuer_missing", *_UNFIT),
)
def credit_invoice(request: Request, invoice_id: PathId, body: CreditInvoice) -> Any:
    """What was paid beyond what is left of the invoice is an advance again."""
    call = request.call
    currency = queries.invoice(invoice_id, actor=call.actor).currency
    lines = None
    if body.lines is not None:
        lines = [
            CreditLine(
                position=one.position,
                net=None if one.net is None else amount(one.net, currency, field=f"lines/{at}/net"),
            )
            for at, one in enumerate(body.lines)
        ]
    answer = once.credit_invoice(
        invoice_id=invoice_id, reason=body.reason, lines=lines, key=call.key, actor=call.actor, now=call.now
    )
    return _invoice(request, answer)


@operation(
    router,
    "POST",
    "/invoices/{invoice_id}/payments",
    summary="Record a payment of an issued invoice",
    scopes=_SCOPES,
    status=201,
    needs_key=True,
    result=InvoicePaid,
    refusals=(
        *_KNOWN,
        "invoice_not_issued",
        "exceeds_open_amount",
        "card_not_found",
        "other_customers_card",
        "person_not_found",
        "person_inactive",
        "card_not_for_person",
        "insufficient_funds",
        "account_closed",
    ),
)
def pay_invoice(request: Request, invoice_id: PathId, body: PayInvoice) -> Any:
    """A jet card is debited at once; all other money has come already."""
    call = request.call
    currency = queries.invoice(invoice_id, actor=call.actor).currency
    receipt = Receipt(
        amount=Money(amount(body.amount, currency, field="amount"), currency),
        method=Method(body.method),
        reference=body.reference,
        card_id=body.card_id,
        person_id=body.person_id,
    )
    answer = once.pay_invoice(invoice_id=invoice_id, receipt=receipt, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return {
        "invoice": shown_invoice(once.told_invoice(answer)),
        "payment": shown_payment(once.told_payment(answer)),
    }


@operation(
    router,
    "GET",
    "/invoices/{invoice_id}/payments",
    summary="List the payments of an invoice",
    scopes=_SCOPES,
    result=InvoicePayments,
    refusals=_KNOWN,
)
def list_invoice_payments(request: Request, invoice_id: PathId) -> Any:
    """Oldest first; those that a credit note made advances again included."""
    actor = request.call.actor
    queries.invoice(invoice_id, actor=actor)
    with reading_for(actor.carrier_id):
        found = payments.of_invoice(invoice_id, carrier_id=actor.carrier_id)
    return {"items": [shown_payment(one) for one in found]}


@operation(
    router,
    "GET",
    "/invoices/{invoice_id}/pdf",
    summary="Print an issued invoice or credit note",
    scopes=_SCOPES,
    result=None,
    media_type="application/pdf",
    refusals=(*_KNOWN, "invoice_not_issued"),
)
def print_invoice(request: Request, invoice_id: PathId) -> Any:
    """The same bytes each time; of an e-invoice, with its XML embedded (Factur-X)."""
    name, content = printing.invoice_pdf(invoice_id, actor=request.call.actor)
    return attached(name, content, media_type="application/pdf")


@operation(
    router,
    "GET",
    "/invoices/{invoice_id}/xml",
    summary="Read the XML of an e-invoice",
    scopes=_SCOPES,
    result=None,
    media_type="application/xml",
    refusals=(*_KNOWN, "invoice_not_issued", "no_e_invoice"),
)
def read_invoice_xml(request: Request, invoice_id: PathId) -> Any:
    """Cross Industry Invoice, by EN 16931; the same that its PDF embeds."""
    name, content = einvoices.invoice_xml(invoice_id, actor=request.call.actor)
    return attached(name, content, media_type="application/xml")


@operation(
    router,
    "GET",
    "/trial-balance",
    summary="Read the trial balance",
    scopes=_SCOPES,
    result=TrialBalances,
)
def read_trial_balance(request: Request, query: FromQuery[TrialBalanceQuery]) -> Any:
    """All control accounts and all customers' accounts together, by currency."""
    found = books.trial_balance(actor=request.call.actor, currency=query.currency or "")
    return {"items": [shown_balance(one) for one in found]}


def _invoice(request: Request, answer: Answer) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_invoice(once.told_invoice(answer))
