"""E-invoices: the XML of EN 16931 that an issued document bears, written with it and kept for ever.

It is kept rather than written anew each time, because it is the document: a later version of ours must not change what
was sent. Whether there is one was decided by the carrier's option at that moment; a credit note follows its invoice.
"""

from dataclasses import replace
from datetime import date
from hashlib import sha256

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.errors import Refusal
from skypurser.invoices import cii, en16931, payments, queries
from skypurser.invoices.content import buyer_of
from skypurser.invoices.en16931 import Paid
from skypurser.invoices.issuers import issuer_of, seller_of
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.models import EInvoice
from skypurser.invoices.queries import InvoiceView
from skypurser.parties import customers


class NoEInvoice(Refusal):
    """The document was issued without XML."""

    code = "no_e_invoice"


def keep(issued: InvoiceView, *, actor: Actor) -> InvoiceView:
    """Write and keep the XML of what has just been issued, payments linked, and return it as it is now.

    In the transaction that issues it, inside `acting_for`.

    Raises:
        EInvoiceDataMissing, EInvoiceMixesCategories, EInvoiceCurrencyUnfit, EInvoiceTaxDeviates: So nothing of it may
            stay.
        NotIssued: It is a draft.
    """
    if issued.seller is None or issued.buyer is None or issued.content_hash is None:
        raise NotIssued
    linked = payments.linked_at_issue(issued.id, carrier_id=actor.carrier_id)
    paid = [Paid(method, amount) for method, _reference, amount in linked]
    en16931.require_expressible(issued, seller=issued.seller, buyer=issued.buyer, paid=paid)
    xml = cii.xml_of(
        issued,
        seller=issued.seller,
        buyer=issued.buyer,
        seller_code=get_carrier(actor.carrier_id).code,
        paid=paid,
        corrected=_corrected(issued, actor.carrier_id),
    )
    EInvoice(
        carrier_id=actor.carrier_id,
        invoice_id=issued.id,
        xml=xml,
        xml_hash=sha256(bytes.fromhex(issued.content_hash) + xml).digest(),
    ).save(force_insert=True)
    return replace(issued, is_e_invoice=True)


def xml_of(invoice: InvoiceView, *, carrier_id: int) -> bytes | None:
    """Return the XML that an invoice bears, whoever asks; None where it was issued without."""
    if not invoice.is_e_invoice:
        return None
    with reading_for(carrier_id):
        return bytes(EInvoice.objects.values_list("xml", flat=True).get(carrier_id=carrier_id, invoice_id=invoice.id))


def invoice_xml(invoice_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """Return an issued document's file name and its XML.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied: As `queries.invoice`.
        NotIssued: A draft is no document yet.
        NoEInvoice: It was issued without.
    """
    found = queries.invoice(invoice_id, actor=actor)
    if not found.is_issued:
        raise NotIssued
    xml = xml_of(found, carrier_id=actor.carrier_id)
    if xml is None:
        raise NoEInvoice
    return f"{found.number}.xml", xml


def obstacle(draft: InvoiceView, *, actor: Actor) -> Refusal | None:
    """Return why a draft could not be issued as an e-invoice now; None where it could, or need not.

    Payments are not looked at: an odd part of a currency with three decimals is told by the issue itself.

    Raises:
        IssuerMissing: The carrier has not said what it is called on invoices.
    """
    with reading_for(actor.carrier_id):
        issuer = issuer_of(actor.carrier_id)
        if not issuer.e_invoices:
            return None
        buyer = buyer_of(customers.shown(draft.customer_id, carrier_id=actor.carrier_id))
    try:
        en16931.require_expressible(draft, seller=seller_of(issuer), buyer=buyer)
    except Refusal as refusal:
        return refusal
    return None


def _corrected(issued: InvoiceView, carrier_id: int) -> tuple[str, date] | None:
    if issued.corrects is None:
        return None
    day = queries.shown(issued.corrects.id, carrier_id=carrier_id).issue_date
    if day is None:
        raise NotIssued
    return issued.corrects.number, day
