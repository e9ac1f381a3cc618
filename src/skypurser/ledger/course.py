"""The course of an account: what it had at the end of each date, at a bounded cost whatever it moved.

Items have no gap, and the instant of posting never goes backwards along them, so the last movement before a moment is
found by halving. A business date may lie long before its posting. By date, what bears a younger one is taken off from
what the account has now: movements posted since, and the others by the index of `paging`. Where that would be too many,
the course goes by posting.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from skypurser.ledger.halving import HALVED
from skypurser.ledger.paging import OFF_DATE

#: From so many movements a course by business date is summed up.
SUMMED = 20_000

_HALVED = HALVED.format(
    past="(SELECT last_item + 1 FROM ledger_account WHERE carrier_id = %(carrier)s AND id = %(account)s)"
)

# The net after the last item posted before each moment; no row where there is none yet.
_NETS = """
SELECT h.at, e.net FROM halved h
 CROSS JOIN LATERAL (SELECT net FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id = %(account)s
                        AND item < h.first ORDER BY item DESC LIMIT 1) e
 WHERE h.first = h.past
"""

# The nets by posting; the net now; and, where the gate is open, what bears each younger date. The gate is constant
# while the statement runs, so behind a closed one nothing is read; by ORDER BY the planner walks along the items.
_BY_DATE = f"""{_HALVED},
since AS MATERIALIZED (SELECT min(first) AS item FROM halved WHERE at = %(since)s AND first = past),
gate AS MATERIALIZED (
    SELECT last_item + 1 - since.item <= %(most)s AS is_open, a.credits - a.debits AS net
      FROM ledger_account a CROSS JOIN since WHERE a.carrier_id = %(carrier)s AND a.id = %(account)s),
younger AS (
    (SELECT business_date, credit - debit AS moved FROM (
         SELECT * FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id = %(account)s
            AND item >= (SELECT item FROM since) AND (SELECT is_open FROM gate) ORDER BY item LIMIT %(most)s) f
      WHERE business_date > %(first)s)
    UNION ALL
    (SELECT business_date, credit - debit FROM (
         SELECT * FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id = %(account)s
            AND business_date > %(first)s AND {OFF_DATE} OFFSET 0) f
      WHERE item < (SELECT item FROM since) AND (SELECT is_open FROM gate) LIMIT %(most)s + 1)
)
SELECT 'now', NULL::timestamptz, NULL::date, net, is_open::int FROM gate
UNION ALL SELECT 'posted', f.at, NULL, f.net, 0 FROM ({_NETS}) f
UNION ALL SELECT 'dated', NULL, business_date, sum(moved)::bigint, count(*) FROM younger GROUP BY business_date
"""  # noqa: S608 — put together from our own text


@dataclass(frozen=True, slots=True)
class Course:
    """What an account had at the end of each date, in minor units.

    Attributes:
        is_by_posting: Whether a movement counts from the instant of its posting on, and not from its business date.
    """

    dates: tuple[date, ...]
    nets: tuple[int, ...]
    is_by_posting: bool


def by_date(*, carrier_id: int, account_id: int, last: date, days: int, time_zone: str) -> Course:
    """Return the account's net at the end of each of so many dates, up to and with the last. Inside `acting_for`.

    An account that does not exist never had anything.

    Args:
        time_zone: In which the account's business dates are told (IANA name).
    """
    sql, values = _asked(carrier_id, account_id, last, days, time_zone)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    dates = tuple(last - timedelta(days=back) for back in range(days - 1, -1, -1))
    now, is_open = next(((row[3], bool(row[4])) for row in rows if row[0] == "now"), (0, True))
    dated = {row[2]: row[3] for row in rows if row[0] == "dated"}
    if not is_open or sum(row[4] for row in rows if row[0] == "dated") > SUMMED:
        posted = {row[1]: row[3] for row in rows if row[0] == "posted"}
        return Course(dates, tuple(posted.get(_end(day, time_zone), 0) for day in dates), is_by_posting=True)
    return Course(
        dates,
        tuple(now - sum(moved for day, moved in dated.items() if day > at) for at in dates),
        is_by_posting=False,
    )


def _asked(carrier_id: int, account_id: int, last: date, days: int, time_zone: str) -> tuple[str, dict[str, Any]]:
    first = last - timedelta(days=days - 1)
    # What bears a date after the first was posted on the first or later, by UTC; or the index of all others has it.
    since = datetime.combine(first, time(), UTC)
    moments = [since, *(_end(last - timedelta(days=back), time_zone) for back in range(days))]
    values = {"carrier": carrier_id, "account": account_id, "instants": moments}
    return _BY_DATE, {**values, "since": since, "first": first, "most": SUMMED}


def _end(day: date, time_zone: str) -> datetime:
    """Return the first instant after a date."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)
