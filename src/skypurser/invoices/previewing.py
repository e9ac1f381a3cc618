"""A draft as PDF, as it would be if it were issued now, marked all over as a draft."""

from dataclasses import replace
from datetime import datetime

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.documents.pdf import write_pdf
from skypurser.invoices import forecasting, queries
from skypurser.invoices.content import buyer_of
from skypurser.invoices.drafting import AlreadyIssued
from skypurser.invoices.issuers import issuer_of, seller_of
from skypurser.invoices.printing import printed
from skypurser.invoices.queries import InvoiceStatus
from skypurser.parties import customers

#: What is written in place of a number and across the page.
_DRAFT = {"en": "Draft", "es": "Borrador"}


def preview_pdf(invoice_id: int, *, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """Return a draft's file name and its PDF. It bears no number and shows no payments: nothing is linked yet.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied: As `queries.invoice`.
        AlreadyIssued: It is no draft any more.
        IssuerMissing: The carrier has not said what it is called on invoices.
    """
    draft = queries.invoice(invoice_id, actor=actor)
    if draft.is_issued:
        raise AlreadyIssued
    forecast = forecasting.issue_forecast(draft, actor=actor, now=now)
    with reading_for(actor.carrier_id):
        buyer = buyer_of(customers.shown(draft.customer_id, carrier_id=actor.carrier_id))
        seller = seller_of(issuer_of(actor.carrier_id))
    word = _DRAFT[draft.language]
    as_issued = replace(
        draft,
        status=InvoiceStatus.ISSUED,
        number=word,
        buyer=buyer,
        seller=seller,
        issue_date=forecast.issue_date,
        due_date=forecast.due_date,
        issued_at=now,
    )
    said = {**printed(as_issued, carrier_id=actor.carrier_id), "mark": word.upper()}
    return f"{word.lower()}-{draft.id}.pdf", write_pdf("invoice", said, made_at=now)
