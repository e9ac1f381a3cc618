"""Prove that statements, their chain and the ledger agree, and that none was changed since it was made."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.cut_offs import Mark, marks
from skypurser.ledger.audit.snapshot import snapshot
from skypurser.statements.content import HASHED, content_hash
from skypurser.statements.models import Statement


def audit_statements(carrier_id: int) -> Iterator[Break]:
    """Yield statements that are changed, out of their chain, or not what the ledger says of their period.

    All is judged as of one moment, while sales go on.

    Raises:
        RuntimeError: Inside a transaction.
    """
    with snapshot(carrier_id):
        by_entry = {mark.entry_id: mark for mark in marks(carrier_id)}
        rows = Statement.objects.filter(carrier_id=carrier_id).order_by("account_id", "number")
        for account_id, chain in groupby(rows.iterator(), key=attrgetter("account_id")):
            before: Statement | None = None
            mark = None
            for row in chain:
                mark = by_entry.pop(row.entry_id, None)
                for flaw in _flaws(row, before, mark):
                    yield _break(f"statement {row.number}: {flaw}", carrier_id, account_id, row.item)
                before = row
            if before is not None and mark is not None and mark.closed_through != before.through:
                detail = f"the account is closed through {mark.closed_through}, its statements through {before.through}"
                yield _break(detail, carrier_id, account_id, None)
        for stray in by_entry.values():
            if stray.document:
                detail = f"the cut-off through {stray.through} is for {stray.document}, which does not exist"
                yield _break(detail, carrier_id, stray.account_id, stray.item)


def _flaws(row: Statement, before: Statement | None, mark: Mark | None) -> Iterator[str]:
    follows = (None, None, 0) if before is None else (before.number, before.through, before.closing)
    if row.number != (follows[0] or 0) + 1 or (row.previous, row.opened_after, row.opening) != follows:
        yield "it does not begin where the one before ended"
    if row.closing != row.opening + row.credits - row.debits:
        yield "its closing balance is not what it adds up to"
    if mark is None:
        yield "its cut-off is not in the ledger"
        return
    if (mark.account_id, mark.item, mark.through) != (row.account_id, row.item, row.through):
        yield f"its cut-off is item {mark.item} of account {mark.account_id}, through {mark.through}"
    if (mark.movements, mark.debits, mark.credits) != (row.movements, row.debits, row.credits):
        yield (f"it says {_sums(row, row.currency)}; the movements of its period are {_sums(mark, row.currency)}")
    if mark.last_item > row.item:
        yield f"item {mark.last_item} was dated into its period after the cut-off"
    hashed = b"" if before is None else bytes(before.content_hash)
    said = {name: getattr(row, name) for name in HASHED}
    if content_hash(said, before=hashed, marker=mark.digest) != bytes(row.content_hash):
        yield "it was changed since it was made, or the movements before it were: the hash does not fit"


def _sums(of: Statement | Mark, currency: str) -> str:
    return f"{of.movements} movements, debit {told(of.debits, currency)}, credit {told(of.credits, currency)}"


def _break(detail: str, carrier_id: int, account_id: int, item: int | None) -> Break:
    return Break(Invariant.STATEMENTS, detail, carrier_id, account_id, item)
