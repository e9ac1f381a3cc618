"""E-invoices: what is issued while the carrier's option is on bears XML of EN 16931, and the official rules agree."""

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from lxml import etree

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.errors import Refusal
from skypurser.invoices import einvoices, queries
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.einvoices import NoEInvoice, invoice_xml
from skypurser.invoices.en16931 import (
    EInvoiceCurrencyUnfit,
    EInvoiceDataMissing,
    EInvoiceMixesCategories,
    EInvoiceTaxDeviates,
)
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.lines import LineData, TaxCategory
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.payments import Method
from skypurser.invoices.printing import invoice_pdf
from skypurser.invoices.queries import InvoiceView
from skypurser.invoices.receiving import Receipt, pay_invoice, receive_advance
from skypurser.invoices.sending import send_invoice
from skypurser.mail.queries import whole
from skypurser.money import Money
from skypurser.parties.clientele import Billing
from tests import cast
from tests.invoices.validator import findings
from tests.mail.postoffice import handed_to

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.fixture
def operator() -> cast.CharterOperator:
    return cast.e_invoicing()


def xml(of: cast.CharterOperator | cast.Invoicing, invoice: InvoiceView) -> bytes:
    return invoice_xml(invoice.id, actor=of.actor)[1]


def told(document: bytes, path: str) -> list[str | None]:
    root = etree.fromstring(document)
    return [one.text for one in root.iterfind(".//" + "/".join(_RAM + name for name in path.split("/")))]


def line(text: str = "Charter", **differently: Any) -> LineData:
    return LineData(**{"text": text, "quantity_milli": 1000, "unit_price": 100_000, "tax_bps": 1_900, **differently})


def test_an_invoice_says_all_that_the_standard_asks_for(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 7_500, "order:17")
    exempt = line("Catering", quantity_milli=2_500, unit_price=1_234, tax_bps=0, tax_category=TaxCategory.EXEMPT)

    document = xml(operator, cast.invoiced(operator, line(), exempt, document="order:17"))

    assert findings(document) == []
    for path, expected in {
        "SellerTradeParty/Name": ["Test Air, Inc."],
        "SellerTradeParty/PostalTradeAddress/CityName": ["New York"],
        "SellerTradeParty/SpecifiedTaxRegistration/ID": ["12-3456789"],
        "BuyerTradeParty/Name": ["Sky Holding"],
        "BuyerTradeParty/PostalTradeAddress/CountryID": ["US"],
        "InvoiceCurrencyCode": ["USD"],
        "BilledQuantity": ["1", "2.5"],
        "NetPriceProductTradePrice/ChargeAmount": ["1000.00", "12.34"],
        "LineTotalAmount": ["1000.00", "30.85", "1030.85"],
        "ApplicableHeaderTradeSettlement/ApplicableTradeTax/CategoryCode": ["E", "S"],
        "ApplicableHeaderTradeSettlement/ApplicableTradeTax/CalculatedAmount": ["0.00", "190.00"],
        "ExemptionReason": ["Exempt"],
        "TaxTotalAmount": ["190.00"],
        "GrandTotalAmount": ["1220.85"],
        "TotalPrepaidAmount": ["75.00"],
        "DuePayableAmount": ["1145.85"],
        "SpecifiedTradeSettlementPaymentMeans/TypeCode": ["1"],
        "SellerOrderReferencedDocument/IssuerAssignedID": ["order:17"],
    }.items():
        assert told(document, path) == expected, path
    assert b"<ram:TypeCode>380</ram:TypeCode>" in document
    assert b'format="102">20260129<' in document


def test_the_judges_find_what_is_wrong(operator: cast.CharterOperator) -> None:
    document = xml(operator, cast.invoiced(operator, line()))
    assert findings(document) == []

    for right, wrong, rule in (
        (b">1190.00</ram:GrandTotalAmount>", b">1190.01</ram:GrandTotalAmount>", "BR-CO-15"),
        (b'currencyID="USD">190.00<', b'currencyID="USD">191.00<', "BR-CO-14"),
        (b">190.00</ram:CalculatedAmount>", b">191.00</ram:CalculatedAmount>", "BR-S-09"),
        (b"<ram:CountryID>US</ram:CountryID>", b"", "schema"),
        (
            b"<ram:CountryID>US</ram:CountryID>",
            b"<ram:CountryID>XX</ram:CountryID>",
            "Value of 'ram:CountryID' is not allowed",
        ),
        (b">380<", b">999<", "Value of 'ram:TypeCode' is not allowed"),
        (b'schemeID="FC"', b'schemeID="VA"', "BR-CO-09"),
    ):
        broken = document.replace(right, wrong)
        assert broken != document
        assert any(rule in one for one in findings(broken)), (rule, findings(broken))


