"""Holds end at most once, in time, and a captured one in exactly one debit of the amount captured.

Proves the fourth invariant for captures and the ninth for holds; that open holds add up to what is held is proved
along the accounts.
"""

from collections.abc import Iterator

from skypurser.ledger.audit.breaks import Break, Invariant, told, told_at
from skypurser.ledger.audit.snapshot import MOST, Row, rows

# A capture within its hold takes what was set aside, even when a cut of the limit has left the account over it since.
_UNSOUND = """
SELECT h.id, h.account_id, a.currency, h.amount, h.captured, h.status, h.resolved_at, h.expires_at, h.entry_id,
       e.kind, l.account_id, l.item, l.debit, l.available
FROM ledger_hold h
LEFT JOIN (SELECT id, currency FROM ledger_account WHERE carrier_id = $1) a ON a.id = h.account_id
LEFT JOIN LATERAL (SELECT id, kind FROM ledger_entry WHERE carrier_id = $1 AND id = h.entry_id) e ON true
LEFT JOIN LATERAL (SELECT account_id, item, debit, available FROM ledger_line
                    WHERE carrier_id = $1 AND entry_id = h.entry_id AND account_id IS NOT NULL LIMIT 1) l ON true
WHERE h.carrier_id = $1 AND (
    a.id IS NULL
    OR (h.status = 'EXPIRED') <> (h.resolved_at >= h.expires_at)
    OR (h.status = 'CAPTURED' AND (
        e.kind IS DISTINCT FROM 'capture' OR l.account_id IS DISTINCT FROM h.account_id
        OR l.debit IS DISTINCT FROM h.captured OR (l.available < 0 AND h.captured > h.amount))))
LIMIT $2
"""

_CAPTURES = """
SELECT e.id, e.currency, m.account_id, m.item, m.debit, coalesce(h.many, 0)
FROM (SELECT id, currency FROM ledger_entry WHERE carrier_id = $1 AND kind = 'capture') e
LEFT JOIN (SELECT entry_id, count(*) AS many FROM ledger_hold
            WHERE carrier_id = $1 AND entry_id IS NOT NULL GROUP BY entry_id) h ON h.entry_id = e.id
LEFT JOIN LATERAL (SELECT account_id, item, debit FROM ledger_line
                    WHERE carrier_id = $1 AND entry_id = e.id AND account_id IS NOT NULL LIMIT 1) m ON true
WHERE h.many IS DISTINCT FROM 1
LIMIT $2
"""

# Compared as JSON: what was tampered with need not be a number.
_LOST = """
SELECT k.key, (k.facts->'hold')::text FROM ledger_key k
WHERE k.carrier_id = $1 AND k.facts ? 'hold'
  AND NOT EXISTS (SELECT FROM ledger_hold h WHERE h.carrier_id = $1 AND to_jsonb(h.id) = k.facts->'hold')
LIMIT $2
"""


def audit_holds(carrier_id: int) -> Iterator[Break]:
    """Yield holds that did not end as they say, and captures and answers without their hold. Inside a snapshot."""
    for row in rows(_UNSOUND, carrier_id, MOST):
        _, account_id, *_, item, _, _ = row
        invariant, detail = _what_is_unsound(row)
        yield Break(invariant, detail, carrier_id, account_id, item)
    for entry_id, currency, account_id, item, debit, many in rows(_CAPTURES, carrier_id, MOST):
        detail = f"the capture of {told(debit or 0, currency)} (entry {entry_id}) belongs to {many} holds"
        yield Break(Invariant.ONE_DEDUCTION, detail, carrier_id, account_id, item)
    for key, hold in rows(_LOST, carrier_id, MOST):
        detail = f"key {key!r} was answered with hold {hold}, which does not exist"
        yield Break(Invariant.ONE_ANSWER, detail, carrier_id)


def _what_is_unsound(row: Row) -> tuple[Invariant, str]:
    hold_id, account_id, currency, amount, captured, status, resolved_at, expires_at, entry_id, kind, *line = row
    on_account, _, debit, available = line
    if currency is None:
        return Invariant.CARRIERS, f"hold {hold_id} is on account {account_id}, which this carrier does not have"
    if (status == "EXPIRED") != (resolved_at is not None and resolved_at >= expires_at):
        ended = f"{status.lower()} at {told_at(resolved_at)}"
        return Invariant.SUMS, f"hold {hold_id} was {ended}, but its expiry is {told_at(expires_at)}"
    of_hold = f"hold {hold_id} of {told(amount, currency)} was captured with {told(captured, currency)}"
    if kind is None:
        return Invariant.ONE_DEDUCTION, f"{of_hold}, but its entry {entry_id} does not exist"
    if kind != "capture" or on_account != account_id or debit != captured:
        posted = "no movement" if debit is None else f"{told(debit, currency)} on account {on_account}"
        return Invariant.ONE_DEDUCTION, f"{of_hold}, but its entry {entry_id} ({kind}) debits {posted}"
    return Invariant.FUNDED, f"{of_hold} and left {told(available, currency)} available"
