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


def set_tiers(
    *, wanted: Sequence[Tier], key: str, actor: Actor, now: datetime, fee_tax_bps: int | None = None
) -> Answer:
    """Set the tiers of cancellation fees, and the tax in the fees, as `tiers.set_tiers` does.

    `told_tiers` and `told_fee_tax` tell them.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        done = tiers.set_tiers(tiers=wanted, fee_tax_bps=fee_tax_bps, actor=actor, now=now)
        return {"tiers": stored_tiers(done), "fee_tax_bps": tiers.current_fee_tax(carrier_id=actor.carrier_id)}

    require_jet_cards(actor.carrier_id)
    payload = (stored_tiers(wanted), fee_tax_bps)
    return answer_under_key("set_cancellation_tiers", act, payload=payload, key=key, actor=actor, now=now)


def told_tiers(answer: Answer) -> tuple[Tier, ...]:
    """Return the tiers as they were set when the request was first answered."""
    return read_tiers(answer.facts["tiers"])


def told_fee_tax(answer: Answer) -> int:
    """Return the rate of the tax in the fees as it was then, in hundredths of a percent."""
    return int(answer.facts["fee_tax_bps"])
