"""What the ledger knows of prepaid accounts and transfers between them, for packages that prove theirs by it.

Inside a snapshot.
"""

from collections.abc import Collection
from dataclasses import dataclass

from skypurser.ledger.audit.snapshot import MOST, rows

_ACCOUNTS = """
SELECT a.id, a.currency, a.status, a.credit_limit, a.credits - a.debits,
       (SELECT count(*) FROM ledger_hold h WHERE h.carrier_id = a.carrier_id AND h.account_id = a.id
           AND h.status = 'OPEN')
  FROM ledger_account a WHERE a.carrier_id = $1
"""
_TRANSFERS = """
SELECT id, account_id, item, credit - debit, document FROM ledger_entry
 WHERE carrier_id = $1 AND 'card_transfers' = ANY (controls) ORDER BY id
"""
_BACK = """
SELECT account_id, item FROM (
    SELECT account_id, item, business_date, id,
           lag(business_date) OVER own AS date_before, lag(id) OVER own AS id_before
      FROM ledger_entry WHERE carrier_id = $1 AND account_id = ANY ($2::bigint[])
    WINDOW own AS (PARTITION BY account_id ORDER BY item)) steps
 WHERE business_date < date_before OR id < id_before LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class PrepaidAccount:
    """An account as a card must find it; amounts in minor units."""

    currency: str
    status: str
    credit_limit: int
    net: int
    open_holds: int


@dataclass(frozen=True, slots=True)
class TransferEntry:
    """One half of a transfer; `net` is what it credited, less what it debited."""

    id: int
    account_id: int
    item: int
    net: int
    document: str


def prepaid_accounts(carrier_id: int) -> dict[int, PrepaidAccount]:
    """Return all accounts by id."""
    return {row[0]: PrepaidAccount(*row[1:]) for row in rows(_ACCOUNTS, carrier_id)}


def transfer_entries(carrier_id: int) -> list[TransferEntry]:
    """Return everything that moved the control account of transfers, oldest first."""
    return [TransferEntry(*row) for row in rows(_TRANSFERS, carrier_id)]


def steps_back(carrier_id: int, account_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return account and item of movements whose date or number is before that of the movement before."""
    return [(row[0], row[1]) for row in rows(_BACK, carrier_id, list(account_ids), MOST)]
