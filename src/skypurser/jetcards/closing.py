"""Close a card: what is left is paid back, and from then on it takes and gives no money."""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Sender, common
from skypurser.errors import InvalidRequest
from skypurser.jetcards import directory
from skypurser.jetcards.models import JetCard
from skypurser.jetcards.requests import CloseCard
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Outcome


def close(*, card_id: int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Close a card for ever; recorded as `jet_card.closed`, with one debit of what is left against bank clearing.

    Args:
        reference: Why; mandatory, printed on the account statement.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `account_closed`, `hold_open` (with `held_minor`: release or capture it first),
            `balance_owed` (the card has less than nothing). Nothing changes; the attempt is recorded.
    """
    card = directory.allowed(card_id, Permission.JET_CARDS, actor=actor).named
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    request = CloseCard(
        **common(
            Sender(actor.carrier_id, actor.name, key, now),
            card,
            CloseCard.operation,
            card_id,
            reference,
            currency=card.currency,
            reference=reference,
        )
    )
    with acting_for(actor.carrier_id):
        answer = post_one(request)
        if answer.outcome is not Outcome.REFUSED and not answer.replayed:
            JetCard.objects.filter(carrier_id=actor.carrier_id, account_id=card_id).update(closed_at=now)
    return answer.raise_if_refused()
