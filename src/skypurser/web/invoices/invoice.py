"""The page of an invoice or credit note: lines, taxes, payments, credit notes, letters; and its PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.invoices import einvoices, forecasting, previewing, printing, queries
from skypurser.invoices.forecasting import Settled
from skypurser.invoices.linking import may_pay
from skypurser.invoices.listing import State, advances
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.sending import about
from skypurser.jetcards import directory
from skypurser.mail import queries as letters
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView
from skypurser.web import documents, figures
from skypurser.web.accounts.account import Action
from skypurser.web.administration.words import LETTERS, PROBLEMS
from skypurser.web.customers.words import LANGUAGES, country
from skypurser.web.invoices import words
from skypurser.web.invoices.listing import issuer_missing
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import INVOICES


@page(INVOICES)
def invoice(request: Request, invoice_id: int) -> HttpResponse:
    """Show it."""
    found = queries.invoice(invoice_id, actor=request.actor)
    customer = customer_of(request, found)
    state = state_of(request, found)
    settled = forecasting.settled(found, actor=request.actor) if found.is_issued else []
    context = {
        "invoice": found,
        "customer": customer,
        "title": words.title(found),
        "kind": words.KINDS[found.kind],
        "is_note": found.kind is Kind.CREDIT_NOTE,
        "state": words.STATES[state],
        "is_overdue": state is State.OVERDUE,
        "document": documents.named(found.document),
        "mail_language": LANGUAGES.get(found.language, found.language),
        "country": "" if found.buyer is None else country(found.buyer.country),
        "lines": [
            (one, figures.quantity(one.quantity_milli), words.tax(one.tax_category, one.tax_bps)) for one in found.lines
        ],
        "taxes": [(words.tax(one.tax_category, one.tax_bps), one) for one in found.tax_totals],
        "settled": payment_rows(request, settled, of=found),
        "advances": _advances(request, found),
        "letters": [
            (one, LETTERS[one.status], PROBLEMS.get(one.problem, ""))
            for one in (letters.about(about(invoice_id), actor=request.actor) if found.is_issued else [])
        ],
        "actions": _actions(request, found),
        "is_missing": not found.is_issued and issuer_missing(request),
        "zone": request.membership.time_zone,
    }
    return render(request, "invoices/invoice.html", context)


@page(INVOICES)
def pdf(request: Request, invoice_id: int) -> HttpResponse:
    """Send an issued document as PDF, to be read in the browser."""
    return as_pdf(*printing.invoice_pdf(invoice_id, actor=request.actor))


@page(INVOICES)
def xml(request: Request, invoice_id: int) -> HttpResponse:
    """Send the XML of an e-invoice, to be kept."""
    name, content = einvoices.invoice_xml(invoice_id, actor=request.actor)
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type="application/xml", headers={"Content-Disposition": disposition})


@page(INVOICES)
def preview(request: Request, invoice_id: int) -> HttpResponse:
    """Send a draft as PDF, marked as one."""
    return as_pdf(*previewing.preview_pdf(invoice_id, actor=request.actor, now=request.now))


def as_pdf(name: str, content: bytes) -> HttpResponse:
    """Return a PDF to be read in the browser."""
    disposition = f'inline; filename="{name}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def state_of(request: Request, found: InvoiceView) -> State:
    """Return what an invoice stands at, as lists tell it."""
    if not found.is_issued:
        return State.DRAFT
    if found.kind is Kind.CREDIT_NOTE:
        return State.ISSUED
    if found.open_amount:
        today = figures.today(request.now, request.membership.time_zone)
        return State.OVERDUE if found.due_date is not None and found.due_date < today else State.OPEN
    return State.CREDITED if found.credited >= found.total else State.PAID


def customer_of(request: Request, found: InvoiceView) -> CustomerView:
    """Return the customer of an invoice that the member has been given."""
    return customers.by_id({found.customer_id}, carrier_id=request.actor.carrier_id)[found.customer_id]


def payment_rows(request: Request, settled: list[Settled], *, of: InvoiceView | None = None) -> list[dict[str, Any]]:
    """Return payments as they are shown: how each came, and where its movement is when a card paid.

    Args:
        of: The issued invoice to which they belong, so that they can be taken off it.
    """
    paid_by = {one.payment.card_id for one in settled if one.payment.card_id is not None}
    carrier_id = request.actor.carrier_id
    with reading_for(carrier_id):
        found = directory.names_of([(carrier_id, card_id) for card_id in paid_by])
    names = {card_id: one.name for (_carrier, card_id), one in found.items()}
    return [
        {
            "payment": one.payment,
            "amount": one.amount,
            "method": words.METHODS[one.payment.method],
            "card": names.get(one.payment.card_id or 0, ""),
            "url": movement_of(one.payment),
            "unlink": _unlink_address(request, one.payment, of),
        }
        for one in settled
    ]


def _unlink_address(request: Request, payment: PaymentView, of: InvoiceView | None) -> str:
    """Return where a payment is taken off an invoice; empty where it can't be: a booking took it for this."""
    if of is None or of.kind is not Kind.INVOICE or Permission.INVOICES not in request.actor.permissions:
        return ""
    if payment.is_bound and payment.document == of.document:
        return ""
    return reverse("desk:invoice-unlink", args=[of.id, payment.id])


def movement_of(payment: PaymentView) -> str:
    """Return the address of the card's movement by which a payment was taken; empty for other methods."""
    if payment.card_id is None:
        return ""
    statement = reverse("desk:customer-statement", args=[payment.customer_id])
    return f"{statement}?card={payment.card_id}&period=all&order=newest#m-{payment.entry_id}"


def _advances(request: Request, found: InvoiceView) -> list[dict[str, Any]]:
    """Return the customer's advances that an open invoice could take."""
    if not found.open_amount or Permission.INVOICES not in request.actor.permissions:
        return []
    there = advances(found.customer_id, currency=found.currency, carrier_id=request.actor.carrier_id)
    return [
        {"payment": one, "method": words.METHODS[one.method], "document": documents.named(one.document)}
        for one in there
        if may_pay(one, document=found.document)
    ]


def _actions(request: Request, found: InvoiceView) -> list[Action]:
    def at(name: str) -> str:
        return reverse(f"desk:{name}", args=[found.id])

    may = Permission.INVOICES in request.actor.permissions
    if not found.is_issued:
        preview_ = Action(_("Preview"), at("invoice-preview"), "eye")
        mine = [
            Action(_("Delete"), at("invoice-delete"), "trash"),
            Action(_("Edit"), at("invoice-edit"), "pencil", "e"),
            preview_,
            Action(_("Issue"), at("invoice-issue"), "check"),
        ]
        return mine if may else [preview_]
    actions = [Action("PDF", at("invoice-pdf"), "download")]
    if found.is_e_invoice:
        actions.append(Action("XML", at("invoice-xml"), "download"))
    if may:
        actions.append(Action(_("Send by e-mail"), at("invoice-send"), "mail"))
        if found.kind is Kind.INVOICE and found.credited < found.total:
            actions.append(Action(_("Credit note"), at("invoice-credit"), "minus"))
        if found.open_amount:
            actions.append(Action(_("Record a payment"), at("invoice-pay"), "plus", "n"))
    return actions
