"""Issue an invoice: number, snapshot, entry and payments in one transaction, and from then on nothing changes."""

from datetime import date, datetime, timedelta

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.errors import Refusal
from skypurser.invoices import einvoices, entries, linking, numbering, payments, queries, recording
from skypurser.invoices.content import buyer_of, issue_hash, party_json
from skypurser.invoices.drafting import locked_draft
from skypurser.invoices.entries import InvoiceIssued
from skypurser.invoices.issuers import IssuerData, issuer_of, seller_of
from skypurser.invoices.models import Invoice
from skypurser.invoices.numbering import Number
from skypurser.invoices.queries import InvoiceStatus, InvoiceView
from skypurser.ledger.intents import Contra
from skypurser.ledger.requests import BetweenControls
from skypurser.money import Money
from skypurser.parties import customers
from skypurser.parties.airports import local_date


class NothingToInvoice(Refusal):
    """The draft adds up to nothing."""

    code = "nothing_to_invoice"


class DueBeforeIssue(Refusal):
    """The due date lies before the date of issue."""

    code = "due_before_issue"


def issue_invoice(*, invoice_id: int, actor: Actor, now: datetime, expected: str = "") -> InvoiceView:
    """Issue a draft under the next number of the carrier's series; told as `invoice.issued`, and `invoice.paid`.

    Payments recorded for its document become its payments, the oldest first, as far as they fit. Numbers have no gaps:
    whoever issues next waits until this transaction ends. Where the carrier issues e-invoices, it bears XML of EN 16931
    from then on.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, AlreadyIssued, ChangedMeanwhile (see `locked_draft`),
            NothingToInvoice, IssuerMissing, DueBeforeIssue,
            EInvoiceDataMissing, EInvoiceMixesCategories, EInvoiceCurrencyUnfit, EInvoiceTaxDeviates:
            Nothing is written, and no number is taken.
    """
    with acting_for(actor.carrier_id):
        draft = locked_draft(invoice_id, actor=actor, expected=expected)
        if not draft.total:
            raise NothingToInvoice
        issuer = issuer_of(actor.carrier_id)
        number = take_number(issuer.invoice_series, actor=actor, now=now)
        due_date = draft.due_date or number.issue_date + timedelta(days=issuer.payment_days)
        if due_date < number.issue_date:
            raise DueBeforeIssue(issue_date=number.issue_date.isoformat())
        issued = freeze(
            draft,
            number,
            kind=InvoiceIssued,
            lines=entries.earned(net=draft.net, tax=draft.tax, subject=draft.subject),
            issuer=issuer,
            due_date=due_date,
            is_e_invoice=issuer.e_invoices,
            actor=actor,
            now=now,
        )
        tell_issue("invoice.issued", issued, actor=actor, now=now)
        linked = _link_payments(issued, actor=actor, now=now)
        return einvoices.keep(linked, actor=actor) if issuer.e_invoices else linked


def take_number(series: str, *, actor: Actor, now: datetime) -> Number:
    """Take the next number of a series, on the carrier's date. Inside `acting_for`."""
    today = local_date(now, get_carrier(actor.carrier_id).time_zone)
    return numbering.next_number(carrier_id=actor.carrier_id, series=series, today=today)


def freeze(
    draft: InvoiceView,
    number: Number,
    *,
    kind: type[BetweenControls],
    lines: tuple[Contra, ...],
    issuer: IssuerData,
    due_date: date,
    is_e_invoice: bool,
    actor: Actor,
    now: datetime,
    reverses: int | None = None,
) -> InvoiceView:
    """Post the entry, and make the draft what it is for ever; of an e-invoice, `einvoices.keep` adds the XML."""
    buyer = buyer_of(customers.shown(draft.customer_id, carrier_id=actor.carrier_id))
    seller = seller_of(issuer)
    entry_id = entries.post(
        kind,
        lines,
        part=f"invoice:{draft.id}",
        currency=draft.currency,
        document=str(number),
        reference=draft.document or str(number),
        actor=actor,
        now=now,
        reverses=reverses,
    )
    Invoice.objects.filter(carrier_id=actor.carrier_id, id=draft.id).update(
        status=InvoiceStatus.ISSUED.value,
        series=number.series,
        year=number.year,
        number=number.number,
        issue_date=number.issue_date,
        due_date=due_date,
        buyer=party_json(buyer),
        seller=party_json(seller),
        entry_id=entry_id,
        content_hash=issue_hash(
            draft, number=number, due_date=due_date, buyer=buyer, seller=seller, is_e_invoice=is_e_invoice
        ),
        issued_at=now,
        issued_by=actor.name,
    )
    return queries.shown(draft.id, carrier_id=actor.carrier_id)


def tell_issue(action: str, issued: InvoiceView, *, actor: Actor, now: datetime) -> None:
    """Record that a document was issued."""
    recording.tell(
        action,
        issued.customer_id,
        details={
            "invoice": issued.id if issued.corrects is None else issued.corrects.id,
            "credit_note": None if issued.corrects is None else issued.id,
            "number": issued.number,
            "corrects": None if issued.corrects is None else issued.corrects.number,
            "document": issued.document,
        },
        amount=Money(issued.total, issued.currency),
        reference=str(issued.number),
        actor=actor,
        now=now,
    )


def _link_payments(issued: InvoiceView, *, actor: Actor, now: datetime) -> InvoiceView:
    """Link what was paid for the invoice's document, the oldest payment first."""
    if issued.document is None:
        return issued
    open_amount = issued.open_amount
    for payment in payments.of_document(
        issued.document, customer_id=issued.customer_id, currency=issued.currency, carrier_id=actor.carrier_id
    ):
        if fits := min(payment.advance, open_amount):
            linking.link(payment, issued, amount=fits, actor=actor, now=now, is_issue=True)
            open_amount -= fits
    return linking.paid(issued, actor=actor, now=now)
