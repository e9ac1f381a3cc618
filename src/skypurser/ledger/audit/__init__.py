"""Prove the ledger's invariants on live data.

Start with `audit_carrier` (`carrier.py`); what is looked for is in `breaks.py`. Packages that sell something prove
with `documents.py` that their own rows and the ledger agree.
"""

from skypurser.ledger.audit.breaks import Break, Invariant
from skypurser.ledger.audit.carrier import audit_carrier

__all__ = ["Break", "Invariant", "audit_carrier"]
