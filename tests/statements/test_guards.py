"""What the database itself refuses of statements, whoever asks. Raw SQL only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from tests import cast
from tests.cast import NOON
from tests.statements.stage import TODAY, statement

DAY = timedelta(days=1)

COPIED = (
    "carrier_id, account_id, number, previous, opened_after, through, currency, opening, debits, credits, closing,"
    " movements, held, credit_limit, available, as_of, entry_id, item, reference, made_at, made_by, language, content,"
    " content_hash"
)


@contextmanager
def acting(account: cast.Account, *, as_owner: bool = False) -> Iterator[psycopg.Connection]:
    """A session of the application (or the tables' owner); nothing is kept."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL" if as_owner else "DATABASE_URL"]) as db:
        db.execute("SELECT set_config('skypurser.carriers', %s, true)", [str(account.carrier.id)])
        yield db
        db.rollback()


@pytest.fixture
def agency() -> cast.Account:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 100))
    statement(agency)
    statement(agency, TODAY + DAY, now=NOON + DAY)
    return agency


@pytest.mark.parametrize("change", ["UPDATE {} SET number = 7", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_a_statement_is_never_changed(agency: cast.Account, change: str) -> None:
    with acting(agency) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(change.format("statements_statement"))
    with acting(agency, as_owner=True) as db, pytest.raises(errors.RestrictViolation):
        db.execute(change.format("statements_statement"))


def copied(db: psycopg.Connection, agency: cast.Account, **columns: str) -> None:
    """Insert the second statement as the third, with some columns as SQL says."""
    values = ", ".join(columns.get(name.strip(), name.strip()) for name in COPIED.split(","))
    db.execute(
        f"INSERT INTO statements_statement ({COPIED}) SELECT {values} FROM statements_statement"
        " WHERE account_id = %s AND number = 2",
        [agency.id],
    )


NEXT = {
    "number": "3",
    "previous": "2",
    "opened_after": "through",
    "through": "through + 1",
    "opening": "closing",
    "debits": "0",
    "credits": "0",
    "entry_id": "(SELECT id FROM ledger_entry e WHERE e.account_id = statements_statement.account_id AND e.item = 1)",
}


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"number": "4"}, "statement_follows"),
        ({"number": "4", "previous": "3"}, "statement_follows_statement"),
        ({"previous": "NULL"}, "statement_follows"),
        ({"opened_after": "NULL"}, "statement_follows"),
        ({"number": "1"}, "statement_follows"),
        ({"opening": "closing + 1", "credits": "0", "debits": "1"}, "statement_follows_statement"),
        ({"opened_after": "through - 1"}, "statement_follows_statement"),
        ({"through": "through"}, "statement_follows"),
        ({"debits": "1"}, "statement_sum"),
        ({"held": "1"}, "statement_available"),
        ({"movements": "-1"}, "statement_not_negative"),
        ({"language": "'fr'"}, "statement_language"),
        ({"content_hash": "'x'"}, "statement_hash"),
        ({"number": "2", "previous": "1"}, "statement"),
        ({"entry_id": "entry_id"}, "statement_marker_once"),
        ({}, "has not its mark"),
    ],
)
def test_what_is_no_statement(agency: cast.Account, columns: dict[str, str], constraint: str) -> None:
    with acting(agency) as db, pytest.raises(errors.IntegrityError, match=constraint):
        copied(db, agency, **{**NEXT, **columns})


def test_nothing_is_dated_into_what_was_cut_off(agency: cast.Account) -> None:
    columns = "carrier_id, kind, currency, reference, actor, occurred_at, posted_at, account_id, debit, credit,"
    with acting(agency) as db:
        db.execute("UPDATE ledger_account SET debits = 200, last_item = 4, digest = '2' WHERE id = %s", [agency.id])

        with pytest.raises(errors.CheckViolation, match="closed period disagree"):
            db.execute(
                f"INSERT INTO ledger_entry ({columns} item, net, available, business_date, digest, controls, amounts)"
                f" SELECT {columns} 4, -200, 0, business_date, '2', controls, amounts FROM ledger_entry"
                " WHERE account_id = %s AND item = 1",
                [agency.id],
            )
