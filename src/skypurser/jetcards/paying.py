"""Take the price of something from a card, and give it back: parts of a larger act, which has the caller's key.

Source: FL3XX, "Automatic Deduction".
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Named
from skypurser.jetcards import directory
from skypurser.jetcards.requests import GiveBack, PayByCard
from skypurser.ledger.intents import Contra
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import fingerprint


def take(
    *,
    card_id: int,
    amount: int,
    reference: str,
    part: str,
    permission: Permission,
    actor: Actor,
    now: datetime,
    contra: Sequence[Contra],
    person_id: int | None = None,
    document: str | None = None,
) -> int:
    """Take money from a card as a part of a larger act, and return the entry's id. Inside `acting_for`.

    Args:
        amount: Above zero, in minor units of the card's currency.
        part: What this is, once for ever: it stands for the idempotency key, which the larger act has.
        permission: What the actor needs at the card.
        contra: The control accounts that the amount is credited to.
        person_id: Who flies; None while nobody is named, and then only a card that is everybody's pays.
        document: What is paid, as the statement shows it: a booking.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `insufficient_funds`, `account_closed`, `card_not_for_person` …; nothing is posted, and the
            larger act undoes the rest.
    """
    card = directory.allowed(card_id, permission, actor=actor).named
    request = PayByCard(
        **_part(part, card, PayByCard.operation, amount, reference, actor, now),
        document=document,
        amount=amount,
        contra=tuple(contra),
        person_id=person_id,
    )
    return int(post_one(request).raise_if_refused().facts["entry"])


def give_back(
    *,
    card_id: int,
    amount: int,
    reference: str,
    part: str,
    actor: Actor,
    now: datetime,
    contra: Sequence[Contra],
    document: str | None = None,
) -> int:
    """Give money that a card paid back to it as a part of a larger act, and return the entry's id.

    Inside `acting_for`; recorded as `jet_card.refunded`. Whoever calls has asked what the actor may do.

    Args:
        contra: The control accounts that the amount is debited to.
        amount, part, document: As in `take`.

    Raises:
        JetCardsOff, CardNotFound, InvalidRequest: Nothing is written.
        RequestRefused: `account_closed`; nothing is posted.
    """
    card = directory.get(card_id, carrier_id=actor.carrier_id).named
    request = GiveBack(
        **_part(part, card, GiveBack.operation, amount, reference, actor, now),
        document=document,
        amount=amount,
        contra=tuple(contra),
    )
    return int(post_one(request).raise_if_refused().facts["entry"])


def _part(
    part: str, card: Named, operation: str, amount: int, reference: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return the arguments of a request that is a part of something."""
    return {
        "carrier_id": actor.carrier_id,
        "key": f"§{part}",  # callers' keys are ASCII, so none of theirs is it
        "fingerprint": fingerprint(operation, part, card.account_id, amount, reference),
        "account_id": card.account_id,
        "account_named": card.text,
        "currency": card.currency,
        "actor": actor.name,
        "reference": reference,
        "now": now,
    }
