"""Questions about accounts and movements; answers are frozen and read in one query each.

Amounts are minor units of the account's currency.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import connection

from skypurser.ledger.decide import available
from skypurser.ledger.states import HoldStatus, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has, at one moment.

    Attributes:
        held: Sum of the open holds that have not expired.
        movements: How many there are; also the last item's number.
        low_at: Below so much available somebody wants to know, in minor units, or below zero, in percent of the credit
            limit; None for the usual part of it.
        low_since: Since when it is low (UTC); None when it is not.
    """

    account_id: int
    currency: str
    status: Status
    credit_limit: int
    debits: int
    credits: int
    held: int
    movements: int
    closed_through: date | None
    low_at: int | None = None
    low_since: datetime | None = None

    @property
    def net(self) -> int:
        """Posted credits less posted debits."""
        return self.credits - self.debits

    @property
    def total_to_pay(self) -> int:
        """What the holder owes; negative when in favour."""
        return -self.net

    @property
    def available(self) -> int:
        """What the account may spend."""
        return available(self)


@dataclass(frozen=True, slots=True)
class MovementView:
    """One movement. `posted_at` and `occurred_at` are UTC; `original_date` is set where a closed period moved it."""

    item: int
    business_date: date
    original_date: date | None
    occurred_at: datetime
    posted_at: datetime
    kind: str
    document: str | None
    debit: int
    credit: int
    net: int
    reference: str
    actor: str
    entry_id: int
    reverses: int | None


#: For joins by the packages above: one row per account of every carrier that the transaction acts for, with what it
#: has. Holds past their expiry, by the statement's clock, do not count.
ACCOUNTS = """(
    SELECT carrier_id, id AS account_id, currency, status, credit_limit, debits, credits,
           held - CASE WHEN held = 0 THEN 0 ELSE coalesce((
               SELECT sum(h.amount) FROM ledger_hold h WHERE h.carrier_id = a.carrier_id AND h.account_id = a.id
                  AND h.status = 'OPEN' AND h.expires_at <= statement_timestamp()), 0)::bigint END AS held,
           last_item AS movements, closed_through, low_at, low_since
    FROM ledger_account a)"""

#: What an account `s` of `ACCOUNTS` may spend, for filters; as `decide.available` has it.
AVAILABLE = "(s.credits - s.debits + s.credit_limit - s.held)"

#: What every account over its limit, low, or with less than a tenth of its limit meets, and few others. It has an
#: index, so a filter names it besides.
WATCHED = "(s.low_since IS NOT NULL OR s.low_at IS NOT NULL)"

_STANDINGS = """
SELECT id, currency, status, credit_limit, debits, credits,
       held - CASE WHEN held = 0 THEN 0 ELSE coalesce((
           SELECT sum(h.amount) FROM ledger_hold h WHERE h.carrier_id = a.carrier_id AND h.account_id = a.id
              AND h.status = 'OPEN' AND h.expires_at <= coalesce(%s, clock_timestamp())), 0)::bigint END,
       last_item, closed_through, low_at, low_since
FROM ledger_account a WHERE carrier_id = %s AND id = ANY(%s)
"""

_MOVEMENTS = """
SELECT item, business_date, original_date, occurred_at, posted_at, kind, document, debit, credit, net, reference, actor,
       id, reverses
FROM ledger_entry WHERE {conditions} ORDER BY item DESC LIMIT %s
"""

# A hold past its expiry is over, whether or not it has been resolved.
_HOLDS = """
SELECT id, account_id, amount, captured,
       CASE WHEN status = 'OPEN' AND expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE status END,
       placed_at, expires_at, resolved_at, document, reference, actor
FROM ledger_hold WHERE {conditions} ORDER BY id DESC LIMIT %s
"""


