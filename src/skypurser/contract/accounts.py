"""Accounts as the counter's requests name them and its responses show them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Amount = Annotated[str, Meta(max_length=20, description="A decimal with exactly the currency's digits.")]
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Instant = Annotated[
    str, Meta(max_length=40, description="RFC 3339 in UTC with Z.", extra_json_schema={"format": "date-time"})
]
Reference = Annotated[str, Meta(max_length=500, description="Why, in the caller's words; printable.")]


class AccountName(Struct, frozen=True, forbid_unknown_fields=True):
    """An account by its name. `city` is needed where a corporate client has accounts in two cities."""

    type: Literal["agency", "corporate"]
    code: Annotated[str, Meta(min_length=1, max_length=40)]
    currency: Annotated[str, Meta(min_length=3, max_length=3)]
    city: Annotated[str, Meta(max_length=3)] = ""


class Standing(Struct, frozen=True):
    """What an account has after the act: credits less debits, the sum of its open holds, what it may spend."""

    id: int
    net: Amount
    held: Amount
    available: Amount


class Movement(Struct, frozen=True):
    """A movement on the account; `net` is the account's after it."""

    item: int
    debit: Amount
    credit: Amount
    net: Amount


class Verdict(Struct, frozen=True):
    """Whether a sale of this amount would pass now. Nothing is set aside: the sale itself is judged again.

    `reasons` are the codes of all that stands in the way; `shortfall` is what is missing.
    """

    verdict: Literal["passes", "refused"]
    amount: Amount
    currency: str
    available: Amount
    shortfall: Amount
    reasons: list[str]
    account: Standing
