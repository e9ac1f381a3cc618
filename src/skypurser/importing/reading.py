"""Make rows of a file: which sheets it has, which columns they have, and what stands in each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skypurser.importing import words
from skypurser.importing.csvfile import read_csv
from skypurser.importing.flaws import FileTooLarge, FileUnreadable, Flaws
from skypurser.importing.raw import MOST_BYTES, Cell, RawSheet
from skypurser.importing.sheets import NOTE, SHEETS, TELLING, Sheet
from skypurser.importing.xlsx import is_workbook, read_workbook


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something; `cells` are by the names of columns, empty ones left out, of those there are."""

    sheet: Sheet
    number: int
    cells: Mapping[str, Cell]
    columns: frozenset[str]


def read(content: bytes, *, kind: str = "", flaws: Flaws) -> list[Row]:
    """Return the rows of a file, by sheet in the order of `sheets.SHEETS`; examples are left out.

    Args:
        kind: Which sheet a CSV file is; empty where its header tells. Of a workbook, the only sheet to be taken.
        flaws: Takes what is wrong with sheets and headers; what can be read is returned all the same.

    Raises:
        FileUnreadable, FileTooLarge: Nothing can be said of it.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    found: dict[str, list[Row]] = {}
    for name, raw in _sheets(content, kind, flaws):
        if name in found:
            flaws.add(name, 0, "", "duplicate_sheet", raw.name)
            continue
        found[name] = list(_rows(SHEETS[name], raw, flaws))
    rows = [row for name in SHEETS for row in found.get(name, ())]
    if not rows and not flaws.total:
        flaws.add("", 0, "", "nothing_to_import")
    return rows


def _sheets(content: bytes, kind: str, flaws: Flaws) -> Iterable[tuple[str, RawSheet]]:
    if is_workbook(content):
        for raw in read_workbook(content):
            if not raw.rows:
                continue
            name = words.sheet_called(raw.name)
            if name is None:
                flaws.add(raw.name[:60], 0, "", "unknown_sheet", raw.name)
            elif name and name == (kind or name):
                yield name, raw
        return
    if b"\x00" in content:
        raise FileUnreadable
    raw = read_csv(content)
    if not raw.rows:
        return
    told = kind or _told_by(raw.rows[0][1])
    if told:
        yield told, raw
    else:
        flaws.add("", raw.rows[0][0], "", "kind_unclear")


def _told_by(header: list[Cell]) -> str:
    """Return the sheet that has the header's columns, and most of them; empty where that is none or two."""
    names = {name for cell in header if cell is not None and (name := words.column_called(str(cell)))}
    fit = [name for name, sheet in SHEETS.items() if TELLING[name] <= names <= sheet.by_name.keys()]
    return fit[0] if len(fit) == 1 else ""


def _rows(sheet: Sheet, raw: RawSheet, flaws: Flaws) -> Iterable[Row]:
    (at, header), *others = raw.rows
    columns = _columns(sheet, at, header, flaws)
    for number, cells in others:
        row: dict[str, Cell] = {}
        for place, cell in enumerate(cells):
            if cell is None:
                continue
            name = columns[place] if place < len(columns) else ""
            if name:
                row[name] = cell
            elif place >= len(header) or header[place] is None:
                flaws.add(sheet.name, number, "", "beyond_header", cell)
        if words.is_example(str(row.pop(NOTE.name, "")), code=str(row.get("code", ""))):
            continue
        if row:
            yield Row(sheet, number, row, frozenset(columns))


def _columns(sheet: Sheet, at: int, header: list[Cell], flaws: Flaws) -> list[str]:
    """Return the names of the columns in their places; empty for those without a title, or with a wrong one."""
    found: list[str] = []
    for cell in header:
        title = "" if cell is None else str(cell)
        name = words.column_called(title) if title else ""
        if name is None or (name and name not in sheet.by_name):
            flaws.add(sheet.name, at, title[:60], "unknown_column", title)
            name = ""
        elif name and name in found:
            flaws.add(sheet.name, at, name, "duplicate_column", title)
            name = ""
        found.append(name)
    for column in sheet.columns:
        if column.is_mandatory and column.name not in found:
            flaws.add(sheet.name, at, column.name, "missing_column")
    return found
