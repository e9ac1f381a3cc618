"""Pay by card, alone: what charter does as a part of a larger act."""

from collections.abc import Sequence
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Sender, common
from skypurser.jetcards import directory
from skypurser.jetcards.funding import mandatory
from skypurser.jetcards.requests import PayByCard
from skypurser.ledger.intents import Contra
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Control
from skypurser.money import Money


def pay(
    *,
    card_id: int,
    amount: Money | int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    person_id: int | None = None,
    document: str | None = None,
    contra: Sequence[Contra] = (),
) -> Answer:
    """Take the price of a sale from a card, if the person may use it and the money is available.

    Args:
        person_id: Who flies; None while nobody is named, and then only a card that is everybody's pays.
        document: What is paid, as the statement shows it: a booking's number.
        contra: The control accounts that the amount is credited to; sales, where nothing is said.

    Returns:
        The answer, refused or not: whoever pays inside a larger transaction decides what a refusal undoes. The refusal
        itself is recorded and bound to its key, if the transaction commits.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
    """
    card = directory.allowed(card_id, Permission.SALES, actor=actor).named
    asked = mandatory(reference=reference, amount=amount, card=card)
    against = tuple(contra) or ((Control.SALES, 0, asked["amount"]),)
    request = PayByCard(
        **common(
            Sender(actor.carrier_id, actor.name, key, now),
            card,
            PayByCard.operation,
            card_id,
            *asked.values(),
            person_id,
            document,
            against,
            currency=amount.currency if isinstance(amount, Money) else card.currency,
            reference=reference,
        ),
        document=document,
        amount=asked["amount"],
        contra=against,
        person_id=person_id,
    )
    with acting_for(actor.carrier_id):
        return post_one(request)
