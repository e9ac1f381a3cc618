"""Entry by entry, and over the whole ledger: debits equal credits, and the control accounts' balances are their lines.

Proves the first invariant, and the second for control accounts.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.snapshot import MOST, Row, rows

# Lines are read in the order of their key and summed up as they come; nothing is sorted.
_UNSOUND = """
SELECT coalesce(e.id, l.entry_id), e.kind, e.currency, l.debits, l.credits, l.many, l.account_id, l.item
FROM (SELECT id, kind, currency FROM ledger_entry WHERE carrier_id = $1) e
FULL JOIN (SELECT entry_id, sum(debit) AS debits, sum(credit) AS credits, count(*) AS many, min(position) AS first,
                  max(position) AS last, min(account_id) AS account_id, min(item) AS item
             FROM ledger_line WHERE carrier_id = $1 GROUP BY entry_id) l ON l.entry_id = e.id
WHERE e.id IS NULL OR l.entry_id IS NULL OR l.debits <> l.credits OR l.many < 2 OR l.first <> 1 OR l.last <> l.many
LIMIT $2
"""

# The customers' accounts stand together as the control account ''.
_TOTALS = """
SELECT currency, control, coalesce(l.debits, 0)::bigint, coalesce(l.credits, 0)::bigint,
       coalesce(s.debits, 0)::bigint, coalesce(s.credits, 0)::bigint
FROM (SELECT e.currency, coalesce(l.control, '') AS control, sum(l.debit) AS debits, sum(l.credit) AS credits
        FROM ledger_line l JOIN ledger_entry e ON e.carrier_id = $1 AND e.id = l.entry_id
       WHERE l.carrier_id = $1 GROUP BY 1, 2) l
FULL JOIN (SELECT currency, control, sum(debits) AS debits, sum(credits) AS credits
             FROM (SELECT currency, control, debits, credits FROM ledger_controltotal WHERE carrier_id = $1
                   UNION ALL
                   SELECT currency, '', debits, credits FROM ledger_account WHERE carrier_id = $1) parts
            GROUP BY 1, 2) s USING (currency, control)
ORDER BY currency, control
"""


def audit_entries(carrier_id: int) -> Iterator[Break]:
    """Yield the entries that do not balance, are in pieces or have no lines. Inside a snapshot."""
    for row in rows(_UNSOUND, carrier_id, MOST):
        *_, account_id, item = row
        yield Break(Invariant.BALANCED, _what_is_unsound(row), carrier_id, account_id, item)


def _what_is_unsound(row: Row) -> str:
    entry_id, kind, currency, debits, credits_, many, *_ = row
    if kind is None:
        return f"{many} lines belong to entry {entry_id}, which does not exist"
    if many is None:
        return f"entry {entry_id} ({kind}) has no lines"
    if debits != credits_:
        return f"entry {entry_id} ({kind}) debits {told(debits, currency)} and credits {told(credits_, currency)}"
    return f"entry {entry_id} ({kind}) has {many} lines, not numbered from 1 on, or too few"


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
