"""Many at once. Each race runs twice: with its lock, and without, where the database refuses what the lock prevents."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from skypurser.errors import Refusal
from skypurser.invoices import numbering, payments, queries
from skypurser.invoices.crediting import credit_invoice
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.payments import Method
from skypurser.invoices.receiving import Receipt, give_back, pay_invoice
from skypurser.money import Money
from skypurser.parties import customers
from skypurser.parties.models import Customer
from tests import cast
from tests.databases import Database, alone, at_once, end_whoever_waits, hold_back, this_database, wait_until_waiting

#: How often a race without its lock may end well before that counts as a proof that it is none.
ROUNDS = 5

#: Takes a number as a counter does that locks nothing: what was committed, and one more.
UNLOCKED = """
SELECT coalesce(max(number), 0) + 1, %(today)s::date FROM invoices_invoice
 WHERE carrier_id = %(carrier)s AND series = %(series)s AND year = %(year)s
"""


@pytest.fixture
def ours() -> Database:
    return this_database()


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for another act on the same customer."""

    def unlocking(customer_id: int, *, carrier_id: int) -> Any:
        return Customer.objects.get(carrier_id=carrier_id, id=customer_id)

    monkeypatch.setattr(customers, "lock_customer", unlocking)


def operator() -> cast.CharterOperator:
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def outcome(result: object) -> str:
    if isinstance(result, Refusal):
        return result.code
    return type(result).__name__ if isinstance(result, Exception) else "passed"


def must_break(attempt: Callable[[], bool]) -> None:
    assert any(attempt() for _ in range(ROUNDS)), "without its lock the race must break, or it is none"


# ---------------------------------------------------------------------------------------------------------- numbers


def drafts_of_two_customers(of: cast.CharterOperator) -> list[Callable[[], queries.InvoiceView]]:
    """Two drafts that nothing but the number has in common."""
    other = cast.CharterOperator(of.carrier, of.actor, cast.customer(of.carrier, name="Other"), of.ann, of.bob, of.card)
    drafts = [cast.drafted(one).id for one in (of, other)]
    return [partial(issue_invoice, invoice_id=draft, actor=of.actor, now=cast.NOON) for draft in drafts]


def numbers(of: cast.CharterOperator) -> list[str]:
    return sorted(one.number or "" for one in queries.invoices(actor=of.actor, status=queries.InvoiceStatus.ISSUED))


def test_two_invoices_at_once_have_two_numbers_without_a_gap(ours: Database) -> None:
    of = operator()

    results = at_once(ours, drafts_of_two_customers(of))

    assert [outcome(one) for one in results] == ["passed", "passed"]
    assert numbers(of) == ["INV-2026-000001", "INV-2026-000002"]


def test_without_the_counters_lock_both_would_have_the_same_number(
    ours: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading(*, carrier_id: int, series: str, today: Any) -> numbering.Number:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCKED, {"today": today, "carrier": carrier_id, "series": series, "year": today.year})
            number, issue_date = cursor.fetchone()
        return numbering.Number(series, today.year, number, issue_date)

    monkeypatch.setattr(numbering, "next_number", reading)

    def attempt() -> bool:
        of = operator()
        found = [outcome(one) for one in at_once(ours, drafts_of_two_customers(of))]
        with ours.superuser() as db:  # the counter that was gone round is made to fit again, for the audit
            db.execute(
                "INSERT INTO invoices_lastnumber SELECT carrier_id, series, year, max(number), max(issue_date)"
                " FROM invoices_invoice WHERE carrier_id = %s AND number IS NOT NULL GROUP BY 1, 2, 3",
                [of.carrier.id],
            )
        return "IntegrityError" in found

    must_break(attempt)


def test_many_at_once_have_numbers_without_a_gap(ours: Database) -> None:
    of = operator()
    drafts = [cast.drafted(of).id for _ in range(12)]

    with ThreadPoolExecutor(6) as pool:
        works = [partial(issue_invoice, invoice_id=draft, actor=of.actor, now=cast.NOON) for draft in drafts]
        results = list(pool.map(partial(alone, ours), works))

    assert {outcome(one) for one in results} == {"passed"}
    assert numbers(of) == [f"INV-2026-{number:06d}" for number in range(1, 13)]


