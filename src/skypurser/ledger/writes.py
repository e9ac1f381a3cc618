"""Write many rows of several tables in one statement.

Rows are collected as tuples while a batch is judged and stored at its end: one INSERT … SELECT FROM unnest(…) per
table, one UPDATE … FROM unnest(…) per changed table, all in a single data-modifying statement, so that a batch of one
and of a thousand cost the same number of round trips. The text depends only on which tables are touched; drivers keep
it prepared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, eq=False)
class Insert:
    """Rows added to `table`; `columns` pairs each column with its type in the database."""

    table: str
    columns: tuple[tuple[str, str], ...]

    def sql(self, first: int) -> str:
        """Return the statement with its array parameters numbered from `first`."""
        names = ", ".join(name for name, _ in self.columns)
        values = ", ".join(_value(name, kind) for name, kind in self.columns)
        return f"INSERT INTO {self.table} ({names}) SELECT {values} FROM {_unnest(self.columns, first)}"


@dataclass(frozen=True, eq=False)
class Update:
    """Rows of `table` changed, found by the first `keys` of the columns."""

    table: str
    keys: int
    columns: tuple[tuple[str, str], ...]

    def sql(self, first: int) -> str:
        """Return the statement with its array parameters numbered from `first`."""
        assignments = ", ".join(f"{name} = {_value(name, kind)}" for name, kind in self.columns[self.keys :])
        found = " AND ".join(f"t.{name} = new.{name}" for name, _ in self.columns[: self.keys])
        return f"UPDATE {self.table} t SET {assignments} FROM {_unnest(self.columns, first)} WHERE {found}"


type Table = Insert | Update


def _value(name: str, kind: str) -> str:
    return f"new.{name}::{kind}" if kind == "jsonb" else f"new.{name}"


def _unnest(columns: Sequence[tuple[str, str]], first: int) -> str:
    arrays = ", ".join(
        f"${first + at}::{'text' if kind == 'json' else kind}[]" for at, (_, kind) in enumerate(columns)
    )
    return f"unnest({arrays}) AS new({', '.join(name for name, _ in columns)})"


class Writes:
    """What a batch will write, by table."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[tuple[Any, ...]]] = {}

    def rows(self, table: Table) -> list[tuple[Any, ...]]:
        """Return the list to which rows of `table` are appended, one value per column."""
        rows = self._rows.get(table)
        if rows is None:
            rows = self._rows[table] = []
        return rows

    def statement(self) -> tuple[str, list[Any]] | None:
        """Return the one statement that writes everything, and its parameters; None when there is nothing."""
        touched = tuple(sorted((t for t, rows in self._rows.items() if rows), key=lambda t: (t.table, str(type(t)))))
        if not touched:
            return None
        parameters: list[Any] = []
        for table in touched:
            parameters.extend(map(list, zip(*self._rows[table], strict=True)))
        return _compose(touched), parameters


@lru_cache(maxsize=256)
def _compose(tables: tuple[Table, ...]) -> str:
    parts, first = [], 1
    for number, table in enumerate(tables):
        parts.append(f"w{number} AS ({table.sql(first)})")
        first += len(table.columns)
    return f"WITH {', '.join(parts)} SELECT 1"
