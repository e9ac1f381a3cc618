"""How invoices and payments look from outside, and what is said of them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.cursors import PageQuery
from skypurser.api.v1.shapes import (
    Amount,
    Body,
    Currency,
    Date,
    GivenId,
    Id,
    Instant,
    Percent,
    Query,
    Reference,
    Shown,
    Text,
    amount,
    instant,
    written,
)
from skypurser.invoices.drafting import Draft
from skypurser.invoices.lines import Line, LineData, TaxCategory, format_quantity, parse_quantity
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView, PartyData
from skypurser.ledger.trial_balance import TrialBalance
from skypurser.money import format_percent, parse_percent

_Category = Literal["S", "Z", "E", "AE", "G", "O"]
_Method = Literal["jet_card", "bank_transfer", "card", "other"]
_Quantity = Annotated[str, Field(max_length=11, description="Up to three decimals.", examples=["1.500"])]
#: What something is for, or was paid for.
PaymentDocument = Annotated[Text, Field(max_length=40, examples=["booking:17"])]
_Language = Literal["en", "es"]


class DraftLine(Body):
    """A line of a draft; `tax_category` is a code of EN 16931, and only S has a rate."""

    text: Annotated[Text, Field(min_length=1, max_length=500)]
    quantity: _Quantity = "1"
    unit_price: Amount
    tax_percent: Percent = "0.00"
    tax_category: _Category = "S"


class WriteDraft(Body):
    """What a draft says, whole."""

    lines: Annotated[list[DraftLine], Field(max_length=200)] = Field(default=[])
    document: PaymentDocument | None = Field(
        None, description="What it is for: `booking:` and the number. Payments for the same are linked to it."
    )
    due_date: Date | None = None
    supply_date: Date | None = Field(None, description="When what it is for is done, as the day of the last flight.")
    language: _Language | None = Field(None, description="The customer's, unless it is given.")
    notes: Annotated[str, Field(max_length=2_000)] = ""


class DraftInvoice(WriteDraft):
    """A new draft, in the customer's currency."""

    customer_id: GivenId


class PayInvoice(Body):
    """Money that came; `card_id` and `person_id` with method `jet_card` only."""

    amount: Amount
    method: _Method
    reference: Reference
    card_id: GivenId | None = None
    person_id: GivenId | None = None


class CreditedLine(Body):
    """What to take back of a line; without `net`, all that is left of it."""

    position: Annotated[int, Field(strict=True, ge=1, le=200)]
    net: Amount | None = None


class CreditInvoice(Body):
    """Why, and what; without lines all that is left."""

    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    lines: Annotated[list[CreditedLine], Field(max_length=200)] | None = None


class InvoicesQuery(PageQuery):
    """Which invoices and credit notes."""

    customer_id: Id | None = None
    document: PaymentDocument = ""
    kind: Literal["invoice", "credit_note"] | None = None
    status: Literal["draft", "issued"] | None = None
    open: Literal["true", "false"] = Field("false", description="Only those of which something is open.")


class TrialBalanceQuery(Query):
    """Of which currency; all of them unless it is given."""

    currency: Currency | None = None


class InvoiceLine(Shown):
    """A line with its amounts; of a credit note, `corrects` is the invoice's position."""

    position: int
    text: str
    quantity: str
    unit_price: Amount
    tax_percent: Percent
    tax_category: _Category
    net: Amount
    tax: Amount
    corrects: int | None


class InvoiceParty(Shown):
    """What somebody was called when it was issued."""

    legal_name: str
    address_lines: list[str]
    postal_code: str
    city: str
    country: str
    tax_number: str


class InvoiceReference(Shown):
    """Another invoice or credit note."""

    id: int
    number: str


class Invoice(Shown):
    """An invoice or credit note. A draft has no number, and what comes with it, yet."""

    id: int
    kind: Literal["invoice", "credit_note"]
    status: Literal["draft", "issued"]
    subject: Annotated[Literal["sale", "cancellation_fee"], Field(description="What it earns.")]
    number: str | None
    customer_id: int
    document: str | None
    currency: str
    language: _Language
    notes: str
    issue_date: date | None
    due_date: date | None
    supply_date: date | None
    lines: list[InvoiceLine]
    net: Amount
    tax: Amount
    total: Amount
    paid: Amount
    credited: Amount
    open_amount: Amount
    buyer: InvoiceParty | None
    seller: InvoiceParty | None
    corrects: InvoiceReference | None
    credit_notes: list[InvoiceReference]
    content_hash: str | None
    e_invoice: bool
    issued_at: Instant | None


class InvoicePage(Shown):
    """One page of invoices and credit notes, newest first."""

    items: list[Invoice]
    next_cursor: str | None


