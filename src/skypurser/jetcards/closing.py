"""Close a card: what is left is paid back, and from then on it takes and gives no money.

Whether something still needs the card is known above: whoever closes one does it with `charter.closing`.
"""

from datetime import datetime

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


def asked[Kind: CloseCard](
    kind: type[Kind], *, card_id: int, reference: str, key: str, actor: Actor, now: datetime
) -> Kind:
    """Return the request that closes a card. Writes nothing.

    Args:
        kind: With what must not need the card any more.
        reference: Why; mandatory, printed on the account statement.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest.
    """
    card = directory.allowed(card_id, Permission.JET_CARDS, actor=actor).named
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    return kind(
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


def post(request: CloseCard) -> Answer:
    """Close the card in the caller's transaction; inside `acting_for`. The answer may be a refusal."""
    answer = post_one(request)
    if answer.outcome is not Outcome.REFUSED and not answer.replayed:
        rows = JetCard.objects.filter(carrier_id=request.carrier_id, account_id=request.account_id or 0)
        rows.update(closed_at=request.now)
    return answer
