"""Every rule about availability, status, holds, reversals and closed periods, as one pure function.

`decide(account, intent, now)` answers `Posted` or `Refused` and changes nothing; `apply(account, posted)` makes the
account what the answer says. No database, no clock, no framework: the caller holds the lock on the account's row and
says what time it is. Amounts are non-negative integers of the account's minor unit.

Nothing else in Skypurser compares a balance with an amount.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from skypurser.ledger.states import ALLOWED, Control, HoldStatus, Purpose, Status

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
    due: list[HoldState] = field(default_factory=list)

    @property
    def net(self) -> int:
        """Posted credits less posted debits; negative when the holder owes."""
        return self.credits - self.debits


class Sums(Protocol):
    """What availability is made of: attributes `debits`, `credits`, `credit_limit` and `held`."""

    # Read-only, so that frozen answers fit as well as the state under the lock.
    @property
    def debits(self) -> int:  # noqa: D102
        ...

    @property
    def credits(self) -> int:  # noqa: D102
        ...

    @property
    def credit_limit(self) -> int:  # noqa: D102
        ...

    @property
    def held(self) -> int:  # noqa: D102
        ...


def available(account: Sums) -> int:
    """Return what the account may spend: net + credit limit − held. The one place where this is computed."""
    return account.credits - account.debits + account.credit_limit - account.held


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
class ChangeStatus:
    """Take one of the steps ACTIVE ⇄ SUSPENDED ⇄ INHIBITED; the last is for those who `may_be_inhibited`."""

    status: Status
    may_be_inhibited: bool


@dataclass(slots=True)
class ChangeLimit:
    """Set the credit limit. A cut may leave the account over its limit; then it sells nothing."""

    credit_limit: int


@dataclass(slots=True)
class ClosePeriod:
    """Close the account up to and including a business date; `today` is the office's."""

    through: date
    today: date


type Intent = Movement | Authorise | Capture | Release | Extend | ChangeStatus | ChangeLimit | ClosePeriod


# ------------------------------------------------------------------------------------------------ what can be answered


@dataclass(slots=True)
class Refused:
    """No, and why. `facts` are ready for JSON; amounts in them are minor units."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Posted:
    """Yes, and what changes. A movement exists when `debit` or `credit` is above zero.

    Attributes:
        held: Change of the account's held sum, holds found expired included.
        expired: Holds past their expiry, to be resolved with this.
        hold_status: What becomes of the intent's hold, if it ends.
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
    reverses: Original | None = None


def decide(account: AccountState, intent: Intent, now: datetime) -> Posted | Refused:
    """Answer one intent on one account at one moment. Changes nothing.

    Refusals, in the order in which they are judged: the account's status, a closed period, the hold, the reversal's
    bounds, the funds.
    """
    return _RULES[type(intent)](account, intent, now)


def refuse_by_status(account: AccountState, purpose: Purpose) -> Refused | None:
    """Return the refusal when the account's status does not allow the purpose."""
    if purpose in ALLOWED[account.status]:
        return None
    return Refused(f"account_{account.status.lower()}", {"status": account.status.value})


def apply(account: AccountState, posted: Posted) -> None:
    """Make the account what the answer says; item numbers and digests are the poster's."""
    account.debits += posted.debit
    account.credits += posted.credit
    account.held += posted.held
    if posted.status is not None:
        account.status = posted.status
    if posted.credit_limit is not None:
        account.credit_limit = posted.credit_limit
    if posted.closed_through is not None:
        account.closed_through = posted.closed_through
    for hold in posted.expired:
        hold.status = HoldStatus.EXPIRED
        account.due.remove(hold)
    if posted.hold is not None:
        _apply_to_hold(account, posted.hold, posted)
    if posted.reverses is not None:
        for control, debit, credit in posted.contra:
            done = posted.reverses.reversed
            done[control] = done.get(control, 0) + debit - credit


def _apply_to_hold(account: AccountState, hold: HoldState, posted: Posted) -> None:
    if posted.hold_status is not None:
        hold.status = posted.hold_status
        if hold in account.due and hold.status is not HoldStatus.OPEN:
            account.due.remove(hold)
    if posted.hold_expires_at is not None:
        hold.expires_at = posted.hold_expires_at
        if hold not in account.due:
            account.due.append(hold)


# ------------------------------------------------------------------------------------------------------------ the rules


def _movement(account: AccountState, intent: Movement, now: datetime) -> Posted | Refused:
    if intent.purpose not in ALLOWED[account.status]:
        return Refused(f"account_{account.status.lower()}", {"status": account.status.value})
    business_date, original_date = intent.business_date, None
    closed = account.closed_through
    if closed is not None and business_date <= closed:
        if intent.date_is_stated:
            return Refused("period_closed", {"closed_through": closed.isoformat()})
        business_date, original_date = closed + timedelta(days=1), business_date
    if intent.reverses is not None:
        too_much = _beyond_original(intent.reverses, intent.contra)
        if too_much is not None:
            return too_much
    expired, freed = _expired(account, now)
    if intent.needs_funds:
        left = available(account) + freed
        if intent.debit > left:
            return Refused("insufficient_funds", {"available": left, "shortfall": intent.debit - left})
    return Posted(
        debit=intent.debit,
        credit=intent.credit,
        contra=intent.contra,
        held=-freed,
        expired=expired,
        business_date=business_date,
        original_date=original_date,
        reverses=intent.reverses,
    )


