"""What a file has in its cells, before anybody asks what it means; and how much of it there may be."""

from dataclasses import dataclass
from decimal import Decimal

#: How large a file may be, in bytes, as it comes and unpacked.
MOST_BYTES = 16 * 1024 * 1024
MOST_UNPACKED = 96 * 1024 * 1024

#: How many cells with a value a file has, how many sheets a workbook, how many rows and columns a sheet; and how long
#: the text of a cell is, at most.
MOST_CELLS = 1_000_000
MOST_SHEETS = 32
MOST_ROWS = 50_000
MOST_COLUMNS = 64
LONGEST_CELL = 4_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a workbook, as people see it: fifteen significant digits, which is what Excel shows and keeps.

    Attributes:
        is_percent: It is shown with a percent sign; `value` is what stands before the sign.
    """

    value: Decimal
    is_percent: bool = False

    def __str__(self) -> str:
        return f"{self.value:f}{'%' if self.is_percent else ''}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell whose formula went wrong (#N/A, #REF! …)."""

    text: str

    def __str__(self) -> str:
        return self.text


type Cell = str | Figure | Broken | None


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as it is: the rows that have something, by their number from 1; `name` is empty for CSV."""

    name: str
    rows: list[tuple[int, list[Cell]]]