def test_a_credit_note_names_what_it_corrects(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, line(), line("Catering", unit_price=333, tax_bps=700))
    note = credit_invoice(
        invoice_id=issued.id,
        reason="Cancelled\nby fog",
        lines=[CreditLine(position=1, net=12_345)],
        actor=operator.actor,
        now=cast.NOON + timedelta(days=40),
    )

    document = xml(operator, note)

    assert findings(document) == []
    assert b"<ram:TypeCode>381</ram:TypeCode>" in document
    assert told(document, "InvoiceReferencedDocument/IssuerAssignedID") == ["INV-2026-000001"]
    assert b'<qdt:DateTimeString format="102">20260115</qdt:DateTimeString>' in document
    assert told(document, "IncludedNote/Content") == ["Cancelled\nby fog"]
    assert told(document, "DuePayableAmount") == ["146.91"]


def test_a_credit_note_follows_its_invoice_whatever_the_option_says_now(operator: cast.CharterOperator) -> None:
    with_xml = cast.invoiced(operator)
    cast.issuer(operator.carrier)
    without = cast.invoiced(operator)
    notes = [
        credit_invoice(invoice_id=one.id, reason="x", actor=operator.actor, now=cast.NOON)
        for one in (with_xml, without)
    ]
    cast.issuer(operator.carrier, e_invoices=True)

    shown = [queries.invoice(one.id, actor=operator.actor) for one in (with_xml, without, *notes)]

    assert [one.is_e_invoice for one in shown] == [True, False, True, False]
    assert findings(xml(operator, notes[0])) == []
    with pytest.raises(NoEInvoice):
        xml(operator, without)


def test_the_xml_stays_as_it_was_whatever_happens_later(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 7_500, "order:17")
    issued = cast.invoiced(operator, document="order:17")
    first = xml(operator, issued)

    receipt = Receipt(amount=Money(100, "USD"), method=Method.CARD, reference="visa")
    pay_invoice(invoice_id=issued.id, receipt=receipt, actor=operator.actor, now=cast.NOON)
    cast.issuer(operator.carrier, legal_name="Other Air", e_invoices=False)

    assert xml(operator, issued) == first
    for sql in ("UPDATE invoices_einvoice SET xml = ''", "DELETE FROM invoices_einvoice"):
        with acting_for(operator.carrier.id), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(sql)


BILLING = Billing(legal_name="Sky", country="US")


@dataclass(frozen=True)
class Case:
    """Whom it is billed to, what is on it, and why it can't be an e-invoice."""

    lines: tuple[LineData, ...]
    refusal: type[Refusal]
    missing: str | None = None
    billing: Billing = BILLING
    currency: str = "USD"


@pytest.mark.parametrize(
    "case",
    [
        Case((line(),), EInvoiceDataMissing, "buyer.country", Billing(legal_name="Sky")),
        Case((line(tax_bps=0, tax_category=TaxCategory.REVERSE_CHARGE),), EInvoiceDataMissing, "buyer.tax_number"),
        Case((line(tax_bps=0, tax_category=TaxCategory.EXPORT),), EInvoiceDataMissing, "seller.tax_number"),
        Case((line(), line(tax_bps=0, tax_category=TaxCategory.OUTSIDE_SCOPE)), EInvoiceMixesCategories),
        Case((line(unit_price=1_001, tax_bps=0),), EInvoiceCurrencyUnfit, currency="KWD"),
        Case((line(unit_price=1_010, tax_bps=501),), EInvoiceCurrencyUnfit, currency="KWD"),
        Case((line(unit_price=333, tax_bps=500),) * 3, EInvoiceTaxDeviates, currency="JPY"),
        Case((line(unit_price=10_000, tax_bps=49),), EInvoiceTaxDeviates, currency="JPY"),
    ],
)
def test_what_the_standard_cannot_say_is_refused_before_anything_is_written(case: Case) -> None:
    of = cast.charter_operator(currency=case.currency)
    cast.issuer(of.carrier, e_invoices=True)
    client = cast.customer(of.carrier, name="Other", billing=case.billing)
    whom = cast.Invoicing(of.carrier, of.actor, client)
    draft = cast.drafted(whom, *case.lines)
    foreseen = einvoices.obstacle(draft, actor=of.actor)

    with pytest.raises(case.refusal) as refused:
        issue_invoice(invoice_id=draft.id, actor=of.actor, now=cast.NOON)

    assert type(foreseen) is case.refusal
    assert refused.value.facts.get("missing") == case.missing
    assert not queries.invoice(draft.id, actor=of.actor).is_issued
    cast.issuer(of.carrier)
    assert einvoices.obstacle(draft, actor=of.actor) is None
    assert issue_invoice(invoice_id=draft.id, actor=of.actor, now=cast.NOON).number == "INV-2026-000001"


def test_a_payment_that_hundredths_cannot_say_is_refused_as_well() -> None:
    of = cast.e_invoicing(currency="KWD")
    receipt = Receipt(amount=Money(1_001, "KWD"), method=Method.CARD, reference="visa")
    receive_advance(customer_id=of.customer.id, document="order:1", receipt=receipt, actor=of.actor, now=cast.NOON)
    draft = cast.drafted(of, line(tax_bps=0), document="order:1")

    with pytest.raises(EInvoiceCurrencyUnfit):
        issue_invoice(invoice_id=draft.id, actor=of.actor, now=cast.NOON)
    assert not queries.invoice(draft.id, actor=of.actor).paid


