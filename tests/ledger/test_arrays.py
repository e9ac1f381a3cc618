"""Columns as they travel: PostgreSQL reads back what was packed."""

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skypurser.ledger.arrays import BY_TYPE
from skypurser.ledger.wire import Wire

_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "text": _TEXT | st.just("x" * 2_000),
    "bytea": st.binary(max_size=64) | st.just(b"y" * 2_000),
    "timestamptz": st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
}


@pytest.mark.parametrize("kind", _VALUES)
def test_a_column_arrives_as_it_was_packed(superuser: psycopg.Connection, kind: str) -> None:
    wire = Wire(superuser)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.none() | _VALUES[kind], max_size=12) | st.lists(_VALUES[kind], max_size=12))
    def round_trip(values: list[Any]) -> None:
        ((row,), _) = wire.run([(f"SELECT $1::{kind}[]", [BY_TYPE[kind](values)])])[0]
        assert row[0] == values

    round_trip()


@pytest.mark.parametrize("value", [None, "the same"])
def test_a_column_of_one_value_arrives_whole(superuser: psycopg.Connection, value: str | None) -> None:
    ((row,), _) = Wire(superuser).run([("SELECT $1::text[]", [BY_TYPE["text"]([value] * 500)])])[0]

    assert row == ([value] * 500,)


def test_what_has_no_encoding_is_refused_before_it_is_sent(superuser: psycopg.Connection) -> None:
    with pytest.raises(UnicodeEncodeError):
        Wire(superuser).run([("SELECT $1::text[]", [BY_TYPE["text"](["fine", "\ud800"])])])
