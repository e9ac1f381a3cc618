"""Statements as others read them; frozen, amounts in minor units of the account's currency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from skypurser.errors import Refusal
from skypurser.ledger.queries import MovementView
from skypurser.statements.content import Names


class StatementNotFound(Refusal):
    """The account has no statement with this number."""

    code = "statement_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What an account did in a period, and had at its end.

    Attributes:
        first_date: None from the beginning on.
        opening: Net before the period; `closing` after it.
        movements: How many there are in the period; marks of cut-offs are none.
        held, credit_limit, available: As of `as_of` (UTC): the end of the last date, or the instant at which it was
            told where the date was not over.
        last_item: Later items are no part of it.
    """

    account_id: int
    currency: str
    first_date: date | None
    last_date: date
    opening: int
    debits: int
    credits: int
    closing: int
    movements: int
    held: int
    credit_limit: int
    available: int
    as_of: datetime
    last_item: int
    told_at: datetime

    @property
    def total_to_pay(self) -> int:
        """What the holder owes at the end; negative when in favour."""
        return -self.closing


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Sums):
    """The same with whose account it is and who keeps it: what a document says."""

    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView(Summary):
    """A frozen statement. `last_item` is the movement that marks the cut-off, `told_at` when it was made.

    Attributes:
        reference: Why, in the words of whoever made it.
        made_by: As the history shows it.
        language: `en` or `es`; of its documents and letters.
        fingerprint: The content's hash, in hexadecimal digits.
    """

    number: int
    entry_id: int
    reference: str
    made_by: str
    language: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Line:
    """A movement of the period, with the balance after it: the opening and all lines so far."""

    movement: MovementView
    balance: int


def day_after(day: date | None) -> date | None:
    """Return the first date of a period that begins after another."""
    return None if day is None else day + timedelta(days=1)
