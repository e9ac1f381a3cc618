"""Prove that tickets and the ledger agree: every sale, void and refund is an entry with the right lines, and no other.

Tickets and entries are read side by side in the order of their document numbers, so memory holds one document at a
time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from skypurser.ledger.audit.breaks import Break, Invariant, told
from skypurser.ledger.audit.documents import EntryOfDocument, by_document
from skypurser.ledger.audit.snapshot import opened, snapshot
from skypurser.ledger.queries import standings
from skypurser.ledger.states import Control
from skypurser.money import format_percent, share
from skypurser.tickets.amounts import Settlement

_KINDS = ("ticket", "void", "refund")

#: Credit less debit in minor units, by control account's name or customer account's id; without zeros.
type Moved = dict[int | str, int]

#: An invariant, what is wrong, and the item that shows it.
type Wrong = tuple[Invariant, str, int | None]


@dataclass(slots=True)
class _Ticket:
    """The part of a ticket's row that the ledger can confirm; named as the columns."""

    document_number: str
    account_id: int
    settlement: str
    fare: int
    taxes: int
    commission_rate_bps: int
    commission: int
    entry_id: int | None
    status: str
    refunds: int
    refunded_fare: int
    refunded_taxes: int
    recalled_commission: int

    def sold(self) -> Moved:
        """Return what the sale must have moved."""
        if self.settlement == Settlement.ON_ACCOUNT:
            remit = self.fare + self.taxes - self.commission
            return _without_zeros(
                {
                    self.account_id: -remit,
                    Control.SALES: self.fare,
                    Control.TAXES_PAYABLE: self.taxes,
                    Control.COMMISSION_EXPENSE: -self.commission,
                }
            )
        if self.settlement == Settlement.COMMISSION:
            return _without_zeros({self.account_id: self.commission, Control.COMMISSION_EXPENSE: -self.commission})
        return {}

    def taken_back(self) -> Moved:
        """Return what all refunds together must have moved on the sale's control accounts."""
        is_on_account = self.settlement == Settlement.ON_ACCOUNT
        return _without_zeros(
            {
                Control.SALES: -self.refunded_fare if is_on_account else 0,
                Control.TAXES_PAYABLE: -self.refunded_taxes if is_on_account else 0,
                Control.COMMISSION_EXPENSE: self.recalled_commission,
            }
        )


_TICKETS = f"""
SELECT {", ".join(column.name for column in fields(_Ticket))}
FROM tickets_ticket WHERE carrier_id = $1 ORDER BY document_number COLLATE "C"
"""  # noqa: S608 — ours


def audit_tickets(carrier_id: int) -> Iterator[Break]:
    """Yield the tickets whose amounts the ledger does not confirm, and entries of sales without a ticket.

    All is judged as of one moment, while sales go on. A sale that moved no money (by card, without commission) is
    confirmed by its own columns only.

    Raises:
        RuntimeError: Inside a transaction.
    """
    with snapshot(carrier_id), opened("audit_tickets", _TICKETS, carrier_id) as rows:
        for ticket, entries in _side_by_side(carrier_id, rows):
            currency = entries[0].currency if entries else None
            if ticket is None:
                for entry in entries:
                    detail = f"entry {entry.id} ({entry.kind}) belongs to no ticket"
                    yield Break(Invariant.ONE_DEDUCTION, detail, carrier_id, entry.account_id, entry.item)
                continue
            wrongs = list(_judge(ticket, entries, currency))
            if wrongs and currency is None:
                wrongs = list(_judge(ticket, entries, _currency(carrier_id, ticket.account_id)))
            for invariant, detail, item in wrongs:
                about = f"ticket {ticket.document_number}: {detail}"
                yield Break(invariant, about, carrier_id, ticket.account_id, item)


def _side_by_side(
    carrier_id: int, rows: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[_Ticket | None, list[EntryOfDocument]]]:
    """Yield each ticket with the entries of its document, and entries without a ticket."""
    tickets = (_Ticket(*row) for row in rows)
    ticket = next(tickets, None)
    with by_document(carrier_id, _KINDS) as documents:
        for document, entries in documents:
            while ticket is not None and ticket.document_number < document:
                yield ticket, []
                ticket = next(tickets, None)
            if ticket is not None and ticket.document_number == document:
                yield ticket, list(entries)
                ticket = next(tickets, None)
            else:
                for entry in entries:
                    yield None, [entry]
    while ticket is not None:
        yield ticket, []
        ticket = next(tickets, None)


def _currency(carrier_id: int, account_id: int) -> str:
    found = standings(carrier_id=carrier_id, account_ids=[account_id]).get(account_id)
    return found.currency if found else ""


