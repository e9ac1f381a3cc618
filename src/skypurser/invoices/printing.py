"""An issued invoice or credit note as PDF, in its language: the same bytes each time it is asked for.

It says what was so when it was issued, payments included; what was paid later is no part of the document.
"""

from collections.abc import Mapping
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.documents.hybrid import write_hybrid
from skypurser.documents.pdf import write_pdf
from skypurser.invoices import einvoices, payments, queries
from skypurser.invoices.lines import TaxCategory
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.paper import Figures, address, paper_of
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.words import WORDS


def invoice_pdf(invoice_id: int, *, actor: Actor) -> tuple[str, bytes]:
    """Return an issued document's file name and its PDF; of an e-invoice, with its XML embedded.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied: As `queries.invoice`.
        NotIssued: A draft is no document yet.
    """
    found = queries.invoice(invoice_id, actor=actor)
    if found.issued_at is None:
        raise NotIssued
    name, said = f"{found.number}.pdf", printed(found, carrier_id=actor.carrier_id)
    xml = einvoices.xml_of(found, carrier_id=actor.carrier_id)
    if xml is None:
        return name, write_pdf("invoice", said, made_at=found.issued_at)
    return name, write_hybrid("invoice", said, xml=xml, made_at=found.issued_at)


def printed(invoice: InvoiceView, *, carrier_id: int) -> Mapping[str, Any]:
    """Return what an issued document says, all in words of its language.

    Raises:
        NotIssued: It is a draft.
    """
    if invoice.issued_at is None or invoice.seller is None or invoice.buyer is None or invoice.issue_date is None:
        raise NotIssued
    words = WORDS[invoice.language]
    how = {"tax_number": words["tax_number"], "language": invoice.language}
    with reading_for(carrier_id):
        paid = payments.linked_at_issue(invoice.id, carrier_id=carrier_id)
    figures = Figures(invoice.currency, invoice.language)
    is_note = invoice.kind is Kind.CREDIT_NOTE
    after = [
        (f"{words[f'by_{method.value}']} · {_reference(reference, words)}", f"−{figures.amount(amount)}")
        for method, reference, amount in paid
    ]
    if not is_note:
        left = invoice.total - sum(amount for *_, amount in paid)
        after.append((words["open"], f"{figures.amount(left)} {invoice.currency}"))
    return {
        "language": invoice.language,
        "paper": paper_of(invoice.seller.country),
        "title": f"{words[invoice.kind.value]} {invoice.number}",
        "number": invoice.number,
        "seller": address(invoice.seller.legal_name, invoice.seller, **how),
        "buyer": address(invoice.buyer.legal_name, invoice.buyer, **how),
        "facts": _facts(invoice, words, figures),
        "lines": [
            [
                str(one.position),
                one.text,
                figures.quantity(one.quantity_milli),
                figures.amount(one.unit_price),
                _tax(one.tax_category, one.tax_bps, words, figures),
                figures.amount(one.net),
            ]
            for one in invoice.lines
        ],
        "taxes": [
            [_tax(one.tax_category, one.tax_bps, words, figures), figures.amount(one.net), figures.amount(one.tax)]
            for one in invoice.tax_totals
        ],
        "totals": [(words["net"], figures.amount(invoice.net)), (words["tax"], figures.amount(invoice.tax))],
        "total": f"{figures.amount(invoice.total)} {invoice.currency}",
        "after": after,
        "notes": invoice.notes.split("\n") if invoice.notes else [],
        "footer": f"{invoice.seller.legal_name} · {invoice.number}",
        "words": {
            "kind": words[invoice.kind.value],
            "bill_to": words["bill_to"],
            "columns": [words[f"column_{name}"] for name in ("position", "text", "quantity", "price", "tax", "net")],
            "tax_summary": words["tax_summary"],
            "tax_columns": [words["rate"], words["net"], words["tax"]],
            "total": words["credited" if is_note else "total"],
            "notes": words["reason" if is_note else "notes"],
            "page": words["page"],
        },
    }


def _facts(invoice: InvoiceView, words: Mapping[str, str], figures: Figures) -> list[tuple[str, str]]:
    facts = [(words["issue_date"], figures.day(invoice.issue_date))]
    if invoice.kind is Kind.INVOICE:
        facts.append((words["due_date"], figures.day(invoice.due_date)))
    if invoice.supply_date is not None:
        facts.append((words["supply_date"], figures.day(invoice.supply_date)))
    if invoice.corrects is not None:
        facts.append((words["corrects"], invoice.corrects.number))
    if invoice.document:
        facts.append((words["document"], named_document(invoice.document, words)))
    if invoice.buyer is not None:
        facts.append((words["customer"], invoice.buyer.code))
    return facts


def named_document(document: str, words: Mapping[str, str]) -> str:
    """Return what a document is for in words (`booking:17`); what no package here names stays as it is."""
    kind, _colon, number = document.partition(":")
    return f"{words['booking']} {number}" if kind == "booking" and number else document


def _reference(text: str, words: Mapping[str, str]) -> str:
    """Return a payment's reference; what bookings write themselves, in English, in the document's language."""
    name, _blank, number = text.partition(" ")
    return f"{words['booking']} {number}" if name == "Booking" and number.isdecimal() else text


def _tax(category: TaxCategory, bps: int, words: Mapping[str, str], figures: Figures) -> str:
    return figures.percent(bps) if category is TaxCategory.STANDARD else words[f"tax_{category.value}"]
