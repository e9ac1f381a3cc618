"""Make the roll-ups anew; the worker does. Readers see the old ones or the new ones, never half of both."""

from datetime import date, datetime, timedelta

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.overview.sums import EVERYWHERE, EXPOSURE, EXPOSURE_COLUMNS, SALES, SALES_COLUMNS

#: For how many days sales are shown, the newest one included.
DAYS = 30
#: How many of them can still change by what is sold, and voided, now: local dates of issue are up to a day from UTC's.
_OPEN_DAYS = 3

_MADE = """
INSERT INTO overview_madeat (carrier_id, what, at) VALUES (%s, %s, %s)
ON CONFLICT (carrier_id, what) DO UPDATE SET at = excluded.at
"""


def roll_up_exposure(*, carrier_id: int, now: datetime) -> None:
    """Sum up what all accounts of a carrier owe and have."""
    rows = EXPOSURE.format(conditions="e.carrier_id = %s")
    with acting_for(carrier_id), connection.cursor() as cursor:
        _one_at_a_time(carrier_id)
        cursor.execute("DELETE FROM overview_exposure WHERE carrier_id = %s", [carrier_id])
        cursor.execute(_with_all("overview_exposure", "", EXPOSURE_COLUMNS, rows), [carrier_id] * 3)
        cursor.execute(_MADE, [carrier_id, "exposure", now])


def roll_up_sales(*, carrier_id: int, now: datetime, is_whole: bool = False) -> None:
    """Sum up what a carrier sold in the last days, or, once a day and the first time, in all that are shown.

    Args:
        is_whole: Also for what was sold with an earlier date of issue since the last time, as a replayed file is.
    """
    with acting_for(carrier_id), connection.cursor() as cursor:
        _one_at_a_time(carrier_id)
        cursor.execute("SELECT 1 FROM overview_madeat WHERE carrier_id = %s AND what = 'sales'", [carrier_id])
        is_first = cursor.fetchone() is None
        since = first_day(now) if is_whole or is_first else now.date() - timedelta(days=_OPEN_DAYS)
        cursor.execute(
            "DELETE FROM overview_sales WHERE carrier_id = %s AND (issue_date >= %s OR issue_date < %s)",
            [carrier_id, since, first_day(now)],
        )
        rows = SALES.format(conditions="true")
        values: list[int | date] = [carrier_id, since, carrier_id, carrier_id]
        cursor.execute(_with_all("overview_sales", "issue_date, ", SALES_COLUMNS, rows), values)
        cursor.execute(_MADE, [carrier_id, "sales", now])


def _with_all(table: str, key: str, columns: str, rows: str) -> str:
    """Return the statement that stores sums by place and currency, and those of all places together."""
    added = ", ".join(f"sum({column})" for column in columns.split(", "))
    return f"""
    WITH sums AS MATERIALIZED ({rows})
    INSERT INTO {table} (carrier_id, {key}country, city, currency, {columns})
    SELECT %s, sums.* FROM sums
    UNION ALL
    SELECT %s, {key}{EVERYWHERE}, {EVERYWHERE}, currency, {added} FROM sums GROUP BY {key}currency
    """  # noqa: S608 — our own text


def first_day(now: datetime) -> date:
    """Return the first of the days whose sales are kept: one more than are shown, for zones ahead of UTC."""
    return now.date() - timedelta(days=DAYS)


def _one_at_a_time(carrier_id: int) -> None:
    """Let no two roll-ups of a carrier overlap: both would add the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('overview'), %s)", [carrier_id])
