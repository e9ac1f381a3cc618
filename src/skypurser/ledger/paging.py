"""Pages of an account's movements that cost the same on an account of a million movements as on one of a hundred.

Items have no gap, so without filters any page is arithmetic. Dates become a range of items: of a movement whose
business date is the day of its posting, give or take one, the instant of posting tells where it is, because that never
goes backwards along an account; the others have an index by date. Kinds and texts have none: a page looks through so
many items and then says where to go on.

Inside `acting_for`; amounts are minor units of the account's currency.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import starmap
from typing import Any

from django.db import connection

from skypurser.errors import InvalidRequest
from skypurser.ledger.halving import HALVED
from skypurser.ledger.queries import MovementFilters, MovementView, Standing, containing
from skypurser.ledger.states import CUT_OFF

#: How many items a page looks through for kinds or a text before it asks to go on.
LOOKED_THROUGH = 20_000

#: How many movements are fetched at a time where all of them are read.
FETCHED = 2_000

#: How many movements a filter's totals are summed up from; of more there are no totals.
SUMMED = 20_000


class Way(StrEnum):
    """How the movements are sorted."""

    NEWEST = "newest"  # the newest item first
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class MovementPage:
    """One page.

    Attributes:
        movements: In the order asked for.
        after: Give it back as `after` for the page that follows; None at the end. With kinds or a text there may be
            fewer movements than asked for, or none, and still an `after`: so far it was looked.
        before: Give it back as `before` for the page that precedes; None at the beginning.
        last_item: The account's; also how many movements it has in all.
    """

    movements: list[MovementView]
    after: int | None
    before: int | None
    last_item: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How many movements there are, and their sums; `marks` of them are those of cut-offs."""

    count: int
    debits: int
    credits: int
    marks: int = 0


def movement_page(
    *,
    carrier_id: int,
    account_id: int,
    filters: MovementFilters | None = None,
    way: Way = Way.NEWEST,
    after: int | None = None,
    before: int | None = None,
    number: int | None = None,
    limit: int = 50,
    last_item: int | None = None,
) -> MovementPage:
    """Return one page of an account's movements; an account without any, or that does not exist, has an empty one.

    Args:
        after, before: An item, as a page tells it; one of them at most.
        number: The page with this number, from 1, of `limit` movements each; only without filters, instead of `after`.
        last_item: Up to which item the account is read, where one knows; later ones are left out.

    Raises:
        InvalidRequest: A page's number together with filters.
    """
    known = None if last_item is None else (last_item, 0, 0)
    asked = _Asked(carrier_id, account_id, filters or MovementFilters(), known)
    return _page(asked, way=way, after=after, before=before, number=number, limit=limit)


def every_movement(
    *, carrier_id: int, account_id: int, filters: MovementFilters | None = None
) -> Iterator[MovementView]:
    """Yield all movements that the filters show, oldest first, a part of them in memory at a time.

    They are those that there were when the first one was asked for.
    """
    asked = _Asked(carrier_id, account_id, filters or MovementFilters())
    sql, values = asked.sorted_by_item(1, asked.last_item + 1, "ORDER BY item")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(FETCHED):
            yield from starmap(MovementView, rows)


def page_with_totals(
    *,
    carrier_id: int,
    standing: Standing,
    filters: MovementFilters,
    after: int | None = None,
    before: int | None = None,
    number: int | None = None,
    limit: int = 50,
) -> tuple[MovementPage, Totals | None]:
    """Return `movement_page`, newest first, and `totals` of an account of which one knows already what it has.

    Movements that were posted since then are left out, so that the page agrees with what stands above it.
    """
    known = (standing.movements, standing.debits, standing.credits)
    asked = _Asked(carrier_id, standing.account_id, filters, known)
    shown = _page(asked, way=Way.NEWEST, after=after, before=before, number=number, limit=limit)
    return shown, _totals(asked)


def totals(*, carrier_id: int, account_id: int, filters: MovementFilters | None = None) -> Totals | None:
    """Return count and sums of the movements that the filters show: of the whole account from its own row.

    Returns:
        None where more than `SUMMED` would have to be looked at.
    """
    return _totals(_Asked(carrier_id, account_id, filters or MovementFilters()))


