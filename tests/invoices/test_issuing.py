"""Drafts, and what becomes of one when it is issued: numbers without gaps, payments linked, nothing changed any more.

Source: FL3XX, "Invoice Integration".
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.permissions import Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.invoices import drafting, issuing, payments, queries
from skypurser.invoices.content import content_hash
from skypurser.invoices.drafting import AlreadyIssued, Draft
from skypurser.invoices.issuers import IssuerMissing
from skypurser.invoices.issuing import DueBeforeIssue, NothingToInvoice
from skypurser.invoices.lines import LineData
from skypurser.invoices.queries import InvoiceNotFound, InvoiceStatus, Kind
from skypurser.ledger.control import balances
from skypurser.ledger.states import Control
from skypurser.parties.clientele import CustomerChanges
from skypurser.parties.customers import change_customer
from tests import cast


@pytest.fixture
def operator() -> cast.CharterOperator:
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def standings(of: cast.CharterOperator) -> dict[Control, int]:
    with acting_for(of.carrier.id):
        found = balances()
    return {control: debits - credits_ for (control, _), (debits, credits_) in found.items() if debits != credits_}


def told(of: cast.CharterOperator) -> list[str]:
    return [one.action for one in acts.of_customer(carrier_id=of.carrier.id, customer_id=of.customer.id)][::-1]


# ----------------------------------------------------------------------------------------------------------- drafts


def test_a_draft_is_changed_freely_and_deleted(operator: cast.CharterOperator) -> None:
    draft = cast.drafted(operator)
    changed = drafting.change_draft(
        invoice_id=draft.id,
        draft=Draft(lines=(cast.flight(unit_price=5), cast.flight()), notes="Thank you", language="es"),
        actor=operator.actor,
        now=cast.NOON,
    )
    assert (changed.net, changed.tax, changed.total, changed.language) == (100_005, 7_500, 107_505, "es")
    assert [one.position for one in changed.lines] == [1, 2]

    drafting.delete_draft(invoice_id=draft.id, actor=operator.actor, now=cast.NOON)

    with pytest.raises(InvoiceNotFound):
        queries.invoice(draft.id, actor=operator.actor)
    assert told(operator)[-3:] == ["invoice.drafted", "invoice.changed", "invoice.deleted"]


def test_a_draft_that_was_never_shown_is_neither_issued_nor_overwritten(operator: cast.CharterOperator) -> None:
    draft = cast.drafted(operator)
    seen = drafting.fingerprint(draft)
    how: dict[str, Any] = {"invoice_id": draft.id, "actor": operator.actor, "now": cast.NOON}
    other = drafting.change_draft(draft=Draft(lines=(cast.flight(unit_price=9),)), expected=seen, **how)

    with pytest.raises(ChangedMeanwhile):
        issuing.issue_invoice(expected=seen, **how)
    with pytest.raises(ChangedMeanwhile):
        drafting.change_draft(draft=Draft(lines=(cast.flight(),)), expected=seen, **how)

    assert queries.invoice(draft.id, actor=operator.actor) == other
    assert issuing.issue_invoice(expected=drafting.fingerprint(other), **how).total == other.total


def test_a_draft_has_the_customers_currency_and_language(operator: cast.CharterOperator) -> None:
    draft = cast.drafted(operator)

    assert (draft.currency, draft.language, draft.status, draft.number) == ("USD", "en", InvoiceStatus.DRAFT, None)
    assert draft.open_amount == 0


@pytest.mark.parametrize(
    "differently",
    [{"notes": "a\0"}, {"notes": "a" * 2001}, {"language": "fr"}, {"document": "a\0"}, {"document": "b" * 41}],
)
def test_hostile_texts_are_refused(operator: cast.CharterOperator, differently: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        cast.drafted(operator, **differently)


# ---------------------------------------------------------------------------------------------------------- issuing


def test_issuing_numbers_snapshots_and_posts(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)

    assert issued.number == "INV-2026-000001"
    assert (issued.issue_date, issued.due_date) == (date(2026, 1, 15), date(2026, 1, 29))
    assert (issued.total, issued.open_amount) == (107_500, 107_500)
    assert issued.buyer is not None
    assert issued.seller is not None
    assert (issued.buyer.legal_name, issued.seller.tax_number) == ("Sky Holding", "12-3456789")
    assert issued.content_hash == content_hash(issued).hex()
    moved = standings(operator)
    assert (moved[Control.RECEIVABLES], moved[Control.CHARTER_SALES], moved[Control.TAXES_PAYABLE]) == (
        107_500,
        -100_000,
        -7_500,
    )


def test_an_invoice_without_tax_posts_no_tax(operator: cast.CharterOperator) -> None:
    cast.invoiced(operator, cast.flight(tax_bps=0))

    assert Control.TAXES_PAYABLE not in standings(operator)


def test_the_issue_date_is_the_carriers(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, now=datetime(2027, 1, 1, 4, 30, tzinfo=UTC))

    assert (issued.number, issued.issue_date) == ("INV-2026-000001", date(2026, 12, 31))


def test_numbers_begin_anew_each_year_and_dates_never_go_back(operator: cast.CharterOperator) -> None:
    later = cast.NOON + timedelta(days=3)

    found = [cast.invoiced(operator, now=at) for at in (later, cast.NOON, cast.NOON + timedelta(days=365))]

    assert [one.number for one in found] == ["INV-2026-000001", "INV-2026-000002", "INV-2027-000001"]
    assert found[1].issue_date == found[0].issue_date


def test_what_was_paid_for_the_document_is_linked_and_confirmed(operator: cast.CharterOperator) -> None:
    first = cast.paid_booking(operator, 100_000, "order:17")
    second = cast.paid_booking(operator, 20_000, "order:17")
    other = cast.paid_booking(operator, 5_000, "order:18")

    issued = cast.invoiced(operator, document="order:17")

    linked = [payments.payment(one.id, actor=operator.actor).linked for one in (first, second, other)]
    assert linked == [100_000, 7_500, 0]
    assert payments.payment(first.id, actor=operator.actor).is_confirmed
    assert (issued.paid, issued.open_amount) == (107_500, 0)
    moved = standings(operator)
    assert Control.RECEIVABLES not in moved
    assert moved[Control.CUSTOMER_ADVANCES] == -17_500
    assert told(operator)[-2:] == ["invoice.issued", "invoice.paid"]


def test_what_is_not_all_paid_stays_open(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 7_500, "order:17")

    issued = cast.invoiced(operator, document="order:17")

    assert issued.open_amount == 100_000
    assert told(operator)[-1] == "invoice.issued"
    assert queries.invoices(actor=operator.actor, open_only=True) == [issued]


def test_nothing_is_issued_without_an_amount_or_an_issuer(operator: cast.CharterOperator) -> None:
    empty = cast.drafted(operator, cast.flight(unit_price=0))
    nameless = cast.charter_operator()
    draft = cast.drafted(nameless)

    with pytest.raises(NothingToInvoice):
        issuing.issue_invoice(invoice_id=empty.id, actor=operator.actor, now=cast.NOON)
    with pytest.raises(IssuerMissing):
        issuing.issue_invoice(invoice_id=draft.id, actor=nameless.actor, now=cast.NOON)


def test_a_refused_issue_takes_no_number(operator: cast.CharterOperator) -> None:
    late = cast.drafted(operator, due_date=date(2026, 1, 14))

    with pytest.raises(DueBeforeIssue):
        issuing.issue_invoice(invoice_id=late.id, actor=operator.actor, now=cast.NOON)

    assert cast.invoiced(operator).number == "INV-2026-000001"


def test_an_issued_invoice_is_issued_changed_and_deleted_no_more(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    how: dict[str, Any] = {"invoice_id": issued.id, "actor": operator.actor, "now": cast.NOON}

    with pytest.raises(AlreadyIssued):
        issuing.issue_invoice(**how)
    with pytest.raises(AlreadyIssued):
        drafting.change_draft(**how, draft=Draft())
    with pytest.raises(AlreadyIssued):
        drafting.delete_draft(**how)

    assert queries.invoice(issued.id, actor=operator.actor) == issued


def test_what_the_customer_is_called_later_changes_no_issued_invoice(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    cast.issuer(operator.carrier, legal_name="Renamed Air")
    change_customer(
        customer_id=operator.customer.id,
        changes=CustomerChanges(legal_name="Renamed Holding"),
        actor=operator.actor,
        now=cast.NOON,
    )

    assert queries.invoice(issued.id, actor=operator.actor) == issued


# ------------------------------------------------------------------------------------------- the database by itself


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_invoice SET notes = 'other' WHERE id = {invoice}",
        "UPDATE invoices_invoice SET status = 'draft' WHERE id = {invoice}",
        "DELETE FROM invoices_invoice WHERE id = {invoice}",
        "UPDATE invoices_invoiceline SET net = 1 WHERE invoice_id = {invoice}",
        "UPDATE invoices_invoiceline SET net = 1 WHERE invoice_id = {draft}",
        "DELETE FROM invoices_invoiceline WHERE invoice_id = {invoice}",
        (
            "INSERT INTO invoices_invoiceline SELECT carrier_id, {invoice}, 9::smallint, text, quantity_milli,"
            " unit_price, tax_bps, tax_category, net, tax, corrects"
            " FROM invoices_invoiceline WHERE invoice_id = {draft}"
        ),
        "TRUNCATE invoices_invoiceline",
        "TRUNCATE invoices_invoice CASCADE",
    ],
)
def test_an_issued_invoice_never_changes_not_even_for_the_tables_owner(
    operator: cast.CharterOperator, superuser: psycopg.Connection, sql: str
) -> None:
    issued, draft = cast.invoiced(operator), cast.drafted(operator)

    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute(sql.format(invoice=issued.id, draft=draft.id))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_invoice SET notes = 'other' WHERE id = {invoice}",
        "DELETE FROM invoices_invoice WHERE id = {invoice}",
        "DELETE FROM invoices_invoiceline WHERE invoice_id = {invoice}",
        "UPDATE invoices_invoiceline SET net = 1 WHERE invoice_id = {draft}",
        "DELETE FROM invoices_lastnumber",
        "UPDATE invoices_payment SET amount = 1",
        "DELETE FROM invoices_paymentlink",
        "UPDATE invoices_refund SET amount = 1",
    ],
)
def test_the_applications_role_changes_nothing_that_was_issued_or_paid(
    operator: cast.CharterOperator, sql: str
) -> None:
    issued, draft = cast.invoiced(operator), cast.drafted(operator)

    with pytest.raises(DatabaseError), acting_for(operator.carrier.id), connection.cursor() as cursor:
        cursor.execute(sql.format(invoice=issued.id, draft=draft.id))


ISSUE = """
UPDATE invoices_invoice d SET status = 'issued', series = 'INV', year = 2026, number = {number}, net = {net},
       issue_date = o.issue_date, due_date = o.issue_date, buyer = o.buyer, seller = o.seller,
       entry_id = o.entry_id + {by}, content_hash = o.content_hash, issued_at = o.issued_at, issued_by = 'sql'
  FROM invoices_invoice o WHERE d.id = {draft} AND o.id = {invoice}
