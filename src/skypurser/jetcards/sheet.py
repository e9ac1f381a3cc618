"""The account statement as a table, for an Excel workbook or CSV: real dates and amounts, in the reader's words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from skypurser.access.actors import Actor
from skypurser.documents.table import Column, Kind, Table
from skypurser.jetcards import statement
from skypurser.jetcards.statement import StatementLine
from skypurser.parties import customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the sheet says, in the reader's language.

    Attributes:
        title: Goes before the customer's code, name and currency.
        filters: What the rows were chosen by, one line.
        kinds: By the entry's kind; one that is not there is written as it is.
        named: Writes what a movement is for (`booking:17`).
    """

    title: str
    filters: str
    date: str
    card: str
    kind: str
    document: str
    other_card: str
    debit: str
    credit: str
    card_balance: str
    balance: str
    reference: str
    actor: str
    instant: str
    opening: str
    closing: str
    total: str
    kinds: Mapping[str, str]
    named: Callable[[str | None], str]


def statement_table(
    *,
    customer_id: int,
    actor: Actor,
    words: Words,
    made_at: datetime,
    card_id: int | None = None,
    kind: str = "",
    first_date: date | None = None,
    last_date: date | None = None,
) -> Table:
    """Return the statement of a period, oldest first, between its opening and its closing balance.

    The rows are read while the table is written, a page at a time; other arguments and errors are those of
    `statement.page`, raised at once.

    Args:
        kind: Of the entries, which are then told without the balances before and after; empty for all.
    """
    shown: dict[str, Any] = {
        "customer_id": customer_id,
        "actor": actor,
        "card_id": card_id,
        "first_date": first_date,
        "last_date": last_date,
    }
    customer = customers.get(customer_id, actor=actor)
    period = statement.period(**shown)
    money: dict[str, Any] = {"kind": Kind.AMOUNT, "currency": customer.currency}

    def rows() -> Iterator[list[Any]]:
        if not kind:
            yield _balance(words.opening, period.opening)
        for line in statement.every_line(**shown):
            if kind in {"", line.movement.kind}:
                yield _row(line, words)
        if not kind:
            yield _balance(words.closing, period.closing)

    return Table(
        title=f"{words.title} {customer.code} {customer.name} {customer.currency}".strip(),
        columns=(
            Column(title=words.date, kind=Kind.DATE),
            Column(title=words.card),
            Column(title=words.kind),
            Column(title=words.document),
            Column(title=words.other_card),
            Column(title=words.debit, is_totalled=True, **money),
            Column(title=words.credit, is_totalled=True, **money),
            Column(title=words.card_balance, **money),
            Column(title=words.balance, **money),
            Column(title=words.reference),
            Column(title=words.actor),
            Column(title=words.instant, kind=Kind.INSTANT),
        ),
        rows=rows(),
        made_at=made_at,
        filters=words.filters,
        totals=words.total,
    )


def _row(line: StatementLine, words: Words) -> list[Any]:
    movement = line.movement
    return [
        movement.business_date,
        line.card_name,
        words.kinds.get(movement.kind, movement.kind),
        words.named(movement.document),
        line.other_card_name,
        movement.debit or None,
        movement.credit or None,
        movement.net,
        line.total,
        movement.reference,
        movement.actor,
        movement.occurred_at,
    ]


def _balance(word: str, total: int) -> list[Any]:
    return [None, word, None, None, None, None, None, None, total, None, None, None]