def summed(*, carrier_id: int, standing: Standing, filters: Sequence[MovementFilters]) -> list[Totals]:
    """Return count and sums of what each of the filters shows among the movements that an account is known to have.

    However many there are, so it may take a while; two questions, however many filters.
    """
    whose, known = (carrier_id, standing.account_id), (standing.movements, standing.debits, standing.credits)
    positions = _positions(*whose, standing.movements + 1, {at for one in filters for at in _instants(one)})
    return _sums([_Asked(*whose, one, known, positions) for one in filters], "")


def _page(
    asked: "_Asked", *, way: Way, after: int | None, before: int | None, number: int | None, limit: int
) -> MovementPage:
    is_newest = way is Way.NEWEST
    if number is not None:
        if not asked.is_everything:
            raise InvalidRequest("pages have numbers only where nothing is filtered", field="page")
        skipped = (max(number, 1) - 1) * limit
        after = (asked.last_item - skipped + 1 if is_newest else skipped) if skipped else None
    start = before if before is not None else after
    falls = is_newest is (before is None)
    found, looked_to = asked.read(start, falls=falls, limit=limit + 1)
    more = found[limit - 1].item if len(found) > limit else looked_to
    rows = found[:limit]
    if before is not None:
        return MovementPage(rows[::-1], rows[0].item if rows else before, more, asked.last_item)
    # Whoever gives `after` has seen what comes before it.
    back = None if after is None else (rows[0].item if rows else after)
    return MovementPage(rows, more, back, asked.last_item)


def _totals(asked: "_Asked") -> Totals | None:
    if asked.is_everything:
        return Totals(asked.last_item, asked.debits, asked.credits)
    first, end = asked.items
    if end - first > SUMMED:
        return None
    (found,) = _sums([asked], f"LIMIT {SUMMED + 1}")
    return None if found.count > SUMMED else found


def _sums(several: "Sequence[_Asked]", bound: str) -> list[Totals]:
    """Sum up what each asks for; `bound` is said of each part of it."""
    sums, values = list[str](), list[Any]()
    for at, asked in enumerate(several):
        parts, theirs = asked.parts(1, asked.last_item + 1)
        union = " UNION ALL ".join(f"(SELECT debit, credit, kind FROM {part} {bound})" for part in parts)  # noqa: S608 — as below
        sums.append(f"{_SUMS.format(at=at)} FROM ({union}) f")
        values += theirs
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums) + " ORDER BY 1", values)
        return [Totals(*row[1:]) for row in cursor.fetchall()]


_SUMS = (
    "SELECT {at:d}, count(*), coalesce(sum(debit), 0)::bigint, coalesce(sum(credit), 0)::bigint,"
    f" count(*) FILTER (WHERE kind = '{CUT_OFF}')"
)


_COLUMNS = (
    "item, business_date, original_date, occurred_at, posted_at, kind, document, debit, credit, net, reference, actor,"
    " id, reverses"
)

#: A movement that bears another date than its posting's, give or take a day; as the index `entry_off_date` has it.
OFF_DATE = """(business_date < (posted_at AT TIME ZONE 'UTC')::date - 1
    OR business_date > (posted_at AT TIME ZONE 'UTC')::date + 1)"""

_FIRST_SINCE = f"""{HALVED.format(past="%(end)s::bigint")}
SELECT first FROM halved WHERE first = past ORDER BY at
"""  # noqa: S608 — put together from our own text


