"""Set money of an electronic account aside, and turn it into a debit or give it back, on a member's behalf."""

from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.ledger.holds import CaptureHold, ExtendHold, HoldRequest, PlaceHold, ReleaseHold
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, check_key, fingerprint
from skypurser.ledger.states import Control
from skypurser.money import Money
from skypurser.parties.airports import local_date


def place(
    *, account_id: int, amount: Money, expires_at: datetime, reference: str, key: str, actor: Actor, now: datetime
) -> Answer:
    """Authorise: lower what is available by `amount` until `expires_at`; the answer's fact `hold` is the hold's id.

    Raises:
        PermissionDenied, InvalidRequest, AccountNotFound: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `account_suspended`, `account_inhibited`, `hold_expired`
            (an expiry in the past), `insufficient_funds`. Nothing is held; the attempt is recorded.
    """
    payload = (amount.minor, amount.currency, expires_at, reference)
    return _post(
        PlaceHold,
        account_id,
        payload,
        reference,
        key,
        actor,
        now,
        amount=amount.minor,
        currency=amount.currency,
        expires_at=expires_at,
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
    place_ = directory.get(account_id, carrier_id=actor.carrier_id)
    zone = directory.time_zone(place_.account_id, carrier_id=actor.carrier_id)
    payload = (hold_id, amount.minor, amount.currency, reference)
    return _post(
        CaptureHold,
        account_id,
        payload,
        reference,
        key,
        actor,
        now,
        hold_id=hold_id,
        amount=amount.minor,
        currency=amount.currency,
        contra=((Control.SALES, 0, amount.minor),),
        business_date=local_date(now, zone),
    )


def release(*, account_id: int, hold_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Give held money back. Errors are those of `capture`, funds apart."""
    return _post(ReleaseHold, account_id, (hold_id, reference), reference, key, actor, now, hold_id=hold_id)


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
    payload = (hold_id, expires_at, reference)
    return _post(ExtendHold, account_id, payload, reference, key, actor, now, hold_id=hold_id, expires_at=expires_at)


def _post(
    kind: type[HoldRequest],
    account_id: int,
    payload: tuple[Any, ...],
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    **details: Any,
) -> Answer:
    check_key(key)
    with acting_for(actor.carrier_id):
        found = directory.get(account_id, carrier_id=actor.carrier_id)
        actor.require(Permission.HOLDS, at=found.place)
        answer = post_one(
            kind(
                carrier_id=actor.carrier_id,
                key=key,
                fingerprint=fingerprint(kind.operation, account_id, *payload),
                account_id=account_id,
                account_named=str(found.name),
                currency=details.pop("currency", found.name.currency),  # where an amount is given, its own
                actor=actor.name,
                reference=reference,
                now=now,
                **details,
            )
        )
    return answer.raise_if_refused()
