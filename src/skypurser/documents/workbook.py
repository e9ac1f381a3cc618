"""A table as an Excel workbook, written row by row: a million rows take no more memory than a thousand.

Amounts are numbers with their currency's decimals, dates and instants are dates, and text is text whatever it begins
with: no cell becomes a formula or a link.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from skypurser.documents.table import FIRST_DAY, Column, Kind, Sums, Table, clean, money, utc
from skypurser.money import Money, digits

#: How many rows a sheet of Excel has.
ROWS_PER_SHEET = 1_048_576

_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 6, 60
#: Rows whose widths are looked at; later ones are like them.
_MEASURED = 1_000
#: Title, filters, an empty row, and the header.
_HEADER_ROW = 3

_DAY, _INSTANT = _DAYS = ("yyyy-mm-dd", 'yyyy-mm-dd hh:mm:ss"Z"')

#: Figures, and what stands above them, end a little before the text of the next column begins.
_FIGURES: dict[str, Any] = {"align": "right", "indent": 1}
_COUNTED = (Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT)

#: Excel counts days from here, as far as its calendar agrees with ours.
_DAY_ZERO = date(1899, 12, 30).toordinal()
_INSTANT_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_FIRST_INSTANT = datetime.combine(FIRST_DAY, time(), UTC)

#: Writes a value that is not None into its column's cell of a row.
type _Put = Callable[[int, Any], None]


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
    """Where the writing has come to.

    A sheet has one function per column, made once with its format: what is done per cell is done a million times.
    """

    def __init__(self, workbook: xlsxwriter.Workbook, table: Table, rows_per_sheet: int) -> None:
        self._workbook, self._table = workbook, table
        self._last = rows_per_sheet - 1 - bool(table.totals)
        self._formats: dict[tuple[str, bool], Format] = {}
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        header = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        self._header, self._figures = workbook.add_format(header), workbook.add_format({**header, **_FIGURES})
        self._widths = [0] * len(table.columns)
        self._sheet: Worksheet
        self._puts: list[_Put] = []
        self._at = 0

    def write(self) -> int:
        columns = self._table.columns
        sums, count = Sums(columns), 0
        self._open(1)
        sheets = 1
        for row in self._table.rows:
            if self._at > self._last:
                self._close()
                sheets += 1
                self._open(sheets)
            at = self._at
            for put, value in zip(self._puts, row, strict=True):
                if value is not None:
                    put(at, value)
            if count < _MEASURED:
                self._measure(row)
            sums.take(row)
            self._at += 1
            count += 1
        if self._table.totals:
            self._totals(sums.row(self._table.totals))
        self._close()
        return count

    def _open(self, number: int) -> None:
        self._sheet = self._workbook.add_worksheet(sheet_name(self._table.title, number))
        self._sheet.write_string(0, 0, clean(self._table.title)[:_LONGEST_TEXT], self._title)
        self._sheet.write_string(1, 0, clean(self._table.filters)[:_LONGEST_TEXT])
        for at, column in enumerate(self._table.columns):
            shape = self._figures if column.kind in _COUNTED else self._header
            self._sheet.write_string(_HEADER_ROW, at, clean(column.title), shape)
            self._widths[at] = max(self._widths[at], len(column.title))
        self._sheet.freeze_panes(_HEADER_ROW + 1, 0)
        self._sheet.repeat_rows(_HEADER_ROW)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._puts = [self._put_of(column, at) for at, column in enumerate(self._table.columns)]
        self._at = _HEADER_ROW + 1

    def _close(self) -> None:
        for at, (column, width) in enumerate(zip(self._table.columns, self._widths, strict=True)):
            room = 3 if column.kind in _COUNTED else 2
            self._sheet.set_column(at, at, min(max(width, _NARROWEST), _WIDEST) + room)

    def _totals(self, row: Sequence[Any]) -> None:
        for at, (column, value) in enumerate(zip(self._table.columns, row, strict=True)):
            # The word before the totals is text, whatever the column is.
            if isinstance(value, str):
                self._text(at, bold=True)(self._at, value)
            elif value is not None:
                self._put_of(column, at, bold=True)(self._at, value)
        self._measure(row)

    def _measure(self, row: Sequence[Any]) -> None:
        for at, (column, value) in enumerate(zip(self._table.columns, row, strict=True)):
            if value is not None:
                self._widths[at] = max(self._widths[at], _width(column.kind, value))

    def _put_of(self, column: Column, at: int, *, bold: bool = False) -> _Put:
        """Return what writes the column's cell of a row."""
        match column.kind:
            case Kind.AMOUNT if column.currency:
                return self._amount(column, at, bold=bold)
            case Kind.AMOUNT:
                return self._any_amount(column, at, bold=bold)
            case Kind.NUMBER:
                return self._number(at, "#,##0", 1, bold=bold)
            case Kind.PERCENT:
                return self._number(at, "0.00%", 10_000, bold=bold)
            case Kind.DATE:
                return self._day(at)
            case Kind.INSTANT:
                return self._instant(at)
            case _:
                return self._text(at, bold=bold)

    def _text(self, at: int, *, bold: bool = False) -> _Put:
        write, shape = self._sheet.write_string, self._format("@", bold)

        def put(row: int, value: Any) -> None:
            text = str(value)
            if text:
                write(row, at, (text if text.isprintable() else clean(text))[:_LONGEST_TEXT], shape)

        return put

    def _number(self, at: int, number_format: str, parts: int, *, bold: bool) -> _Put:
        write, shape = self._sheet.write_number, self._format(number_format, bold)

        def put(row: int, value: Any) -> None:
            write(row, at, value / parts, shape)

        return put

    def _amount(self, column: Column, at: int, *, bold: bool) -> _Put:
        """All in one currency."""
        places = digits(column.currency)
        write, shape, parts = self._sheet.write_number, self._format(_decimals(places), bold), 10**places

        def put(row: int, value: Any) -> None:
            minor = value if value.__class__ is int else money(column, value).minor
            write(row, at, minor / parts, shape)

        return put

    def _any_amount(self, column: Column, at: int, *, bold: bool) -> _Put:
        """Each in a currency of its own."""
        puts: dict[str, _Put] = {}

        def put(row: int, value: Any) -> None:
            of = money(column, value)
            known = puts.get(of.currency)
            if known is None:
                known = puts[of.currency] = self._amount(Column(title="", currency=of.currency), at, bold=bold)
            known(row, of.minor)

        return put

    def _day(self, at: int) -> _Put:
        write, shape, text = self._sheet.write_number, self._format(_DAY, False), self._text(at)

        def put(row: int, value: Any) -> None:
            if value < FIRST_DAY:
                text(row, value.isoformat())
            else:
                write(row, at, value.toordinal() - _DAY_ZERO, shape)

        return put

    def _instant(self, at: int) -> _Put:
        write, shape, text = self._sheet.write_number, self._format(_INSTANT, False), self._text(at)

        def put(row: int, value: Any) -> None:
            if value.tzinfo is not UTC:
                value = utc(value).replace(tzinfo=UTC)
            if value < _FIRST_INSTANT:
                text(row, value.replace(tzinfo=None).isoformat(sep=" "))
            else:
                since = value - _INSTANT_ZERO
                write(row, at, since.days + (since.seconds + since.microseconds / 1e6) / 86_400, shape)

        return put

    def _format(self, shape: str, bold: bool) -> Format:
        found = self._formats.get((shape, bold))
        if found is None:
            facts: dict[str, Any] = {"num_format": shape}
            if shape in _DAYS:
                facts["align"] = "left"  # beside amounts they would be taken for one
            elif shape != "@":
                facts |= _FIGURES
            if bold:
                facts |= {"bold": True, "top": 1}
            found = self._formats[shape, bold] = self._workbook.add_format(facts)
        return found


def _width(kind: Kind, value: Any) -> int:
    """Return about how many characters wide a value is drawn."""
    if isinstance(value, str):
        return len(value)
    match kind:
        case Kind.AMOUNT:
            return len(f"{value.minor if isinstance(value, Money) else value:,}") + 2
        case Kind.NUMBER:
            return len(f"{value:,}")
        case Kind.PERCENT:
            return len("100.00%")
        case Kind.DATE:
            return len("2026-01-15")
        case Kind.INSTANT:
            return len("2026-01-15 17:00:00Z")
        case _:
            return len(str(value))


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
