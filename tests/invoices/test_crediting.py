"""Credit notes: whole or in part, never more of a line than is left; what was paid becomes an advance again."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from skypurser.access.acting import acting_for
from skypurser.errors import InvalidRequest
from skypurser.invoices import once, payments, queries
from skypurser.invoices.content import content_hash
from skypurser.invoices.crediting import CreditLine, ExceedsInvoice, credit_invoice
from skypurser.invoices.linking import NotIssued
from skypurser.invoices.models import PaymentLink
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.receiving import give_back
from skypurser.ledger.control import balances
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Control
from skypurser.money import Money
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


def credited(of: cast.CharterOperator, invoice: InvoiceView, *lines: CreditLine) -> InvoiceView:
    return credit_invoice(
        invoice_id=invoice.id, reason="Flight cancelled", lines=lines or None, actor=of.actor, now=cast.NOON
    )


def test_a_whole_invoice_is_taken_back(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, cast.flight(), cast.flight(unit_price=333, tax_bps=500))

    note = credited(operator, issued)

    after = queries.invoice(issued.id, actor=operator.actor)
    assert (note.kind, note.number, note.total) == (Kind.CREDIT_NOTE, "CN-2026-000001", issued.total)
    assert [(one.corrects, one.net, one.tax) for one in note.lines] == [(1, 100_000, 7_500), (2, 333, 17)]
    assert (after.open_amount, after.credited) == (0, issued.total)
    assert after.credit_notes[0].number == note.number
    assert note.corrects is not None
    assert note.corrects.number == issued.number
    assert note.content_hash == content_hash(note).hex()
    assert standings(operator).keys() == {Control.OPENING_BALANCES}


def test_tax_of_parts_adds_up_to_the_tax_of_the_whole(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator, cast.flight(unit_price=333, tax_bps=500))

    notes = [credited(operator, issued, CreditLine(position=1, net=111)) for _ in range(3)]

    assert [one.tax for one in notes] == [6, 5, 6]
    assert sum(one.total for one in notes) == issued.total
    assert queries.invoice(issued.id, actor=operator.actor).open_amount == 0


def test_what_is_left_is_credited_after_a_part(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    credited(operator, issued, CreditLine(position=1, net=40_000))

    rest = credited(operator, issued)

    assert (rest.net, rest.tax) == (60_000, 4_500)


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ((CreditLine(position=1, net=100_001),), ExceedsInvoice),
        ((CreditLine(position=1, net=0),), InvalidRequest),
        ((CreditLine(position=1, net=-1),), InvalidRequest),
        ((CreditLine(position=2),), InvalidRequest),
        ((CreditLine(position=1, net=1), CreditLine(position=1, net=1)), InvalidRequest),
    ],
)
def test_no_more_of_a_line_than_it_has(
    operator: cast.CharterOperator, lines: tuple[CreditLine, ...], refusal: type[Exception]
) -> None:
    issued = cast.invoiced(operator)

    with pytest.raises(refusal):
        credited(operator, issued, *lines)

    assert queries.invoices(actor=operator.actor) == [issued]


def test_nothing_is_left_after_the_whole(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    note = credited(operator, issued)

    with pytest.raises(ExceedsInvoice):
        credited(operator, issued)
    with pytest.raises(ExceedsInvoice):
        credited(operator, issued, CreditLine(position=1, net=1))
    with pytest.raises(NotIssued):
        credited(operator, note)
    with pytest.raises(NotIssued):
        credited(operator, cast.drafted(operator))


def test_a_reason_is_mandatory(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)

    for reason in ("", " ", "a\0"):
        with pytest.raises(InvalidRequest):
            credit_invoice(invoice_id=issued.id, reason=reason, actor=operator.actor, now=cast.NOON)


def test_what_was_paid_becomes_an_advance_again_and_goes_back_to_the_card(operator: cast.CharterOperator) -> None:
    paid = cast.paid_ahead(operator, 107_500, "order:17")
    issued = cast.invoiced(operator, document="order:17")

    credited(operator, issued)
    again = payments.payment(paid.id, actor=operator.actor)
    give_back(
        payment_id=paid.id, amount=Money(107_500, "USD"), reference="cancelled", actor=operator.actor, now=cast.NOON
    )

    assert (again.linked, again.advance, again.is_confirmed) == (0, 107_500, False)
    assert queries.invoice(issued.id, actor=operator.actor).open_amount == 0
    assert cast.standing(operator.card).net == 500_000
    assert standings(operator).keys() == {Control.OPENING_BALANCES}


def test_of_a_part_only_what_was_paid_too_much_is_released_of_the_newest_payment_first(
    operator: cast.CharterOperator,
) -> None:
    first = cast.paid_ahead(operator, 60_000, "order:17")
    second = cast.paid_ahead(operator, 40_000, "order:17")
    issued = cast.invoiced(operator, document="order:17")
    assert issued.open_amount == 7_500

    credited(operator, issued, CreditLine(position=1, net=50_000))

    linked = [payments.payment(one.id, actor=operator.actor).linked for one in (first, second)]
    assert linked == [53_750, 0]
    assert queries.invoice(issued.id, actor=operator.actor).open_amount == 0


def test_a_payment_of_two_invoices_is_released_of_the_credited_one_only(operator: cast.CharterOperator) -> None:
    paid = cast.paid_ahead(operator, 215_000, "order:17")
    first, second = (cast.invoiced(operator, document="order:17") for _ in range(2))

    credited(operator, first)

    assert payments.payment(paid.id, actor=operator.actor).linked == 107_500
    assert queries.invoice(second.id, actor=operator.actor).open_amount == 0


def test_a_key_credits_once(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    how: dict[str, Any] = {
        "invoice_id": issued.id,
        "reason": "x",
        "key": "credit",
        "actor": operator.actor,
        "now": cast.NOON,
    }

    first = once.credit_invoice(**how)
    again = once.credit_invoice(**how)
    with pytest.raises(RequestRefused, match="exceeds invoice"):
        once.credit_invoice(**{**how, "key": "other"})

    assert again.replayed
    assert once.told_invoice(again) == once.told_invoice(first)


def test_an_invoice_that_was_credited_is_paid_up_to_what_is_left(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    credited(operator, issued, CreditLine(position=1, net=99_000))
    paid = cast.paid_ahead(operator, 107_500, "order:18")

    with pytest.raises(IntegrityError, match="than is open"), acting_for(operator.carrier.id):
        PaymentLink.objects.create(
            carrier_id=operator.carrier.id,
            payment_id=paid.id,
            invoice_id=issued.id,
            amount=1_076,
            entry_id=paid.entry_id,
            linked_at=cast.NOON,
        )


FORGED = """
WITH o AS (SELECT * FROM invoices_invoice WHERE id = {invoice})
INSERT INTO invoices_invoice (carrier_id, kind, customer_id, currency, language, notes, net, tax, corrects, drafted_at,
                              status, subject)
