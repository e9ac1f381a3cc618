"""Questions about invoices and credit notes. Amounts are minor units; `open_amount` is asked in the same query."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.errors import Refusal
from skypurser.invoices.lines import Line, TaxCategory, TaxTotal, tax_totals
from skypurser.invoices.numbering import written
from skypurser.invoices.payments import LONGEST_PAGE, checked_document, require_reading
from skypurser.parties import customers


class InvoiceNotFound(Refusal):
    """The carrier has no such invoice."""

    code = "invoice_not_found"


class Kind(StrEnum):
    """What it is; a credit note corrects an invoice."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Subject(StrEnum):
    """What an invoice earns; a credit note takes back the same."""

    SALE = "sale"
    CANCELLATION_FEE = "cancellation_fee"


class InvoiceStatus(StrEnum):
    """A draft may change; what is issued never does."""

    DRAFT = "draft"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyData:
    """What somebody was called when an invoice was issued; `code` is a customer's."""

    legal_name: str
    address_lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""
    tax_number: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Another invoice or credit note, by id and number."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice or credit note. Amounts are minor units of `currency`; dates are the carrier's, instants UTC.

    Attributes:
        number: None of a draft, and so are `issue_date`, `buyer`, `seller`, `entry_id`, `content_hash`, `issued_at`.
        document: What it is for; None where nobody said.
        due_date: Of a draft: the one asked for.
        paid: What is linked to payments; zero of a credit note.
        credited: What credit notes took back; zero of a credit note.
        corrects: The invoice that this credit note corrects.
        credit_notes: Those that correct this invoice, in the order of their issue.
        supply_date: When what it is for was, or will have been, done; None where nobody said.
        is_e_invoice: Whether it bears XML of EN 16931, as decided when it was issued.
        subject: What it earns.
        content_hash: SHA-256 of what was issued, in hexadecimal.
    """

    id: int
    kind: Kind
    status: InvoiceStatus
    number: str | None
    customer_id: int
    document: str | None
    currency: str
    language: str
    notes: str
    issue_date: date | None
    due_date: date | None
    net: int
    tax: int
    paid: int
    credited: int
    lines: tuple[Line, ...]
    buyer: PartyData | None
    seller: PartyData | None
    corrects: Reference | None
    credit_notes: tuple[Reference, ...]
    entry_id: int | None
    content_hash: str | None
    issued_at: datetime | None
    issued_by: str | None
    drafted_at: datetime
    supply_date: date | None
    is_e_invoice: bool
    subject: Subject

    @property
    def total(self) -> int:
        """With tax."""
        return self.net + self.tax

    @property
    def is_issued(self) -> bool:
        """Whether it is issued, and so as it is for ever."""
        return self.status is InvoiceStatus.ISSUED

    @property
    def open_amount(self) -> int:
        """What nobody has paid nor credited of an issued invoice; of a draft and of a credit note nothing is open."""
        return self.total - self.paid - self.credited if self.is_issued and self.kind is Kind.INVOICE else 0

    @property
    def tax_totals(self) -> tuple[TaxTotal, ...]:
        """The tax summary."""
        return tax_totals(self.lines)


_INVOICES = """
SELECT i.id, i.kind, i.status, i.series, i.year, i.number, i.customer_id, i.document, i.currency, i.language, i.notes,
       i.issue_date, i.due_date, i.net, i.tax, paid.amount, coalesce(notes.amount, 0)::bigint,
       (SELECT coalesce(json_agg(json_build_array(l.position, l.text, l.quantity_milli, l.unit_price, l.tax_bps,
                                 l.tax_category, l.net, l.tax, l.corrects) ORDER BY l.position), '[]')
          FROM invoices_invoiceline l WHERE l.carrier_id = i.carrier_id AND l.invoice_id = i.id)::text,
       i.buyer::text, i.seller::text, o.id, o.series, o.year, o.number, coalesce(notes.them, '[]')::text,
       i.entry_id, encode(i.content_hash, 'hex'), i.issued_at, i.issued_by, i.drafted_at,
       i.supply_date, EXISTS (SELECT FROM invoices_einvoice e
                               WHERE e.carrier_id = i.carrier_id AND e.invoice_id = i.id), i.subject
  FROM invoices_invoice i
  LEFT JOIN invoices_invoice o ON o.carrier_id = i.carrier_id AND o.id = i.corrects
 CROSS JOIN LATERAL (SELECT coalesce(sum(k.amount), 0)::bigint AS amount FROM invoices_paymentlink k
                      WHERE k.carrier_id = i.carrier_id AND k.invoice_id = i.id) paid
 CROSS JOIN LATERAL (SELECT sum(n.net + n.tax) AS amount,
                            json_agg(json_build_array(n.id, n.series, n.year, n.number) ORDER BY n.id) AS them
                       FROM invoices_invoice n
                      WHERE n.carrier_id = i.carrier_id AND n.corrects = i.id AND n.status = 'issued') notes
 WHERE i.carrier_id = %(carrier)s AND {condition} ORDER BY i.id DESC LIMIT %(limit)s
