"""Every rule about availability, status, holds, reversals and closed periods, as one pure function.

`decide(account, intent, now)` answers `Posted` or `Refused` and changes nothing; `apply(account, posted)` makes the
account what the answer says. No database, no clock, no framework: the caller holds the lock on the account's row and
says what time it is. Amounts are non-negative integers of the account's minor unit.

Nothing else in Skypurser compares a balance with an amount.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from skypurser.ledger.intents import (
    AccountState,
    Authorise,
    Capture,
    ChangeLimit,
    ChangeStatus,
    Close,
    ClosePeriod,
    Contra,
    Expire,
    Extend,
    HoldState,
    Intent,
    Movement,
    Original,
    Posted,
    Refused,
    Release,
)
from skypurser.ledger.states import ALLOWED, Control, HoldStatus, Purpose, Status


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


def _expire(account: AccountState, intent: Expire, now: datetime) -> Posted | Refused:  # noqa: ARG001 — the clock's
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired)


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


def _close(account: AccountState, intent: Close, now: datetime) -> Posted | Refused:
    no = refuse_by_status(account, Purpose.MANAGEMENT)
    if no is not None:
        return no
    expired, freed = _expired(account, now)
    if account.held - freed:
        return Refused("hold_open", {"held_minor": account.held - freed})
    left = available(account) - account.credit_limit + freed
    if left < 0:
        return Refused("balance_owed", {"owed_minor": -left})
    business_date, original_date = _open_date(account, intent.business_date)
    return Posted(
        debit=left,
        contra=((intent.control, 0, left),) if left else (),
        held=-freed,
        expired=expired,
        business_date=business_date,
        original_date=original_date,
        status=Status.CLOSED,
    )


def _close_period(account: AccountState, intent: ClosePeriod, now: datetime) -> Posted | Refused:
    if account.closed_through is not None and intent.through <= account.closed_through:
        return Refused("period_closed", {"closed_through": account.closed_through.isoformat()})
    if intent.through > intent.today:
        return Refused("cut_off_in_future", {"today": intent.today.isoformat()})
    expired, freed = _expired(account, now)
    return Posted(held=-freed, expired=expired, business_date=intent.through, closed_through=intent.through, marks=True)


_RULES: dict[type, Callable[[AccountState, Any, datetime], Posted | Refused]] = {
    Movement: _movement,
    Authorise: _authorise,
    Capture: _capture,
    Release: _release,
    Extend: _extend,
    Expire: _expire,
    ChangeStatus: _change_status,
    ChangeLimit: _change_limit,
    Close: _close,
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
        facts = {"hold_status": HoldStatus.EXPIRED.value, "expires_at": hold.expires_at.isoformat()}
        return Refused("hold_expired", facts)
    if hold.status is not HoldStatus.OPEN:
        return Refused("hold_resolved", {"hold_status": hold.status.value})
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
