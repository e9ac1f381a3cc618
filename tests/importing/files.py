"""Files to be imported, as people make them."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import xlsxwriter

from skypurser.access.actors import Actor
from skypurser.importing import uploads
from skypurser.importing.carrying_out import File, carry_out, try_out
from skypurser.importing.flaws import ImportRefused, flaws_in
from skypurser.importing.report import Report
from skypurser.importing.uploads import UploadView
from tests import cast

type Rows = Sequence[Any]

#: Where a flaw is, and which.
type Place = tuple[str, int, str, str]

OFFICES = ["Code", "Name", "Issue ID", "City", "Airport"]
CLIENTS = ["Code", "Name", "City", "Airport"]
ACCOUNTS = ["Type", "Code", "Currency", "Credit limit"]
BALANCES = ["Type", "Code", "Currency", "In favour", "Owed"]


def workbook(sheets: Mapping[str, Rows], *, formats: Mapping[tuple[str, int, int], str] | None = None) -> bytes:
    """A workbook with these sheets, their headers first; `formats` are those of cells, by sheet, row and column."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    shape = (formats or {}).get((name, at, place))
                    if cell == "=NA()":
                        sheet.write_formula(at, place, cell, None, "#N/A")
                    elif cell is not None:
                        sheet.write(at, place, cell, book.add_format({"num_format": shape}) if shape else None)
    return target.getvalue()


def comma_separated(rows: Rows, *, separator: str = ",") -> bytes:
    """A CSV file in UTF-8."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=separator).writerows(rows)
    return target.getvalue().encode()


def file(content: bytes | Mapping[str, Rows], *, name: str = "book.xlsx", kind: str = "") -> File:
    """A file; sheets make a workbook."""
    return File(name=name, content=content if isinstance(content, bytes) else workbook(content), kind=kind)


def agencies(*codes: str, debit: Any = None, credit: Any = 250, limit: Any = 10_000) -> dict[str, Rows]:
    """Offices in New York with an account in USD each, and an opening balance."""
    return {
        "Offices": [OFFICES, *([code, f"Agency {code}", "9549656", "NYC", "JFK"] for code in codes)],
        "Accounts": [ACCOUNTS, *(["Agency", code, "USD", limit] for code in codes)],
        "Opening balances": [BALANCES, *(["Agency", code, "USD", credit, debit] for code in codes)],
    }


def imported(content: bytes | Mapping[str, Rows], actor: Actor, **differently: Any) -> Report:
    """What came of importing a file."""
    how: dict[str, Any] = {"reference": "migration", "actor": actor, "now": cast.NOON, **differently}
    return carry_out(file(content, kind=how.pop("kind", "")), **how)


def tried(content: bytes | Mapping[str, Rows], actor: Actor, **differently: Any) -> Report:
    """What would come of it."""
    how: dict[str, Any] = {"reference": "migration", "actor": actor, "now": cast.NOON, **differently}
    return try_out(file(content, kind=how.pop("kind", "")), **how)


def flaws(content: bytes | Mapping[str, Rows], actor: Actor, **differently: Any) -> list[Place]:
    """What is wrong with a file: sheet, row, column and code of each flaw."""
    with pytest.raises(ImportRefused) as refused:
        imported(content, actor, **differently)
    found = flaws_in(refused.value.facts)
    assert refused.value.facts["total"] >= len(found) > 0
    return [(flaw.sheet, flaw.row, flaw.column, flaw.code) for flaw in found]


def brought(airline: cast.Airline, *codes: str, **differently: Any) -> UploadView:
    """A file that an administrator of the airline has brought; it waits to be confirmed."""
    how: dict[str, Any] = {"reference": "migration", "actor": airline.actor, "now": cast.NOON, **differently}
    return uploads.upload(file(agencies(*(codes or ("MOVED1",)))), **how)
