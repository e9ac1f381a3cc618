"""Pages of refused attempts over many accounts, that cost the same however many there are.

Codes and operations have no index: a page looks through so many attempts and then says where to go on. Dates have a
coarse one, which finds the attempts since a date without walking past all that is older.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.history.acts import RefusedView

#: How many attempts a page looks through for a code or an operation before it asks to go on.
LOOKED_THROUGH = 10_000

#: Up to so many accounts each is read by itself; of more, the attempts of all are walked along.
_FEW = 500

_COLUMNS = """at, actor, operation, code, document, currency, available_minor, shortfall_minor, id, key, account_id,
    account_named, facts"""
_ALONG = """
SELECT {columns}, row_number() OVER (ORDER BY id DESC) AS place
  FROM history_refusedattempt WHERE {conditions} ORDER BY id DESC LIMIT %(each)s
"""
_BY_ACCOUNT = """
SELECT found.* FROM unnest(%(accounts)s::bigint[]) AS asked(account) CROSS JOIN LATERAL ({along}) found
"""
# By OFFSET 0 the attempts are found by their instant; the planner would rather walk along all of them.
_SINCE = """
SELECT {columns}, row_number() OVER (ORDER BY id DESC) AS place
  FROM (SELECT * FROM history_refusedattempt WHERE {conditions} OFFSET 0) f ORDER BY id DESC LIMIT %(each)s
"""
# Of several accounts, all is seen down to the place where the first of them was left off.
_PAGE = """
WITH seen AS MATERIALIZED ({seen}), edge AS (SELECT max(id) AS id FROM seen WHERE place = %(each)s)
SELECT edge.id, found.* FROM edge LEFT JOIN LATERAL (
    SELECT {columns} FROM seen WHERE (edge.id IS NULL OR seen.id >= edge.id) AND {shown}
     ORDER BY id DESC LIMIT %(limit)s) found ON true
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFilters:
    """Which attempts a list shows; by default all.

    Attributes:
        code: Why they were refused.
        operation: What was tried: `ticket`, `void`, `hold` ….
        currency: Of the account, or of what was tried; empty for those that tell none, None for all.
        since, until: Between these instants, the second excluded.
    """

    code: str = ""
    operation: str = ""
    currency: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """One page, newest first.

    Attributes:
        after: Give it back as `after` for the page that follows; None at the end. With a code or an operation there may
            be fewer attempts than asked for, or none, and still an `after`: so far it was looked.
    """

    attempts: list[RefusedView]
    after: int | None


def attempt_page(
    *,
    carrier_id: int,
    account_ids: Collection[int] | None = None,
    whose: tuple[str, Mapping[str, Any]] | None = None,
    filters: AttemptFilters | None = None,
    after: int | None = None,
    limit: int = 50,
) -> AttemptPage:
    """Return one page of refused attempts, newest first.

    Args:
        account_ids: None for all accounts, and for attempts on none that exists.
        whose: What else the accounts of the rows of `seen` must meet, from whoever knows accounts: a condition, and its
            values by name.
        after: As the page before tells it.
    """
    wanted = filters or AttemptFilters()
    conditions, values = ["carrier_id = %(carrier)s"], dict[str, Any](carrier=carrier_id, limit=limit + 1)
    for condition, name, value in (
        ("id < %(after)s", "after", after),
        ("at >= %(since)s", "since", wanted.since),
        ("at < %(until)s", "until", wanted.until),
    ):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    shown = _shown(wanted, values)
    if whose is not None:
        shown.append(whose[0])
        values |= whose[1]
    sources = 1
    if account_ids is not None:
        values["accounts"] = list(account_ids)
        if len(account_ids) <= _FEW:
            sources = len(account_ids)
        else:
            shown.append("account_id = ANY(%(accounts)s)")
    values["each"] = max(limit + 1, LOOKED_THROUGH // max(sources, 1)) if shown else limit + 1
    sql = _PAGE.format(
        seen=_seen(conditions, by_account=account_ids is not None and len(account_ids) <= _FEW, filters=wanted),
        columns=_COLUMNS,
        shown=" AND ".join(shown) or "true",
    )
    with reading_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    found = [_view(row[1:]) for row in rows if row[1] is not None]
    if len(found) > limit:
        return AttemptPage(found[:limit], found[limit - 1].id)
    return AttemptPage(found, rows[0][0])


def _shown(wanted: AttemptFilters, values: dict[str, Any]) -> list[str]:
    """Return what no index knows, and add its values."""
    shown = []
    for column in ("code", "operation"):
        value = getattr(wanted, column)
        if value:
            shown.append(f"{column} = %({column})s")
            values[column] = value
    if wanted.currency is not None:
        shown.append("currency = %(currency)s")
        values["currency"] = wanted.currency
    return shown


def _seen(conditions: list[str], *, by_account: bool, filters: AttemptFilters) -> str:
    if by_account:
        along = _ALONG.format(columns=_COLUMNS, conditions=" AND ".join([*conditions, "account_id = asked.account"]))
        return _BY_ACCOUNT.format(along=along)
    return (_ALONG if filters.since is None else _SINCE).format(columns=_COLUMNS, conditions=" AND ".join(conditions))


def _view(row: tuple[Any, ...]) -> RefusedView:
    columns: Any = row[:-1]
    return RefusedView(*columns, facts=None if row[-1] is None else json.loads(row[-1]))  # type: ignore[misc]
