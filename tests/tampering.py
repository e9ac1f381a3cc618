"""Change what nobody can change, as a superuser with the triggers asleep, and put everything back afterwards.

The audit after every test would find what is left behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

_TABLES = (
    "ledger_account",
    "ledger_entry",
    "ledger_hold",
    "ledger_key",
    "ledger_controltotal",
    "history_refusedattempt",
    "tickets_ticket",
    "jetcards_jetcard",
    "jetcards_cardperson",
    "jetcards_cardtransfer",
    "charter_quote",
    "charter_quoteversion",
    "charter_booking",
    "charter_bookingstep",
    "invoices_lastnumber",
    "invoices_payment",
    "invoices_paymentlink",
    "invoices_refund",
    "invoices_invoice",
    "invoices_invoiceline",
    "invoices_einvoice",
    "statements_statement",
)


@contextmanager
def tampering(superuser: psycopg.Connection, carrier_id: int) -> Iterator[psycopg.Connection]:
    """Lend the superuser's connection without triggers; afterwards the carrier's rows are as they were."""
    superuser.execute("SET session_replication_role = replica")
    for table in _TABLES:
        superuser.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE carrier_id = {carrier_id}")
    try:
        yield superuser
    finally:
        for table in _TABLES:
            superuser.execute(f"DELETE FROM {table} WHERE carrier_id = {carrier_id}")
            superuser.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}")
        superuser.execute("SET session_replication_role = origin")
