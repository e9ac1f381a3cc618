"""Open holds over many accounts: what is set aside now, and until when. There are only as many as are under way.

Inside `acting_for`; what has expired by the database's clock is left out, resolved or not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from skypurser.ledger.queries import HoldView

type Whose = tuple[str, Mapping[str, Any]] | None

# As the index `hold_open` has it.
_OPEN = "h.carrier_id = %(carrier)s AND h.status = 'OPEN' AND h.expires_at > clock_timestamp()"
_ON = " AND h.account_id = ANY(%(accounts)s)"
_AMONG = " AND EXISTS (SELECT FROM {table} k WHERE k.carrier_id = h.carrier_id AND k.account_id = h.account_id)"
_AFTER = " AND (h.expires_at, h.id) > (%(at)s, %(id)s)"

_HOLDS = """
SELECT h.id, h.account_id, h.amount, h.captured, h.status, h.placed_at, h.expires_at, h.resolved_at, h.document,
       h.reference, h.actor
  FROM ledger_hold h WHERE {conditions} ORDER BY h.expires_at, h.id LIMIT %(limit)s
"""
_SUMS = """
SELECT a.currency, count(*), sum(h.amount)::bigint
  FROM ledger_hold h JOIN ledger_account a ON a.carrier_id = h.carrier_id AND a.id = h.account_id
 WHERE {conditions} GROUP BY a.currency ORDER BY a.currency
"""
_HELD_AT = """
SELECT coalesce(sum(amount), 0)::bigint FROM ledger_hold
 WHERE carrier_id = %(carrier)s AND account_id = %(account)s AND placed_at < %(at)s AND expires_at > %(at)s
   AND (resolved_at IS NULL OR resolved_at >= %(at)s)
"""
_STILL_OPEN = """
SELECT id, account_id, amount, expires_at FROM ledger_hold
 WHERE carrier_id = %s AND id = ANY(%s) AND status = 'OPEN' AND expires_at > coalesce(%s, clock_timestamp())
"""


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Money that is set aside, in minor units of the account's currency."""

    id: int
    account_id: int
    amount: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the list of open holds, the first to expire first."""

    expires_at: datetime
    hold_id: int


@dataclass(frozen=True, slots=True)
class HeldSum:
    """How many open holds there are in a currency, and their sum in its minor units."""

    currency: str
    count: int
    amount: int


def open_holds(
    *,
    carrier_id: int,
    account_ids: Collection[int] | None = None,
    among: str = "",
    whose: Whose = None,
    after: Position | None = None,
    limit: int = 50,
) -> list[HoldView]:
    """Return the open holds, the first to expire first.

    Args:
        account_ids: None for all accounts.
        among: Of one kind of account only: the table of a package above, with `carrier_id` and `account_id`.
        whose: What else the accounts of the holds, `h`, must meet, from whoever knows accounts: a condition, and its
            values by name.
        after: Where the page before ended.
    """
    conditions, values = _conditions(carrier_id, account_ids, among, whose)
    values["limit"] = limit
    if after is not None:
        conditions += _AFTER
        values |= {"at": after.expires_at, "id": after.hold_id}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS.format(conditions=conditions), values)
        return [HoldView(*row) for row in cursor.fetchall()]


def held_sums(
    *, carrier_id: int, account_ids: Collection[int] | None = None, among: str = "", whose: Whose = None
) -> list[HeldSum]:
    """Return what is held by currency; `account_ids`, `among` and `whose` as in `open_holds`."""
    conditions, values = _conditions(carrier_id, account_ids, among, whose)
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(conditions=conditions), values)
        return [HeldSum(*row) for row in cursor.fetchall()]


def held_at(*, carrier_id: int, account_id: int, at: datetime) -> int:
    """Return what was held on an account at an instant in the past, in minor units.

    A hold counts from its placing until it is resolved or expires, whichever is first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD_AT, {"carrier": carrier_id, "account": account_id, "at": at})
        return int(cursor.fetchone()[0])


def still_open(*, carrier_id: int, hold_ids: Collection[int], now: datetime | None = None) -> dict[int, OpenHold]:
    """Return those of the holds that are open and have not expired, by id.

    Args:
        now: Holds past this instant no longer count; None for the database's clock.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STILL_OPEN, [carrier_id, list(hold_ids), now])
        return {row[0]: OpenHold(*row) for row in cursor.fetchall()}


def _conditions(
    carrier_id: int, account_ids: Collection[int] | None, among: str, whose: Whose
) -> tuple[str, dict[str, Any]]:
    conditions = _OPEN + (_AMONG.format(table=among) if among else "")
    values = dict[str, Any](carrier=carrier_id)
    if account_ids is not None:
        conditions += _ON
        values["accounts"] = list(account_ids)
    if whose is not None:
        conditions += f" AND {whose[0]}"
        values |= whose[1]
    return conditions, values
