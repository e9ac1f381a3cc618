"""Write many rows of several tables in one statement.

Rows are collected as tuples while a batch, or a portion of a large one, is judged, and then stored: one INSERT … SELECT
FROM unnest(…) per table, one UPDATE … FROM unnest(…) per changed table, all in a single data-modifying statement, so
that one and a thousand cost the same number of round trips. The text depends only on which tables are touched and how;
the connection keeps it prepared.

Every value in an array costs time on both sides of the wire. So a `shared` column, which is nearly always the same
for the whole batch, travels as one value when it is, and a `rare` one, nearly always null, not at all when it is.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from skypurser.ledger.arrays import BY_TYPE


class Column(NamedTuple):
    """A column and its type in the database."""

    name: str
    type: str
    shared: bool = False
    rare: bool = False


def columns(text: str) -> tuple[Column, ...]:
    """Read columns from lines of `name type [shared|rare]`."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        name, kind, *manner = line.split()
        found.append(Column(name, kind, shared="shared" in manner, rare="rare" in manner))
    return tuple(found)


class Table:
    """Rows to be written into a table.

    Args:
        name: Its name in the database.
        text: Its columns, as `columns` reads them.
        keys: 0 inserts the rows; otherwise rows are updated, found by so many of the first columns.
        constants: Columns with the same SQL value in every row.
    """

    def __init__(self, name: str, text: str, *, keys: int = 0, constants: Sequence[tuple[str, str]] = ()) -> None:
        self.name = name
        self.columns = columns(text)
        self.keys = keys
        self.constants = tuple(constants)
        self.shared = tuple(at for at, column in enumerate(self.columns) if column.shared)
        self.rare = tuple(at for at, column in enumerate(self.columns) if column.rare)

    def shape(self, values: list[tuple[Any, ...]]) -> tuple[bool, bool]:
        """Return whether the shared columns are the same in all rows, and whether the rare ones are null in all."""
        is_shared = all(values[at].count(values[at][0]) == len(values[at]) for at in self.shared)
        is_empty = all(values[at].count(None) == len(values[at]) for at in self.rare)
        return is_shared, is_empty


#: A table as one statement touches it: how many rows as plain values (0: as arrays), the shared columns as one value
#: each, the rare ones left out.
type Touched = tuple[Table, int, bool, bool]

#: What has no array of its own kind is sent as it is written: JSON, and arrays as PostgreSQL writes them ("{1,2}").
WRITTEN = frozenset({"jsonb", "text[]", "bigint[]"})

#: A lone request writes a handful of rows; plain values are then cheaper than arrays of one.
FEW = 4


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
        """Return the one statement that writes everything, and its parameters; None when there is nothing.

        Then there is nothing left to write; lists that `rows` returned are empty, and may be used again.
        """
        written = sorted(((table, rows) for table, rows in self._rows.items() if rows), key=lambda item: item[0].name)
        if not written:
            return None
        is_small = max(len(rows) for _, rows in written) <= FEW
        touched: list[Touched] = []
        parameters: list[Any] = []
        for table, rows in written:
            if is_small:
                touched.append((table, len(rows), False, False))
                for row in rows:
                    parameters.extend(row)
                rows.clear()
                continue
            values = list(zip(*rows, strict=True))
            rows.clear()
            is_shared, is_empty = table.shape(values)
            touched.append((table, 0, is_shared, is_empty))
            for column, column_values in zip(table.columns, values, strict=True):
                if column.rare and is_empty:
                    continue
                is_one = column.shared and is_shared
                parameters.append(column_values[0] if is_one else BY_TYPE[column.type](column_values))
        return _compose(tuple(touched)), parameters


@lru_cache(maxsize=512)
def _compose(touched: tuple[Touched, ...]) -> str:
    parts, first = [], 1
    for number, (table, count, is_shared, is_empty) in enumerate(touched):
        used = [column for column in table.columns if not (column.rare and is_empty)]
        if count:
            statement = _few(table, count, first)
            first += count * len(used)
        else:
            statement = _many(table, used, is_shared, first)
            first += len(used)
        parts.append(f"w{number} AS ({statement})")
    return f"WITH {', '.join(parts)} SELECT 1"


def _few(table: Table, count: int, first: int) -> str:
    """Return the statement for a handful of rows given value by value, numbered from `first`."""
    rows = [
        ", ".join(f"${first + row * len(table.columns) + at}::{column.type}" for at, column in enumerate(table.columns))
        for row in range(count)
    ]
    names = ", ".join(column.name for column in table.columns)
    source = f"(VALUES ({'), ('.join(rows)})) AS new({names})"
    return _statement(table, {column.name: f"new.{column.name}" for column in table.columns}, source)


def _many(table: Table, used: list[Column], is_shared: bool, first: int) -> str:
    """Return the statement for columns given as arrays, numbered from `first`."""
    values, arrays, names = {}, [], []
    for number, column in enumerate(used, first):
        if column.shared and is_shared:
            values[column.name] = f"${number}::{column.type}"
        else:
            is_written = column.type in WRITTEN
            arrays.append(f"${number}::{'text' if is_written else column.type}[]")
            names.append(column.name)
            values[column.name] = f"new.{column.name}" + (f"::{column.type}" if is_written else "")
    return _statement(table, values, f"unnest({', '.join(arrays)}) AS new({', '.join(names)})")


def _statement(table: Table, values: dict[str, str], source: str) -> str:
    """Return the INSERT or UPDATE; the names are ours, never a caller's."""
    values = {**values, **dict(table.constants)}
    if not table.keys:
        return f"INSERT INTO {table.name} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {source}"  # noqa: S608
    # Each row is found through the primary key and then by its place in the table, which stays: it is locked. A plain
    # join would leave the planner free to walk through all of the carrier's rows once per row changed.
    keys = [column.name for column in table.columns[: table.keys]]
    found = " AND ".join(f"o.{name} = {values[name]}" for name in keys)
    changing = {name: value for name, value in values.items() if name not in keys}
    given = ", ".join(["o.ctid", *(f"{value} AS {name}" for name, value in changing.items())])
    rows = (
        f"SELECT {given} FROM {source} CROSS JOIN LATERAL (SELECT ctid FROM {table.name} o WHERE {found} LIMIT 1) AS o"  # noqa: S608
    )
    changes = ", ".join(f"{name} = changed.{name}" for name in changing)
    return f"UPDATE {table.name} t SET {changes} FROM ({rows}) AS changed WHERE t.ctid = changed.ctid"  # noqa: S608
