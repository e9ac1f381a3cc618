"""The audit that follows every test."""

from collections.abc import Sequence

from skypurser.charter.audit import audit_charter
from skypurser.invoices.audit import audit_invoices
from skypurser.jetcards.audit import audit_cards
from skypurser.ledger.audit import audit_carrier
from skypurser.statements.audit import audit_statements
from skypurser.tickets.audit import audit_tickets


def assert_books_hold(carrier_ids: Sequence[int]) -> None:
    """Fail with every break that the audits find in these carriers' books."""
    breaks = [
        str(found)
        for carrier_id in carrier_ids
        for audit in (audit_carrier, audit_tickets, audit_cards, audit_charter, audit_invoices, audit_statements)
        for found in audit(carrier_id)
    ]
    assert not breaks, "\n".join(breaks)
