"""What the ledger is asked for and what it answers: plain dataclasses, read by everybody, judged by `decide`.

Amounts are non-negative integers of the account's minor unit; instants are aware and in UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from skypurser.ledger.states import Control, HoldStatus, Purpose, Status

#: What a customer's line needs beside it: a control account with what it is debited and credited.
type Contra = tuple[Control, int, int]


@dataclass(slots=True)
class HoldState:
    """A hold as it stands under the account's lock."""

    id: int
    amount: int
    expires_at: datetime
    status: HoldStatus = HoldStatus.OPEN


@dataclass(slots=True)
class AccountState:
    """An account as it stands under its lock.

    Attributes:
        held: Sum of the open holds.
        low_at: Below this much available somebody wants to know, in minor units, or below zero, in percent of the
            credit limit; None for the usual part of it.
        low_since: When available fell below it; None while it has not, or has risen again.
        due: Open holds that may have expired, the earliest first; `decide` stops counting them at their expiry.
    """

    id: int
    carrier_id: int
    currency: str
    status: Status
    credit_limit: int
    debits: int
    credits: int
    held: int
    last_item: int
    last_posted_at: datetime | None = None
    digest: bytes = b""
    closed_through: date | None = None
    low_at: int | None = None
    low_since: datetime | None = None
    due: list[HoldState] = field(default_factory=list)

    @property
    def net(self) -> int:
        """Posted credits less posted debits; negative when the holder owes."""
        return self.credits - self.debits


# ---------------------------------------------------------------------------------------------- what can be asked for


@dataclass(slots=True)
class Original:
    """An entry that is taken back.

    Attributes:
        moved: On each control account, credit − debit.
        reversed: How much of that was taken back so far, as debit − credit.
    """

    entry_id: int
    moved: dict[Control, int]
    reversed: dict[Control, int] = field(default_factory=dict)


@dataclass(slots=True)
class Movement:
    """Debit or credit the account against control accounts.

    Attributes:
        needs_funds: The debit must not exceed what is available. Not so for a debit memo or a reversal.
        business_date: The date the movement should bear.
        date_is_stated: The caller insists on the date; in a closed period this is refused instead of moved on.
        reverses: The entry taken back; `contra` may not take back more than is left of it, per control account.
            Penalties are no part of the original and are free.
    """

    purpose: Purpose
    debit: int
    credit: int
    contra: tuple[Contra, ...]
    business_date: date
    needs_funds: bool = False
    date_is_stated: bool = False
    reverses: Original | None = None


@dataclass(slots=True)
class Authorise:
    """Set money aside until `expires_at`."""

    amount: int
    expires_at: datetime


@dataclass(slots=True)
class Capture:
    """Turn a hold into a debit; what exceeds the hold must be available, what is left of it is released."""

    hold: HoldState
    amount: int
    contra: tuple[Contra, ...]
    business_date: date


@dataclass(slots=True)
class Release:
    """Give the held money back."""

    hold: HoldState


@dataclass(slots=True)
class Extend:
    """Move the expiry of an open hold."""

    hold: HoldState
    expires_at: datetime


@dataclass(slots=True)
class Expire:
    """Resolve the holds that are past their expiry, and do nothing else."""


@dataclass(slots=True)
class ChangeStatus:
    """Take one of the steps ACTIVE ⇄ SUSPENDED ⇄ INHIBITED; the last is for those who `may_be_inhibited`."""

    status: Status
    may_be_inhibited: bool


@dataclass(slots=True)
class ChangeLimit:
    """Set the credit limit. A cut may leave the account over its limit; then it sells nothing."""

    credit_limit: int


@dataclass(slots=True)
class Close:
    """Pay what is left back, against `control`, and close the account for ever; no hold may be open on it."""

    control: Control
    business_date: date


@dataclass(slots=True)
class ClosePeriod:
    """Close the account up to and including a business date, and mark it; `today` is the office's.

    Source: KIU, "Summary and Cut-off".
    """

    through: date
    today: date


type Intent = (
    Movement | Authorise | Capture | Release | Extend | Expire | ChangeStatus | ChangeLimit | Close | ClosePeriod
)


# ------------------------------------------------------------------------------------------------ what can be answered


@dataclass(slots=True)
class Refused:
    """No, and why. `facts` are ready for JSON; amounts in them are minor units."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Posted:
    """Yes, and what changes. A movement exists when `debit` or `credit` is above zero, or when it `marks`.

    Attributes:
        held: Change of the account's held sum, holds found expired included.
        expired: Holds past their expiry, to be resolved with this.
        hold_status: What becomes of the intent's hold, if it ends.
        marks: The movement moves nothing and marks the end of a period, whose last date it bears.
    """

    debit: int = 0
    credit: int = 0
    contra: tuple[Contra, ...] = ()
    held: int = 0
    expired: list[HoldState] = field(default_factory=list)
    hold: HoldState | None = None
    hold_status: HoldStatus | None = None
    hold_expires_at: datetime | None = None
    business_date: date | None = None
    original_date: date | None = None
    status: Status | None = None
    credit_limit: int | None = None
    closed_through: date | None = None
    marks: bool = False
    reverses: Original | None = None
