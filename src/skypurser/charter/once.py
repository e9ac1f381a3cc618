"""Settings of the charter desk under a key of the caller's, for those who may have to ask twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.charter import tiers
from skypurser.charter.tiers import Tier, read_tiers, stored_tiers
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer


def set_tiers(*, wanted: Sequence[Tier], key: str, actor: Actor, now: datetime) -> Answer:
    """Set the tiers of cancellation fees, as `tiers.set_tiers` does; `told_tiers` tells them.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return {"tiers": stored_tiers(tiers.set_tiers(tiers=wanted, actor=actor, now=now))}

    require_jet_cards(actor.carrier_id)
    payload = (stored_tiers(wanted),)
    return answer_under_key("set_cancellation_tiers", act, payload=payload, key=key, actor=actor, now=now)


def told_tiers(answer: Answer) -> tuple[Tier, ...]:
    """Return the tiers as they were set when the request was first answered."""
    return read_tiers(answer.facts["tiers"])
