"""What was taken back, against what was moved. Proves the seventh invariant."""

from collections.abc import Iterator

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.snapshot import MOST, rows

# Per original and component. A penalty is no part of the original. The lateral follows the few reversals by index.
_BEYOND = """
SELECT back.original, back.control, back.taken::bigint, coalesce(o.moved, 0)::bigint, back.currency,
       back.account_id, back.item
FROM (SELECT e.reverses AS original, l.control, sum(l.amount) AS taken, min(e.currency) AS currency,
             (array_agg(e.account_id ORDER BY e.id DESC))[1] AS account_id,
             (array_agg(e.item ORDER BY e.id DESC))[1] AS item
        FROM ledger_entry e CROSS JOIN LATERAL unnest(e.controls, e.amounts) AS l(control, amount)
       WHERE e.carrier_id = $1 AND e.reverses IS NOT NULL AND l.control <> 'penalties' GROUP BY 1, 2) back
LEFT JOIN LATERAL (SELECT -sum(l.amount) AS moved
                     FROM ledger_entry e CROSS JOIN LATERAL unnest(e.controls, e.amounts) AS l(control, amount)
                    WHERE e.carrier_id = $1 AND e.id = back.original AND l.control = back.control) o ON true
WHERE abs(back.taken) > abs(coalesce(o.moved, 0)) OR back.taken * o.moved < 0
LIMIT $2
"""

_ELSEWHERE = """
SELECT e.id, e.kind, e.reverses, o.id, e.account_id, e.item, o.account_id
FROM ledger_entry e
LEFT JOIN LATERAL (SELECT id, account_id FROM ledger_entry WHERE carrier_id = $1 AND id = e.reverses AND id <> e.id) o
       ON true
WHERE e.carrier_id = $1 AND e.reverses IS NOT NULL AND (o.id IS NULL OR e.account_id <> o.account_id)
LIMIT $2
"""


def audit_reversals(carrier_id: int) -> Iterator[Break]:
    """Yield originals of which too much was taken back, and reversals of something else. Inside a snapshot."""
    for original, control, taken, moved, currency, account_id, item in rows(_BEYOND, carrier_id, MOST):
        back = told(taken, currency)
        detail = f"entry {original} moved {told(moved, currency)} on {control}, of which {back} is taken back"
        yield Break(Invariant.REVERSALS, detail, carrier_id, account_id, item)
    for entry_id, kind, reverses, original, account_id, item, other in rows(_ELSEWHERE, carrier_id, MOST):
        named = f"the entry {reverses} of account {other}" if original else f"entry {reverses}, which does not exist"
        detail = f"entry {entry_id} ({kind}) takes back {named}"
        yield Break(Invariant.REVERSALS, detail, carrier_id, account_id, item)
