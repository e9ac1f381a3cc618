"""Send an issued invoice or credit note by e-mail, the PDF attached."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.invoices import queries
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.printing import invoice_pdf
from skypurser.mail.queries import MessageView
from skypurser.mail.writing import File, Letter, write_once
from skypurser.parties import customers


def send_invoice(
    *,
    invoice_id: int,
    recipient: str,
    subject: str,
    paragraphs: Sequence[str],
    key: str,
    actor: Actor,
    now: datetime,
) -> MessageView:
    """Write a letter with the document attached; sent later, and recorded as `invoice.sent`.

    With the same key the letter that was written before, and no second act.

    Args:
        paragraphs: In the document's language.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, NotIssued, MailNotConfigured, InvalidRequest: Nothing is
            written.
    """
    found = queries.invoice(invoice_id, actor=actor)
    actor.require(Permission.INVOICES, at=customers.shown(found.customer_id, carrier_id=actor.carrier_id).place)
    if not found.is_issued:
        raise NotIssued
    name, pdf = invoice_pdf(invoice_id, actor=actor)
    letter = Letter(
        cause=f"{about(invoice_id)}/{key}",
        about=about(invoice_id),
        recipient=recipient,
        language=found.language,
        subject=subject,
        paragraphs=paragraphs,
        files=[File(name, "application/pdf", pdf)],
    )
    with acting_for(actor.carrier_id):
        message, is_new = write_once(letter, actor=actor, now=now)
        if is_new:
            told: dict[str, Any] = {"invoice": found.id, "number": found.number, "recipient": message.recipient}
            acts.record(
                carrier_id=actor.carrier_id,
                action="invoice.sent",
                customer_id=found.customer_id,
                actor=actor.name,
                reference=message.subject,
                changes=told,
                now=now,
            )
        return message


def about(invoice_id: int) -> str:
    """Return what letters about an invoice are found by."""
    return f"invoice:{invoice_id}"
