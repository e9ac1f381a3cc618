"""What the first page asks; the answers are frozen, and limited to the member's places.

With many accounts or sales the answer comes from a roll-up, a minute old at most while the worker runs, and says when
that was made; with few, or before the first roll-up, everything is summed up now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.electronic.filtering import Conditions, Filters
from skypurser.electronic.queries import AccountView, accounts
from skypurser.ledger.states import Status
from skypurser.overview.rolling_up import DAYS
from skypurser.overview.sums import EVERYWHERE, EXPOSURE, EXPOSURE_COLUMNS, NEAR_PERCENT, SALES, SALES_COLUMNS
from skypurser.parties.airports import local_date

#: Up to so many accounts, or tickets, are summed up while somebody waits.
FEW_ACCOUNTS = 2_000
FEW_TICKETS = 5_000

#: So many of a day's refused attempts are summed up; of more it is told that there are more.
REFUSALS = 50_000


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the accounts in one currency owe and have, in its minor units."""

    currency: str
    accounts: int
    total_to_pay: int
    credit_limit: int
    held: int
    available: int


@dataclass(frozen=True, slots=True)
class Attention:
    """How many accounts want attention; near the limit is less than `NEAR_PERCENT` available, and not over it."""

    near_limit: int
    over_limit: int
    low: int
    suspended: int
    inhibited: int


@dataclass(frozen=True, slots=True)
class Exposures:
    """Exposure by currency, sorted by it, and what wants attention. `made_at` is None for what was summed up now."""

    by_currency: tuple[Exposure, ...]
    attention: Attention
    made_at: datetime | None


def exposures(*, actor: Actor) -> Exposures:
    """Return what all accounts within the actor's reach owe and have.

    Raises:
        PermissionDenied: The actor lacks LIST_ACCOUNTS.
    """
    actor.require(Permission.LIST_ACCOUNTS)
    with reading_for(actor.carrier_id):
        carrier_id = actor.carrier_id
        made_at = _made_at("exposure", carrier_id)
        if made_at is not None and not _has_few("electronic_electronicaccount e", FEW_ACCOUNTS, carrier_id):
            sums = f"SELECT country, city, currency, {EXPOSURE_COLUMNS} FROM overview_exposure e WHERE {{conditions}}"  # noqa: S608 — ours
        else:
            made_at, sums = None, EXPOSURE
        rows = _within(actor, sums, EXPOSURE, [], is_rolled_up=made_at is not None)
    by_currency: dict[str, list[int]] = {}
    for _, _, currency, *amounts in rows:
        _add(by_currency.setdefault(currency, [0] * len(amounts)), amounts)
    told = [Exposure(currency, *amounts[:5]) for currency, amounts in sorted(by_currency.items())]
    attention = [0] * 5
    for amounts in by_currency.values():
        _add(attention, amounts[5:])
    return Exposures(tuple(told), Attention(*attention), made_at)


@dataclass(frozen=True, slots=True)
class AttentionRows:
    """The first accounts of each kind, sorted like the list of accounts."""

    near_limit: tuple[AccountView, ...]
    over_limit: tuple[AccountView, ...]
    low: tuple[AccountView, ...]
    suspended: tuple[AccountView, ...]
    inhibited: tuple[AccountView, ...]


def attention_rows(*, actor: Actor, limit: int = 5) -> AttentionRows:
    """Return the first accounts that want attention, as they are now; those near the limit may be over it.

    Raises:
        PermissionDenied: The actor lacks LIST_ACCOUNTS.
    """
    with reading_for(actor.carrier_id):

        def first(**which: Any) -> tuple[AccountView, ...]:
            shown = Filters(**{"type": None, "statuses": frozenset(Status), **which})
            return tuple(accounts(shown, actor=actor, limit=limit))

        return AttentionRows(
            first(near_limit=NEAR_PERCENT),
            first(is_over_limit=True),
            first(is_low=True),
            first(statuses=frozenset({Status.SUSPENDED})),
            first(statuses=frozenset({Status.INHIBITED})),
        )


@dataclass(frozen=True, slots=True)
class DaySales:
    """Tickets with one date of issue in one currency, voided ones left out: fare and taxes in minor units."""

    issue_date: date
    currency: str
    tickets: int
    amount: int


@dataclass(frozen=True, slots=True)
class RecentSales:
    """Sales by day and currency, sorted; days without any are left out. `made_at` is as in `Exposures`."""

    first_date: date
    last_date: date
    days: tuple[DaySales, ...]
    made_at: datetime | None