SELECT carrier_id, 'credit_note', customer_id, currency, language, 'x', {net}, 0, id, now(), 'draft', 'sale' FROM o
RETURNING id
"""
LINE = """
INSERT INTO invoices_invoiceline (carrier_id, invoice_id, position, text, quantity_milli, unit_price, tax_bps,
                                  tax_category, net, tax, corrects)
SELECT carrier_id, id, 1, 'x', 1000, net, 0, 'S', net, 0, {position} FROM invoices_invoice WHERE id = {note}
"""
ISSUED = """
UPDATE invoices_invoice d SET status = 'issued', series = 'CN', year = 2026, number = 1, issue_date = o.issue_date,
       due_date = o.issue_date, buyer = o.buyer, seller = o.seller, entry_id = {entry}, content_hash = o.content_hash,
       issued_at = o.issued_at, issued_by = 'sql'
  FROM invoices_invoice o WHERE d.id = {note} AND o.id = {invoice}
"""


@pytest.mark.parametrize(
    ("net", "position", "says"),
    [(100_001, 1, "more than is left"), (1, 2, "more than is left"), (1, 1, "paid besides")],
)
def test_the_database_credits_no_more_than_is_left(
    operator: cast.CharterOperator, net: int, position: int, says: str
) -> None:
    paid = cast.paid_ahead(operator, 107_500, "order:17")
    issued = cast.invoiced(operator, document="order:17")

    def forge() -> None:
        with acting_for(operator.carrier.id), connection.cursor() as cursor:
            cursor.execute(FORGED.format(invoice=issued.id, net=net))
            note = cursor.fetchone()[0]
            cursor.execute(LINE.format(note=note, position=position))
            cursor.execute(ISSUED.format(note=note, invoice=issued.id, entry=paid.entry_id))

    with pytest.raises(IntegrityError, match=says):
        forge()
