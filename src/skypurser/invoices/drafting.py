"""Draft an invoice: write, change and delete it while nobody has it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.history import acts
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.invoices import linking, payments, purposes, queries
from skypurser.invoices.lines import Line, LineData, lines
from skypurser.invoices.models import Invoice, InvoiceLine
from skypurser.invoices.queries import InvoiceStatus, InvoiceView, Kind, Subject
from skypurser.parties import customers, texts

LONGEST_NOTES = 2_000


class AlreadyIssued(Refusal):
    """The invoice is issued and never changes; a credit note corrects it."""

    code = "invoice_issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes on an invoice.

    Attributes:
        document: What it is for, `booking:17`; payments for the same become its payments when it is issued.
        due_date: The carrier's date; None for so many days after the issue as the carrier usually gives.
        supply_date: When what it is for is done: of flights, the day of the last one. None leaves it unsaid.
        language: `en` or `es`; None for the customer's.
        lines: May be empty until it is issued.
    """

    lines: tuple[LineData, ...] = ()
    document: str | None = None
    due_date: date | None = None
    supply_date: date | None = None
    language: str | None = None
    notes: str = ""


def draft_invoice(
    *, customer_id: int, draft: Draft, actor: Actor, now: datetime, subject: Subject = Subject.SALE
) -> InvoiceView:
    """Draft an invoice in the customer's currency; recorded as `invoice.drafted`.

    Args:
        subject: What it earns, for ever.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied, InvalidRequest, DocumentNotFound: Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)
    written = lines(draft.lines)
    with acting_for(actor.carrier_id):
        customer = linking.locked(customer_id, actor=actor)
        purposes.require_own(draft.document, customer_id=customer_id, carrier_id=actor.carrier_id)
        row = Invoice.objects.create(
            carrier_id=actor.carrier_id,
            kind=Kind.INVOICE.value,
            customer_id=customer_id,
            currency=customer.currency,
            subject=subject.value,
            drafted_at=now,
            **_columns(draft, written, customer.language),
        )
        add_lines(row.id, written, carrier_id=actor.carrier_id)
        _tell("invoice.drafted", row.id, customer_id, actor, now)
        return queries.shown(row.id, carrier_id=actor.carrier_id)


def change_draft(*, invoice_id: int, draft: Draft, actor: Actor, now: datetime, expected: str = "") -> InvoiceView:
    """Write a draft anew, whole; recorded as `invoice.changed`. What it earns stays, and the tax of lines as they were.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, InvalidRequest, DocumentNotFound, AlreadyIssued,
            ChangedMeanwhile (see `locked_draft`): Nothing is written.
    """
    with acting_for(actor.carrier_id):
        found = locked_draft(invoice_id, actor=actor, expected=expected)
        written = lines([_with_tax(one, found) for one in draft.lines])
        purposes.require_own(draft.document, customer_id=found.customer_id, carrier_id=actor.carrier_id)
        language = customers.shown(found.customer_id, carrier_id=actor.carrier_id).language
        Invoice.objects.filter(carrier_id=actor.carrier_id, id=invoice_id).update(**_columns(draft, written, language))
        InvoiceLine.objects.filter(carrier_id=actor.carrier_id, invoice_id=invoice_id).delete()
        add_lines(invoice_id, written, carrier_id=actor.carrier_id)
        _tell("invoice.changed", invoice_id, found.customer_id, actor, now)
        return queries.shown(invoice_id, carrier_id=actor.carrier_id)


def delete_draft(*, invoice_id: int, actor: Actor, now: datetime) -> None:
    """Delete a draft; recorded as `invoice.deleted`.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, AlreadyIssued: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        _delete(locked_draft(invoice_id, actor=actor), actor, now)


def delete_drafts_of(document: str, *, customer_id: int, actor: Actor, now: datetime) -> int:
    """Delete a customer's drafts for a document that is no longer so, each recorded as `invoice.deleted`.

    For the package that sells, which has asked for permission. Locks the customer.

    Returns:
        How many there were.
    """
    with acting_for(actor.carrier_id):
        customers.lock_customer(customer_id, carrier_id=actor.carrier_id)
        there = queries.of_document(document, customer_id=customer_id, carrier_id=actor.carrier_id)
        drafts = [found for found in there if found.status is InvoiceStatus.DRAFT]
        for found in drafts:
            _delete(found, actor, now)
        return len(drafts)


def fingerprint(draft: InvoiceView) -> str:
    """Return what stands for all that a draft says; any change of it makes another one."""
    said = (draft.lines, draft.document, draft.due_date, draft.supply_date, draft.language, draft.notes)
    return sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


def locked_draft(invoice_id: int, *, actor: Actor, expected: str = "") -> InvoiceView:
    """Lock a draft and its customer until the transaction ends, and return it as it is then. Inside `acting_for`.

    Args:
        expected: The `fingerprint` of what whoever acts was shown; empty where nothing was.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, AlreadyIssued, ChangedMeanwhile.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)
    linking.locked(queries.shown(invoice_id, carrier_id=actor.carrier_id).customer_id, actor=actor)
    rows = Invoice.objects.select_for_update().filter(carrier_id=actor.carrier_id, id=invoice_id)
    list(rows.values_list("id"))
    found = queries.shown(invoice_id, carrier_id=actor.carrier_id)
    if found.status is not InvoiceStatus.DRAFT:
        raise AlreadyIssued
    if expected and expected != fingerprint(found):
        raise ChangedMeanwhile
    return found


def add_lines(invoice_id: int, of: Sequence[Line], *, carrier_id: int) -> None:
    """Add the lines to a draft."""
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            carrier_id=carrier_id,
            invoice_id=invoice_id,
            position=one.position,
            text=one.text,
            quantity_milli=one.quantity_milli,
            unit_price=one.unit_price,
            tax_bps=one.tax_bps,
            tax_category=one.tax_category.value,
            net=one.net,
            tax=one.tax,
            corrects=one.corrects,
        )
        for one in of
    )


def _with_tax(data: LineData, before: InvoiceView) -> LineData:
    """Return a line with the tax that it had, if it comes to the same as before."""

    def amounts(of: LineData | Line) -> tuple[int, int, int, str]:
        return of.quantity_milli, of.unit_price, of.tax_bps, str(of.tax_category)

    tax = next((one.tax for one in before.lines if amounts(one) == amounts(data)), None)
    return data if tax is None or data.tax is not None else replace(data, tax=tax)


def _delete(found: InvoiceView, actor: Actor, now: datetime) -> None:
    InvoiceLine.objects.filter(carrier_id=actor.carrier_id, invoice_id=found.id).delete()
    Invoice.objects.filter(carrier_id=actor.carrier_id, id=found.id).delete()
    _tell("invoice.deleted", found.id, found.customer_id, actor, now)


def _columns(draft: Draft, of: Sequence[Line], language: str) -> dict[str, Any]:
    return {
        "document": payments.checked_document(draft.document),
        "language": texts.language(draft.language or language),
        "notes": texts.lines(draft.notes, field="notes", longest=LONGEST_NOTES),
        "due_date": draft.due_date,
        "supply_date": draft.supply_date,
        "net": sum(one.net for one in of),
        "tax": sum(one.tax for one in of),
    }


def _tell(action: str, invoice_id: int, customer_id: int, actor: Actor, now: datetime) -> None:
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        actor=actor.name,
        reference=f"#{invoice_id}",
        customer_id=customer_id,
        now=now,
    )
