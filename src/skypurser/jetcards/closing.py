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
from skypurser.ledger import accounts
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import standings
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Outcome


def asked[Kind: CloseCard](
    kind: type[Kind], *, card_id: int, reference: str, key: str, actor: Actor, now: datetime
) -> tuple[Kind, directory.Found]:
    """Return the request that closes a card, and the card. Writes nothing.

    Args:
        kind: With what must not need the card any more.
        reference: Why; mandatory, printed on the account statement.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest.
    """
    found = directory.allowed(card_id, Permission.JET_CARDS, actor=actor)
    card = found.named
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    request = kind(
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
    return request, found


def require_for_rest(card_id: int, *, actor: Actor, now: datetime) -> None:
    """Let only those pay out what is left on a card who may move its money; inside `acting_for`, the card is locked.

    Raises:
        PermissionDenied: Something is left, and the actor lacks CARD_FUNDS. Nothing is written.
    """
    if not actor.may(Permission.CARD_FUNDS):
        accounts.lock(carrier_id=actor.carrier_id, account_id=card_id)
        if standings(carrier_id=actor.carrier_id, account_ids=[card_id], now=now)[card_id].net > 0:
            actor.require(Permission.CARD_FUNDS)


def post(request: CloseCard) -> Answer:
    """Close the card in the caller's transaction; inside `acting_for`. The answer may be a refusal."""
    answer = post_one(request)
    if answer.outcome is not Outcome.REFUSED and not answer.replayed:
        rows = JetCard.objects.filter(carrier_id=request.carrier_id, account_id=request.account_id or 0)
        rows.update(closed_at=request.now)
    return answer