class RecordedPayment(Shown):
    """A payment; `advance` is what no issued invoice says yet, `kept` what is kept of it as a cancellation's fee."""

    id: int
    customer_id: int
    document: str | None
    currency: str
    amount: Amount
    method: _Method
    card_id: int | None
    linked: Amount
    refunded: Amount
    kept: Amount
    advance: Amount
    confirmed: bool
    reference: str
    recorded_at: Instant


class InvoicePaid(Shown):
    """The payment, and the invoice after it."""

    invoice: Invoice
    payment: RecordedPayment


class InvoicePayments(Shown):
    """All payments that were ever linked to an invoice, oldest first."""

    items: list[RecordedPayment]


class TrialBalanceLine(Shown):
    """A control account, or all customers' accounts where `control` is null; `balance` is debits less credits."""

    control: str | None
    debits: Amount
    credits: Amount
    balance: Annotated[str, Field(description="As an amount; below zero on the credit side.")]


class CurrencyBalance(Shown):
    """One currency; its debits equal its credits."""

    currency: str
    debits: Amount
    credits: Amount
    lines: list[TrialBalanceLine]


class TrialBalances(Shown):
    """All currencies that anything was posted in."""

    items: list[CurrencyBalance]


def draft_of(body: WriteDraft, currency: str) -> Draft:
    """Return the draft that a body says."""
    return Draft(
        lines=tuple(_line(one, currency, f"lines/{at}") for at, one in enumerate(body.lines)),
        document=body.document,
        due_date=body.due_date,
        supply_date=body.supply_date,
        language=body.language,
        notes=body.notes,
    )


def shown_invoice(view: InvoiceView) -> dict[str, Any]:
    """Return the invoice as the outside reads it."""
    amounts = ("net", "tax", "total", "paid", "credited", "open_amount")
    plain = ("id", "number", "customer_id", "document", "currency", "language", "notes")
    dates = ("issue_date", "due_date", "supply_date")
    references = [{"id": one.id, "number": one.number} for one in view.credit_notes]
    return {
        **{name: getattr(view, name) for name in (*plain, *dates)},
        **{name: written(getattr(view, name), view.currency) for name in amounts},
        "kind": view.kind.value,
        "status": view.status.value,
        "subject": view.subject.value,
        "lines": [_shown_line(one, view.currency) for one in view.lines],
        "buyer": _shown_party(view.buyer),
        "seller": _shown_party(view.seller),
        "corrects": None if view.corrects is None else {"id": view.corrects.id, "number": view.corrects.number},
        "credit_notes": references,
        "content_hash": view.content_hash,
        "e_invoice": view.is_e_invoice,
        "issued_at": instant(view.issued_at),
    }


def shown_payment(view: PaymentView) -> dict[str, Any]:
    """Return the payment as the outside reads it."""
    plain = ("id", "customer_id", "document", "currency", "card_id", "reference")
    return {
        **{name: getattr(view, name) for name in plain},
        **{
            name: written(getattr(view, name), view.currency)
            for name in ("amount", "linked", "refunded", "kept", "advance")
        },
        "method": view.method.value,
        "confirmed": view.is_confirmed,
        "recorded_at": instant(view.recorded_at),
    }


def shown_balance(of: TrialBalance) -> dict[str, Any]:
    """Return a trial balance as the outside reads it."""
    return {
        "currency": of.currency,
        "debits": written(of.debits, of.currency),
        "credits": written(of.credits, of.currency),
        "lines": [
            {
                "control": None if line.control is None else line.control.value,
                **{name: written(getattr(line, name), of.currency) for name in ("debits", "credits", "balance")},
            }
            for line in of.lines
        ],
    }


def _line(of: DraftLine, currency: str, where: str) -> LineData:
    return LineData(
        text=of.text,
        quantity_milli=parse_quantity(of.quantity, field=f"{where}/quantity"),
        unit_price=amount(of.unit_price, currency, field=f"{where}/unit_price"),
        tax_bps=parse_percent(of.tax_percent, field=f"{where}/tax_percent"),
        tax_category=TaxCategory(of.tax_category),
    )


def _shown_line(of: Line, currency: str) -> dict[str, Any]:
    return {
        "position": of.position,
        "text": of.text,
        "quantity": format_quantity(of.quantity_milli),
        "tax_percent": format_percent(of.tax_bps),
        "tax_category": of.tax_category.value,
        "corrects": of.corrects,
        **{name: written(getattr(of, name), currency) for name in ("unit_price", "net", "tax")},
    }


def _shown_party(of: PartyData | None) -> dict[str, Any] | None:
    if of is None:
        return None
    names = ("legal_name", "postal_code", "city", "country", "tax_number")
    return {**{name: getattr(of, name) for name in names}, "address_lines": list(of.address_lines)}
