"""The wire: what is sent arrives, what fails says so, and nobody gets another's answer."""

import gc
import threading
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.pq import TransactionStatus

from skypurser.ledger import wire
from skypurser.ledger.arrays import Bigints, Texts
from skypurser.ledger.wire import Wire
from tests import cast
from tests.databases import post_together, this_database


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    LARGE = 9


@pytest.fixture
def line() -> Iterator[Wire]:
    with psycopg.connect(this_database().url("postgres"), autocommit=True) as own:
        own.execute("SET TimeZone = 'UTC'")
        yield Wire(own)


def one(line: Wire, sql: str, *parameters: Any) -> Any:
    (result,) = line.run([(sql, parameters)])
    ((value,),) = result.rows
    return value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", -7),
        ("bigint", 2**63 - 1),
        ("smallint", Size.LARGE),
        ("text", ""),
        ("text", "Zoë's \\ 'quoted' \n 売"),
        ("text", Colour.RED),
        ("bytea", b"\0\xff\\x41"),
        ("boolean", True),
        ("boolean", False),
        ("timestamptz", datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("date", date(1, 1, 1)),
        ("bigint[]", Bigints([1, None, 3])),
        ("text[]", Texts(["a", "b"])),
        ("text", None),
        ("bytea", None),
    ],
)
def test_a_value_arrives_as_it_was_sent(line: Wire, kind: str, value: Any) -> None:
    arrived = one(line, f"SELECT $1::{kind}", value)

    assert arrived == value
    assert (arrived is None) is (value is None)


def test_what_is_written_as_text_may_be_of_any_type_that_the_statement_names(line: Wire) -> None:
    assert one(line, "SELECT $1::jsonb -> 'a'", '{"a": [1]}') == [1]
    assert one(line, "SELECT ($1::bigint[])[2]", "{4,5}") == 5


@pytest.mark.parametrize(
    ("value", "error"),
    [("a\0b", psycopg.DataError), ("\ud800", UnicodeEncodeError), (1.5, TypeError), ([1], TypeError)],
)
def test_what_cannot_be_sent_is_refused_and_the_connection_goes_on(
    line: Wire, value: Any, error: type[Exception]
) -> None:
    line.run([("BEGIN", ())])

    with pytest.raises(error):
        line.run([("CREATE TABLE never_made ()", ()), ("SELECT $1::text", [value])])

    assert line.connection.info.transaction_status is TransactionStatus.INTRANS
    assert one(line, "SELECT to_regclass('never_made')") is None
    assert line.run([("COMMIT", ())])[0].did == "COMMIT"


def test_each_statement_has_its_own_rows_and_says_what_it_did(line: Wire) -> None:
    rows, nothing, made = line.run(
        [
            ("SELECT n, -n FROM generate_series(1, $1::integer) n", [3]),
            ("SELECT 1 WHERE false", ()),
            ("CREATE TEMP TABLE here (n integer)", ()),
        ]
    )
    (added,) = line.run([("INSERT INTO here VALUES ($1::integer), ($2::integer)", [1, 2])])

    assert rows.rows == [(1, -1), (2, -2), (3, -3)]
    assert (nothing.rows, nothing.did) == ([], "SELECT 0")
    assert (made.rows, made.did) == ((), "CREATE TABLE")
    assert added.did == "INSERT 0 2"


def test_of_several_the_first_that_fails_is_told_and_those_after_it_did_nothing(line: Wire) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero) as told:
        line.run([("BEGIN", ()), ("SELECT 1 / $1::integer", [0]), ("SELECT $1::text::bigint", ["x"]), ("COMMIT", ())])

    assert told.value.diag.message_primary == "division by zero"
    assert line.connection.info.transaction_status is TransactionStatus.INERROR
    assert line.run([("ROLLBACK", ())])[0].did == "ROLLBACK"
    assert one(line, "SELECT 5") == 5


def test_a_statement_that_cannot_be_prepared_is_told_like_any_other(line: Wire) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        line.run([("SELECT 1", ()), ("SELECT * FROM nowhere", ())])

    assert one(line, "SELECT 5") == 5


def test_what_was_sent_ahead_is_done_first_and_is_told_of_by_the_next(line: Wire) -> None:
    line.run([("CREATE TEMP TABLE here (n integer)", ())])

    line.send([("INSERT INTO here VALUES ($1::integer)", [1])])
    line.send([("INSERT INTO here VALUES ($1::integer)", [2])])
    assert one(line, "SELECT sum(n) FROM here") == 3

    line.run([("BEGIN", ())])
    line.send([("SELECT 1 / $1::integer", [0])])
    line.send([("INSERT INTO here VALUES ($1::integer)", [4])])
    with pytest.raises(psycopg.errors.DivisionByZero):
        line.run([("COMMIT", ())])
    assert line.connection.info.transaction_status is TransactionStatus.INERROR
    line.run([("ROLLBACK", ())])
    assert one(line, "SELECT sum(n) FROM here") == 3


def test_much_in_both_directions_at_once_stops_nobody(line: Wire) -> None:
    long = "x" * 3_000_000

    results = line.run([(f"SELECT $1::text || '{n}'", [long]) for n in range(12)])

    assert [result.rows[0][0] == f"{long}{n}" for n, result in enumerate(results)] == [True] * 12


