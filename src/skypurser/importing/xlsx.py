"""Read an Excel workbook (.xlsx) that nobody trusts, as a stream: what is too much is refused before it is held.

Libraries that read workbooks make a sheet's cells a rectangle first. A file of five kilobytes with two cells, one at
each corner, is then a rectangle of seventeen thousand million, and takes the process down. Here cells are taken one by
one, in the order of the file, and the first one beyond the bounds ends it. Numbers are read with the digits that Excel
shows, and with their percent sign. Formulas are what they came to when the file was saved.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from math import isfinite
from xml.parsers import expat

from skypurser.importing.flaws import FileTooLarge, FileUnreadable
from skypurser.importing.raw import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNPACKED,
    Broken,
    Cell,
    Figure,
    RawSheet,
)

_CHUNK = 64 * 1024
_MOST_PARTS = 2_000
_DEEPEST = 64
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_PERCENTS = frozenset({"9", "10"})
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, IndexError, ValueError, LookupError),
    *(NotImplementedError, RuntimeError, StopIteration),
)

type Attributes = dict[str, str]
type Start = Callable[[str, Attributes], None]


def is_workbook(content: bytes) -> bool:
    """Tell whether it begins as a workbook does: it is a ZIP archive."""
    return content.startswith(b"PK\x03\x04")


def read_workbook(content: bytes) -> list[RawSheet]:
    """Return the sheets of a workbook, those without any value too.

    Raises:
        FileUnreadable: It is no workbook, damaged, encrypted, or declares a document type.
        FileTooLarge: Beyond the bounds of `raw`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Workbook(archive).sheets()
    except _UNREADABLE as error:
        raise FileUnreadable from error


