"""Credit and debit an electronic account by hand, at once: for programs, which are trusted by the scope of their key.

People ask through `requesting.py`, where a second member may have to agree.

Source: KIU, "Credit and Debit".
"""

from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.electronic.asking import Named, foreign_currency
from skypurser.electronic.awaiting import posted
from skypurser.electronic.requests import ManualCredit, ManualDebit, ManualMovement
from skypurser.errors import InvalidRequest
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, check_key, fingerprint
from skypurser.ledger.reversing import ReverseEntry
from skypurser.money import Money
from skypurser.parties.airports import local_date

MANUAL_KINDS = frozenset({ManualCredit.operation, ManualDebit.operation})


def credit(*, account_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Load money onto an account; returns the answer with the movement.

    Args:
        amount: Above zero, in the account's currency; a number is minor units of that currency, whichever it is.
        reference: Why; mandatory, printed on the statement.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `account_not_found`, `account_inhibited`, `currency_mismatch`, `key_reused`. Nothing is posted;
            the attempt is recorded.
    """
    return _move(ManualCredit, account_id, amount, reference, key, actor, now)


def debit(*, account_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Charge an account by debit memo, past its limit too. Arguments and errors are those of `credit`."""
    return _move(ManualDebit, account_id, amount, reference, key, actor, now)


def _move(
    kind: type[ManualMovement],
    account_id: int,
    amount: Money | int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    with acting_for(actor.carrier_id):
        request, _ = asked(
            kind=kind, account_id=account_id, amount=amount, reference=reference, key=key, actor=actor, now=now
        )
        answer = post_one(request)
    return posted(answer)


def reverse(*, account_id: int, entry_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Take back a manual credit or debit by its mirror image, whatever the balance.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `account_not_found`, `entry_not_found` (also for what is no manual credit or
            debit), `already_reversed`, `account_inhibited`.
    """
    with acting_for(actor.carrier_id):
        asked, _ = asked_reversal(
            account_id=account_id, entry_id=entry_id, reference=reference, key=key, actor=actor, now=now
        )
        answer = post_one(asked)
    return posted(answer)


def asked_reversal(
    *, account_id: int, entry_id: int, reference: str, key: str, actor: Actor, now: datetime
) -> tuple[ReverseEntry, directory.Found | None]:
    """Return what `reverse` posts, whoever posts it, and the account if there is one. Writes nothing.

    Raises:
        PermissionDenied, InvalidRequest.
    """
    found = _allowed(account_id, reference, key, actor)
    asked = reversal(
        carrier_id=actor.carrier_id,
        key=key,
        fingerprint=fingerprint("reversal", account_id, entry_id, reference),
        account_id=None if found is None else account_id,
        account_named=str(account_id if found is None else found.name),
        currency="" if found is None else found.name.currency,
        actor=actor.name,
        reference=reference,
        now=now,
        entry_id=entry_id,
    )
    return asked, found


def reversal(*, now: datetime, account_id: int | None, carrier_id: int, **what: Any) -> ReverseEntry:
    """Return what takes a manual movement back on the account's own date; `what` as in `ReverseEntry`."""
    zone = "UTC" if account_id is None else directory.time_zone(account_id, carrier_id=carrier_id)
    return ReverseEntry(
        carrier_id=carrier_id,
        account_id=account_id,
        now=now,
        kinds=MANUAL_KINDS,
        business_date=local_date(now, zone),
        **what,
    )


def asked(
    *,
    kind: type[ManualMovement],
    account_id: int,
    amount: Money | int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> tuple[ManualMovement, directory.Found | None]:
    """Return what `credit` and `debit` post, whoever posts it, and the account if there is one. Writes nothing.

    Raises:
        PermissionDenied, InvalidRequest.
    """
    minor = amount if isinstance(amount, int) else amount.minor
    if minor <= 0:
        raise InvalidRequest("the amount is above zero", field="amount")
    found = _allowed(account_id, reference, key, actor)
    account = Named.by_id(account_id, found)
    currency = account.currency if isinstance(amount, int) else amount.currency
    payload = (kind.operation, account_id, minor, *foreign_currency(currency, account), reference)
    request = kind(
        carrier_id=actor.carrier_id,
        key=key,
        fingerprint=fingerprint(*payload),
        account_id=account.account_id,
        account_named=account.text,
        currency=currency,
        actor=actor.name,
        reference=reference,
        now=now,
        amount=minor,
    )
    return request, found


def _allowed(account_id: int, reference: str, key: str, actor: Actor) -> directory.Found | None:
    """Return the account if there is one; that there is none is for the ledger to say, after it looked at the key."""
    check_key(key)
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    actor.require(Permission.CREDIT_AND_DEBIT)
    try:
        found = directory.get(account_id, carrier_id=actor.carrier_id)
    except AccountNotFound:
        return None
    actor.require(Permission.CREDIT_AND_DEBIT, at=found.place)
    return found
