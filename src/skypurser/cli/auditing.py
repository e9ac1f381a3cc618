"""Audit carriers' books, print what is broken, and say what was proved."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from skypurser.access.acting import acting_for
from skypurser.access.carriers import get_carrier
from skypurser.charter.audit import audit_charter
from skypurser.cli import console
from skypurser.electronic import directory
from skypurser.invoices.audit import audit_invoices
from skypurser.jetcards import directory as cards
from skypurser.jetcards.audit import audit_cards
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.audit import Break, audit_carrier
from skypurser.ledger.queries import size
from skypurser.statements.audit import audit_statements
from skypurser.tickets.audit import audit_tickets

#: As `audit_carrier` calls it: movements walked, and all there are.
type Advance = Callable[[int, int], None]


@dataclass(slots=True)
class Proof:
    """What an audit went through, and how many breaks it found; as text, one line."""

    carriers: int = 0
    accounts: int = 0
    movements: int = 0
    entries: int = 0
    breaks: int = 0

    def __str__(self) -> str:
        through = (
            f"{_many(self.carriers, 'carrier')}, {_many(self.accounts, 'account')}, "
            f"{_many(self.movements, 'movement')}, {_many(self.entries, 'entry', 'entries')}"
        )
        if self.breaks:
            return f"The books do not hold: {_many(self.breaks, 'break')} in {through}."
        return f"The books hold: {through}; nothing broken."


def audit_carriers(carrier_ids: Sequence[int]) -> Proof:
    """Audit these carriers' books, whole, printing each break as it is found. Changes nothing."""
    proof = Proof()
    for carrier_id in carrier_ids:
        code = get_carrier(carrier_id).code
        with _meter(code) as advance:
            # Each to its end before anything else is asked: while it runs, the connection is its own.
            breaks = [
                *audit_carrier(carrier_id, progress=advance),
                *audit_tickets(carrier_id),
                *audit_cards(carrier_id),
                *audit_charter(carrier_id),
                *audit_invoices(carrier_id),
                *audit_statements(carrier_id),
            ]
        for found in breaks:
            console.show(console.cell(_told(found, code)))
        proof.breaks += len(breaks)
        with acting_for(carrier_id):
            there = size(carrier_id=carrier_id)
        proof.carriers += 1
        proof.accounts += there.accounts
        proof.movements += there.movements
        proof.entries += there.entries
    return proof


def _told(found: Break, carrier_code: str) -> str:
    """Write a break for a bookkeeper: carrier, account, item, what is wrong, the rule."""
    where = [f"carrier {carrier_code}"]
    if found.account_id is not None:
        try:
            name = str(directory.get(found.account_id, carrier_id=found.carrier_id).name)
        except AccountNotFound:  # another kind of account, or one that is gone
            name = _card(found.carrier_id, found.account_id) or f"account {found.account_id}"
        where.append(name)
    if found.item is not None:
        where.append(f"item {found.item}")
    return f"{', '.join(where)}: {found.detail} ({found.invariant})"


def _card(carrier_id: int, account_id: int) -> str:
    with acting_for(carrier_id):
        name = cards.names_of([(carrier_id, account_id)]).get((carrier_id, account_id))
    return "" if name is None else f"card {name.customer_code} {name.name}"


@contextlib.contextmanager
def _meter(carrier_code: str) -> Iterator[Advance]:
    out = console.stderr()
    if not out.is_terminal:
        yield lambda _walked, _there: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("movements"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task(f"Audit of {carrier_code}", total=None)

        def advance(walked: int, there: int) -> None:
            progress.update(task, completed=walked, total=there)

        yield advance


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"
