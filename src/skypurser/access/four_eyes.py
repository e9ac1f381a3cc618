"""From which amount money moved by hand takes four eyes: one threshold per carrier and currency, or none."""

from skypurser import money
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.models import ApprovalThreshold
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest


def set_threshold(*, currency: str, amount: int | None, actor: Actor) -> int | None:
    """Set the amount, in minor units, from which on somebody else must approve, and return the one before.

    Args:
        currency: ISO 4217.
        amount: Above zero; None takes the threshold away, and then nothing needs approval.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    money.digits(currency)
    if amount is not None and not 0 < amount <= money.MAX_MINOR:
        raise InvalidRequest("the threshold is above zero and not beyond all bounds", field="amount")
    with acting_for(actor.carrier_id):
        rows = ApprovalThreshold.objects.filter(carrier_id=actor.carrier_id, currency=currency)
        before = rows.select_for_update(no_key=True).values_list("amount", flat=True).first()
        if amount is None:
            rows.delete()
        elif before != amount:
            ApprovalThreshold.objects.bulk_create(
                [ApprovalThreshold(carrier_id=actor.carrier_id, currency=currency, amount=amount)],
                update_conflicts=True,
                update_fields=["amount"],
                unique_fields=["carrier_id", "currency"],
            )
    return before


def threshold(currency: str, *, carrier_id: int) -> int | None:
    """Return the amount, in minor units, from which on a manual credit or debit waits for approval; None for never."""
    with acting_for(carrier_id):
        rows = ApprovalThreshold.objects.filter(carrier_id=carrier_id, currency=currency)
        return rows.values_list("amount", flat=True).first()


def thresholds(*, carrier_id: int) -> dict[str, int]:
    """Return all thresholds of a carrier, in minor units, by currency in alphabetical order."""
    with acting_for(carrier_id):
        rows = ApprovalThreshold.objects.filter(carrier_id=carrier_id).order_by("currency")
        return dict(rows.values_list("currency", "amount"))
