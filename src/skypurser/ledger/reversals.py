"""A movement and what took it back since."""

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
