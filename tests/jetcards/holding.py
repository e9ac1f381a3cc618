"""Set money of a card aside, and turn it into a debit or give it back, alone: what charter does for a quote.

The requests are those of every account; here is what a card adds: who may use it, and the carrier's date.
"""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Named, Sender, capture_hold, extend_hold, place_hold, release_hold
from skypurser.jetcards import directory
from skypurser.jetcards.requests import CaptureCardHold, PlaceCardHold
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import HoldView, holds
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import HoldStatus
from skypurser.money import Money


def place(
    *,
    card_id: int,
    amount: Money | int,
    expires_at: datetime,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    person_id: int | None = None,
    document: str | None = None,
) -> Answer:
    """Lower what the card has available by `amount` until `expires_at`; the answer's fact `hold` is the hold's id.

    Args:
        amount: A number is minor units of the card's currency.
        person_id: For whom; None while nobody is named, and then only a card that is everybody's can be held.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `account_closed`, `person_not_found`, `person_inactive`,
            `card_not_for_person`, `hold_expired` (an expiry in the past), `insufficient_funds`. Nothing is held; the
            attempt is recorded.
    """
    sender, card = _begin(card_id, key, actor, now)
    minor, currency = _told(amount, card)
    return _post(
        place_hold(
            sender=sender,
            account=card,
            amount=minor,
            currency=currency,
            expires_at=expires_at,
            reference=reference,
            document=document,
            kind=PlaceCardHold,
            person_id=person_id,
        )
    )


def capture(
    *, card_id: int, hold_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Answer:
    """Turn a hold into one debit; what is left of it is released, what exceeds it must be available.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `account_closed`, `hold_not_found`, `hold_expired`,
            `hold_resolved`, `insufficient_funds`. Nothing is debited; the attempt is recorded.
    """
    sender, card = _begin(card_id, key, actor, now)
    minor, currency = _told(amount, card)
    return _post(
        capture_hold(
            sender=sender,
            account=card,
            hold_id=hold_id,
            amount=minor,
            currency=currency,
            reference=reference,
            kind=CaptureCardHold,
        )
    )


def release(*, card_id: int, hold_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Give held money back. Errors are those of `capture`, funds apart."""
    sender, card = _begin(card_id, key, actor, now)
    return _post(release_hold(sender=sender, account=card, hold_id=hold_id, reference=reference))


def extend(
    *, card_id: int, hold_id: int, expires_at: datetime, reference: str, key: str, actor: Actor, now: datetime
) -> Answer:
    """Move the expiry of an open hold. Errors are those of `place`, funds and persons apart, and of `release`."""
    sender, card = _begin(card_id, key, actor, now)
    return _post(extend_hold(sender=sender, account=card, hold_id=hold_id, expires_at=expires_at, reference=reference))


def holds_of(
    card_id: int, *, actor: Actor, before: int | None = None, limit: int = 50, status: HoldStatus | None = None
) -> list[HoldView]:
    """Return the newest holds of a card, newest first; arguments as in `ledger.queries.holds`.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied.
    """
    with acting_for(actor.carrier_id):
        directory.readable(card_id, actor=actor)
        return holds(carrier_id=actor.carrier_id, account_id=card_id, before=before, limit=limit, status=status)


def _begin(card_id: int, key: str, actor: Actor, now: datetime) -> tuple[Sender, Named]:
    sender = Sender(actor.carrier_id, actor.name, key, now)
    return sender, directory.allowed(card_id, Permission.HOLDS, actor=actor).named


def _told(amount: Money | int, card: Named) -> tuple[int, str]:
    return (amount.minor, amount.currency) if isinstance(amount, Money) else (amount, card.currency)


def _post(request: Request) -> Answer:
    with acting_for(request.carrier_id):
        answer = post_one(request)
    return answer.raise_if_refused()
