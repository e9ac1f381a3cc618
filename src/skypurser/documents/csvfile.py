"""A table as CSV: UTF-8, commas, amounts in decimals, instants in ISO 8601 with Z.

Spreadsheets take a cell that begins like a formula for one, so text that does gets an apostrophe in front; some take
the full-width signs of East Asian keyboards for such a beginning too.
"""

import csv
from collections.abc import Callable
from typing import Any, TextIO

from skypurser.documents.table import Column, Kind, Sums, Table, clean, money, utc
from skypurser.money import format_amount, format_percent

#: How text begins that a spreadsheet takes for a formula.
LIKE_A_FORMULA = (*("=", "+", "-", "@", "\t", "\r", "\n"), *("\uff1d", "\uff0b", "\uff0d", "\uff20"))


def write_csv(target: TextIO, table: Table) -> int:
    """Write header, rows and totals, and return how many rows there are; title and filters have no place in CSV.

    Args:
        target: Open for text with `newline=""`, in UTF-8; with a byte order mark (`utf-8-sig`) Excel reads it right.

    Raises:
        TypeError, ValueError: A cell is not of its column's kind; the rows before it are written.
    """
    writer, sums, count = csv.writer(target), Sums(table.columns), 0
    writer.writerow([guarded(column.title) for column in table.columns])
    told = [_told(column) for column in table.columns]
    for row in table.rows:
        cells = zip(told, row, strict=True)
        writer.writerow(["" if value is None else tell(value) for tell, value in cells])
        sums.take(row)
        count += 1
    if table.totals:
        cells = zip(told, sums.row(table.totals), strict=True)
        # The word before the totals is text, whatever the column is.
        writer.writerow(["" if v is None else guarded(v) if isinstance(v, str) else tell(v) for tell, v in cells])
    return count


def guarded(text: str) -> str:
    """Return the text as no spreadsheet takes it for a formula."""
    plain = text if text.isprintable() else clean(text)
    return "'" + plain if plain.startswith(LIKE_A_FORMULA) else plain


def _told(column: Column) -> Callable[[Any], str]:
    """Return what writes a value of the column."""

    def amount(value: Any) -> str:
        of = money(column, value)
        return format_amount(of.minor, of.currency)

    match column.kind:
        case Kind.AMOUNT:
            return amount
        case Kind.NUMBER:
            return lambda value: str(int(value))
        case Kind.PERCENT:
            return format_percent
        case Kind.DATE:
            return lambda value: str(value.isoformat())
        case Kind.INSTANT:
            return lambda value: utc(value).isoformat(timespec="seconds") + "Z"
        case _:
            return lambda value: guarded(str(value))
