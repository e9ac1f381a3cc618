"""The audit of statements finds each change of one, and each break of their chain. All is put back afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from skypurser.ledger.audit import Invariant
from skypurser.statements.audit import audit_statements
from tests import cast
from tests.cast import NOON
from tests.statements.stage import TODAY, statement
from tests.tampering import tampering

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Books:
    """An agency with three statements, and a movement after them."""

    agency: cast.Account
    db: psycopg.Connection

    def change(self, sql: str) -> None:
        text = sql.format(
            own=f"carrier_id = {self.agency.carrier.id} AND account_id = {self.agency.id}",
            account=f"carrier_id = {self.agency.carrier.id} AND id = {self.agency.id}",
        )
        assert self.db.execute(text).rowcount > 0, "nothing was tampered with"

    def found(self) -> list[str]:
        breaks = list(audit_statements(self.agency.carrier.id))
        assert {one.invariant for one in breaks} <= {Invariant.STATEMENTS}
        assert {one.account_id for one in breaks} <= {self.agency.id}
        return [one.detail for one in breaks]


@pytest.fixture
def books(superuser: psycopg.Connection) -> Iterator[Books]:
    agency = cast.agency(cast.carrier())
    for day in range(3):
        cast.post(cast.debit(agency, 100, now=NOON + day * DAY))
        cast.post(cast.credit(agency, 30, now=NOON + day * DAY))
        statement(agency, TODAY + day * DAY, now=NOON + day * DAY)
    cast.post(cast.debit(agency, 5, now=NOON + 3 * DAY))
    with tampering(superuser, agency.carrier.id) as db:
        yield Books(agency, db)


def test_sound_statements_have_no_breaks(books: Books) -> None:
    assert books.found() == []


@pytest.mark.parametrize(
    "change",
    [
        "reference = 'another'",
        "made_by = 'nobody'",
        "made_at = made_at + interval '1 second'",
        "language = 'es'",
        "held = 1, available = available - 1",
        "credit_limit = credit_limit + 1, available = available + 1",
        "content = jsonb_set(content, '{{name}}', '\"Another Travel\"')",
        "content_hash = decode(repeat('00', 32), 'hex')",
    ],
)
def test_a_statement_changed(books: Books, change: str) -> None:
    books.change(f"UPDATE statements_statement SET {change} WHERE {{own}} AND number = 3")

    assert books.found() == [
        "statement 3: it was changed since it was made, or the movements before it were: the hash does not fit"
    ]


def test_sums_changed(books: Books) -> None:
    books.change(
        "UPDATE statements_statement SET debits = debits + 1, closing = closing - 1, available = available - 1"
        " WHERE {own} AND number = 3"
    )

    first, second = books.found()
    assert first == (
        "statement 3: it says 2 movements, debit 1.01 USD, credit 0.30 USD;"
        " the movements of its period are 2 movements, debit 1.00 USD, credit 0.30 USD"
    )
    assert "the hash does not fit" in second


def test_a_chain_broken(books: Books) -> None:
    books.change(
        "UPDATE statements_statement SET opening = opening + 1, closing = closing + 1, available = available + 1"
        " WHERE {own} AND number = 2"
    )

    found = " / ".join(books.found())
    assert "statement 2: it does not begin where the one before ended" in found
    assert "statement 3: it does not begin where the one before ended" in found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_statement_that_is_gone(books: Books, number: int) -> None:
    books.change(f"DELETE FROM statements_statement WHERE {{own}} AND number = {number}")

    assert f"is for statement:{number}, which does not exist" in " / ".join(books.found())


def test_a_mark_that_is_gone(books: Books) -> None:
    books.change("DELETE FROM ledger_entry WHERE {own} AND kind = 'cut_off' AND item = 3")

    assert "statement 1: its cut-off is not in the ledger" in books.found()


def test_a_movement_dated_into_a_closed_period(books: Books) -> None:
    books.change("UPDATE ledger_entry SET business_date = '2026-01-16' WHERE {own} AND item = 10")

    found = books.found()
    assert "statement 2: item 10 was dated into its period after the cut-off" in found
    assert any(one.startswith("statement 2: it says 2 movements") for one in found)


def test_a_movement_changed_together_with_its_digest(books: Books) -> None:
    books.change("UPDATE ledger_entry SET digest = decode(repeat('11', 32), 'hex') WHERE {own} AND item = 6")

    assert [one[:12] for one in books.found()] == ["statement 2:"]


def test_an_account_opened_again(books: Books) -> None:
    books.change("UPDATE ledger_account SET closed_through = '2026-01-16' WHERE {account}")

    assert books.found() == ["the account is closed through 2026-01-16, its statements through 2026-01-17"]