"""


@pytest.mark.parametrize(
    ("number", "net", "by", "says"),
    [
        (3, 100_000, 0, "leaves a gap"),
        (0, 100_000, 0, "leaves a gap"),
        (1, 100_000, 0, "invoice_number_once"),
        (2, 99_999, 0, "sum of its lines"),
        (2, 100_000, 0, "invoice_once_per_entry"),
        (2, 100_000, 1_000_000, "invoice_entry"),
    ],
)
def test_raw_sql_issues_no_invoice_with_a_gap_or_a_wrong_sum(
    operator: cast.CharterOperator, number: int, net: int, by: int, says: str
) -> None:
    issued, draft = cast.invoiced(operator), cast.drafted(operator)
    sql = ISSUE.format(number=number, net=net, by=by, draft=draft.id, invoice=issued.id)

    with (
        pytest.raises(IntegrityError, match=says),
        acting_for(operator.carrier.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


# ------------------------------------------------------------------------------------------------------ who may what


def test_invoicing_takes_a_permission_and_the_customers_country(operator: cast.CharterOperator) -> None:
    draft, issued = cast.drafted(operator), cast.invoiced(operator)
    seller = replace(operator.actor, permissions=frozenset({Permission.SALES}))
    elsewhere = replace(operator.actor, countries=frozenset({"FR"}))

    for actor in (seller, elsewhere):
        with pytest.raises(PermissionDenied):
            issuing.issue_invoice(invoice_id=draft.id, actor=actor, now=cast.NOON)
        with pytest.raises(PermissionDenied):
            drafting.draft_invoice(customer_id=operator.customer.id, draft=Draft(), actor=actor, now=cast.NOON)
    with pytest.raises(PermissionDenied):
        queries.invoice(issued.id, actor=elsewhere)
    assert queries.invoices(actor=elsewhere) == []
    assert queries.invoice(issued.id, actor=seller) == issued


def test_an_outsider_finds_no_invoice(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    outsider = cast.charter_operator()
    cast.issuer(outsider.carrier)

    with pytest.raises(InvoiceNotFound):
        queries.invoice(issued.id, actor=outsider.actor)
    assert cast.invoiced(outsider).number == "INV-2026-000001"


def test_lists_filter_and_go_on(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, document="order:17")
    draft = cast.drafted(operator)
    other = cast.drafted(operator)

    assert [one.id for one in queries.invoices(actor=operator.actor)] == [other.id, draft.id, issued.id]
    assert [one.id for one in queries.invoices(actor=operator.actor, before=draft.id)] == [issued.id]
    assert queries.invoices(actor=operator.actor, document="order:17") == [issued]
    assert queries.invoices(actor=operator.actor, status=InvoiceStatus.ISSUED) == [issued]
    assert queries.invoices(actor=operator.actor, kind=Kind.CREDIT_NOTE) == []
    assert queries.invoices(actor=operator.actor, customer_id=operator.customer.id + 1) == []
    assert len(queries.invoices(actor=operator.actor, limit=1)) == 1


def test_without_jet_cards_there_are_no_invoices(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)

    with pytest.raises(JetCardsOff):
        queries.invoice(issued.id, actor=operator.actor)
    with pytest.raises(JetCardsOff):
        cast.drafted(operator, LineData(text="x", quantity_milli=1, unit_price=1))


INSERTED = """
WITH o AS (SELECT * FROM invoices_invoice WHERE id = {invoice})
INSERT INTO invoices_invoice (carrier_id, kind, status, subject, customer_id, currency, language, notes, net, tax,
                              drafted_at, series, year, number, issue_date, due_date, buyer, seller, entry_id,
                              content_hash, issued_at, issued_by)
SELECT carrier_id, kind, '{status}', subject, customer_id, currency, language, notes, net, tax, drafted_at, series,
       year, number + 1, issue_date, due_date, buyer, seller, {entry}, content_hash, issued_at, 'sql' FROM o
"""


@pytest.mark.parametrize(
    ("status", "refused_by"),
    [("issued", "an invoice begins as a draft"), ("ISSUED", '"invoice_whole"'), ("", '"invoice_whole"')],
)
def test_the_database_takes_in_drafts_alone(operator: cast.CharterOperator, status: str, refused_by: str) -> None:
    advance = cast.paid_ahead(operator, 10_000, "order:9")
    issued = cast.invoiced(operator)

    def forge() -> None:
        with acting_for(operator.carrier.id), connection.cursor() as cursor:
            cursor.execute(INSERTED.format(invoice=issued.id, status=status, entry=advance.entry_id))

    with pytest.raises(IntegrityError, match=refused_by):
        forge()
    assert [one.id for one in queries.invoices(actor=operator.actor)] == [issued.id]