def _authorise(account: AccountState, intent: Authorise, now: datetime) -> Posted | Refused:
    no = refuse_by_status(account, Purpose.SALE)
    if no is not None:
        return no
    if intent.expires_at <= now:
        return Refused("hold_expired", {"expires_at": intent.expires_at.isoformat()})
    expired, freed = _expired(account, now)
    left = available(account) + freed
    if intent.amount > left:
        return Refused("insufficient_funds", {"available": left, "shortfall": intent.amount - left})
    return Posted(held=intent.amount - freed, expired=expired)


def _capture(account: AccountState, intent: Capture, now: datetime) -> Posted | Refused:
    no = refuse_by_status(account, Purpose.SETTLEMENT) or _not_open(intent.hold, now)
    if no is not None:
        return no
    expired, freed = _expired(account, now)
    beyond = intent.amount - intent.hold.amount
    left = available(account) + freed
    if beyond > 0 and beyond > left:
        return Refused("insufficient_funds", {"available": left, "shortfall": beyond - left})
    business_date, original_date = _open_date(account, intent.business_date)
    return Posted(
        debit=intent.amount,
        contra=intent.contra,
        held=-intent.hold.amount - freed,
        expired=expired,
        hold=intent.hold,
        hold_status=HoldStatus.CAPTURED,
        business_date=business_date,
        original_date=original_date,
    )


def _release(account: AccountState, intent: Release, now: datetime) -> Posted | Refused:
    no = _not_open(intent.hold, now)
    if no is not None:
        return no
    expired, freed = _expired(account, now)
    return Posted(held=-intent.hold.amount - freed, expired=expired, hold=intent.hold, hold_status=HoldStatus.RELEASED)


def _extend(account: AccountState, intent: Extend, now: datetime) -> Posted | Refused:
    no = refuse_by_status(account, Purpose.SALE) or _not_open(intent.hold, now)
    if no is not None:
        return no
    if intent.expires_at <= now:
        return Refused("hold_expired", {"expires_at": intent.expires_at.isoformat()})
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired, hold=intent.hold, hold_expires_at=intent.expires_at)


_STEPS = {
    (Status.ACTIVE, Status.SUSPENDED),
    (Status.SUSPENDED, Status.ACTIVE),
    (Status.SUSPENDED, Status.INHIBITED),
    (Status.INHIBITED, Status.SUSPENDED),
}


def _change_status(account: AccountState, intent: ChangeStatus, now: datetime) -> Posted | Refused:
    step = (account.status, intent.status)
    if step not in _STEPS or (intent.status is Status.INHIBITED and not intent.may_be_inhibited):
        return Refused("status_change_not_allowed", {"from": account.status.value, "to": intent.status.value})
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired, status=intent.status)


def _change_limit(account: AccountState, intent: ChangeLimit, now: datetime) -> Posted | Refused:
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired, credit_limit=intent.credit_limit)


def _close_period(account: AccountState, intent: ClosePeriod, now: datetime) -> Posted | Refused:
    if account.closed_through is not None and intent.through <= account.closed_through:
        return Refused("period_closed", {"closed_through": account.closed_through.isoformat()})
    if intent.through > intent.today:
        return Refused("cut_off_in_future", {"today": intent.today.isoformat()})
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired, closed_through=intent.through)


_RULES: dict[type, Callable[[AccountState, Any, datetime], Posted | Refused]] = {
    Movement: _movement,
    Authorise: _authorise,
    Capture: _capture,
    Release: _release,
    Extend: _extend,
    ChangeStatus: _change_status,
    ChangeLimit: _change_limit,
    ClosePeriod: _close_period,
}


def _expired(account: AccountState, now: datetime) -> tuple[list[HoldState], int]:
    """Return the holds past their expiry, and their sum; a hold counts until its expiry, exclusive."""
    if not account.due:
        return [], 0
    expired = [hold for hold in account.due if hold.expires_at <= now]
    return expired, sum(hold.amount for hold in expired)


def _not_open(hold: HoldState, now: datetime) -> Refused | None:
    if hold.status is HoldStatus.EXPIRED or (hold.status is HoldStatus.OPEN and hold.expires_at <= now):
        return Refused("hold_expired", {"expires_at": hold.expires_at.isoformat()})
    if hold.status is not HoldStatus.OPEN:
        return Refused("hold_resolved", {"status": hold.status.value})
    return None


def _open_date(account: AccountState, wanted: date) -> tuple[date, date | None]:
    """Return the business date to use, and the wanted one where a closed period moved it."""
    closed = account.closed_through
    if closed is None or wanted > closed:
        return wanted, None
    return closed + timedelta(days=1), wanted


def _beyond_original(original: Original, contra: tuple[Contra, ...]) -> Refused | None:
    for control, debit, credit in contra:
        if control is Control.PENALTIES:
            continue
        moved = original.moved.get(control, 0)
        done = original.reversed.get(control, 0)
        taken = debit - credit
        if taken * moved < 0 or abs(done + taken) > abs(moved):
            return Refused("reversal_exceeds_original", {"component": control.value, "left": abs(moved) - abs(done)})
    return None
