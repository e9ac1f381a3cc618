"""Set money of an electronic account aside, and turn it into a debit or give it back, on a member's behalf."""

from collections.abc import Collection
from datetime import datetime

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.electronic.asking import Named, Sender, capture_hold, extend_hold, place_hold, release_hold
from skypurser.errors import Refusal
from skypurser.ledger import held
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import HoldView, hold
from skypurser.ledger.requests import Answer, Request
from skypurser.money import Money

#: Cards have holds too, and lists of their own.
_OURS = "electronic_electronicaccount"


class HoldNotFound(Refusal):
    """There is no such hold."""

    code = "hold_not_found"


def place(
    *,
    account_id: int,
    amount: Money,
    expires_at: datetime,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    document: str | None = None,
) -> Answer:
    """Authorise: lower what is available by `amount` until `expires_at`; the answer's fact `hold` is the hold's id.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `account_suspended`, `account_inhibited`, `hold_expired`
            (an expiry in the past), `insufficient_funds`. Nothing is held; the attempt is recorded.
    """
    sender, account = _begin(account_id, key, actor, now)
    return _post(
        place_hold(
            sender=sender,
            account=account,
            amount=amount.minor,
            currency=amount.currency,
            expires_at=expires_at,
            reference=reference,
            document=document,
        )
    )


def capture(
    *, account_id: int, hold_id: int, amount: Money, reference: str, key: str, actor: Actor, now: datetime
) -> Answer:
    """Turn a hold into one debit; what is left of it is released, what exceeds it must be available.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `hold_not_found`, `hold_expired`, `hold_resolved`,
            `insufficient_funds`. Nothing is debited; the attempt is recorded.
    """
    sender, account = _begin(account_id, key, actor, now)
    return _post(
        capture_hold(
            sender=sender,
            account=account,
            hold_id=hold_id,
            amount=amount.minor,
            currency=amount.currency,
            reference=reference,
        )
    )


def release(*, account_id: int, hold_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Give held money back. Errors are those of `capture`, funds apart."""
    sender, account = _begin(account_id, key, actor, now)
    return _post(release_hold(sender=sender, account=account, hold_id=hold_id, reference=reference))


def extend(
    *,
    account_id: int,
    hold_id: int,
    expires_at: datetime,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Move the expiry of an open hold. Errors are those of `place`, funds apart, and of `release`."""
    sender, account = _begin(account_id, key, actor, now)
    return _post(
        extend_hold(sender=sender, account=account, hold_id=hold_id, expires_at=expires_at, reference=reference)
    )


def find(hold_id: int, *, actor: Actor) -> tuple[HoldView, str]:
    """Return a hold and its currency, as it is by the database's clock.

    Raises:
        HoldNotFound: The actor's carrier has no such hold, or none on an electronic account.
        PermissionDenied: The actor has neither HOLDS nor QUERIES there.
    """
    permission = _permission_to_read(actor)
    with acting_for(actor.carrier_id):
        view = hold(carrier_id=actor.carrier_id, hold_id=hold_id)
        if view is None:
            raise HoldNotFound(f"there is no hold {hold_id}")
        try:
            found = directory.get(view.account_id, carrier_id=actor.carrier_id)
        except AccountNotFound as error:
            raise HoldNotFound(f"there is no hold {hold_id} on an electronic account") from error
    actor.require(permission, at=found.place)
    return view, found.name.currency


def open_holds(
    *,
    actor: Actor,
    account_ids: Collection[int] | None = None,
    account_type: str = "",
    after: held.Position | None = None,
    limit: int = 50,
) -> list[HoldView]:
    """Return the open holds within the member's limits, the first to expire first; arguments as `held.open_holds`.

    Args:
        account_type: Of the accounts: `agency` or `corporate`; empty for both.

    Raises:
        PermissionDenied: The actor has neither HOLDS nor QUERIES.
    """
    _permission_to_read(actor)
    with reading_for(actor.carrier_id):
        inside = directory.within_of(actor, account_ids)
        whose = _of_type(account_type)
        return held.open_holds(
            carrier_id=actor.carrier_id, account_ids=inside, among=_OURS, whose=whose, after=after, limit=limit
        )


def held_sums(
    *, actor: Actor, account_ids: Collection[int] | None = None, account_type: str = ""
) -> list[held.HeldSum]:
    """Return what is held by currency, within the member's limits. Arguments and errors are those of `open_holds`."""
    _permission_to_read(actor)
    with reading_for(actor.carrier_id):
        inside = directory.within_of(actor, account_ids)
        return held.held_sums(
            carrier_id=actor.carrier_id, account_ids=inside, among=_OURS, whose=_of_type(account_type)
        )


def _of_type(account_type: str) -> held.Whose:
    return (directory.of_type("h"), {"account_type": account_type}) if account_type else None


def _permission_to_read(actor: Actor) -> Permission:
    permission = Permission.HOLDS if actor.may(Permission.HOLDS) else Permission.QUERIES
    actor.require(permission)
    return permission


def _begin(account_id: int, key: str, actor: Actor, now: datetime) -> tuple[Sender, Named]:
    sender = Sender(actor.carrier_id, actor.name, key, now)
    found = directory.get(account_id, carrier_id=actor.carrier_id)
    actor.require(Permission.HOLDS, at=found.place)
    return sender, Named.by_id(account_id, found)


def _post(request: Request) -> Answer:
    with acting_for(request.carrier_id):
        answer = post_one(request)
    return answer.raise_if_refused()
