"""How every change of a quote or booking is answered: once per key, and told to the history."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.history import acts
from skypurser.jetcards import directory
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer


def answered(
    operation: str,
    act: Callable[[], Mapping[str, Any]],
    *,
    payload: tuple[Any, ...],
    key: str,
    actor: Actor,
    now: datetime,
    named: str,
    card_id: int | None = None,
    currency: str = "",
) -> Answer:
    """Act unless the key was judged before, in one transaction, and bind the key to what came of it.

    Args:
        operation: What the list of refused attempts calls it.
        act: Does it, under locks of its own, and returns the answer's facts.
        named: What was asked for, as that list shows it.
        card_id: The card that is to pay, if one is named; told where the carrier has it.

    Raises:
        RequestRefused: What `act` refuses, recorded and bound; `key_reused`.
        InvalidRequest, PermissionDenied: From `act`; nothing is written.
    """
    return answer_under_key(
        operation,
        act,
        payload=payload,
        key=key,
        actor=actor,
        now=now,
        named=named,
        account_id=_known(card_id, actor.carrier_id),
        currency=currency,
    )


def told(new: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return values as the history has what was not there before."""
    return {field: [None, value] for field, value in new.items()}


def record(
    *,
    action: str,
    customer_id: int | None,
    changes: dict[str, list[Any]],
    reference: str,
    actor: Actor,
    now: datetime,
    card_id: int | None = None,
) -> None:
    """Add an act on a customer to the history; a draft for nobody yet is an act on the carrier.

    Args:
        card_id: The card that pays, or is to pay: its events tell of it, in their order.
    """
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        account_id=card_id,
        customer_id=customer_id,
        actor=actor.name,
        reference=reference,
        changes=changes,
        now=now,
    )


def _known(card_id: int | None, carrier_id: int) -> int | None:
    if card_id is None:
        return None
    with reading_for(carrier_id):
        return card_id if directory.names_of([(carrier_id, card_id)]) else None
