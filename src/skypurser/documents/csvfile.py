"""A table as CSV: UTF-8, commas, amounts in decimals, instants in ISO 8601 with Z.

Spreadsheets take a cell that begins like a formula for one, so text that does gets an apostrophe in front.
"""

import csv
from collections.abc import Sequence
from typing import Any, TextIO

from skypurser.documents.table import Column, Kind, Sums, Table, clean, money, utc
from skypurser.money import format_amount, format_percent

_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(target: TextIO, table: Table) -> int:
    """Write header, rows and totals, and return how many rows there are; title and filters have no place in CSV.

    Args:
        target: Open for text with `newline=""`, in UTF-8; with a byte order mark (`utf-8-sig`) Excel reads it right.

    Raises:
        TypeError, ValueError: A cell is not of its column's kind; the rows before it are written.
    """
    writer, sums, count = csv.writer(target), Sums(table.columns), 0
    writer.writerow([guarded(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow(_cells(table.columns, row))
        sums.take(row)
        count += 1
    if table.totals:
        writer.writerow(_cells(table.columns, sums.row(table.totals)))
    return count


def guarded(text: str) -> str:
    """Return the text as no spreadsheet takes it for a formula."""
    plain = clean(text)
    return "'" + plain if plain.startswith(_LIKE_A_FORMULA) else plain


def _cells(columns: Sequence[Column], row: Sequence[Any]) -> list[str]:
    return ["" if value is None else _cell(column, value) for column, value in zip(columns, row, strict=True)]


def _cell(column: Column, value: Any) -> str:
    match column.kind:
        case Kind.AMOUNT:
            amount = money(column, value)
            return format_amount(amount.minor, amount.currency)
        case Kind.NUMBER:
            return str(int(value))
        case Kind.PERCENT:
            return format_percent(value)
        case Kind.DATE:
            return str(value.isoformat())
        case Kind.INSTANT:
            return utc(value).isoformat(timespec="seconds") + "Z"
        case _:
            return guarded(str(value))
