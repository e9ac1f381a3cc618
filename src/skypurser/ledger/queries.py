"""Questions about accounts and movements; answers are frozen and read in one query each.

Amounts are minor units of the account's currency.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import connection

from skypurser.ledger.decide import available
from skypurser.ledger.states import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has, at one moment.

    Attributes:
        held: Sum of the open holds that have not expired.
        movements: How many there are; also the last item's number.
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
           last_item AS movements, closed_through
    FROM ledger_account a)"""

_STANDINGS = """
SELECT id, currency, status, credit_limit, debits, credits,
       held - CASE WHEN held = 0 THEN 0 ELSE coalesce((
           SELECT sum(h.amount) FROM ledger_hold h WHERE h.carrier_id = a.carrier_id AND h.account_id = a.id
              AND h.status = 'OPEN' AND h.expires_at <= coalesce(%s, clock_timestamp())), 0)::bigint END,
       last_item, closed_through
FROM ledger_account a WHERE carrier_id = %s AND id = ANY(%s)
"""

_MOVEMENTS = """
SELECT item, business_date, original_date, occurred_at, posted_at, kind, document, debit, credit, net, reference, actor,
       id, reverses
FROM ledger_entry WHERE carrier_id = %s AND account_id = %s AND item < %s ORDER BY item DESC LIMIT %s
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


def movements(
    *, carrier_id: int, account_id: int, before_item: int | None = None, limit: int = 50
) -> list[MovementView]:
    """Return the newest movements before an item, newest first. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS, [carrier_id, account_id, before_item or 2**62, limit])
        return [MovementView(*row) for row in cursor.fetchall()]


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
