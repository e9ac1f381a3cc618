"""Credit notes: take an issued invoice back, whole or in part, never more of a line than is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.errors import InvalidRequest, Refusal
from skypurser.invoices import einvoices, entries, issuing, linking, payments, queries
from skypurser.invoices.drafting import LONGEST_NOTES, add_lines
from skypurser.invoices.entries import CreditNoteIssued
from skypurser.invoices.issuers import issuer_of
from skypurser.invoices.lines import Line
from skypurser.invoices.models import Invoice, InvoiceLine
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.money import share
from skypurser.parties import texts


class ExceedsInvoice(Refusal):
    """More of a line than is left of it, or nothing is left of the invoice."""

    code = "exceeds_invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What to take back of a line: `net` in minor units before tax, above zero; None for all that is left."""

    position: int
    net: int | None = None


def credit_invoice(
    *, invoice_id: int, reason: str, actor: Actor, now: datetime, lines: Sequence[CreditLine] | None = None
) -> InvoiceView:
    """Issue a credit note for an issued invoice; told as `credit_note.issued`. Ask under a key: `once.credit_invoice`.

    The tax of a part is cumulative, so that rounding never drifts: the tax of all that was taken back of the line so
    far, less what was taken back before. What was paid beyond what is left of the invoice becomes an advance again, of
    the newest payment first. It is an e-invoice if the invoice is one.

    Args:
        reason: Mandatory; printed on it.
        lines: None for all that is left of every line.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, InvalidRequest, NotIssued, ExceedsInvoice, IssuerMissing,
            EInvoiceDataMissing, EInvoiceCurrencyUnfit, EInvoiceTaxDeviates: Nothing is written, and no number is
            taken.
    """
    why = texts.lines(reason, field="reason", longest=LONGEST_NOTES)
    if not why:
        raise InvalidRequest("a reason is mandatory", field="reason")
    with acting_for(actor.carrier_id):
        _customer, invoice = linking.payable(invoice_id, actor=actor)
        return credit(invoice, lines, why=why, actor=actor, now=now)


def credit(
    invoice: InvoiceView, lines: Sequence[CreditLine] | None, *, why: str, actor: Actor, now: datetime
) -> InvoiceView:
    """Credit an issued invoice, whoever may; errors are those of `credit_invoice`.

    Inside `acting_for`. Whoever calls holds the customer's row, and has asked for permission.
    """
    taken = _taken(invoice, lines, carrier_id=actor.carrier_id)
    note = Invoice.objects.create(
        carrier_id=actor.carrier_id,
        kind=Kind.CREDIT_NOTE.value,
        customer_id=invoice.customer_id,
        document=invoice.document,
        currency=invoice.currency,
        language=invoice.language,
        notes=why,
        supply_date=invoice.supply_date,
        net=sum(one.net for one in taken),
        tax=sum(one.tax for one in taken),
        corrects=invoice.id,
        subject=invoice.subject.value,
        drafted_at=now,
    )
    add_lines(note.id, taken, carrier_id=actor.carrier_id)
    draft = queries.shown(note.id, carrier_id=actor.carrier_id)
    _release(invoice, draft.total - invoice.open_amount, actor=actor, now=now)
    issuer = issuer_of(actor.carrier_id)
    number = issuing.take_number(issuer.credit_note_series, actor=actor, now=now)
    issued = issuing.freeze(
        draft,
        number,
        kind=CreditNoteIssued,
        lines=entries.mirrored(entries.earned(net=draft.net, tax=draft.tax, subject=draft.subject)),
        issuer=issuer,
        due_date=number.issue_date,
        is_e_invoice=invoice.is_e_invoice,
        actor=actor,
        now=now,
        reverses=invoice.entry_id,
    )
    issuing.tell_issue("credit_note.issued", issued, actor=actor, now=now)
    return einvoices.keep(issued, actor=actor) if invoice.is_e_invoice else issued


def left_of(invoice: InvoiceView, *, carrier_id: int) -> dict[int, tuple[int, int]]:
    """Return net and tax that no credit note has taken back yet, by the invoice's position. Inside `acting_for`."""
    left = {one.position: (one.net, one.tax) for one in invoice.lines}
    notes = [note.id for note in invoice.credit_notes]
    rows = InvoiceLine.objects.filter(carrier_id=carrier_id, invoice_id__in=notes) if notes else ()
    for row in rows:
        net, tax = left[row.corrects or 0]
        left[row.corrects or 0] = (net - row.net, tax - row.tax)
    return left


def _taken(invoice: InvoiceView, asked: Sequence[CreditLine] | None, *, carrier_id: int) -> list[Line]:
    """Return the credit note's lines."""
    left = left_of(invoice, carrier_id=carrier_id)
    if asked is None:
        asked = [CreditLine(position=position) for position, amounts in left.items() if sum(amounts)]
        if not asked:
            raise ExceedsInvoice("nothing is left of the invoice")
    by_position = {one.position: one for one in invoice.lines}
    if not asked or len({one.position for one in asked}) != len(asked):
        raise InvalidRequest("name each line once, and one at least", field="lines")
    taken = []
    for place, one in enumerate(asked, start=1):
        original = by_position.get(one.position)
        if original is None:
            raise InvalidRequest(f"the invoice has no line {one.position}", field=f"lines/{place - 1}/position")
        if one.net is not None and (type(one.net) is not int or one.net <= 0):
            raise InvalidRequest("the amount is above zero", field=f"lines/{place - 1}/net")
        taken.append(replace(_part(original, left[one.position], one.net, invoice.currency), position=place))
    return taken


def _part(original: Line, left: tuple[int, int], net: int | None, currency: str) -> Line:
    """Return the part of a line that is taken back; all that is left of it where `net` is None."""
    left_net, left_tax = left
    if not left_net or (net is not None and net > left_net):
        raise ExceedsInvoice(position=original.position, left_minor=left_net, currency=currency)
    corrected = replace(original, corrects=original.position)
    if net is None and (left_net, left_tax) == (original.net, original.tax):
        return corrected
    part = left_net if net is None else net
    tax = tax_of_part(original, left=left, net=part)
    return replace(corrected, quantity_milli=1000, unit_price=part, net=part, tax=tax)


def tax_of_part(original: Line, *, left: tuple[int, int], net: int) -> int:
    """Return the tax that goes with so much of a line's net, in minor units: cumulative, and in the end all of it.

    Args:
        left: Net and tax that nobody has taken back yet.
    """
    left_net, left_tax = left
    if net == left_net:
        return left_tax
    due = share(original.net - left_net + net, original.tax_bps) - (original.tax - left_tax)
    return max(0, min(due, left_tax))


def _release(invoice: InvoiceView, amount: int, *, actor: Actor, now: datetime) -> None:
    """Make so much of what was paid an advance again, of the newest payment first; nothing where it is not above zero.

    A payment may belong to several invoices, so what counts is what of it belongs to this one.
    """
    for payment_id, linked in reversed(payments.linked_to(invoice.id, carrier_id=actor.carrier_id)):
        if amount <= 0:
            return
        part = min(linked, amount)
        linking.release(payment_id, invoice, amount=part, actor=actor, now=now)
        amount -= part
