"""A table as an Excel workbook, written row by row: a million rows take no more memory than a thousand.

Amounts are numbers with their currency's decimals, dates and instants are dates, and text is text whatever it begins
with: no cell becomes a formula or a link.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from skypurser.documents.table import FIRST_DAY, Column, Kind, Sums, Table, clean, money, utc
from skypurser.money import digits

#: How many rows a sheet of Excel has.
ROWS_PER_SHEET = 1_048_576

_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 6, 60
#: Rows whose widths are looked at; later ones are like them.
_MEASURED = 1_000
#: Title, filters, an empty row, and the header.
_HEADER_ROW = 3


def write_workbook(target: BinaryIO, table: Table, *, rows_per_sheet: int = ROWS_PER_SHEET) -> int:
    """Write the table and return how many rows it has, header and totals not counted.

    Rows that do not fit one sheet go on in the next, under the same header; the totals stand at the very end.

    Args:
        target: Open for writing bytes; seekable.
        rows_per_sheet: All rows of a sheet, header and totals included.

    Raises:
        TypeError, ValueError: A cell is not of its column's kind; what was written is no workbook.
    """
    workbook = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": False})
    workbook.set_properties({"title": clean(table.title), "created": utc(table.made_at)})
    # Closed in any case: closing is what removes the temporary files.
    try:
        return _Writer(workbook, table, rows_per_sheet).write()
    finally:
        workbook.close()


class _Writer:
    """Where the writing has come to."""

    def __init__(self, workbook: xlsxwriter.Workbook, table: Table, rows_per_sheet: int) -> None:
        self._workbook, self._table = workbook, table
        self._last = rows_per_sheet - 1 - bool(table.totals)
        self._formats: dict[tuple[str, bool], Format] = {}
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._header = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._widths = [0] * len(table.columns)
        self._cells = [self._cell_of(column) for column in table.columns]
        self._sheet: Worksheet
        self._at = 0

    def write(self) -> int:
        sums, count = Sums(self._table.columns), 0
        self._open(1)
        sheets = 1
        for row in self._table.rows:
            if self._at > self._last:
                self._close()
                sheets += 1
                self._open(sheets)
            self._row(row, bold=False, measured=count < _MEASURED)
            sums.take(row)
            count += 1
        if self._table.totals:
            self._row(sums.row(self._table.totals), bold=True, measured=True)
        self._close()
        return count

    def _open(self, number: int) -> None:
        self._sheet = self._workbook.add_worksheet(sheet_name(self._table.title, number))
        self._sheet.write_string(0, 0, clean(self._table.title)[:_LONGEST_TEXT], self._title)
        self._sheet.write_string(1, 0, clean(self._table.filters)[:_LONGEST_TEXT])
        for at, column in enumerate(self._table.columns):
            self._sheet.write_string(_HEADER_ROW, at, clean(column.title), self._header)
            self._widths[at] = max(self._widths[at], len(column.title))
        self._sheet.freeze_panes(_HEADER_ROW + 1, 0)
        self._sheet.repeat_rows(_HEADER_ROW)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._at = _HEADER_ROW + 1

    def _close(self) -> None:
        for at, width in enumerate(self._widths):
            self._sheet.set_column(at, at, min(max(width, _NARROWEST), _WIDEST) + 2)

    def _row(self, row: Sequence[Any], *, bold: bool, measured: bool) -> None:
        for at, (cell, value) in enumerate(zip(self._cells, row, strict=True)):
            if value is None:
                continue
            # The word before the totals is text, whatever the column is.
            width = self._text(at, value, bold) if bold and isinstance(value, str) else cell(at, value, bold)
            if measured:
                self._widths[at] = max(self._widths[at], width)
        self._at += 1

    def _cell_of(self, column: Column) -> Callable[[int, Any, bool], int]:
        """Return what writes a cell of the column and tells its width in characters."""

        def amount(at: int, value: Any, bold: bool) -> int:
            of = money(column, value)
            places = digits(of.currency)
            self._sheet.write_number(self._at, at, of.minor / 10**places, self._format(_decimals(places), bold))
            return len(f"{of.minor:,}") + 2

        def whole(at: int, value: Any, bold: bool) -> int:
            self._sheet.write_number(self._at, at, value, self._format("#,##0", bold))
            return len(f"{value:,}")

        def percent(at: int, value: Any, bold: bool) -> int:
            self._sheet.write_number(self._at, at, value / 10_000, self._format("0.00%", bold))
            return len("100.00%")

        def day(at: int, value: Any, bold: bool) -> int:
            if value < FIRST_DAY:
                return self._text(at, value.isoformat(), bold)
            self._sheet.write_datetime(self._at, at, value, self._format("yyyy-mm-dd", bold))
            return len("2026-01-15")

        def instant(at: int, value: Any, bold: bool) -> int:
            moment = utc(value)
            if date(moment.year, moment.month, moment.day) < FIRST_DAY:
                return self._text(at, moment.isoformat(sep=" "), bold)
            self._sheet.write_datetime(self._at, at, moment, self._format('yyyy-mm-dd hh:mm:ss"Z"', bold))
            return len("2026-01-15 17:00:00Z")

        kinds: dict[Kind, Callable[[int, Any, bool], int]] = {
            Kind.TEXT: self._text,
            Kind.AMOUNT: amount,
            Kind.NUMBER: whole,
            Kind.PERCENT: percent,
            Kind.DATE: day,
            Kind.INSTANT: instant,
        }
        return kinds[column.kind]

    def _text(self, at: int, value: Any, bold: bool) -> int:
        text = clean(str(value))[:_LONGEST_TEXT]
        self._sheet.write_string(self._at, at, text, self._format("@", bold))
        return len(text)

    def _format(self, shape: str, bold: bool) -> Format:
        found = self._formats.get((shape, bold))
        if found is None:
            facts: dict[str, Any] = {"num_format": shape}
            if bold:
                facts |= {"bold": True, "top": 1}
            found = self._formats[shape, bold] = self._workbook.add_format(facts)
        return found


def sheet_name(title: str, number: int) -> str:
    """Return a name that Excel takes: at most 31 characters, none of its own signs, not the one it keeps for itself.

    Args:
        number: 1 for the first sheet; later ones bear it.
    """
    suffix = f" {number}" if number > 1 else ""
    plain = re.sub(r"[\[\]:*?/\\\t\n\r]", " ", clean(title))
    name = plain[: _LONGEST_NAME - len(suffix)].strip().strip("'").strip() or "Sheet"
    if name.casefold() == "history":
        name += "_"
    return name + suffix


def _decimals(places: int) -> str:
    return "#,##0" + (f".{'0' * places}" if places else "")