def recent_sales(*, actor: Actor, now: datetime, time_zone: str = "") -> RecentSales:
    """Return what was sold in the last `DAYS` days up to today, by the carrier's calendar.

    Dates of issue are the local ones at the office or client; what an office further east sold tomorrow counts there.

    Args:
        time_zone: The carrier's, where one knows it already (IANA name).

    Raises:
        PermissionDenied: The actor lacks QUERIES.
    """
    actor.require(Permission.QUERIES)
    with reading_for(actor.carrier_id):
        carrier_id = actor.carrier_id
        last = local_date(now, time_zone or get_carrier(carrier_id).time_zone)
        first = last - timedelta(days=DAYS - 1)
        made_at = _made_at("sales", carrier_id)
        sold = "tickets_ticket e"
        if made_at is not None and not _has_few(sold, FEW_TICKETS, carrier_id, "issue_date >= %s", first):
            sums = f"""SELECT issue_date, country, city, currency, {SALES_COLUMNS} FROM overview_sales e
                        WHERE carrier_id = %s AND issue_date >= %s AND {{conditions}}"""  # noqa: S608 — ours
        else:
            made_at, sums = None, SALES
        rows = _within(actor, sums, SALES, [carrier_id, first], is_rolled_up=made_at is not None)
    days: dict[tuple[date, str], list[int]] = {}
    for day, _, _, currency, *amounts in rows:
        _add(days.setdefault((day, currency), [0, 0]), amounts)
    return RecentSales(first, last, tuple(DaySales(*of, *amounts) for of, amounts in sorted(days.items())), made_at)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refused attempts for one reason, in one currency (empty where the account was not known).

    Attributes:
        asked, shortfall: Of those short of funds: what they asked for and what was missing, in minor units.
    """

    code: str
    currency: str
    attempts: int
    asked: int
    shortfall: int


@dataclass(frozen=True, slots=True)
class RefusalsOn:
    """Refusals, the most frequent first; `is_partial` where there are more than were summed up."""

    by_reason: tuple[Refusals, ...]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class RefusalsToday(RefusalsOn):
    """Today's."""

    today: date


def refusals_today(*, actor: Actor, now: datetime, time_zone: str = "") -> RefusalsToday:
    """Return why attempts were refused since midnight by the carrier's clock.

    Args:
        time_zone: The carrier's, where one knows it already (IANA name).

    Raises:
        PermissionDenied: The actor lacks QUERIES. Of a member with limits, attempts on accounts outside them are left
            out, and so are those on none.
    """
    actor.require(Permission.QUERIES)
    with reading_for(actor.carrier_id):
        zone = time_zone or get_carrier(actor.carrier_id).time_zone
        today = local_date(now, zone)
        found = refusals_on(actor=actor, since=datetime.combine(today, time(), ZoneInfo(zone)))
    return RefusalsToday(found.by_reason, found.is_partial, today)


def refusals_on(*, actor: Actor, since: datetime, until: datetime | None = None) -> RefusalsOn:
    """Return why attempts were refused between two instants, the second excluded; None for up to now.

    Raises:
        PermissionDenied: As `refusals_today`.
    """
    actor.require(Permission.QUERIES)
    with reading_for(actor.carrier_id), connection.cursor() as cursor:
        where = Conditions(["r.carrier_id = %s", "r.at >= %s"], [actor.carrier_id, since])
        if until is not None:
            where.add("r.at < %s", until)
        where.add_reach(actor)
        join = "JOIN electronic_electronicaccount e USING (carrier_id, account_id)" if actor.is_limited else ""
        cursor.execute(
            f"""SELECT code, currency, count(*), coalesce(sum(available_minor + shortfall_minor), 0),
                       coalesce(sum(shortfall_minor), 0)
                  FROM (SELECT r.code, r.currency, r.available_minor, r.shortfall_minor FROM history_refusedattempt r
                        {join} WHERE {" AND ".join(where.texts)} LIMIT %s) today
                 GROUP BY code, currency ORDER BY 3 DESC, 1, 2""",  # noqa: S608 — ours
            [*where.values, REFUSALS + 1],
        )
        found = tuple(Refusals(row[0], row[1], *map(int, row[2:])) for row in cursor.fetchall())
    return RefusalsOn(found, sum(one.attempts for one in found) > REFUSALS)


def _within(actor: Actor, sums: str, live: str, values: Sequence[Any], *, is_rolled_up: bool) -> list[tuple[Any, ...]]:
    """Return the rows of the sums within the actor's reach. A roll-up knows places only: single offices are added."""
    where = Conditions(["e.carrier_id = %s"], [actor.carrier_id])
    places = (sorted(actor.countries), sorted(actor.cities))
    if not is_rolled_up:
        where.add_reach(actor)
    elif actor.is_limited:
        where.add("(e.country = ANY(%s) OR e.city = ANY(%s))", *places)
    else:
        where.add(f"e.country = {EVERYWHERE} AND e.city = {EVERYWHERE}")
    with connection.cursor() as cursor:
        cursor.execute(sums.format(conditions=" AND ".join(where.texts)), [*values, *where.values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if is_rolled_up and actor.offices:
            where = Conditions(["e.carrier_id = %s"], [actor.carrier_id])
            where.add("e.type = 'agency' AND e.code = ANY(%s)", sorted(actor.offices))
            where.add("NOT (e.country = ANY(%s) OR e.city = ANY(%s))", *places)
            cursor.execute(live.format(conditions=" AND ".join(where.texts)), [*values, *where.values])
            rows += cursor.fetchall()
    return rows


def _made_at(what: str, carrier_id: int) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM overview_madeat WHERE carrier_id = %s AND what = %s", [carrier_id, what])
        row = cursor.fetchone()
    return None if row is None else row[0]


def _has_few(table: str, few: int, carrier_id: int, condition: str = "true", *values: Any) -> bool:
    sql = f"SELECT count(*) FROM (SELECT FROM {table} WHERE carrier_id = %s AND {condition} LIMIT %s) first"  # noqa: S608 — ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [carrier_id, *values, few + 1])
        return int(cursor.fetchone()[0]) <= few


def _add(sums: list[int], amounts: Sequence[Any]) -> None:
    for at, amount in enumerate(amounts):
        sums[at] += int(amount)