@pytest.mark.parametrize(
    ("country", "tax_number"), [("DE", "DE 123456789"), ("GR", "EL123456789"), ("MX", "DEF850101AAA")]
)
@pytest.mark.parametrize("category", list(TaxCategory))
def test_each_kind_of_tax_is_told_as_the_rules_ask(country: str, tax_number: str, category: TaxCategory) -> None:
    of = cast.e_invoicing(country="DE", tax_number="DE123456789")
    billing = Billing(
        legal_name="Cielo S.A.", country=country, city="X", tax_number=tax_number, address_lines=tuple("abcd")
    )
    client = cast.customer(of.carrier, name="Cielo", language="es", billing=billing)
    bps = 1_900 if category is TaxCategory.STANDARD else 0

    issued = cast.invoiced(cast.Invoicing(of.carrier, of.actor, client), line(tax_bps=bps, tax_category=category))
    document = xml(of, issued)

    assert findings(document) == []
    is_vat = country != "MX" and category is not TaxCategory.OUTSIDE_SCOPE
    numbers = told(document, "BuyerTradeParty/SpecifiedTaxRegistration/ID")
    assert numbers == ([tax_number.replace(" ", "")] if is_vat else [])
    assert told(document, "BuyerTradeParty/SpecifiedLegalOrganization/ID") == ([] if is_vat else [tax_number])
    assert told(document, "BuyerTradeParty/PostalTradeAddress/LineThree") == ["c, d"]


@pytest.mark.parametrize(
    ("methods", "code"),
    [
        ((Method.BANK_TRANSFER,), "42"),
        ((Method.CARD,), "48"),
        ((Method.OTHER,), "1"),
        ((Method.JET_CARD,), "97"),
        ((Method.CARD, Method.JET_CARD), "ZZZ"),
    ],
)
def test_it_says_how_it_was_paid(operator: cast.CharterOperator, methods: tuple[Method, ...], code: str) -> None:
    each = 107_500 // len(methods)
    for method in methods:
        card = operator.card.id if method is Method.JET_CARD else None
        receipt = Receipt(amount=Money(each, "USD"), method=method, reference="x", card_id=card)
        receive_advance(
            customer_id=operator.customer.id, document="order:1", receipt=receipt, actor=operator.actor, now=cast.NOON
        )

    document = xml(operator, cast.invoiced(operator, document="order:1"))

    assert findings(document) == []
    assert told(document, "SpecifiedTradeSettlementPaymentMeans/TypeCode") == [code]
    assert told(document, "DuePayableAmount") == ["0.00"]


def test_an_invoice_of_a_booking_bears_the_day_of_the_last_arrival(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, line(), supply_date=date(2026, 2, 1))

    document = xml(operator, issued)

    assert issued.supply_date == date(2026, 2, 1)
    assert b'<ram:OccurrenceDateTime>\n<udt:DateTimeString format="102">20260201</udt:DateTimeString>' in document
    assert findings(document) == []


def test_whatever_somebody_writes_is_text(operator: cast.CharterOperator) -> None:
    hostile = "<ram:ID>]]> & \" ' 日本語 🛩 \ufffd"

    document = xml(operator, cast.invoiced(operator, line(hostile)))

    assert findings(document) == []
    assert told(document, "SpecifiedTradeProduct/Name") == [hostile]


def test_the_pdf_bears_the_xml_and_letters_bear_the_pdf(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, line("日本語 Ñandú"))
    note = credit_invoice(invoice_id=issued.id, reason="x", actor=operator.actor, now=cast.NOON)

    for one in (issued, note):
        _name, pdf = invoice_pdf(one.id, actor=operator.actor)
        with pikepdf.open(io.BytesIO(pdf)) as read:
            assert read.attachments["factur-x.xml"].get_file().read_bytes() == xml(operator, one)
        assert invoice_pdf(one.id, actor=operator.actor)[1] == pdf
    with handed_to("smtp://mail.example.org"):
        letter = send_invoice(
            invoice_id=issued.id,
            recipient="a@example.org",
            subject="x",
            paragraphs=["x"],
            key="letter",
            actor=operator.actor,
            now=cast.NOON,
        )
    (attached,) = whole(letter.id, actor=operator.actor).files
    assert attached == ("INV-2026-000001.pdf", len(invoice_pdf(issued.id, actor=operator.actor)[1]))


def test_a_draft_has_none_and_an_outsider_sees_none(operator: cast.CharterOperator) -> None:
    issued, draft = cast.invoiced(operator), cast.drafted(operator)
    other = cast.e_invoicing()

    with pytest.raises(NotIssued):
        xml(operator, draft)
    with pytest.raises(queries.InvoiceNotFound):
        xml(other, issued)
    with pytest.raises(PermissionDenied):
        invoice_xml(issued.id, actor=replace(operator.actor, permissions=frozenset()))