class _Workbook:
    """The parts of an archive, and how much of it has been unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts = {info.filename: info for info in archive.infolist()}
        if len(self._parts) > _MOST_PARTS:
            raise FileTooLarge
        self._unpacked = self._cells = 0

    def sheets(self) -> list[RawSheet]:
        named, where = self._named(), self._where()
        if len(named) > MOST_SHEETS:
            raise FileTooLarge
        strings = self._strings() if _STRINGS in self._parts else []
        percents = self._percents() if _STYLES in self._parts else []
        return [RawSheet(name, _Rows(self, where[id_], strings, percents).read()) for name, id_ in named]

    def parse(self, part: str, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
        """Stream a part through a parser; names come without prefixes, attributes with theirs."""
        depth = 0

        def begins(name: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:  # the parser keeps every element that is open
                raise FileTooLarge
            start(name if ":" not in name else name.rpartition(":")[2], attributes)

        def ends(name: str) -> None:
            nonlocal depth
            depth -= 1
            end(name if ":" not in name else name.rpartition(":")[2])

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = begins, ends
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _no_doctype
        for some in self._chunks(part):
            parser.Parse(some, False)
        parser.Parse(b"", True)

    def count_cell(self) -> None:
        """Count a cell with a value."""
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise FileTooLarge

    def _chunks(self, part: str) -> Iterator[bytes]:
        info = self._parts[part]
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotImplementedError(info.compress_type)
        with self._archive.open(info) as opened:
            while some := opened.read(_CHUNK):
                self._unpacked += len(some)
                if self._unpacked > MOST_UNPACKED:
                    raise FileTooLarge
                yield some

    def _named(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                relation = next(value for key, value in attributes.items() if key.endswith(":id"))
                found.append((attributes["name"], relation))

        self.parse(_WORKBOOK, start, _nothing, _nothing)
        return found

    def _where(self) -> dict[str, str]:
        found: dict[str, str] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship":
                found[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

        self.parse(_RELATIONS, start, _nothing, _nothing)
        return found

    def _strings(self) -> list[str]:
        found: list[str] = []

        def take(text: str) -> None:
            if len(found) >= MOST_CELLS:
                raise FileTooLarge
            found.append(text)

        reader = _Text("si", take)
        self.parse(_STRINGS, reader.start, reader.end, reader.text)
        return found

    def _percents(self) -> list[bool]:
        """Return of each style of cells whether it shows a percent sign."""
        formats: dict[str, str] = {}
        found: list[bool] = []
        within: list[str] = []

        def end(name: str) -> None:  # noqa: ARG001 — expat's signature
            within.pop()

        def start(name: str, attributes: Attributes) -> None:
            within.append(name)
            if name == "numFmt":
                formats[attributes["numFmtId"]] = attributes["formatCode"]
            elif name == "xf" and "cellXfs" in within:
                number = attributes.get("numFmtId", "0")
                found.append(number in _PERCENTS or "%" in formats.get(number, ""))

        self.parse(_STYLES, start, end, _nothing)
        return found


class _Text:
    """Collects the text of an element, rich or plain; what is only how it is pronounced is left out."""

    def __init__(self, whole: str, take: Callable[[str], None]) -> None:
        self._whole, self._take = whole, take
        self._parts: list[str] = []
        self._reading = self._spoken = False

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 — expat's signature
        if name == self._whole:
            self._parts = []
        elif name == "rPh":
            self._spoken = True
        elif name == "t":
            self._reading = not self._spoken

    def end(self, name: str) -> None:
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._spoken = False
        elif name == self._whole:
            self._take("".join(self._parts))

    def text(self, some: str) -> None:
        if self._reading:
            self._parts.append(some)


class _Rows:
    """The rows of one sheet while it streams by."""

    def __init__(self, workbook: _Workbook, part: str, strings: list[str], percents: list[bool]) -> None:
        self._workbook, self._part, self._strings, self._percents = workbook, part, strings, percents
        self._rows: list[tuple[int, list[Cell]]] = []
        self._row = self._column = 0
        self._cells: list[Cell] = []
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._reading = self._spoken = False

    def read(self) -> list[tuple[int, list[Cell]]]:
        self._workbook.parse(self._part, self._start, self._end, self._text)
        return self._rows

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._column = self._column_of(attributes.get("r"))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._parts = []
        elif name in {"v", "t"}:
            self._reading = not self._spoken
        elif name == "rPh":
            self._spoken = True
        elif name == "row":
            number = int(attributes.get("r", self._row + 1))
            if number <= self._row:
                raise ValueError("rows go up")
            self._row, self._column, self._cells = number, 0, []

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reading = False
        elif name == "rPh":
            self._spoken = False
        elif name == "c" and self._parts:
            self._put(self._value("".join(self._parts)))
        elif name == "row" and any(cell is not None for cell in self._cells):
            if len(self._rows) >= MOST_ROWS:
                raise FileTooLarge
            self._rows.append((self._row, self._cells))

    def _text(self, some: str) -> None:
        if self._reading:
            self._parts.append(some)

    def _column_of(self, place: str | None) -> int:
        if place is None:
            return self._column + 1
        match = _CELL.fullmatch(place)
        if match is None:
            raise ValueError("no place")
        number = 0
        for letter in match[1]:
            number = number * 26 + ord(letter) - ord("A") + 1
        return number

    def _put(self, value: Cell) -> None:
        if value is None:
            return
        if self._column > MOST_COLUMNS or not self._row:
            raise FileTooLarge
        self._workbook.count_cell()
        self._cells.extend([None] * (self._column - len(self._cells)))
        self._cells[self._column - 1] = value

    def _value(self, text: str) -> Cell:
        if self._kind == "s":
            text = self._strings[int(text)]
        elif self._kind == "b":
            text = "TRUE" if text == "1" else "FALSE"
        elif self._kind == "e":
            return Broken(text[:20])
        elif self._kind == "n":
            return self._figure(float(text))
        if len(text) > LONGEST_CELL:
            raise FileTooLarge
        return text if text.strip() else None

    def _figure(self, number: float) -> Figure:
        if not isfinite(number):
            raise ValueError("no number")
        seen = Decimal(f"{number:.15g}")
        style = int(self._style)
        if style < len(self._percents) and self._percents[style]:
            return Figure(seen * 100, is_percent=True)
        return Figure(seen)


def _nothing(*_: object) -> None:
    return


def _no_doctype(*_: object) -> None:
    raise ValueError("a workbook declares no document type")
