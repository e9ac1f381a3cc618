"""Read CSV files that nobody has checked: a line is an answer, whatever is in it.

A row is one line. A quoted field may hold commas and quotes but no line break, so that a stray quote spoils its own
row and no other. Files are UTF-8, with or without a byte order mark; any line end will do.
"""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

#: Characters in a line; a longer one is malformed, and is not held in memory.
LONGEST_LINE = 16_384

# Control characters, halves of surrogate pairs (here: bytes that are no UTF-8), line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


class FileUnusable(Exception):
    """A file that stops the run before it starts; the message names it."""


class CsvFile:
    """A CSV file, open, with its header read; iterate to get `(line, cells, is_whole)`.

    `line` is the file's, the header is 1. `cells` are in the order of `columns`, whatever the file's order. A row that
    is not whole (columns missing or too many, quotes wrong, characters that no text has, too long) has as many cells
    as could be read, padded with empty ones. Blank lines are no rows.

    Attributes:
        size: Bytes, or 0 when unknown, as of a pipe.
        read: About how many bytes were read so far.

    Raises:
        FileUnusable: It can't be opened, or its header is not these columns, in any order.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self._columns = tuple(columns)
        try:
            # Undecodable bytes become half surrogates, so that they spoil only their own line.
            self._file: TextIO = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
            self.size = path.stat().st_size if path.is_file() else 0
        except OSError as error:
            raise FileUnusable(f"{path} can't be read: {error.strerror}.") from error
        self.read = 0
        try:
            self._order = self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, list[str], bool]]:
        readline, order, wanted = self._file.readline, self._order, len(self._columns)
        number = 1
        while text := readline(LONGEST_LINE):
            number += 1
            self.read += len(text)
            is_whole = True
            if text[-1] not in "\r\n" and len(text) == LONGEST_LINE:
                self._skip_line()
                is_whole = False
            text = text.rstrip("\r\n")
            if not text:
                continue
            if '"' in text:
                cells, quotes_right = _split_quoted(text)
                is_whole = is_whole and quotes_right
            else:
                cells = text.split(",")
            if len(cells) != wanted:
                is_whole = False
                cells = (cells + [""] * wanted)[:wanted]
            if order is not None:
                cells = [cells[at] for at in order]
            yield number, cells, is_whole and (text.isprintable() or _is_text(text))

    def _skip_line(self) -> None:
        while (rest := self._file.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
            self.read += len(rest)

    def _read_header(self) -> tuple[int, ...] | None:
        try:
            text = self._file.readline(LONGEST_LINE).rstrip("\r\n")
        except OSError as error:
            raise FileUnusable(f"{self.path} can't be read: {error.strerror}.") from error
        self.read = len(text)
        if not text:
            raise FileUnusable(f"{self.path} has no header; its first line names the columns: {self._expected()}.")
        found, _ = _split_quoted(text)
        if missing := [name for name in self._columns if name not in found]:
            raise FileUnusable(
                f"{self.path}: the header lacks {_listed(missing)}. The columns are: {self._expected()}."
            )
        if surplus := [name for name in found if name not in self._columns]:
            raise FileUnusable(
                f"{self.path}: the header names {_listed(surplus)}, which means nothing here. "
                f"The columns are: {self._expected()}."
            )
        if len(found) > len(self._columns):
            twice = sorted({name for name in found if found.count(name) > 1})
            raise FileUnusable(f"{self.path}: the header names {_listed(twice)} twice.")
        return None if tuple(found) == self._columns else tuple(found.index(name) for name in self._columns)

    def _expected(self) -> str:
        return ",".join(self._columns)


def _split_quoted(text: str) -> tuple[list[str], bool]:
    """Split a line with quotes; False when they are wrong, with the cells as far as they can be told."""
    try:
        return next(csv.reader([text], strict=True)), True
    except (csv.Error, StopIteration):
        return text.split(","), False


def _is_text(text: str) -> bool:
    """Tell whether the line holds nothing but characters of a text; asked only where something is unusual."""
    return not any(unicodedata.category(character) in _UNPRINTABLE for character in text)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name[:40]) for name in names[:10])
