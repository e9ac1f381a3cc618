"""A movement and what took it back since, and by which numbers accounts know them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

_TAKEN_BACK = """
SELECT e.id, e.item, e.kind, e.business_date, e.occurred_at, e.debit, e.credit, e.reference, e.actor,
       coalesce((SELECT json_object_agg(l.control, l.credit - l.debit) FROM ledger_line l
                  WHERE l.carrier_id = e.carrier_id AND l.entry_id = e.id AND l.control IS NOT NULL), '{}')
  FROM ledger_entry e
 WHERE e.carrier_id = %(carrier)s AND (e.id = %(entry)s OR e.reverses = %(entry)s) AND e.account_id IS NOT NULL
 ORDER BY e.id
"""

_TIES = """
SELECT true, id, item FROM ledger_entry
 WHERE carrier_id = %(carrier)s AND id = ANY(%(entries)s::bigint[]) AND account_id IS NOT NULL
UNION ALL
SELECT false, reverses, max(item) FROM ledger_entry
 WHERE carrier_id = %(carrier)s AND reverses = ANY(%(originals)s::bigint[]) AND account_id IS NOT NULL GROUP BY 2
"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A movement, or one that took something of it back; `occurred_at` is UTC, amounts are minor units.

    Attributes:
        controls: What it moved on each control account, credits less debits.
    """

    entry_id: int
    item: int
    kind: str
    business_date: date
    occurred_at: datetime
    debit: int
    credit: int
    reference: str
    actor: str
    controls: dict[str, int]


def with_reversals(entry_id: int, *, carrier_id: int) -> list[TakenBack]:
    """Return a movement and those that reverse it in part or whole, oldest first. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_BACK, {"carrier": carrier_id, "entry": entry_id})
        return [TakenBack(*row) for row in cursor.fetchall()]


def items(entry_ids: Collection[int], *, carrier_id: int) -> dict[int, int]:
    """Return the items of these entries, by entry; entries that moved no account are left out. Inside `acting_for`."""
    return ties(entry_ids, (), carrier_id=carrier_id)[0]


def ties(
    entry_ids: Collection[int], taken_back: Collection[int], *, carrier_id: int
) -> tuple[dict[int, int], dict[int, int]]:
    """Return the items of some entries, and the newest item that took back something of others, both by entry.

    Inside `acting_for`. Entries that moved no account are left out.

    Args:
        taken_back: What is taken back as a whole, or seldom: every movement that reverses one of them is read.
    """
    if not entry_ids and not taken_back:
        return {}, {}
    with connection.cursor() as cursor:
        cursor.execute(_TIES, {"carrier": carrier_id, "entries": list(entry_ids), "originals": list(taken_back)})
        rows = cursor.fetchall()
    return {row[1]: row[2] for row in rows if row[0]}, {row[1]: row[2] for row in rows if not row[0]}
