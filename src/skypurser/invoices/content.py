"""What an issued document says, as one canonical text, and its hash: the same for as long as nothing was changed."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec

from skypurser.invoices.numbering import Number
from skypurser.invoices.queries import InvoiceView, PartyData
from skypurser.parties.clientele import CustomerView

_json = msgspec.json.Encoder(order="deterministic").encode


def buyer_of(customer: CustomerView) -> PartyData:
    """Return what the customer is called now; its name where bills bear no other."""
    billing = asdict(customer.billing)
    return PartyData(**{**billing, "legal_name": customer.billing.legal_name or customer.name, "code": customer.code})


def party_json(party: PartyData) -> Mapping[str, Any]:
    """Return a party as it is kept."""
    kept: dict[str, Any] = msgspec.to_builtins(party)
    return kept


def issue_hash(
    invoice: InvoiceView,
    *,
    number: Number,
    due_date: date,
    buyer: PartyData,
    seller: PartyData,
    is_e_invoice: bool,
) -> bytes:
    """Return SHA-256 of what a draft says once it is issued like this."""
    return _hash(
        invoice,
        number=str(number),
        issue_date=number.issue_date,
        due_date=due_date,
        buyer=buyer,
        seller=seller,
        is_e_invoice=is_e_invoice,
    )


def content_hash(invoice: InvoiceView) -> bytes:
    """Return SHA-256 of what an issued document says; as it was stored, unless something was changed since."""
    return _hash(
        invoice,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        buyer=invoice.buyer,
        seller=invoice.seller,
        is_e_invoice=invoice.is_e_invoice,
    )


def _hash(invoice: InvoiceView, **issued: Any) -> bytes:
    said = {
        "version": 1,
        "kind": invoice.kind,
        "id": invoice.id,
        "customer_id": invoice.customer_id,
        "document": invoice.document,
        "currency": invoice.currency,
        "language": invoice.language,
        "notes": invoice.notes,
        "supply_date": invoice.supply_date,
        "net": invoice.net,
        "tax": invoice.tax,
        "corrects": None if invoice.corrects is None else invoice.corrects.number,
        "lines": invoice.lines,
        **issued,
    }
    return sha256(_json(said)).digest()
