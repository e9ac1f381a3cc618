"""What the ledger moved and holds for quotes and bookings, for the package that proves its own by it.

Inside a snapshot.
"""

from dataclasses import dataclass

from skypurser.ledger.audit.snapshot import Row, rows

_ENTRIES = """
SELECT id, document, currency, account_id, item, debit, credit,
       coalesce((SELECT sum(-l.amount) FROM unnest(controls, amounts) AS l(control, amount)
                  WHERE l.control = 'customer_advances'), 0)::bigint
  FROM ledger_entry WHERE carrier_id = $1 AND document LIKE 'booking:%' AND reverses IS NULL ORDER BY id
"""
_HOLDS = """
SELECT id, account_id, amount, document, expires_at FROM ledger_hold
 WHERE carrier_id = $1 AND status = 'OPEN' AND document LIKE 'quote:%' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class EntryOfBooking:
    """An entry that bears a booking, in minor units.

    Attributes:
        account_id, item: Of its movement; None where only control accounts moved.
        advances: Credits less debits on the customers' advances.
    """

    id: int
    document: str
    currency: str
    account_id: int | None
    item: int | None
    debit: int
    credit: int
    advances: int


def booking_entries(carrier_id: int) -> list[EntryOfBooking]:
    """Return everything that was posted for bookings, oldest first."""
    return [EntryOfBooking(*row) for row in rows(_ENTRIES, carrier_id)]


def quote_holds(carrier_id: int) -> list[Row]:
    """Return id, account, amount, document and end of the open holds of quotes, those past their end too."""
    return list(rows(_HOLDS, carrier_id))
