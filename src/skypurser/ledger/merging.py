"""Movements of several accounts in one order, with a running total, at the same cost however many there are.

The accounts must be in one currency, and their business dates never go back along an account (`dates`). Then the order
by business date and entry agrees with the order of each account's items, because entries draw their numbers under the
account's lock; so where a date or position lies on an account is found by halving, and what all accounts had before
it is the sum of one stored net per account. No history is ever summed up.

Inside `acting_for`; amounts are minor units.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from skypurser.ledger.paging import SUMMED, Way
from skypurser.ledger.queries import MovementView

# Halving, for each account and bound at once: the first item that comes at the bound or later, and the net before it.
#
# One row is asked for by the order of items although its number is known: only the index on items gives that order, and
# to a planner who knows the table as small, the primary key would look as good, through which all of the carrier's
# entries would be read.
_BOUNDS = """
WITH RECURSIVE halved AS (
    SELECT a.id AS account_id, b.number, b.day, b.entry, 1::bigint AS first, a.last_item + 1 AS past
      FROM ledger_account a
     CROSS JOIN unnest(%(days)s::date[], %(entries)s::bigint[]) WITH ORDINALITY AS b(day, entry, number)
     WHERE a.carrier_id = %(carrier)s AND a.id = ANY(%(accounts)s::bigint[])
    UNION ALL
    SELECT h.account_id, h.number, h.day, h.entry,
           CASE WHEN (e.business_date, e.id) < (h.day, h.entry) THEN m.item + 1 ELSE h.first END,
           CASE WHEN (e.business_date, e.id) < (h.day, h.entry) THEN h.past ELSE m.item END
      FROM halved h
     CROSS JOIN LATERAL (SELECT (h.first + h.past) / 2 AS item) m
     CROSS JOIN LATERAL (SELECT business_date, id FROM ledger_entry WHERE carrier_id = %(carrier)s
                            AND account_id = h.account_id AND item >= m.item ORDER BY item LIMIT 1) e
     WHERE h.first < h.past
)
SELECT h.number, h.account_id, h.first, coalesce(e.net, 0) FROM halved h
  LEFT JOIN LATERAL (SELECT net FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id = h.account_id
                        AND item < h.first ORDER BY item DESC LIMIT 1) e ON true
 WHERE h.first = h.past
"""

# From each account only as many as the page takes, along its items; then the accounts are merged.
_PAGE = """
SELECT found.* FROM unnest(%(accounts)s::bigint[], %(firsts)s::bigint[], %(pasts)s::bigint[])
       AS own(account_id, first, past)
 CROSS JOIN LATERAL (
    SELECT e.account_id, item, business_date, original_date, occurred_at, posted_at, kind, document, debit, credit, net,
           reference, actor, id, reverses
      FROM ledger_entry e WHERE e.carrier_id = %(carrier)s AND e.account_id = own.account_id
       AND e.item >= own.first AND e.item < own.past ORDER BY e.item {way} LIMIT %(limit)s) found
 ORDER BY found.business_date {way}, found.id {way} LIMIT %(limit)s
"""

_SUMS = """
SELECT coalesce(sum(f.debit), 0)::bigint, coalesce(sum(f.credit), 0)::bigint
  FROM unnest(%(accounts)s::bigint[], %(firsts)s::bigint[], %(pasts)s::bigint[]) AS own(account_id, first, past)
 CROSS JOIN LATERAL (SELECT debit, credit FROM ledger_entry e WHERE e.carrier_id = %(carrier)s
                        AND e.account_id = own.account_id AND e.item >= own.first AND e.item < own.past
                      ORDER BY e.item LIMIT %(limit)s) f
