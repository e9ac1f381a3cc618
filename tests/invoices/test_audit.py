"""The audit of invoices finds what does not fit the ledger. Everything is put back afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from skypurser.invoices.audit import audit_invoices
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.payments import Method
from skypurser.invoices.receiving import Receipt, give_back, pay_invoice
from skypurser.ledger.audit import Invariant
from skypurser.money import Money
from tests import cast
from tests.tampering import tampering


@dataclass(frozen=True)
class Books:
    """An invoice paid by card and bank, a part of it credited, and an advance given back; open to tampering."""

    operator: cast.CharterOperator
    names: dict[str, int]
    db: psycopg.Connection

    def change(self, sql: str) -> None:
        assert self.db.execute(sql.format(**self.names)).rowcount > 0, "nothing was tampered with"

    def found(self) -> list[Invariant]:
        return [one.invariant for one in audit_invoices(self.operator.carrier.id)]


@pytest.fixture
def books(superuser: psycopg.Connection) -> Iterator[Books]:
    operator = cast.e_invoicing()
    card = cast.paid_ahead(operator, 60_000, "order:17")
    advance = cast.paid_ahead(operator, 10_000, "order:18")
    issued = cast.invoiced(operator, document="order:17")
    receipt = Receipt(amount=Money(40_000, "USD"), method=Method.BANK_TRANSFER, reference="wire")
    _, bank = pay_invoice(invoice_id=issued.id, receipt=receipt, actor=operator.actor, now=cast.NOON)
    note = credit_invoice(
        invoice_id=issued.id,
        reason="x",
        lines=[CreditLine(position=1, net=50_000)],
        actor=operator.actor,
        now=cast.NOON,
    )
    give_back(payment_id=advance.id, amount=Money(4_000, "USD"), reference="back", actor=operator.actor, now=cast.NOON)
    names = {
        "carrier": operator.carrier.id,
        "invoice": issued.id,
        "note": note.id,
        "card": card.id,
        "bank": bank.id,
        "advance": advance.id,
    }
    with tampering(superuser, operator.carrier.id) as db:
        yield Books(operator, names, db)


def test_sound_books_have_no_breaks(books: Books) -> None:
    assert books.found() == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE invoices_invoice SET number = 2 WHERE id = {invoice}", [Invariant.CHAIN] * 3),
        (
            "UPDATE invoices_lastnumber SET number = 2 WHERE carrier_id = {carrier} AND series = 'INV'",
            [Invariant.CHAIN],
        ),
        ("UPDATE invoices_invoice SET notes = 'other' WHERE id = {invoice}", [Invariant.CHAIN]),
        ('UPDATE invoices_invoice SET buyer = buyer || \'{{"city": "x"}}\' WHERE id = {invoice}', [Invariant.CHAIN]),
        ("UPDATE invoices_invoice SET due_date = due_date + 1 WHERE id = {note}", [Invariant.CHAIN]),
        ("UPDATE invoices_invoice SET content_hash = sha256('x') WHERE id = {invoice}", [Invariant.CHAIN] * 2),
        ("UPDATE invoices_einvoice SET xml = xml || ' ' WHERE invoice_id = {invoice}", [Invariant.CHAIN]),
        ("DELETE FROM invoices_einvoice WHERE invoice_id = {note}", [Invariant.CHAIN]),
        ("UPDATE invoices_invoiceline SET text = 'other' WHERE invoice_id = {invoice}", [Invariant.CHAIN]),
        ("UPDATE invoices_invoiceline SET unit_price = 1 WHERE invoice_id = {invoice}", [Invariant.CHAIN]),
        (
            "UPDATE invoices_invoiceline SET net = net + 1 WHERE invoice_id = {invoice}",
            [Invariant.CHAIN, Invariant.SUMS],
        ),
        (
            "UPDATE invoices_invoice SET net = net + 1 WHERE id = {invoice}",
            [Invariant.CHAIN, Invariant.SUMS, Invariant.ONE_DEDUCTION, Invariant.SUMS],
        ),
        (
            "UPDATE invoices_invoiceline SET net = 100001 WHERE invoice_id = {note}",
            [Invariant.CHAIN, Invariant.SUMS, Invariant.REVERSALS],
        ),
        (
            "UPDATE invoices_invoice SET entry_id = entry_id + 1000000 WHERE id = {invoice}",
            [Invariant.ONE_DEDUCTION] * 2,
        ),
        (
            (
                "UPDATE invoices_invoice SET entry_id = (SELECT entry_id FROM invoices_payment WHERE id = {card})"
                " WHERE id = {note}"
            ),
            [Invariant.ONE_DEDUCTION],
        ),
        (
            "UPDATE invoices_payment SET amount = amount + 1 WHERE id = {card}",
            [Invariant.ONE_DEDUCTION, Invariant.SUMS],
        ),
        (
            "UPDATE invoices_payment SET amount = amount + 1 WHERE id = {bank}",
            [Invariant.ONE_DEDUCTION, Invariant.SUMS],
        ),
        ("UPDATE invoices_payment SET account_id = account_id + 1 WHERE id = {card}", [Invariant.ONE_DEDUCTION]),
        (
            "UPDATE invoices_payment SET currency = 'EUR' WHERE id = {advance}",
            [*[Invariant.ONE_DEDUCTION] * 2, *[Invariant.SUMS] * 2],
        ),
        ("UPDATE invoices_payment SET entry_id = entry_id + 1000000 WHERE id = {advance}", [Invariant.ONE_DEDUCTION]),
        (
            "UPDATE invoices_paymentlink SET amount = amount + 6251 WHERE payment_id = {card}",
            [*[Invariant.ONE_DEDUCTION] * 2, *[Invariant.SUMS] * 2, Invariant.REVERSALS],
        ),
        ("DELETE FROM invoices_paymentlink WHERE payment_id = {card}", [Invariant.SUMS] * 2),
        ("DELETE FROM invoices_paymentlink WHERE payment_id = {bank}", [Invariant.ONE_DEDUCTION]),
        (
            "UPDATE invoices_refund SET amount = amount + 1 WHERE payment_id = {advance}",
            [Invariant.ONE_DEDUCTION, Invariant.SUMS],
        ),
        (
            "UPDATE invoices_refund SET kind = 'fee', entry_id = NULL WHERE payment_id = {advance}",
            [Invariant.SUMS],
        ),
        ("UPDATE invoices_payment SET is_bound = true, document = 'x' WHERE id = {card}", [Invariant.ONE_DEDUCTION]),
        ("UPDATE invoices_invoice SET subject = 'cancellation_fee' WHERE id = {note}", [Invariant.ONE_DEDUCTION]),
        (
            "UPDATE invoices_refund SET amount = 10001 WHERE payment_id = {advance}",
            [Invariant.ONE_DEDUCTION, Invariant.SUMS, Invariant.REVERSALS],
        ),
        (
            (
                "UPDATE ledger_controltotal SET debits = debits + 1 WHERE id = (SELECT min(id) FROM ledger_controltotal"
                " WHERE carrier_id = {carrier} AND control = 'receivables')"
            ),
            [Invariant.SUMS],
        ),
    ],
)
def test_what_was_tampered_with_is_found(books: Books, sql: str, found: list[Invariant]) -> None:
    books.change(sql)

    assert sorted(books.found()) == sorted(found)
