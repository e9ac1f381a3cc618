"""Entry by entry, and over the whole ledger: debits equal credits, and the control accounts' balances are their lines.

Proves the first invariant, and the second for control accounts.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.snapshot import MOST, Row, rows

_UNSOUND = """
SELECT id, kind, currency, debit, credit, control_debits, control_credits, many, cardinality(controls),
       cardinality(amounts), account_id, item
FROM ledger_entry e
CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint AS control_debits,
                           coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint AS control_credits,
                           count(*) + (e.account_id IS NOT NULL)::integer AS many
                      FROM unnest(e.amounts) AS amount) lines
WHERE carrier_id = $1 AND (debit + control_debits <> credit + control_credits OR cardinality(controls) <>
      cardinality(amounts) OR account_id IS NULL AND (debit <> 0 OR credit <> 0)
      OR many < 2 AND (debit <> 0 OR credit <> 0 OR account_id IS NULL))
LIMIT $2
"""

# The customers' accounts stand together as the control account ''.
_TOTALS = """
SELECT currency, control, coalesce(l.debits, 0)::bigint, coalesce(l.credits, 0)::bigint,
       coalesce(s.debits, 0)::bigint, coalesce(s.credits, 0)::bigint
FROM (SELECT currency, '' AS control, sum(debit) AS debits, sum(credit) AS credits
        FROM ledger_entry WHERE carrier_id = $1 AND account_id IS NOT NULL GROUP BY 1
      UNION ALL
      SELECT e.currency, line.control, coalesce(sum(line.amount) FILTER (WHERE line.amount > 0), 0),
             coalesce(-sum(line.amount) FILTER (WHERE line.amount < 0), 0)
        FROM ledger_entry e CROSS JOIN LATERAL unnest(e.controls, e.amounts) AS line(control, amount)
       WHERE e.carrier_id = $1 GROUP BY 1, 2) l
FULL JOIN (SELECT currency, control, sum(debits) AS debits, sum(credits) AS credits
             FROM (SELECT currency, control, debits, credits FROM ledger_controltotal WHERE carrier_id = $1
                   UNION ALL
                   SELECT currency, '', debits, credits FROM ledger_account WHERE carrier_id = $1) parts
            GROUP BY 1, 2) s USING (currency, control)
ORDER BY currency, control
"""


def audit_entries(carrier_id: int) -> Iterator[Break]:
    """Yield the entries that do not balance or are not whole. Inside a snapshot."""
    for row in rows(_UNSOUND, carrier_id, MOST):
        *_, account_id, item = row
        yield Break(Invariant.BALANCED, _what_is_unsound(row), carrier_id, account_id, item)


def _what_is_unsound(row: Row) -> str:
    entry_id, kind, currency, debit, credit, control_debits, control_credits, many, names, amounts, *_ = row
    debits, credits_ = debit + control_debits, credit + control_credits
    if debits != credits_:
        return f"entry {entry_id} ({kind}) debits {told(debits, currency)} and credits {told(credits_, currency)}"
    if names != amounts:
        return f"entry {entry_id} ({kind}) names {names} control accounts for {amounts} amounts"
    return f"entry {entry_id} ({kind}) has too few lines ({many}), or moves an account that it does not name"


def audit_totals(carrier_id: int) -> Iterator[Break]:
    """Yield control accounts whose balance is not the sum of their lines, and currencies out of balance.

    That a customer's account is the sum of its movements is proved account by account elsewhere; here all of them
    together are weighed against the control accounts.
    """
    for currency, totals in groupby(rows(_TOTALS, carrier_id), key=itemgetter(0)):
        weights = [0, 0, 0, 0]
        for _, control, *sums in totals:
            weights = [weight + amount for weight, amount in zip(weights, sums, strict=True)]
            if control:
                yield from _compare(carrier_id, currency, control, sums)
        for about, (debits, credits_) in (("lines", weights[:2]), ("balances", weights[2:])):
            if debits != credits_:
                detail = f"the {about} debit {told(debits, currency)} and credit {told(credits_, currency)} in all"
                yield Break(Invariant.BALANCED, detail, carrier_id)


def _compare(carrier_id: int, currency: str, control: str, sums: list[int]) -> Iterator[Break]:
    debits, credits_, stored_debits, stored_credits = sums
    for side, has, should in (("debits", stored_debits, debits), ("credits", stored_credits, credits_)):
        if has != should:
            detail = f"{control}: stored {side} are {told(has, currency)}, its lines add up to {told(should, currency)}"
            yield Break(Invariant.SUMS, detail, carrier_id)
