"""What an entry moved on its customer's account, for many entries at once."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

_MOVED = """
SELECT e.carrier_id, e.id, e.item, e.debit, e.credit, e.net, e.available, e.business_date::text
  FROM unnest(%s::integer[], %s::bigint[]) AS asked(carrier_id, id)
  JOIN ledger_entry e ON e.carrier_id = asked.carrier_id AND e.id = asked.id
 WHERE e.account_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement; amounts in minor units, `net` and `available` after it."""

    item: int
    debit: int
    credit: int
    net: int
    available: int
    business_date: str


def moved(entries: Collection[tuple[int, int]]) -> dict[tuple[int, int], Moved]:
    """Return the movements of entries, both by carrier and entry id; those that moved nothing are left out."""
    if not entries:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [list(column) for column in zip(*entries, strict=True)])
        return {(row[0], row[1]): Moved(*row[2:]) for row in cursor.fetchall()}
