"""Keys and entries, one to one: what was answered is what was posted, and what was refused posted nothing.

Proves the fifth and sixth invariant. A key's fingerprint stands nowhere else, so a change of it can't be seen; it
would turn a replay into a conflict, and moves no money.
"""

from collections.abc import Iterator

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.snapshot import MOST, Row, rows

# Facts are compared as text: what was tampered with need not be a number.
_UNSOUND = """
SELECT k.key, k.outcome, k.entry_id, k.facts, e.id, e.kind, e.currency, e.account_id, e.item, e.debit, e.credit
FROM (SELECT key, outcome, entry_id, facts FROM ledger_key WHERE carrier_id = $1) k
FULL JOIN (SELECT id, kind, currency, account_id, item, debit, credit, net, available
             FROM ledger_entry WHERE carrier_id = $1) e ON e.id = k.entry_id
WHERE NOT coalesce(CASE k.outcome
    WHEN 'posted' THEN (k.facts->>'entry', k.facts->>'item', k.facts->>'debit', k.facts->>'credit',
                        k.facts->>'net', k.facts->>'available')
                     = (e.id::text, e.item::text, e.debit::text, e.credit::text, e.net::text, e.available::text)
    WHEN 'recorded' THEN (k.entry_id IS NULL OR e.id IS NOT NULL) AND e.account_id IS NULL
    WHEN 'refused' THEN k.entry_id IS NULL END, false)
LIMIT $2
"""

_NAMED_TWICE = """
SELECT k.entry_id, string_agg(k.key, ', ' ORDER BY k.key), count(*), min(e.account_id), min(e.item)
FROM ledger_key k
LEFT JOIN (SELECT id, account_id, item FROM ledger_entry WHERE carrier_id = $1) e ON e.id = k.entry_id
WHERE k.carrier_id = $1 AND k.entry_id IS NOT NULL GROUP BY k.entry_id HAVING count(*) > 1 LIMIT $2
"""

_NOT_TOLD = """
SELECT k.key, k.code FROM ledger_key k
WHERE k.carrier_id = $1 AND k.outcome = 'refused' AND NOT EXISTS (
    SELECT FROM history_refusedattempt r
     WHERE r.carrier_id = $1 AND r.key = k.key AND r.code = k.code AND coalesce(r.facts, '{}') = k.facts)
LIMIT $2
"""


def audit_keys(carrier_id: int) -> Iterator[Break]:
    """Yield keys and entries that do not belong together. Inside a snapshot."""
    for row in rows(_UNSOUND, carrier_id, MOST):
        *_, account_id, item, _, _ = row
        refused = row[1] == "refused"
        invariant = Invariant.REFUSALS if refused else Invariant.ONE_ANSWER
        yield Break(invariant, _what_is_unsound(row), carrier_id, account_id, item)
    for entry_id, keys, many, account_id, item in rows(_NAMED_TWICE, carrier_id, MOST):
        detail = f"entry {entry_id} is the answer to {many} keys: {keys}"
        yield Break(Invariant.ONE_ANSWER, detail, carrier_id, account_id, item)
    for key, code in rows(_NOT_TOLD, carrier_id, MOST):
        detail = f"key {key!r} was refused ({code}), but the history has no such refusal"
        yield Break(Invariant.REFUSALS, detail, carrier_id)


def _what_is_unsound(row: Row) -> str:
    key, outcome, named, facts, entry_id, kind, currency, _, item, debit, credit = row
    if key is None:
        return f"entry {entry_id} ({kind}) is the answer to no key"
    if outcome == "refused":
        return f"key {key!r} was refused and yet names entry {named}"
    if named is not None and entry_id is None:
        return f"key {key!r} names entry {named}, which does not exist"
    if outcome == "recorded":
        return f"key {key!r} was answered without a movement, but its entry {named} has one"
    if item is None:
        return f"key {key!r} was answered with a movement, but names none"
    moved = f"item {item}, debit {told(debit, currency)}, credit {told(credit, currency)}"
    said = ", ".join(f"{name} {facts.get(name)}" for name in ("entry", "item", "debit", "credit", "net", "available"))
    return f"key {key!r} was answered with {said} (minor units), its entry {entry_id} has {moved}"
