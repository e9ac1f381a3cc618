"""Invoices drawn at random, issued and credited on the real database, and judged by the official rules."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skypurser.invoices import cii
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.einvoices import invoice_xml
from skypurser.invoices.en16931 import (
    EInvoiceCurrencyUnfit,
    EInvoiceMixesCategories,
    EInvoiceTaxDeviates,
    require_expressible,
)
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.lines import LineData, TaxCategory, lines
from skypurser.invoices.payments import Method
from skypurser.invoices.queries import InvoiceStatus, InvoiceView, Kind, PartyData, Subject
from skypurser.invoices.receiving import Receipt, receive_advance
from skypurser.money import Money
from skypurser.parties.clientele import Billing
from tests import cast
from tests.invoices.validator import findings

_OUTSIDE = [TaxCategory.OUTSIDE_SCOPE]
_UNTAXED = [one for one in TaxCategory if one not in (TaxCategory.STANDARD, *_OUTSIDE)]
_NUMBERS = ("DE123456789", "CHE-123.456.789 MWST", "12-3456789", "DEF850101AAA")
_RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


@pytest.fixture
def sellers() -> dict[str, tuple[cast.CharterOperator, list[cast.Invoicing]]]:
    """A seller in each currency, and buyers of every kind."""
    return {currency: _seller(currency) for currency in ("USD", "JPY", "KWD")}


def _seller(currency: str) -> tuple[cast.CharterOperator, list[cast.Invoicing]]:
    of = cast.e_invoicing(currency=currency, country="DE", city="Hof", tax_number="DE 987 654 321")
    billings = [Billing(legal_name="Sky & Söhne", country="DE", city="Köln", tax_number=one) for one in _NUMBERS]
    clients = [cast.customer(of.carrier, name=f"Client {at}", billing=one) for at, one in enumerate(billings)]
    return of, [cast.Invoicing(of.carrier, of.actor, one) for one in clients]


def line_data(currency: str, categories: Sequence[TaxCategory]) -> st.SearchStrategy[LineData]:
    """A line; in dinars, whose tenth of a fils no e-invoice knows, one that comes to whole hundredths."""
    rate = st.one_of(st.sampled_from([0, 700, 1_900, 750]), st.integers(0, 10_000))
    taxed = st.tuples(st.just(TaxCategory.STANDARD), rate)
    untaxed = st.tuples(st.sampled_from(categories), st.just(0))
    quantity = st.one_of(st.just(1_000), st.integers(1, 20_000))
    price = st.one_of(st.integers(0, 10_000), st.integers(0, 10**9))
    if currency == "KWD":
        quantity, price = st.just(1_000), st.integers(1, 10**6).map(lambda tens: tens * 10)
        taxed = st.just((TaxCategory.STANDARD, 10_000))
    drawn = st.tuples(
        st.text("aZñ 日<&>\"'", min_size=1).filter(str.strip),
        quantity,
        price,
        untaxed if categories == _OUTSIDE else st.one_of(taxed, untaxed),
    )
    return drawn.map(
        lambda one: LineData(
            text=one[0], quantity_milli=one[1], unit_price=one[2], tax_category=one[3][0], tax_bps=one[3][1]
        )
    )


@settings(_RANDOM, max_examples=60)
@given(data=st.data())
def test_what_is_issued_is_without_a_finding(
    sellers: dict[str, tuple[cast.CharterOperator, list[cast.Invoicing]]], data: st.DataObject
) -> None:
    currency = data.draw(st.sampled_from(["USD", "USD", "JPY", "KWD"]))
    of, buyers = sellers[currency]
    whom = data.draw(st.sampled_from(buyers))
    categories = data.draw(st.sampled_from([_UNTAXED, _UNTAXED, _OUTSIDE, _UNTAXED + _OUTSIDE]))
    said = data.draw(st.lists(line_data(currency, categories), min_size=1, max_size=12))
    day = data.draw(st.sampled_from([None, date(2026, 2, 1)]))
    document = cast.fresh_key("order")
    draft = cast.drafted(
        whom, *said, document=document, supply_date=day, notes=data.draw(st.sampled_from(["", "a\nb"]))
    )
    if not draft.total:
        return
    for part in data.draw(st.lists(st.integers(1, 4), max_size=2)):
        amount = max(10, draft.total // part // 10 * 10)
        receipt = Receipt(amount=Money(amount, currency), method=data.draw(_methods), reference="x")
        receive_advance(customer_id=whom.customer.id, document=document, receipt=receipt, actor=of.actor, now=cast.NOON)

    try:
        issued = issue_invoice(invoice_id=draft.id, actor=of.actor, now=cast.NOON)
    except (EInvoiceTaxDeviates, EInvoiceMixesCategories):
        assert _as_if_issued(draft.lines, currency)
        return

    assert findings(invoice_xml(issued.id, actor=of.actor)[1]) == []
    for note in _credited(of, issued, data):
        assert findings(invoice_xml(note.id, actor=of.actor)[1]) == []


_methods = st.sampled_from([Method.BANK_TRANSFER, Method.CARD, Method.OTHER])


def _credited(of: cast.CharterOperator, issued: InvoiceView, data: st.DataObject) -> list[InvoiceView]:
    """Credit notes: a part of a line twice, where there is so much of it, and then the rest."""
    notes = []
    one = data.draw(st.sampled_from(issued.lines))
    part = one.net // 3 // 10 * 10
    asked: list[Any] = [[CreditLine(position=one.position, net=part)]] * 2 if part else []
    for taken in (*asked, None):
        try:
            notes.append(
                credit_invoice(
                    invoice_id=issued.id, reason="x", lines=taken, actor=of.actor, now=cast.NOON + timedelta(days=3)
                )
            )
        except (EInvoiceTaxDeviates, EInvoiceCurrencyUnfit):
            assert of.carrier.currency != "USD"
    return notes


@settings(_RANDOM, max_examples=60)
@given(
    prices=st.lists(st.integers(1, 3_000), min_size=1, max_size=60),
    bps=st.integers(1, 10_000),
    currency=st.sampled_from(["JPY", "EUR"]),
)
@example([333] * 3, 500, "JPY")
@example([333] * 2, 500, "JPY")
@example([1_020], 49, "JPY")
@example([10_102], 49, "EUR")
@example([10_204], 49, "EUR")
@example([50] * 199, 100, "EUR")
@example([50] * 200, 100, "EUR")
def test_tax_is_refused_exactly_where_the_rules_would_refuse_it(prices: list[int], bps: int, currency: str) -> None:
    """Sums of rounded lines and the tax on their sum may differ by as much as the rules allow, and by no more."""
    said = lines([LineData(text="x", quantity_milli=1_000, unit_price=one, tax_bps=bps) for one in prices])

    problems = _as_if_issued(said, currency)

    try:
        require_expressible(_invoice(said, currency), seller=_PARTY, buyer=_PARTY)
    except EInvoiceTaxDeviates:
        assert problems
        assert all("BR-S-09" in one or "BR-CO-17" in one for one in problems)
    else:
        assert problems == []


_PARTY = PartyData(legal_name="X", city="Hof", country="DE", tax_number="DE123456789", code="X1")


def _as_if_issued(said: Sequence[Any], currency: str) -> list[str]:
    """What the rules would find, had it been issued whatever we say."""
    xml = cii.xml_of(_invoice(said, currency), seller=_PARTY, buyer=_PARTY, seller_code="X", paid=(), corrected=None)
    return findings(xml)


def _invoice(said: Sequence[Any], currency: str) -> InvoiceView:
    day = date(2026, 1, 15)
    return InvoiceView(
        id=1, kind=Kind.INVOICE, status=InvoiceStatus.ISSUED, number="INV-1", customer_id=1, document=None,
        currency=currency, language="en", notes="", issue_date=day, due_date=day,
        net=sum(one.net for one in said), tax=sum(one.tax for one in said), paid=0, credited=0, lines=tuple(said),
        buyer=_PARTY, seller=_PARTY, corrects=None, credit_notes=(), entry_id=1, content_hash="", issued_at=cast.NOON,
        issued_by="desk", drafted_at=cast.NOON, supply_date=day, is_e_invoice=True, subject=Subject.SALE,
    )  # fmt: skip
