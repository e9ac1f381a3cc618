"""Numbers without gaps, per carrier, series and year.

The counter's row stays locked until whoever took a number commits: an act that fails gives its number back, and the
next one waits for it. A sequence could do neither.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db import connection

_WRITTEN = re.compile(r"([A-Z0-9]{1,10})-([0-9]{4})-([0-9]{1,9})")

_NEXT = """
INSERT INTO invoices_lastnumber AS last (carrier_id, series, year, number, issue_date) VALUES (%s, %s, %s, 1, %s)
    ON CONFLICT (carrier_id, series, year) DO UPDATE SET number = last.number + 1,
       issue_date = greatest(last.issue_date, excluded.issue_date)
RETURNING number, issue_date
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the date that goes with it: as numbers rise, dates never go back."""

    series: str
    year: int
    number: int
    issue_date: date

    def __str__(self) -> str:
        return written(series=self.series, year=self.year, number=self.number)


def next_number(*, carrier_id: int, series: str, today: date) -> Number:
    """Take the next number of the series in this year; inside `acting_for`, which keeps others waiting until its end.

    Args:
        today: The business date in the carrier's time zone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [carrier_id, series, today.year, today])
        number, issue_date = cursor.fetchone()
    return Number(series, today.year, number, issue_date)


def parse(text: str) -> tuple[str, int, int] | None:
    """Read series, year and number as `written` writes them, in small letters too; None where it is none."""
    match = _WRITTEN.fullmatch(text.strip().upper())
    return None if match is None else (match[1], int(match[2]), int(match[3]))


def written(*, series: str, year: int, number: int) -> str:
    """Write a number as people know it: INV-2026-000017."""
    return f"{series}-{year}-{number:06d}"
