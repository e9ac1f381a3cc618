"""Accounts and their movements, in their order, side by side and of any number.

The ledger is read once from end to end and sorted by the database, on its disk where it must: an account's movements
lie all over it, and looking up each one's entry would read the same pages again and again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from skypurser.ledger.audit.snapshot import Row, opened

_ACCOUNTS = """
SELECT a.id, a.currency, a.debits, a.credits, a.held, a.last_item, a.last_posted_at, a.digest, a.closed_through,
       coalesce(h.amount, 0)::bigint
FROM ledger_account a
LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_hold WHERE carrier_id = $1 AND status = 'OPEN'
            GROUP BY account_id) h ON h.account_id = a.id
WHERE a.carrier_id = $1 ORDER BY a.id
"""

#: All lines of an entry as the digest has them, in JSON: account's id or control account's name, debit, credit.
LINES = """
'[' || string_agg('[' || coalesce('"' || control || '"', account_id::text) || ',' || debit || ',' || credit || ']', ','
                  ORDER BY position) || ']'
"""

# The columns come in the order in which they are hashed (see `digests`): of the movement, then of its entry.
_MOVEMENTS = f"""
SELECT m.account_id, m.debit, m.credit, m.item, m.net, m.available, m.business_date, m.original_date,
       e.id, e.kind, e.currency, e.document, e.reference, e.actor, e.occurred_at, e.posted_at, e.reverses,
       l.lines, m.digest
FROM (SELECT * FROM ledger_line WHERE carrier_id = $1 AND account_id IS NOT NULL) m
LEFT JOIN (SELECT * FROM ledger_entry WHERE carrier_id = $1) e ON e.id = m.entry_id
LEFT JOIN (SELECT entry_id, {LINES} AS lines FROM ledger_line WHERE carrier_id = $1 GROUP BY entry_id) l
       ON l.entry_id = m.entry_id
ORDER BY m.account_id, m.item
"""  # noqa: S608 — ours

#: The parts of a movement's row: what is hashed of it and of its entry; then the entry's lines, and the digest.
MOVEMENT, ENTRY, REST = slice(0, 8), slice(8, 17), slice(17, 19)


@contextmanager
def opened_accounts(carrier_id: int) -> Iterator[Iterator[Row]]:
    """Open the accounts by their ids, each with what its open holds add up to."""
    with opened("audit_accounts", _ACCOUNTS, carrier_id) as rows:
        yield rows


@contextmanager
def opened_movements(carrier_id: int) -> Iterator[Iterator[Row]]:
    """Open the movements by account and item, each with its entry (all None where that is missing)."""
    with opened("audit_movements", _MOVEMENTS, carrier_id) as rows:
        yield rows
