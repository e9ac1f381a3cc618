"""The kinds of files that a list is written as."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from skypurser.documents.csvfile import write_csv
from skypurser.documents.table import Table
from skypurser.documents.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        suffix: Its ending, and its name.
        write: Writes the table into a file that is open for bytes and seekable, and returns how many rows it has.
    """

    suffix: str
    content_type: str
    write: Callable[[BinaryIO, Table], int]


def _csv(target: BinaryIO, table: Table) -> int:
    # With the mark in front of it Excel reads UTF-8 for what it is.
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    try:
        return write_csv(text, table)
    finally:
        text.flush()
        text.detach()


XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_workbook)
CSV = Format("csv", "text/csv; charset=utf-8", _csv)

FORMATS: Mapping[str, Format] = MappingProxyType({one.suffix: one for one in (XLSX, CSV)})