class _Asked:
    """What is asked of an account, and between which items the answer lies.

    Attributes:
        items: The first item and the one past the last of those that were posted in time for the dates.
    """

    def __init__(
        self,
        carrier_id: int,
        account_id: int,
        filters: MovementFilters,
        known: tuple[int, int, int] | None = None,
        positions: Mapping[datetime, int] | None = None,
    ) -> None:
        self._carrier_id, self._account_id, self._filters = carrier_id, account_id, filters
        self._kinds = sorted(filters.kinds | ({filters.kind} if filters.kind else frozenset()))
        self._has_dates = filters.first_date is not None or filters.last_date is not None
        self.is_everything = not (self._has_dates or self._kinds or filters.text)
        self.last_item, self.debits, self.credits = known or self._row()
        self.items = self._of_dates(positions) if self._has_dates else (1, self.last_item + 1)

    def read(self, start: int | None, *, falls: bool, limit: int) -> tuple[list[MovementView], int | None]:
        """Return so many movements from an item on, and how far it was looked where that is not all the way."""
        low, high = (1, start or self.last_item + 1) if falls else ((start or 0) + 1, self.last_item + 1)
        looked_to = None
        if self._kinds or self._filters.text:
            first, end = self.items
            if falls and min(high, end) - LOOKED_THROUGH > max(low, first):
                looked_to = low = min(high, end) - LOOKED_THROUGH
            elif not falls and max(low, first) + LOOKED_THROUGH < min(high, end):
                high = max(low, first) + LOOKED_THROUGH
                looked_to = high - 1
        sql, values = self.sorted_by_item(low, high, f"ORDER BY item {'DESC' if falls else 'ASC'} LIMIT {limit:d}")
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [MovementView(*row) for row in cursor.fetchall()], looked_to

    def sorted_by_item(self, low: int, high: int, way: str) -> tuple[str, list[Any]]:
        """Return the question for the movements from `low` to before `high`; `way` says their order, by item."""
        parts, values = self.parts(low, high)
        union = " UNION ALL ".join(f"(SELECT {_COLUMNS} FROM {part} {way})" for part in parts)  # noqa: S608 — our own text
        return f"{union} {way}" if len(parts) > 1 else union, values

    def parts(self, low: int, high: int) -> tuple[list[str], list[Any]]:
        """Return where the movements from `low` to before `high` are, each for FROM, and the values for all."""
        shown = self._filters
        whose: list[Any] = [self._carrier_id, self._account_id]
        conditions, values = "carrier_id = %s AND account_id = %s", list[Any]()
        if self._kinds:
            conditions += " AND kind = ANY(%s)"
            values.append(self._kinds)
        if shown.text:
            conditions += " AND (reference ILIKE %s OR document ILIKE %s)"
            values += [containing(shown.text)] * 2
        between = "item >= %s AND item < %s"
        if not self._has_dates:
            return [f"ledger_entry WHERE {conditions} AND {between}"], [*whose, *values, low, high]
        conditions += " AND business_date BETWEEN %s AND %s"
        values += [shown.first_date or date.min, shown.last_date or date.max]
        first, end = self.items
        # By OFFSET 0 the second is read by date; the planner would rather walk along the items to those that are few.
        off_date = f"(SELECT * FROM ledger_entry WHERE {conditions} AND {OFF_DATE} OFFSET 0) f"  # noqa: S608 — as above
        return [f"ledger_entry WHERE {conditions} AND {between}", f"{off_date} WHERE {between} AND NOT ({between})"], [
            *[*whose, *values, max(low, first), min(high, end)],
            *[*whose, *values, low, high, first, end],
        ]

    def _row(self) -> tuple[int, int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT last_item, debits, credits FROM ledger_account WHERE carrier_id = %s AND id = %s",
                [self._carrier_id, self._account_id],
            )
            return cursor.fetchone() or (0, 0, 0)

    def _of_dates(self, found: Mapping[datetime, int] | None) -> tuple[int, int]:
        """Return between which items all lie that were posted in time: a day more on either side, for all zones."""
        past, instants = self.last_item + 1, _instants(self._filters)
        found = _positions(self._carrier_id, self._account_id, past, instants) if found is None else found
        since, until = _midnight(self._filters.first_date, -1), _midnight(self._filters.last_date, 2)
        first = 1 if since is None else found[since]
        return first, max(first, past if until is None else found[until])


def _instants(filters: MovementFilters) -> set[datetime]:
    """Return between which instants all was posted that bears a date of the filters in time."""
    found = (_midnight(filters.first_date, -1), _midnight(filters.last_date, 2))
    return {instant for instant in found if instant is not None}


def _positions(carrier_id: int, account_id: int, past: int, instants: Collection[datetime]) -> dict[datetime, int]:
    """Return the first item that was posted at each instant or later; `past`, the one past the last, where none was."""
    if not instants:
        return {}
    asked = sorted(instants)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SINCE, {"end": past, "instants": asked, "carrier": carrier_id, "account": account_id})
        return dict(zip(asked, (row[0] for row in cursor.fetchall()), strict=True))


def _midnight(day: date | None, days: int) -> datetime | None:
    """Return midnight (UTC) so many days from a date; None where the calendar, or the filter, has no such day."""
    try:
        return None if day is None else datetime.combine(day + timedelta(days=days), time(), UTC)
    except OverflowError:
        return None
