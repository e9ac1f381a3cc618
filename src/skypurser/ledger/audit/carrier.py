"""The whole audit of one carrier's books."""

from collections.abc import Iterator

from skypurser.ledger.audit.breaks import Break
from skypurser.ledger.audit.chains import Progress, audit_chains
from skypurser.ledger.audit.entries import audit_entries, audit_totals
from skypurser.ledger.audit.holds import audit_holds
from skypurser.ledger.audit.keys import audit_keys
from skypurser.ledger.audit.reversals import audit_reversals
from skypurser.ledger.audit.snapshot import snapshot


def audit_carrier(carrier_id: int, *, progress: Progress | None = None) -> Iterator[Break]:
    """Yield what is broken in a carrier's books; nothing in sound ones.

    All is judged as of one moment, while sales go on. The walk along the accounts takes most of the time and comes
    first, a page at a time; the rest is asked of the database, which tells at most 10,000 breaks of each kind.

    Args:
        progress: Called after each page with the number of movements walked so far and of all there are.

    Raises:
        RuntimeError: Inside a transaction. While this is iterated, the connection's transaction is the audit's own,
            and reads only.
    """
    with snapshot(carrier_id):
        yield from audit_chains(carrier_id, progress)
        for audit in (audit_entries, audit_totals, audit_keys, audit_reversals, audit_holds):
            yield from audit(carrier_id)