def _judge(ticket: _Ticket, entries: Sequence[EntryOfDocument], currency: str | None) -> Iterator[Wrong]:
    """Yield what is wrong with one ticket; `currency` is only told."""
    by_kind: dict[str, list[EntryOfDocument]] = {kind: [] for kind in _KINDS}
    for entry in entries:
        by_kind[entry.kind].append(entry)
    yield from _judge_sale(ticket, by_kind["ticket"], currency or "")
    yield from _judge_void(ticket, by_kind["void"], currency or "")
    yield from _judge_refunds(ticket, by_kind["refund"], currency or "")


def _judge_sale(ticket: _Ticket, sales: Sequence[EntryOfDocument], currency: str) -> Iterator[Wrong]:
    earned = share(ticket.fare, ticket.commission_rate_bps)
    if ticket.commission != earned:
        due = f"{format_percent(ticket.commission_rate_bps)} % of its fare {told(earned, currency)}"
        detail = f"its commission is {told(ticket.commission, currency)}, but {due}"
        yield Invariant.ONE_DEDUCTION, detail, None
    expected = ticket.sold()
    if not sales and not expected and ticket.entry_id is None:
        return
    if [entry.id for entry in sales] != [ticket.entry_id]:
        found = ", ".join(str(entry.id) for entry in sales) or "none"
        detail = f"it names entry {ticket.entry_id or 'none'} as its sale, the ledger has {found}"
        yield Invariant.ONE_DEDUCTION, detail, sales[0].item if sales else None
    elif _without_zeros(sales[0].moved) != expected:
        detail = f"its sale {_differs(sales[0].moved, expected, currency)}"
        yield Invariant.ONE_DEDUCTION, detail, sales[0].item


def _judge_void(ticket: _Ticket, voids: Sequence[EntryOfDocument], currency: str) -> Iterator[Wrong]:
    sold = ticket.sold()
    due = 1 if ticket.status == "VOIDED" and sold else 0
    if len(voids) != due:
        detail = f"it is {ticket.status.lower()}, and the ledger has {len(voids)} voids of it"
        yield Invariant.REVERSALS, detail, voids[0].item if voids else None
    for void in voids:
        yield from _judge_reversal(ticket, void)
        back = {account: -amount for account, amount in sold.items()}
        if _without_zeros(void.moved) != back:
            yield Invariant.REVERSALS, f"its void {_differs(void.moved, back, currency)}", void.item


def _judge_refunds(ticket: _Ticket, refunds: Sequence[EntryOfDocument], currency: str) -> Iterator[Wrong]:
    if (ticket.status == "REFUNDED") != (ticket.refunds > 0):
        yield Invariant.REVERSALS, f"it is {ticket.status.lower()}, and was refunded {ticket.refunds} times", None
    earned = ticket.settlement != Settlement.NONE
    recall = share(ticket.refunded_fare, ticket.commission_rate_bps) if earned else 0
    if ticket.recalled_commission != recall:
        recalled = told(ticket.recalled_commission, currency)
        detail = f"{recalled} of commission are recalled, the fare refunded takes {told(recall, currency)}"
        yield Invariant.REVERSALS, detail, None
    if len(refunds) > ticket.refunds:
        detail = f"it was refunded {ticket.refunds} times, and the ledger has {len(refunds)} refunds of it"
        yield Invariant.REVERSALS, detail, refunds[-1].item
    moved: Moved = {}
    for refund in refunds:
        yield from _judge_reversal(ticket, refund)
        for account, amount in refund.moved.items():
            if account not in (ticket.account_id, Control.PENALTIES):
                moved[account] = moved.get(account, 0) + amount
    expected = ticket.taken_back()
    if _without_zeros(moved) != expected:
        item = refunds[-1].item if refunds else None
        yield Invariant.REVERSALS, f"what it was refunded {_differs(moved, expected, currency)}", item


def _judge_reversal(ticket: _Ticket, entry: EntryOfDocument) -> Iterator[Wrong]:
    if entry.reverses != ticket.entry_id:
        detail = f"its {entry.kind} (entry {entry.id}) takes back entry {entry.reverses}, not {ticket.entry_id}"
        yield Invariant.REVERSALS, detail, entry.item
    if entry.account_id not in (None, ticket.account_id):
        detail = f"its {entry.kind} (entry {entry.id}) is on account {entry.account_id}"
        yield Invariant.REVERSALS, detail, entry.item


def _without_zeros(moved: Moved) -> Moved:
    return {account: amount for account, amount in moved.items() if amount}


def _differs(moved: Moved, expected: Moved, currency: str) -> str:
    """Say where the two differ, credits above zero."""
    accounts = sorted({*moved, *expected}, key=str)
    differences = [
        f"{account} {told(moved.get(account, 0), currency)} instead of {told(expected.get(account, 0), currency)}"
        for account in accounts
        if moved.get(account, 0) != expected.get(account, 0)
    ]
    return f"moved {'; '.join(differences)}"
