"""What would come of issuing a draft now, and what was paid of an invoice: questions, nothing is locked or written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.invoices import payments
from skypurser.invoices.issuers import issuer_of
from skypurser.invoices.models import LastNumber
from skypurser.invoices.numbering import written
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView
from skypurser.parties.airports import local_date


@dataclass(frozen=True, slots=True)
class Settled:
    """A payment, and how much of it belongs to the invoice, or would; minor units."""

    payment: PaymentView
    amount: int


@dataclass(frozen=True, slots=True)
class IssueForecast:
    """What a draft would be if nobody came before; amounts are minor units of its currency.

    Attributes:
        number: The next one of the series; somebody else may take it meanwhile.
        issue_date, due_date: The carrier's dates.
        links: The recorded payments that would become its payments.
        open_amount: What would stay open.
    """

    number: str
    issue_date: date
    due_date: date
    links: tuple[Settled, ...]
    open_amount: int


def issue_forecast(draft: InvoiceView, *, actor: Actor, now: datetime) -> IssueForecast:
    """Return what issuing this draft now would do.

    Raises:
        IssuerMissing: The carrier has not said what it is called on invoices.
    """
    carrier_id = actor.carrier_id
    with reading_for(carrier_id):
        issuer = issuer_of(carrier_id)
        today = local_date(now, get_carrier(carrier_id).time_zone)
        last = LastNumber.objects.filter(carrier_id=carrier_id, series=issuer.invoice_series, year=today.year).first()
        links, left = [], draft.total
        found = (
            payments.of_document(
                draft.document, customer_id=draft.customer_id, currency=draft.currency, carrier_id=carrier_id
            )
            if draft.document
            else []
        )
        for payment in found:
            if fits := min(payment.advance, left):
                links.append(Settled(payment, fits))
                left -= fits
    number = 1 if last is None else last.number + 1
    issue_date = today if last is None else max(today, last.issue_date)
    return IssueForecast(
        number=written(series=issuer.invoice_series, year=today.year, number=number),
        issue_date=issue_date,
        due_date=draft.due_date or issue_date + timedelta(days=issuer.payment_days),
        links=tuple(links),
        open_amount=left,
    )


def settled(invoice: InvoiceView, *, actor: Actor) -> list[Settled]:
    """Return what of which payment belongs to an invoice that the actor has been given, oldest payment first."""
    with reading_for(actor.carrier_id):
        amounts = dict(payments.linked_to(invoice.id, carrier_id=actor.carrier_id))
        found = payments.of_invoice(invoice.id, carrier_id=actor.carrier_id)
    return [Settled(one, amounts[one.id]) for one in found if one.id in amounts]
