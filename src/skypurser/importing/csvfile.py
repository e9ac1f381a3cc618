"""Read CSV that nobody trusts: UTF-8, with commas, semicolons or tabs between the values."""

import csv
import io
from codecs import BOM_UTF8

from skypurser.importing.flaws import FileTooLarge, FileUnreadable
from skypurser.importing.raw import LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Cell, RawSheet

_SEPARATORS = ",;\t"

#: What `documents.csvfile` puts before text that a spreadsheet would take for a formula is taken away again.
_GUARDED = ("'=", "'+", "'-", "'@")


def read_csv(content: bytes) -> RawSheet:
    """Return the rows of a CSV file; a row's number is that of the line on which it begins.

    Raises:
        FileUnreadable: Not UTF-8, or quotes that do not fit.
        FileTooLarge: Beyond the bounds of `raw`.
    """
    try:
        text = content.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileUnreadable from error
    separator = _separator(text)
    rows: list[tuple[int, list[Cell]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        begins, count = 1, 0
        for values in reader:
            count += len(values)
            if count > MOST_CELLS * 2:  # empty ones too
                raise FileTooLarge
            cells = [_cell(value) for value in values]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                if len(rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                    raise FileTooLarge
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise FileUnreadable from error
    return RawSheet("", rows)


def _separator(text: str) -> str:
    """Return the sign that the header has most of, outside quotes."""
    counts = dict.fromkeys(_SEPARATORS, 0)
    quoted = False
    for sign in text:
        if sign == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif sign in counts:
            counts[sign] += 1
        elif sign in "\r\n" and any(counts.values()):
            break
    return max(_SEPARATORS, key=counts.__getitem__)


def _cell(value: str) -> Cell:
    if len(value) > LONGEST_CELL:
        raise FileTooLarge
    plain = value[1:] if value.startswith(_GUARDED) else value
    return plain if plain.strip() else None
