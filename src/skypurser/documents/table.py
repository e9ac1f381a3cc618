"""A table as it is handed out: what stands above it, its columns, its rows. The words are the caller's language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from skypurser.money import Money

#: What XML 1.0 has no way to say: control characters, halves of surrogate pairs, and two noncharacters.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Kind(StrEnum):
    """What a column's cells are; None is an empty cell in each."""

    TEXT = "text"
    AMOUNT = "amount"  # minor units of the column's currency, or Money where rows differ in currency
    NUMBER = "number"  # a whole number
    PERCENT = "percent"  # bps
    DATE = "date"
    INSTANT = "instant"  # with its offset; shown in UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        title: The header, in the reader's language.
        currency: Of an AMOUNT column whose cells are minor units; empty where each cell is Money.
        is_totalled: Its sum stands in the last row: NUMBER, and AMOUNT with a currency, since amounts are never added
            across currencies.
    """

    title: str
    kind: Kind = Kind.TEXT
    currency: str = ""
    is_totalled: bool = False

    def __post_init__(self) -> None:
        if self.is_totalled and not (self.kind is Kind.NUMBER or (self.kind is Kind.AMOUNT and self.currency)):
            raise ValueError(f"{self.title!r} can't be added up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        title: Stands above it, and names the sheet.
        filters: What the rows were chosen by, one line.
        rows: One value per column; read once, so that a million rows need not lie in memory.
        totals: The word before the sums of the columns that have one; empty for no row of sums.
        made_at: Noted in a workbook, UTC. The same table made at the same instant is the same bytes.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    made_at: datetime
    filters: str = ""
    totals: str = ""


class Sums:
    """The sums of a table's columns, made while its rows go by."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._at = [at for at, column in enumerate(columns) if column.is_totalled]
        self._sums = dict.fromkeys(self._at, 0)

    def take(self, row: Sequence[Any]) -> None:
        """Add a row."""
        for at in self._at:
            self._sums[at] += row[at] or 0

    def row(self, word: str) -> list[Any]:
        """Return the last row: the word in the first column without a sum, and the sums."""
        found: list[Any] = [self._sums.get(at) for at in range(len(self._columns))]
        for at, column in enumerate(self._columns):
            if column.kind is Kind.TEXT:
                found[at] = word
                break
        return found


def clean(text: str) -> str:
    """Return the text without what no document can hold."""
    return _UNSPEAKABLE.sub("", text)


def money(column: Column, value: int | Money) -> Money:
    """Return the amount of a cell.

    Raises:
        TypeError: Minor units in a column without a currency, or another currency's Money in one with it.
    """
    if isinstance(value, Money):
        if column.currency not in {"", value.currency}:
            raise TypeError(f"{value} in a column of {column.currency}")
        return value
    if not column.currency:
        raise TypeError(f"{value!r} without a currency in {column.title!r}")
    return Money(value, column.currency)


def utc(value: datetime) -> datetime:
    """Return the instant in UTC and without its offset, as spreadsheets keep it.

    Raises:
        ValueError: It has no offset, and so names no moment.
    """
    if value.tzinfo is None:
        raise ValueError("an instant without an offset")
    return value.astimezone(UTC).replace(tzinfo=None)


#: Excel's calendar begins here; an earlier day is written as text.
FIRST_DAY = date(1900, 3, 1)