def test_a_session_that_is_killed_with_a_number_in_its_hand_leaves_no_gap(ours: Database) -> None:
    of = operator()
    first, second = drafts_of_two_customers(of)

    with ours.superuser() as gate, ThreadPoolExecutor(2) as pool:
        with gate.transaction():
            hold_back(gate)
            killed = pool.submit(alone, ours, first)
            end_whoever_waits(ours, writing="ledger_key")  # it has taken number 1, and waits with its entry
            assert outcome(killed.result()) == "AdminShutdown"
            survivor = pool.submit(alone, ours, second)
            wait_until_waiting(ours, 1)
        assert outcome(survivor.result()) == "passed"

    assert numbers(of) == ["INV-2026-000001"]


def test_a_draft_is_issued_once(ours: Database) -> None:
    of = operator()
    issue = partial(issue_invoice, invoice_id=cast.drafted(of).id, actor=of.actor, now=cast.NOON)

    results = at_once(ours, [issue, issue])

    assert sorted(map(outcome, results)) == ["invoice_issued", "passed"]
    assert numbers(of) == ["INV-2026-000001"]


# ------------------------------------------------------------------------------------------------------------ money


def pay_twice(database: Database) -> tuple[list[str], int]:
    """Two payments of 60 % each."""
    of = operator()
    issued = cast.invoiced(of)
    receipt = Receipt(amount=Money(60_000, "USD"), method=Method.BANK_TRANSFER, reference="wire")
    pay = partial(pay_invoice, invoice_id=issued.id, receipt=receipt, actor=of.actor, now=cast.NOON)
    results = at_once(database, [pay, pay])
    return sorted(map(outcome, results)), queries.invoice(issued.id, actor=of.actor).open_amount


def test_an_invoice_is_not_paid_beyond_what_is_open(ours: Database) -> None:
    assert pay_twice(ours) == (["exceeds_open_amount", "passed"], 47_500)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_database_refuses_the_second_payment(ours: Database) -> None:
    must_break(lambda: pay_twice(ours) == (["IntegrityError", "passed"], 47_500))


def give_back_twice(database: Database) -> tuple[list[str], int]:
    of = operator()
    paid = cast.paid_ahead(of, 100_000, "order:17")
    back = partial(
        give_back,
        payment_id=paid.id,
        amount=Money(60_000, "USD"),
        reference="cancelled",
        actor=of.actor,
        now=cast.NOON,
    )
    results = at_once(database, [back, back])
    return sorted(map(outcome, results)), payments.payment(paid.id, actor=of.actor).advance


def test_an_advance_is_given_back_once(ours: Database) -> None:
    assert give_back_twice(ours) == (["exceeds_advance", "passed"], 40_000)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_database_refuses_the_second_refund(ours: Database) -> None:
    must_break(lambda: give_back_twice(ours) == (["IntegrityError", "passed"], 40_000))


def credit_twice(database: Database) -> tuple[list[str], int]:
    of = operator()
    issued = cast.invoiced(of)
    credit = partial(credit_invoice, invoice_id=issued.id, reason="cancelled", actor=of.actor, now=cast.NOON)
    results = at_once(database, [credit, credit])
    return sorted(map(outcome, results)), queries.invoice(issued.id, actor=of.actor).open_amount


def test_an_invoice_is_credited_once(ours: Database) -> None:
    assert credit_twice(ours) == (["exceeds_invoice", "passed"], 0)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_the_database_refuses_the_second_credit_note(ours: Database) -> None:
    must_break(lambda: credit_twice(ours) == (["CheckViolation", "passed"], 0))


def test_what_is_paid_while_the_invoice_is_issued_is_linked_or_an_advance(ours: Database) -> None:
    of = operator()
    draft = cast.drafted(of, document="order:17")
    issue = partial(issue_invoice, invoice_id=draft.id, actor=of.actor, now=cast.NOON)
    book = partial(cast.paid_booking, of, 107_500, "order:17")

    works: list[Callable[[], object]] = [issue, book]
    results = at_once(ours, works)

    assert [outcome(one) for one in results] == ["passed", "passed"]
    (paid,) = payments.payments(actor=of.actor)
    assert paid.linked == queries.invoice(draft.id, actor=of.actor).paid