def test_what_was_sent_ahead_may_be_much(line: Wire) -> None:
    long = "x" * 3_000_000

    for n in range(12):
        line.send([(f"SELECT $1::text || '{n}'", [long])])

    assert one(line, "SELECT 5") == 5


def test_a_lost_connection_is_told_and_closed(line: Wire, superuser: psycopg.Connection) -> None:
    sleeping = threading.Timer(
        0.3, lambda: superuser.execute("SELECT pg_terminate_backend(%s)", [line.connection.info.backend_pid])
    )
    sleeping.start()

    with pytest.raises(psycopg.errors.AdminShutdown):
        line.run([("SELECT pg_sleep(30)", ()), ("SELECT 1", ())])

    sleeping.join()
    assert line.connection.closed
    with pytest.raises(psycopg.OperationalError):
        line.run([("SELECT 1", ())])


def test_a_statement_is_prepared_once(line: Wire) -> None:
    for n in range(3):
        assert one(line, "SELECT $1::integer + 1", n) == n + 1

    prepared = line.connection.execute("SELECT statement FROM pg_prepared_statements").fetchall()
    assert prepared == [("SELECT $1::integer + 1",)]


def test_of_too_many_statements_the_oldest_are_forgotten(line: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_PREPARED", 3)

    for n in range(5):
        assert one(line, f"SELECT {n}") == n
    assert one(line, "SELECT 0") == 0

    prepared = line.connection.execute("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time").fetchall()
    assert prepared == [("SELECT 3",), ("SELECT 4",), ("SELECT 0",)]


def test_what_is_run_next_is_not_forgotten_for_it(line: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_PREPARED", 3)
    line.run([("BEGIN", ()), ("SELECT 1", ()), ("COMMIT", ())])

    results = line.run([("BEGIN", ()), ("SELECT 2", ()), ("SELECT 3", ()), ("COMMIT", ())])

    assert [result.did for result in results] == ["BEGIN", "SELECT 1", "SELECT 1", "COMMIT"]


def test_what_fails_beside_a_forgotten_statement_leaves_it_forgotten(
    line: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_PREPARED", 2)
    line.run([("SELECT 1", ()), ("SELECT 2", ())])

    with pytest.raises(psycopg.errors.UndefinedTable):
        line.run([("SELECT * FROM nowhere", ())])

    assert (one(line, "SELECT 1"), one(line, "SELECT 2")) == (1, 2)


def test_an_aborted_transaction_is_rolled_back_with_statements_to_the_brim(
    line: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_PREPARED", 2)
    with pytest.raises(psycopg.errors.DivisionByZero):
        line.run([("BEGIN", ()), ("SELECT 1 / $1::integer", [0])])

    assert line.run([("ROLLBACK", ())])[0].did == "ROLLBACK"
    assert line.is_idle


def test_statements_that_somebody_else_deallocated_are_prepared_anew(line: Wire) -> None:
    assert one(line, "SELECT 1") == 1
    line.connection.execute("DEALLOCATE ALL")

    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        line.run([("SELECT 1", ())])

    assert one(line, "SELECT 1") == 1


def test_a_statement_whose_table_was_altered_is_prepared_anew(line: Wire) -> None:
    line.run([("CREATE TEMP TABLE here (n integer)", ())])
    assert line.run([("SELECT * FROM here", ())])[0].rows == []
    line.run([("ALTER TABLE here ALTER n TYPE text", ())])

    with pytest.raises(psycopg.errors.FeatureNotSupported):
        line.run([("SELECT * FROM here", ())])

    assert line.run([("SELECT * FROM here", ())])[0].rows == []


def test_a_wire_is_idle_when_nothing_is_open_or_under_way(line: Wire) -> None:
    told = [line.is_idle]
    line.send([("SELECT 1", ())])
    told.append(line.is_idle)
    line.run([("BEGIN", ())])
    told.append(line.is_idle)
    line.run([("COMMIT", ())])
    told.append(line.is_idle)

    assert told == [True, False, False, True]


def test_a_connection_of_djangos_is_let_go_of_once_it_is_closed() -> None:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 1))
    gone = weakref.ref(connection.connection)

    connection.close()
    gc.collect()

    assert gone() is None
    assert cast.post(cast.credit(agency, 1)).facts["item"] == 2


def test_text_is_stored_as_it_is_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    agency = cast.airline().agency

    post_together([replace(cast.credit(agency, 1), reference="Zoë")])

    assert [movement.reference for movement in cast.statement(agency)] == ["Zoë"]


def test_in_between_the_connection_is_used_as_ever(line: Wire) -> None:
    assert one(line, "SELECT 1") == 1
    assert line.connection.execute("SELECT %s + 1", [1]).fetchone() == (2,)
    with line.connection.transaction():
        line.send([("SELECT 1", ())])
        assert one(line, "SELECT 3") == 3
        assert line.connection.execute("SELECT 4").fetchone() == (4,)
    with line.connection.pipeline():
        assert line.connection.execute("SELECT 5").fetchone() == (5,)
    assert one(line, "SELECT 6") == 6


def test_what_interrupts_the_waiting_closes_the_connection(line: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        def poll(self) -> None:
            raise KeyboardInterrupt

    assert one(line, "SELECT pg_sleep(0)::text") == ""
    monkeypatch.setattr(line, "_readable", Interrupted())

    with pytest.raises(KeyboardInterrupt):
        line.run([("SELECT pg_sleep(0.5)::text", ())])

    assert line.connection.closed
