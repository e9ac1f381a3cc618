"""What the audits look for, and how they tell what they found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skypurser import money
from skypurser.errors import InvalidRequest


class Invariant(StrEnum):
    """What holds in sound books, whatever happened. Values are what a bookkeeper reads."""

    BALANCED = "every entry balances"
    SUMS = "stored sums are what they sum up"
    CHAIN = "movements follow one another without a gap or a change"
    FUNDED = "no sale without funds"
    REFUSALS = "a refusal moves nothing"
    ONE_ANSWER = "one key, one entry, one answer"
    REVERSALS = "no more is taken back than was moved"
    PERIODS = "closed periods stay closed"
    STATEMENTS = "statements chain and stay as they were sent"
    ONE_DEDUCTION = "what is sold is deducted exactly once"
    CARRIERS = "carriers have nothing in common"


@dataclass(frozen=True, slots=True)
class Break:
    """A broken invariant, and where.

    Attributes:
        detail: A sentence for a bookkeeper; amounts are in the currency's own notation.
        item: The movement's number on the account, where one movement shows it.
    """

    invariant: Invariant
    detail: str
    carrier_id: int
    account_id: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        where = f"carrier {self.carrier_id}"
        if self.account_id is not None:
            where += f", account {self.account_id}"
        if self.item is not None:
            where += f", item {self.item}"
        return f"{where}: {self.detail} ({self.invariant})"


def told(minor: int, currency: str) -> str:
    """Write an amount for a bookkeeper: "448.00 USD". A currency that was tampered with is no reason to stop."""
    try:
        return f"{money.format_amount(int(minor), currency)} {currency}"
    except InvalidRequest:
        return f"{minor} minor units of {currency}"


def told_at(instant: datetime | None) -> str:
    """Write an instant, in UTC to the microsecond."""
    return "never" if instant is None else instant.isoformat(sep=" ").replace("+00:00", "Z")
