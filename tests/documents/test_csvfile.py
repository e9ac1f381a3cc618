import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest

from skypurser.documents.csvfile import write_csv
from skypurser.documents.table import Column, Kind, Table

AT = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
COLUMNS = (
    Column(title="Reference"),
    Column(title="Net", kind=Kind.AMOUNT, currency="USD", is_totalled=True),
    Column(title="Date", kind=Kind.DATE),
    Column(title="Posted", kind=Kind.INSTANT),
    Column(title="Rate", kind=Kind.PERCENT),
    Column(title="Item", kind=Kind.NUMBER),
)


def written(*rows: tuple[Any, ...], totals: str = "") -> list[list[str]]:
    target = io.StringIO(newline="")
    table = Table(title="t", columns=COLUMNS, rows=rows, made_at=AT, totals=totals)
    assert write_csv(target, table) == len(rows)
    return list(csv.reader(io.StringIO(target.getvalue(), newline="")))


def test_cells_are_written_as_people_and_programs_read_them() -> None:
    rows = written(('PNR, "A"\nB', -44_800, date(2026, 1, 15), AT, 750, 3), (None,) * 6, totals="Total")

    assert rows[0] == [column.title for column in COLUMNS]
    assert rows[1] == ['PNR, "A"\nB', "-448.00", "2026-01-15", "2026-01-15T17:00:00Z", "7.50", "3"]
    assert rows[2] == [""] * 6
    assert rows[3] == ["Total", "-448.00", "", "", "", ""]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_begins_like_a_formula_is_guarded(first: str) -> None:
    assert written((f"{first}1", 1, AT.date(), AT, 0, 1))[1][0] == f"'{first}1"


def test_a_formula_behind_a_character_that_is_left_out_is_guarded_too() -> None:
    assert written(("\x00=1", 1, AT.date(), AT, 0, 1))[1][0] == "'=1"
