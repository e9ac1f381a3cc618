"""What the ledger says of closed periods, for the package that proves its statements by it. Inside a snapshot."""

from dataclasses import dataclass
from datetime import date

from skypurser.ledger.audit.snapshot import rows

# Each mark with what bears a date of its period: after the mark before, up to its own.
_MARKS = """
WITH marks AS MATERIALIZED (
    SELECT id, account_id, item, document, business_date AS through, digest,
           lag(business_date) OVER (PARTITION BY account_id ORDER BY item) AS before
      FROM ledger_entry WHERE carrier_id = $1 AND kind = 'cut_off')
SELECT m.id, m.account_id, m.item, m.document, m.through, m.digest, a.closed_through, count(e.id),
       coalesce(sum(e.debit), 0)::bigint, coalesce(sum(e.credit), 0)::bigint, coalesce(max(e.item), 0)
  FROM marks m
  LEFT JOIN ledger_account a ON a.carrier_id = $1 AND a.id = m.account_id
  LEFT JOIN ledger_entry e ON e.carrier_id = $1 AND e.account_id = m.account_id AND e.kind <> 'cut_off'
        AND e.business_date <= m.through AND (m.before IS NULL OR e.business_date > m.before)
 GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY m.account_id, m.item
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The movement that marks the end of a period, and what bears a date of it; amounts in minor units.

    Attributes:
        closed_through: The account's own, now.
        movements, debits, credits, last_item: Of the period; the mark is no part of them.
    """

    entry_id: int
    account_id: int
    item: int
    document: str | None
    through: date
    digest: bytes
    closed_through: date | None
    movements: int
    debits: int
    credits: int
    last_item: int


def marks(carrier_id: int) -> list[Mark]:
    """Return the marks of all cut-offs, by account and item."""
    return [Mark(*row) for row in rows(_MARKS, carrier_id)]
