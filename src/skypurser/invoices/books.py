"""The carrier's trial balance, for those who may see everything that was invoiced."""

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.ledger.trial_balance import TrialBalance, trial_balances


def trial_balance(*, actor: Actor, currency: str = "") -> list[TrialBalance]:
    """Return the trial balance in each currency that anything was posted in, or in one.

    Raises:
        PermissionDenied: The actor lacks INVOICES, or is limited to places: this tells of all.
    """
    actor.require_everywhere(Permission.INVOICES)
    with reading_for(actor.carrier_id):
        return trial_balances(carrier_id=actor.carrier_id, currency=currency)
