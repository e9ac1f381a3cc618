"""Make the roll-ups anew; the worker does. Readers see the old ones or the new ones, never half of both."""

from datetime import date, datetime, timedelta

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.overview.sums import EXPOSURE, EXPOSURE_COLUMNS, SALES, SALES_COLUMNS

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
        cursor.execute(
            f"INSERT INTO overview_exposure (carrier_id, country, city, currency, {EXPOSURE_COLUMNS})"  # noqa: S608 — ours
            f" SELECT %s, sums.* FROM ({rows}) sums",
            [carrier_id, carrier_id],
        )
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
        cursor.execute(
            f"INSERT INTO overview_sales (carrier_id, issue_date, country, city, currency, {SALES_COLUMNS})"  # noqa: S608 — ours
            f" SELECT %s, sums.* FROM ({SALES.format(conditions='true')}) sums",
            [carrier_id, carrier_id, since],
        )
        cursor.execute(_MADE, [carrier_id, "sales", now])


def first_day(now: datetime) -> date:
    """Return the first of the days whose sales are kept: one more than are shown, for zones ahead of UTC."""
    return now.date() - timedelta(days=DAYS)


def _one_at_a_time(carrier_id: int) -> None:
    """Let no two roll-ups of a carrier overlap: both would add the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('overview'), %s)", [carrier_id])
