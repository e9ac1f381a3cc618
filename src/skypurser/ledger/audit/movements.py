"""Accounts and their movements, in their order, side by side and of any number.

The ledger is read once from end to end and sorted by the database, on its disk where it must: an account's movements
lie all over it, and following the index would read the same pages again and again.
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

# The columns come in the order in which they are hashed (see `digests`): of the entry, then of its movement.
_MOVEMENTS = """
SELECT id, kind, currency, document, reference, actor, occurred_at, posted_at, reverses,
       account_id, item, debit, credit, net, available, business_date, original_date, controls, amounts, digest
FROM ledger_entry WHERE carrier_id = $1 AND account_id IS NOT NULL ORDER BY account_id, item
"""

#: The parts of a movement's row: of the entry, of the movement; then the control accounts' lines, and the digest.
ENTRY, MOVEMENT, REST = slice(0, 9), slice(9, 17), slice(17, 20)
#: Where the account's id stands in it.
ACCOUNT_ID = 9


@contextmanager
def opened_accounts(carrier_id: int) -> Iterator[Iterator[Row]]:
    """Open the accounts by their ids, each with what its open holds add up to."""
    with opened("audit_accounts", _ACCOUNTS, carrier_id) as rows:
        yield rows


@contextmanager
def opened_movements(carrier_id: int) -> Iterator[Iterator[Row]]:
    """Open the movements by account and item."""
    with opened("audit_movements", _MOVEMENTS, carrier_id) as rows:
        yield rows
