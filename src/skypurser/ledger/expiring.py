"""Resolve holds that are past their expiry.

Nobody depends on it: a hold past its expiry never counts, and the next posting on its account resolves it. But an
account on which nothing happens should not show a hold for ever, and somebody may wait to be told of its end.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.ledger.holds import HoldRequest
from skypurser.ledger.intents import AccountState, Expire, Intent, Refused
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import fingerprint

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

#: Who acts when time does.
ITSELF = "skypurser"

_DUE = """
SELECT h.account_id, min(h.id), min(h.expires_at), a.currency FROM ledger_hold h
  JOIN ledger_account a ON a.carrier_id = h.carrier_id AND a.id = h.account_id
 WHERE h.carrier_id = %s AND h.status = 'OPEN' AND h.expires_at <= %s
 GROUP BY h.account_id, a.currency ORDER BY h.account_id LIMIT %s
"""


@dataclass(slots=True, kw_only=True)
class ExpireHolds(HoldRequest):
    """Resolve what has expired on one account; each hold's end is an act of its own."""

    operation: ClassVar[str] = "expire"

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Ask for nothing but what time did."""
        return Expire()


def expire_due(*, carrier_id: int, now: datetime | None = None, limit: int = 100) -> int:
    """Resolve the expired holds of at most so many accounts, each in a transaction of its own; return of how many.

    A hold that was extended meanwhile stays, and is resolved under another key when that time is over too. May be
    called by several at once, and again: what is resolved stays resolved.

    Args:
        now: What counts as expired; None for the database's clock.
    """
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = now or cursor.fetchone()[0]
        cursor.execute(_DUE, [carrier_id, at, limit])
        due = cursor.fetchall()
    resolved = 0
    for account_id, hold_id, expires_at, currency in due:
        # Callers' keys are ASCII, so none of theirs is this one.
        key = f"§expired:{hold_id}:{expires_at.isoformat()}"
        with acting_for(carrier_id):
            answer = post_one(
                ExpireHolds(
                    carrier_id=carrier_id,
                    key=key,
                    fingerprint=fingerprint(key),
                    account_id=account_id,
                    currency=currency,
                    actor=ITSELF,
                    reference="",
                    now=now,
                )
            )
        resolved += not answer.replayed
    return resolved
