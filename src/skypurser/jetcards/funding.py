"""Give and take money on a card, at once: for programs, which are trusted by the scope of their key.

People ask through `requesting.py`, where a second member may have to agree.

Source: FL3XX, "Managing Balances".
"""

from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Named, Sender, common, foreign_currency
from skypurser.electronic.awaiting import posted
from skypurser.errors import InvalidRequest
from skypurser.jetcards import directory
from skypurser.jetcards.requests import AddFunds, MoveFunds, RemoveFunds
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer
from skypurser.money import Money


def add_funds(*, card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Give money to a card, against bank clearing; recorded as `jet_card.funded`.

    Args:
        amount: Above zero, in the card's currency; a number is minor units of that currency, whichever it is.
        reference: Why; mandatory, printed on the account statement.
        key: Chosen by the caller. Sending it again returns the first answer and moves nothing.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `currency_mismatch`, `account_closed`. Nothing is posted; the attempt is recorded.
    """
    return _move(AddFunds, card_id=card_id, amount=amount, reference=reference, key=key, actor=actor, now=now)


def remove_funds(*, card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Take money from a card, held money excepted; recorded as `jet_card.funds_removed`.

    Arguments and errors are those of `add_funds`, and `insufficient_funds`, with `available` and `shortfall`.
    """
    return _move(RemoveFunds, card_id=card_id, amount=amount, reference=reference, key=key, actor=actor, now=now)


def asked[Kind: MoveFunds](
    kind: type[Kind],
    *,
    card_id: int,
    amount: Money | int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> tuple[Kind, directory.Found]:
    """Return what `add_funds` and `remove_funds` post, whoever posts it, and the card. Writes nothing.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest.
    """
    found = directory.allowed(card_id, Permission.CARD_FUNDS, actor=actor)
    card = found.named
    payload = mandatory(reference=reference, amount=amount, card=card)
    request = kind(
        **common(
            Sender(actor.carrier_id, actor.name, key, now),
            card,
            kind.operation,
            card_id,
            *payload.values(),
            currency=amount.currency if isinstance(amount, Money) else card.currency,
            reference=reference,
        ),
        amount=payload["amount"],
    )
    return request, found


def _move(kind: type[MoveFunds], **what: Any) -> Answer:
    request, _ = asked(kind, **what)
    with acting_for(request.carrier_id):
        answer = post_one(request)
    return posted(answer)


def mandatory(*, reference: str, amount: Money | int, card: Named) -> dict[str, Any]:
    """Return what of a request about money goes into its fingerprint; the amount in minor units.

    Raises:
        InvalidRequest: The amount is not above zero, or the reference is blank.
    """
    minor = amount if isinstance(amount, int) else amount.minor
    if minor <= 0:
        raise InvalidRequest("the amount is above zero", field="amount")
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    foreign = "" if isinstance(amount, int) else "".join(foreign_currency(amount.currency, card))
    return {"amount": minor, "foreign": foreign, "reference": reference}
