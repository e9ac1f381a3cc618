"""Read one entry whole, for packages that keep something beside it."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from skypurser.ledger.states import Control

_ENTRY = """
SELECT e.id, e.kind, e.currency, e.document, e.account_id, e.debit, e.credit, e.business_date,
       coalesce((SELECT json_object_agg(l.control, l.credit - l.debit) FROM ledger_line l
                  WHERE l.carrier_id = e.carrier_id AND l.entry_id = e.id AND l.control IS NOT NULL), '{}')
  FROM ledger_entry e WHERE e.carrier_id = %s AND e.id = %s
"""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry; amounts are minor units of `currency`.

    Attributes:
        account_id, business_date: Of its movement; None where only control accounts moved.
        controls: What it moved on each control account, credits less debits.
    """

    id: int
    kind: str
    currency: str
    document: str | None
    account_id: int | None
    debit: int
    credit: int
    business_date: date | None
    controls: dict[Control, int]


def entry(entry_id: int, *, carrier_id: int) -> JournalEntry | None:
    """Return an entry; None where the carrier has no such entry. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY, [carrier_id, entry_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values = [*row]
    values[8] = {Control(name): amount for name, amount in values[8].items()}
    return JournalEntry(*values)