"""

_OPEN = """i.status = 'issued' AND i.kind = 'invoice'
   AND i.net + i.tax > paid.amount + coalesce(notes.amount, 0)"""

_party = msgspec.json.Decoder(PartyData).decode


def invoice(invoice_id: int, *, actor: Actor) -> InvoiceView:
    """Return an invoice or credit note.

    Raises:
        JetCardsOff, InvoiceNotFound.
        PermissionDenied: The actor has neither INVOICES nor SALES, or the customer lies outside the limits.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    found = shown(invoice_id, carrier_id=actor.carrier_id)
    require_reading(actor, of=customers.shown(found.customer_id, carrier_id=actor.carrier_id))
    return found


def shown(invoice_id: int, *, carrier_id: int) -> InvoiceView:
    """Return an invoice or credit note, whoever asks.

    Raises:
        InvoiceNotFound.
    """
    with reading_for(carrier_id):
        found = _found("i.id = %(id)s", {"id": invoice_id}, carrier_id)
    if not found:
        raise InvoiceNotFound(f"there is no invoice {invoice_id}")
    return found[0]


def of_document(document: str, *, customer_id: int, carrier_id: int) -> list[InvoiceView]:
    """Return a customer's invoices and credit notes for a document, newest first, whoever asks."""
    asked = {"document": document, "customer": customer_id}
    with reading_for(carrier_id):
        return _found("i.document = %(document)s AND i.customer_id = %(customer)s", asked, carrier_id)


def invoices(
    *,
    actor: Actor,
    customer_id: int | None = None,
    document: str = "",
    kind: Kind | None = None,
    status: InvoiceStatus | None = None,
    open_only: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> list[InvoiceView]:
    """Return the newest invoices and credit notes within the actor's reach, newest first.

    Args:
        customer_id: Only this customer's; None for all.
        document: Only what is for this.
        open_only: Only issued invoices of which something is open.
        before: The id of the last one of the page before.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    conditions = ["i.id < %(before)s"]
    asked: dict[str, Any] = {"before": before or 2**62, "limit": min(limit, LONGEST_PAGE + 1)}
    if actor.is_limited:
        conditions.append("i.customer_id = ANY(%(within)s)")
        asked["within"] = customers.ids_within(actor)
    for name, value in (
        ("customer_id", customer_id),
        ("document", checked_document(document)),
        ("kind", kind),
        ("status", status),
    ):
        if value is not None:
            conditions.append(f"i.{name} = %({name})s")
            asked[name] = value
    if open_only:
        conditions.append(_OPEN)
    with reading_for(actor.carrier_id):
        return _found(" AND ".join(conditions), asked, actor.carrier_id)


def _found(condition: str, asked: dict[str, Any], carrier_id: int) -> list[InvoiceView]:
    sql = _INVOICES.format(condition=condition)  # conditions are ours, never a caller's
    with connection.cursor() as cursor:
        cursor.execute(sql, {"limit": None, **asked, "carrier": carrier_id})
        return [_view(row) for row in cursor.fetchall()]


def _view(row: tuple[Any, ...]) -> InvoiceView:
    kind, status, series, year, number = row[1:6]
    lines, buyer, seller, *other = row[17:24]
    values = [
        row[0],
        Kind(kind),
        InvoiceStatus(status),
        _number(series, year, number),
        *row[6:17],
        tuple(_line(one) for one in msgspec.json.decode(lines)),
        None if buyer is None else _party(buyer),
        None if seller is None else _party(seller),
        _reference(other),
        tuple(filter(None, map(_reference, msgspec.json.decode(row[24])))),
        *row[25:-1],
        Subject(row[-1]),
    ]
    return InvoiceView(*values)


def _number(series: str, year: int, number: int | None) -> str | None:
    return None if number is None else written(series=series, year=year, number=number)


def _reference(of: list[Any]) -> Reference | None:
    number = _number(*of[1:])
    return None if number is None else Reference(of[0], number)


def _line(row: list[Any]) -> Line:
    row[5] = TaxCategory(row[5])
    return Line(*row)