"""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of all movements."""

    business_date: date
    entry_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """A movement of one of the accounts; `movement.net` is that account's after it, `total` that of all of them."""

    account_id: int
    movement: MovementView
    total: int

    @property
    def position(self) -> Position:
        """Where it stands."""
        return Position(self.movement.business_date, self.movement.entry_id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        lines: In the order asked for.
        after: Give it back as `after` for the page that follows; None at the end.
        before: Give it back as `before` for the page that precedes; None at the beginning.
    """

    lines: list[Line]
    after: Position | None
    before: Position | None


@dataclass(frozen=True, slots=True)
class Period:
    """What a period did to the accounts together.

    Attributes:
        opening, closing: Net before its first and after its last movement.
        count: How many movements lie in it.
        debits, credits: Their sums; None where more than `SUMMED` would have to be added up.
        openings, closings: By account.
    """

    opening: int
    closing: int
    count: int
    debits: int | None
    credits: int | None
    openings: dict[int, int]
    closings: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Bound:
    """Where a position lies on an account: the first item that comes at it or later, and the net before."""

    item: int
    net: int


def page(
    *,
    carrier_id: int,
    account_ids: Collection[int],
    first_date: date | None = None,
    last_date: date | None = None,
    way: Way = Way.NEWEST,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
) -> Page:
    """Return one page of the accounts' movements, in two statements whatever lies before it.

    Args:
        first_date, last_date: Business dates, both included; None for no bound.
        after, before: As a page tells them; one of them at most.
    """
    wanted = [_since(first_date), _until(last_date), *_start(way, after, before)]
    bounds = _bounds(carrier_id, account_ids, wanted)
    return _page(carrier_id, account_ids, bounds, way=way, after=after, before=before, limit=limit)


def overview(
    *,
    carrier_id: int,
    account_ids: Collection[int],
    first_date: date | None = None,
    last_date: date | None = None,
    way: Way = Way.NEWEST,
    after: Position | None = None,
    before: Position | None = None,
    limit: int = 50,
    days: Sequence[date] = (),
) -> tuple[Page, Period, list[int]]:
    """Return what `page`, `period` and `nets_after` do, in three statements together; arguments are theirs."""
    start = _start(way, after, before)
    wanted = [_since(first_date), _until(last_date), *start, *(_until(day) for day in days)]
    bounds = _bounds(carrier_id, account_ids, wanted)
    low, high, further = bounds[0], bounds[1], bounds[2 + len(start) :]
    found = _page(carrier_id, account_ids, bounds[: 2 + len(start)], way=way, after=after, before=before, limit=limit)
    return found, _period(carrier_id, low, high), [sum(bound.net for bound in one.values()) for one in further]


def _start(way: Way, after: Position | None, before: Position | None) -> list[tuple[date, int]]:
    """Return where a page that goes on begins. Going down, the start itself is past it; going up, it begins behind."""
    start, falls = (before or after), (way is Way.NEWEST) is (before is None)
    return [] if start is None else [(start.business_date, start.entry_id + (0 if falls else 1))]


def _page(
    carrier_id: int,
    account_ids: Collection[int],
    bounds: Sequence[dict[int, "_Bound"]],
    *,
    way: Way,
    after: Position | None,
    before: Position | None,
    limit: int,
) -> Page:
    falls = (way is Way.NEWEST) is (before is None)
    firsts, pasts, nets = {}, {}, {}
    for account_id in account_ids:
        low, high, *at = (found.get(account_id, _Bound(1, 0)) for found in bounds)
        if at and falls:
            high = min(high, at[0], key=lambda bound: bound.item)
        elif at:
            low = max(low, at[0], key=lambda bound: bound.item)
        firsts[account_id], pasts[account_id] = low.item, high.item
        nets[account_id] = high.net if falls else low.net
    rows = _read(carrier_id, firsts, pasts, falls=falls, limit=limit + 1)
    lines = _with_totals(rows[:limit], sum(nets.values()), falls=falls)
    more = lines[-1].position if len(rows) > limit else None
    if before is not None:
        lines.reverse()
        return Page(lines, lines[-1].position if lines else before, more)
    # Whoever gives `after` has seen what comes before it.
    back = None if after is None else (lines[0].position if lines else after)
    return Page(lines, more, back)


def period(
    *,
    carrier_id: int,
    account_ids: Collection[int],
    first_date: date | None = None,
    last_date: date | None = None,
) -> Period:
    """Return what the accounts had before and after a period, and what moved in it; dates as in `page`."""
    low, high = _bounds(carrier_id, account_ids, [_since(first_date), _until(last_date)])
    return _period(carrier_id, low, high)


def _period(carrier_id: int, low: dict[int, "_Bound"], high: dict[int, "_Bound"]) -> Period:
    openings = {account_id: bound.net for account_id, bound in low.items()}
    # A period that ends before it begins holds nothing.
    pasts = {account_id: max(bound.item, low[account_id].item) for account_id, bound in high.items()}
    closings = {
        account_id: bound.net if bound.item >= low[account_id].item else openings[account_id]
        for account_id, bound in high.items()
    }
    firsts = {account_id: bound.item for account_id, bound in low.items()}
    count = sum(pasts[account_id] - firsts[account_id] for account_id in firsts)
    debits, credits_ = _sums(carrier_id, firsts, pasts) if count <= SUMMED else (None, None)
    return Period(sum(openings.values()), sum(closings.values()), count, debits, credits_, openings, closings)


def nets_after(*, carrier_id: int, account_ids: Collection[int], days: Sequence[date]) -> list[int]:
    """Return what the accounts had together at the end of each business date, in one statement."""
    bounds = _bounds(carrier_id, account_ids, [_until(day) for day in days])
    return [sum(bound.net for bound in found.values()) for found in bounds]


def _since(day: date | None) -> tuple[date, int]:
    return (day or date.min, 0)


def _until(day: date | None) -> tuple[date, int]:
    """Return the first position after a date."""
    if day is None or day == date.max:
        return (date.max, 2**62)
    return (day + timedelta(days=1), 0)


def _bounds(
    carrier_id: int, account_ids: Collection[int], wanted: Sequence[tuple[date, int]]
) -> list[dict[int, _Bound]]:
    """Find each position on each account; accounts that do not exist are left out."""
    found: list[dict[int, _Bound]] = [{} for _ in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            _BOUNDS,
            {
                "carrier": carrier_id,
                "accounts": list(account_ids),
                "days": [day for day, _ in wanted],
                "entries": [entry for _, entry in wanted],
            },
        )
        for number, account_id, item, net in cursor.fetchall():
            found[number - 1][account_id] = _Bound(item, net)
    return found


def _read(
    carrier_id: int, firsts: dict[int, int], pasts: dict[int, int], *, falls: bool, limit: int
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE.format(way="DESC" if falls else "ASC"), {**_ranges(carrier_id, firsts, pasts), "limit": limit}
        )
        return list(cursor.fetchall())


def _sums(carrier_id: int, firsts: dict[int, int], pasts: dict[int, int]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {**_ranges(carrier_id, firsts, pasts), "limit": SUMMED})
        debits, credits_ = cursor.fetchone()
    return debits, credits_


def _ranges(carrier_id: int, firsts: dict[int, int], pasts: dict[int, int]) -> dict[str, Any]:
    return {
        "carrier": carrier_id,
        "accounts": list(firsts),
        "firsts": list(firsts.values()),
        "pasts": [pasts[account_id] for account_id in firsts],
    }


def _with_totals(rows: Sequence[tuple[Any, ...]], total: int, *, falls: bool) -> list[Line]:
    """Count on from what all accounts had where the page begins: back in time from after it, or on from before it."""
    lines = []
    for account_id, *columns in rows:
        movement = MovementView(*columns)
        moved = movement.credit - movement.debit
        if falls:
            lines.append(Line(account_id, movement, total))
            total -= moved
        else:
            total += moved
            lines.append(Line(account_id, movement, total))
    return lines
