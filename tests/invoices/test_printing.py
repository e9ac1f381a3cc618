"""The PDF of an invoice: the same bytes each time, in the customer's language, and whatever is written stays text."""

from datetime import timedelta
from typing import Any

import pytest

from skypurser.documents.pdf import write_pages, write_pdf
from skypurser.invoices import queries
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.lines import LineData, TaxCategory
from skypurser.invoices.linking import NotIssued, link_payment
from skypurser.invoices.payments import Method
from skypurser.invoices.printing import invoice_pdf, printed
from skypurser.invoices.receiving import Receipt, pay_invoice
from skypurser.invoices.words import WORDS
from skypurser.money import Money
from skypurser.parties.clientele import Billing
from tests import cast

HOSTILE = (
    "#panic()",
    '#read("/etc/passwd")',
    "*bold* _emphasis_ `raw` $x^2$ <label> @reference",
    "= Heading",
    "- item",
    "// comment",
    "/* open",
    "]",
    "\\",
    '#import "@preview/cetz:0.3.0"',
    '"; #panic() "',
    '{"a": 1}',
    "\u202egnp.exe",
    "Ω≈ç√ 日本語 🛩",
    "--- ... ~ '\"'",
)


@pytest.fixture
def operator() -> cast.CharterOperator:
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def said(of: cast.CharterOperator, invoice: queries.InvoiceView) -> Any:
    return printed(invoice, carrier_id=of.carrier.id)


def test_the_same_invoice_is_the_same_bytes_each_time(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 7_500, "order:17")
    issued = cast.invoiced(operator, document="order:17")
    name, first = invoice_pdf(issued.id, actor=operator.actor)

    later = cast.NOON + timedelta(days=3)
    receipt = Receipt(amount=Money(100, "USD"), method=Method.CARD, reference="visa")
    pay_invoice(invoice_id=issued.id, receipt=receipt, actor=operator.actor, now=later)
    credit_invoice(
        invoice_id=issued.id, reason="x", lines=[CreditLine(position=1, net=1)], actor=operator.actor, now=later
    )

    assert name == "INV-2026-000001.pdf"
    assert first.startswith(b"%PDF-")
    assert invoice_pdf(issued.id, actor=operator.actor) == (name, first)


def test_who_paid_after_the_issue_by_a_clock_before_it_changes_nothing(operator: cast.CharterOperator) -> None:
    """Whoever pays looks at the clock, and may wait then for whoever issues."""
    issued = cast.invoiced(operator)
    advance = cast.paid_ahead(operator, 500, "order:18")
    _name, first = invoice_pdf(issued.id, actor=operator.actor)

    for before in (cast.NOON - timedelta(seconds=1), cast.NOON):
        receipt = Receipt(amount=Money(100, "USD"), method=Method.CARD, reference="visa")
        pay_invoice(invoice_id=issued.id, receipt=receipt, actor=operator.actor, now=before)
        link_payment(
            payment_id=advance.id, invoice_id=issued.id, amount=Money(10, "USD"), actor=operator.actor, now=before
        )

    assert invoice_pdf(issued.id, actor=operator.actor)[1] == first
    assert queries.invoice(issued.id, actor=operator.actor).paid == 220


def test_it_says_what_was_sold_taxed_and_paid(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 7_500, "order:17")
    exempt = LineData(text="Catering", quantity_milli=2500, unit_price=1_234, tax_category=TaxCategory.EXEMPT)

    found = said(operator, cast.invoiced(operator, cast.flight(), exempt, document="order:17"))

    assert found["seller"] == [
        "Test Air, Inc.",
        "1 Hangar Road",
        "11430 New York",
        "United States",
        "Tax number 12-3456789",
    ]
    assert found["lines"] == [
        ["1", "Charter JFK-MIA", "1", "1,000.00", "7.50%", "1,000.00"],
        ["2", "Catering", "2.5", "12.34", "Exempt", "30.85"],
    ]
    assert found["taxes"] == [["Exempt", "30.85", "0.00"], ["7.50%", "1,000.00", "75.00"]]
    assert found["total"] == "1,105.85 USD"
    assert found["after"] == [
        ("Paid by jet card · charter order:17", "−75.00"),
        ("Open amount", "1,030.85 USD"),
    ]
    assert ("Due date", "January 29, 2026") in found["facts"]
    assert found["paper"] == "us-letter"


def test_it_is_in_the_customers_language(operator: cast.CharterOperator) -> None:
    client = cast.customer(
        operator.carrier, name="Cielo", language="es", billing=Billing(legal_name="Cielo S.A.", country="AR")
    )
    of = cast.CharterOperator(operator.carrier, operator.actor, client, operator.ann, operator.bob, operator.card)

    issued = cast.invoiced(of)
    found = said(of, issued)

    assert found["title"] == "Factura INV-2026-000001"
    assert ("Fecha de emisión", "15 de enero de 2026") in found["facts"]
    assert found["after"] == [("Saldo pendiente", "1.075,00 USD")]
    assert invoice_pdf(issued.id, actor=of.actor)[1].startswith(b"%PDF-")


def test_a_credit_note_names_what_it_corrects_and_why(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    note = credit_invoice(invoice_id=issued.id, reason="Cancelled\nby fog", actor=operator.actor, now=cast.NOON)

    found = said(operator, note)

    assert found["title"] == "Credit note CN-2026-000001"
    assert ("Corrects invoice", "INV-2026-000001") in found["facts"]
    assert (found["notes"], found["words"]["notes"], found["after"]) == (["Cancelled", "by fog"], "Reason", [])
    assert invoice_pdf(note.id, actor=operator.actor)[1].startswith(b"%PDF-")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_writes_is_never_read_as_markup(operator: cast.CharterOperator, text: str) -> None:
    """A page with the text differs from one without only by that text: it has the same number of pages and compiles."""
    issued = cast.invoiced(operator)
    data = {**said(operator, issued)}
    data["buyer"] = data["seller"] = [text, text]
    data["lines"] = [["1", text, text, text, text, text]]
    data["facts"] = data["taxes"] = data["totals"] = data["after"] = [[text, text, text]]
    data["notes"] = data["words"]["columns"] = [text] * 6
    data["number"] = data["title"] = data["footer"] = data["total"] = text

    assert len(write_pages("invoice", data, made_at=cast.NOON)) == 1
    assert write_pdf("invoice", data, made_at=cast.NOON).startswith(b"%PDF-")


def test_many_lines_take_several_pages(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, *(cast.flight(unit_price=100, text=f"Leg {number}") for number in range(120)))

    assert len(write_pages("invoice", said(operator, issued), made_at=cast.NOON)) > 1


@pytest.mark.parametrize(("currency", "total"), [("JPY", "107,500 JPY"), ("KWD", "107.500 KWD")])
def test_amounts_have_the_currencys_digits(currency: str, total: str) -> None:
    of = cast.charter_operator(currency=currency)
    cast.issuer(of.carrier)

    assert said(of, cast.invoiced(of))["total"] == total


def test_an_instant_may_have_microseconds(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, now=cast.NOON + timedelta(microseconds=123_456))

    assert invoice_pdf(issued.id, actor=operator.actor)[1].startswith(b"%PDF-")


def test_a_draft_is_no_document(operator: cast.CharterOperator) -> None:
    draft = cast.drafted(operator)

    with pytest.raises(NotIssued):
        invoice_pdf(draft.id, actor=operator.actor)
    with pytest.raises(NotIssued):
        said(operator, draft)


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
    assert all(word for words in WORDS.values() for word in words.values())
