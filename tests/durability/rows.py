"""What the database holds after a crash, read past the product: plain SQL as the superuser, whom no policy binds."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import namedtuple_row


class Movement(NamedTuple):
    """A movement with its entry."""

    entry: int
    kind: str
    reference: str
    account: int
    item: int
    debit: int
    credit: int
    net: int
    available: int


_MOVEMENTS = """
SELECT id, kind, reference, account_id, item, debit, credit, net, available
FROM ledger_entry WHERE account_id IS NOT NULL ORDER BY account_id, item
"""
_KEYS = "SELECT key AS name, outcome, code, entry_id, facts FROM ledger_key"
_BATCHES = "SELECT count(*) FROM ledger_key GROUP BY bound_at"
_TICKETS = "SELECT * FROM tickets_ticket"
_HOLDS = "SELECT * FROM ledger_hold"
_ACCOUNTS = "SELECT id, debits, credits, held, last_item FROM ledger_account"
_CONTROL = """
SELECT carrier_id, control, sum(credit - debit)::bigint FROM ledger_line WHERE control IS NOT NULL GROUP BY 1, 2
"""
_TOTALS = "SELECT carrier_id, control, sum(credits - debits)::bigint FROM ledger_controltotal GROUP BY 1, 2"


@dataclass
class Rows:
    """The rows, by what they are about.

    Attributes:
        movements: By the reference of their entry, which the sellers make the key of the order.
        entries, acts, refusals: How many entries, acts and refused attempts bear a reference or key.
        batches: How many keys were bound at the same instant, by the database's clock: in the same batch.
        control, totals: Credits less debits by carrier and control account, by the lines and by the stored sums.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    movements: dict[str, list[Movement]] = field(default_factory=dict)
    entries: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    tickets: dict[str, Any] = field(default_factory=dict)
    holds: dict[int, Any] = field(default_factory=dict)
    accounts: dict[int, Any] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    control: dict[tuple[int, str], int] = field(default_factory=dict)
    totals: dict[tuple[int, str], int] = field(default_factory=dict)


def read_rows(url: str) -> Rows:
    """Read everything, as of one moment."""
    found = Rows()
    with psycopg.connect(url, row_factory=namedtuple_row) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        def rows(sql: str) -> list[Any]:
            return connection.execute(sql.encode()).fetchall()

        for row in rows(_MOVEMENTS):
            movement = Movement(*row)
            found.movements.setdefault(movement.reference, []).append(movement)
        found.keys = {key.name: key for key in rows(_KEYS)}
        found.batches = [size for (size,) in rows(_BATCHES)]
        found.entries.update(row.reference for row in rows("SELECT reference FROM ledger_entry"))
        found.acts.update(row.reference for row in rows("SELECT reference FROM history_act WHERE actor <> 'skypurser'"))
        found.refusals.update(row.key for row in rows("SELECT key FROM history_refusedattempt"))
        found.tickets = {ticket.document_number: ticket for ticket in rows(_TICKETS)}
        found.holds = {hold.id: hold for hold in rows(_HOLDS)}
        found.accounts = {account.id: account for account in rows(_ACCOUNTS)}
        found.control = {(carrier, control): total for carrier, control, total in rows(_CONTROL)}
        found.totals = {(carrier, control): total for carrier, control, total in rows(_TOTALS)}
    return found
