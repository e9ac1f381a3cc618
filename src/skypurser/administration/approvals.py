"""Set from which amount manual credits and debits take four eyes. The reference of the act is the currency."""

from datetime import datetime

from skypurser.access import administrators, four_eyes
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.history import acts


def set_approval_threshold(*, currency: str, amount: int | None, actor: Actor, now: datetime) -> None:
    """Set the threshold of a currency; recorded as `carrier.approval_threshold_set`, unless nothing changes.

    What waits for approval already goes on waiting.

    Args:
        currency: ISO 4217.
        amount: Minor units, above zero; at or above it somebody else must approve. None: nothing needs approval.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        administrators.lock(actor.carrier_id)  # so that old and new of the acts are a chain
        before = four_eyes.set_threshold(currency=currency, amount=amount, actor=actor)
        if before != amount:
            acts.record(
                carrier_id=actor.carrier_id,
                action="carrier.approval_threshold_set",
                actor=actor.name,
                reference=currency,
                changes={"amount": [before, amount]},
                now=now,
            )