def standings(*, carrier_id: int, account_ids: Collection[int], now: datetime | None = None) -> dict[int, Standing]:
    """Return what the accounts have, by account id; unknown ones are left out. Inside `acting_for`.

    Args:
        now: Holds past this instant no longer count; None for the database's clock.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, [now, carrier_id, list(account_ids)])
        rows = cursor.fetchall()
    return {row[0]: Standing(row[0], row[1], Status(row[2]), *row[3:]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFilters:
    """Which movements a list shows; by default all.

    Attributes:
        first_date, last_date: Business dates, both included.
        kind: Of the entry: `ticket`, `void`, `refund`, `credit` ….
        kinds: Several kinds, shown by pages (`paging`) besides `kind`.
        text: Stands somewhere in the reference or the document, in capitals or not.

    Source: KIU, "Queries".
    """

    first_date: date | None = None
    last_date: date | None = None
    kind: str = ""
    text: str = ""
    kinds: frozenset[str] = frozenset()


def movements(
    *,
    carrier_id: int,
    account_id: int,
    before_item: int | None = None,
    limit: int = 50,
    filters: MovementFilters | None = None,
) -> list[MovementView]:
    """Return the newest movements before an item, newest first. Inside `acting_for`."""
    shown = filters or MovementFilters()
    conditions = ["carrier_id = %s", "account_id = %s", "item < %s"]
    values: list[Any] = [carrier_id, account_id, before_item or 2**62]
    for condition, value in (
        ("business_date >= %s", shown.first_date),
        ("business_date <= %s", shown.last_date),
        ("kind = %s", shown.kind or None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if shown.text:
        anywhere = containing(shown.text)
        conditions.append("(reference ILIKE %s OR document ILIKE %s)")
        values += [anywhere, anywhere]
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS.format(conditions=" AND ".join(conditions)), [*values, limit])
        return [MovementView(*row) for row in cursor.fetchall()]


def movement(*, carrier_id: int, account_id: int, item: int) -> MovementView | None:
    """Return one movement; None where the account has no such item. Inside `acting_for`."""
    found = movements(carrier_id=carrier_id, account_id=account_id, before_item=item + 1, limit=1)
    return found[0] if found and found[0].item == item else None


def digest(*, carrier_id: int, account_id: int, item: int) -> bytes:
    """Return the digest of a movement, which stands for it and all before it (see `digests.py`). Inside `acting_for`.

    Empty where the account has no such item.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest FROM ledger_entry WHERE carrier_id = %s AND account_id = %s AND item = %s",
            [carrier_id, account_id, item],
        )
        row = cursor.fetchone()
    return b"" if row is None else bytes(row[0])


def containing(text: str) -> str:
    """Return the pattern for ILIKE that finds the text itself anywhere, whatever signs are in it."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


@dataclass(frozen=True, slots=True)
class HoldView:
    """One hold. Amounts are minor units of the account's currency.

    Attributes:
        status: EXPIRED from its expiry on, even while nobody has touched the account since.
        captured: What became a debit; 0 unless it is CAPTURED.
    """

    id: int
    account_id: int
    amount: int
    captured: int
    status: str
    placed_at: datetime
    expires_at: datetime
    resolved_at: datetime | None
    document: str | None
    reference: str
    actor: str


def holds(
    *, carrier_id: int, account_id: int, before: int | None = None, limit: int = 50, status: HoldStatus | None = None
) -> list[HoldView]:
    """Return the newest holds of an account, newest first, as they are by the database's clock. Inside `acting_for`.

    Args:
        before: The id of the last hold of the page before.
        status: None for all.
    """
    conditions, values = ["carrier_id = %s", "account_id = %s", "id < %s"], [carrier_id, account_id, before or 2**62]
    if status is not None:
        conditions.append(_BY_STATUS[status])
    return _holds(conditions, values, limit)


def hold(*, carrier_id: int, hold_id: int) -> HoldView | None:
    """Return a hold; None where the carrier has no such hold. Inside `acting_for`."""
    found = _holds(["carrier_id = %s", "id = %s"], [carrier_id, hold_id], 1)
    return found[0] if found else None


_BY_STATUS = {
    HoldStatus.OPEN: "status = 'OPEN' AND expires_at > clock_timestamp()",
    HoldStatus.CAPTURED: "status = 'CAPTURED'",
    HoldStatus.RELEASED: "status = 'RELEASED'",
    HoldStatus.EXPIRED: "(status = 'EXPIRED' OR status = 'OPEN' AND expires_at <= clock_timestamp())",
}


def _holds(conditions: list[str], values: list[Any], limit: int) -> list[HoldView]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS.format(conditions=" AND ".join(conditions)), [*values, limit])
        return [HoldView(*row) for row in cursor.fetchall()]


def first_movements(*, carrier_id: int, account_ids: Collection[int]) -> dict[int, tuple[str, int, int]]:
    """Return kind, debit and credit of each account's first movement, by account id. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.account_id, e.kind, l.debit, l.credit FROM ledger_line l"
            " JOIN ledger_entry e ON e.carrier_id = l.carrier_id AND e.id = l.entry_id"
            " WHERE l.carrier_id = %s AND l.account_id = ANY(%s) AND l.item = 1",
            [carrier_id, list(account_ids)],
        )
        return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


def clock() -> datetime:
    """Return the database's clock, by which keys are bound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast("datetime", cursor.fetchone()[0])


def keys_bound_after(instant: datetime, *, carrier_id: int, keys: Collection[str]) -> set[str]:
    """Return which of the keys were bound after an instant of the database's clock. Inside `acting_for`.

    Tells, after a commit whose answer was lost, what that commit did from what had been there before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM ledger_key WHERE carrier_id = %s AND key = ANY(%s) AND bound_at > %s",
            [carrier_id, list(keys), instant],
        )
        return {row[0] for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in a carrier's books."""

    accounts: int
    movements: int
    entries: int


def size(*, carrier_id: int) -> Size:
    """Return how much there is in a carrier's books; counted, so it takes a while. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_account WHERE carrier_id = %(carrier)s),"
            " (SELECT count(*) FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id IS NOT NULL),"
            " (SELECT count(*) FROM ledger_entry WHERE carrier_id = %(carrier)s)",
            {"carrier": carrier_id},
        )
        return Size(*cursor.fetchone())
