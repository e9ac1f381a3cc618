"""What is wrong with a file: by sheet, row and column, all of it at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skypurser.errors import InvalidRequest
from skypurser.importing.raw import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from skypurser.importing.sheets import SHEETS

#: How many flaws are told one by one; all are counted.
MOST_TOLD = 500

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong.

    Attributes:
        sheet: By its name in `sheets.SHEETS`; what the file calls it, where it is none of those.
        row: As spreadsheets count, from 1; 0 for the sheet as a whole.
        column: By its name in `sheets`; what the file calls it, where it is none of those; empty for the whole row.
        code: Stable; `words.sentence` has its words.
        value: What stands there, the beginning of it, printable.
        facts: What the sentence tells besides.
    """

    sheet: str
    row: int
    column: str
    code: str
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Flaws:
    """The flaws that were found so far: the first of them one by one, all of them counted."""

    def __init__(self) -> None:
        self._told: list[Flaw] = []
        self.total = 0

    def add(self, sheet: str, row: int, column: str, code: str, value: object = "", **facts: object) -> None:
        """Note a flaw."""
        self.total += 1
        if len(self._told) < 4 * MOST_TOLD:  # later ones may be in earlier rows
            told = {name: printable(str(fact)) for name, fact in facts.items()}
            self._told.append(Flaw(sheet, row, column, code, printable(str(value)), told))

    def told(self) -> tuple[Flaw, ...]:
        """Return the first ones, by sheet, row and column."""
        return tuple(sorted(self._told, key=_place)[:MOST_TOLD])

    def raise_if_any(self) -> None:
        """Raise ImportRefused unless nothing is wrong."""
        if self.total:
            raise ImportRefused(total=self.total, flaws=[as_fact(flaw) for flaw in self.told()])


class ImportRefused(InvalidRequest):
    """Rows of the file can't be imported; nothing is written, and no key is bound.

    Facts: `total`, how many flaws there are, and `flaws`, the first `MOST_TOLD` of them (see `flaws_in`).
    """

    code = "import_refused"

    def __init__(self, *, total: int, flaws: list[dict[str, Any]]) -> None:
        super().__init__("The file can't be imported as it is.", total=total, flaws=flaws)


class FileUnreadable(InvalidRequest):
    """The file is neither an Excel workbook (.xlsx) nor CSV in UTF-8. Nothing is written, and no key is bound."""

    code = "file_unreadable"

    def __init__(self) -> None:
        super().__init__("The file is neither an Excel workbook (.xlsx) nor CSV in UTF-8.", field="file")


class FileTooLarge(InvalidRequest):
    """The file is larger than what is imported at once. Nothing is written, and no key is bound."""

    code = "file_too_large"

    def __init__(self) -> None:
        told = f"The file is too large: {MOST_BYTES >> 20} MB, {MOST_ROWS:,} rows and {MOST_COLUMNS} columns a sheet."
        super().__init__(told, field="file")


def as_fact(flaw: Flaw) -> dict[str, Any]:
    """Return the flaw, ready for JSON."""
    return {
        "sheet": flaw.sheet,
        "row": flaw.row,
        "column": flaw.column,
        "code": flaw.code,
        "value": flaw.value,
        "facts": dict(flaw.facts),
    }


def flaws_in(facts: Mapping[str, Any] | None) -> list[Flaw]:
    """Return the flaws that the facts of an ImportRefused tell."""
    return [Flaw(**one) for one in (facts or {}).get("flaws", ())]


def printable(text: str) -> str:
    """Return the beginning of a text that a file has, without what could harm where it is shown or kept."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[: _LONGEST_VALUE + 1])
    return plain if len(plain) <= _LONGEST_VALUE else plain[:_LONGEST_VALUE] + "…"


def _place(flaw: Flaw) -> tuple[int, int, int]:
    sheet = SHEETS.get(flaw.sheet)
    columns = [] if sheet is None else [column.name for column in sheet.columns]
    at = columns.index(flaw.column) if flaw.column in columns else -1
    return (-1 if sheet is None else list(SHEETS).index(flaw.sheet), flaw.row, at)
