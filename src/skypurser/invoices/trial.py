"""The trial balance with customers' accounts by kind: electronic accounts and jet cards apart."""

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.jetcards import directory
from skypurser.ledger.trial_balance import TrialBalance, trial_balances


def trial_balance_by_kind(*, actor: Actor) -> list[TrialBalance]:
    """Return the trial balance in each currency; jet cards stand on the line that is `is_apart`.

    A card that is added while this is read stands among the electronic accounts; the sums are exact all the same.

    Raises:
        PermissionDenied: The actor lacks INVOICES, or is limited to places: this tells of all.
    """
    actor.require_everywhere(Permission.INVOICES)
    with reading_for(actor.carrier_id):
        return trial_balances(carrier_id=actor.carrier_id, apart=directory.ids(carrier_id=actor.carrier_id))
