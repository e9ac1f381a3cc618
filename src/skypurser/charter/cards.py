"""The card that a quote is to be paid by: may it be used, has it enough, and what is held on it.

Every function is called with the card's account locked, so what it says holds until the transaction ends.
"""

from datetime import datetime

from skypurser.access.actors import Actor
from skypurser.charter.content import Content
from skypurser.charter.requests import about
from skypurser.electronic.availability import could_sell
from skypurser.errors import Refusal
from skypurser.jetcards import directory
from skypurser.jetcards.assigning import PersonInactive, assigned_to, may_use
from skypurser.jetcards.requests import PlaceCardHold
from skypurser.ledger.held import OpenHold, still_open
from skypurser.ledger.holds import ExtendHold, ReleaseHold
from skypurser.ledger.posting import post_all
from skypurser.ledger.requests import Answer, Request, RequestRefused
from skypurser.parties import persons
from skypurser.parties.clientele import PersonNotFound


class CardNotAvailable(Refusal):
    """The card is closed, another customer's, or assigned to others than the person."""

    code = "card_not_available"


class InsufficientFunds(Refusal):
    """The card has less available than the price: add funds, or choose another payment method.

    Facts: `price_minor`, `available`, `shortfall`, all in minor units of `currency`.
    """

    code = "insufficient_funds"


def check_person(content: Content, *, carrier_id: int) -> None:
    """Raise PersonNotFound or PersonInactive unless the contact, where named, is an active person of the customer."""
    if content.person_id is None or content.customer_id is None:
        return
    known = persons.active_of(content.customer_id, person_ids=[content.person_id], carrier_id=carrier_id)
    if content.person_id not in known:
        raise PersonNotFound(f"the customer has no person {content.person_id}")
    if not known[content.person_id]:
        raise PersonInactive


def usable_card(content: Content, *, carrier_id: int) -> directory.Found:
    """Return the card that the content names.

    Raises:
        CardNotFound: There is none.
        CardNotAvailable: This customer, or this person, can't pay by it.
    """
    card = directory.get(content.card_id or 0, carrier_id=carrier_id)
    if card.closed_at is not None:
        raise CardNotAvailable(f"the card {card.name} is closed")
    if card.customer.id != content.customer_id:
        raise CardNotAvailable("the card is another customer's")
    if not may_use(assigned_to([card.id], carrier_id=carrier_id).get(card.id, ()), content.person_id):
        raise CardNotAvailable(f"the card {card.name} is assigned to others")
    return card


def require_funds(card: directory.Found, price: int, *, carrier_id: int, now: datetime) -> None:
    """Raise InsufficientFunds unless the card could pay the price now."""
    verdict = could_sell(carrier_id=carrier_id, account_id=card.id, amount=price, now=now)
    if verdict.shortfall:
        raise _short(card, price, verdict.available, verdict.shortfall)


def open_hold(hold_id: int | None, *, carrier_id: int, now: datetime) -> OpenHold | None:
    """Return the hold if it still holds anything; somebody may have released it."""
    if hold_id is None:
        return None
    return still_open(carrier_id=carrier_id, hold_ids=[hold_id], now=now).get(hold_id)


def post(request: Request, *, card: directory.Found, price: int) -> Answer:
    """Post, in the caller's transaction; what the ledger refuses writes nothing.

    Raises:
        InsufficientFunds: Tells the price besides.
        RequestRefused: Everything else that the ledger refuses.
    """
    try:
        return post_all([request])[0]
    except RequestRefused as no:
        if no.code != "insufficient_funds":
            raise
        raise _short(card, price, no.facts["available"], no.facts["shortfall"]) from no


def place(card: directory.Found, content: Content, *, quote_id: int, number: int, actor: Actor, now: datetime) -> int:
    """Hold the price on the card until the content's `hold_until`, and return the hold's id.

    Raises:
        InsufficientFunds.
        RequestRefused: `hold_expired` (an instant in the past), and what the ledger refuses of any hold.
    """
    until = content.hold_until
    if until is None:
        raise ValueError("a hold has an end")
    request = PlaceCardHold(
        **about(card, actor=actor, now=now, reference=f"Quote {number}", document=f"quote:{quote_id}"),
        amount=content.price,
        expires_at=until,
        person_id=content.person_id,
    )
    return int(post(request, card=card, price=content.price).facts["hold"])


def extend(hold: OpenHold, until: datetime, *, number: int, actor: Actor, now: datetime) -> None:
    """Move the end of a hold, later or earlier.

    Raises:
        RequestRefused: `hold_expired`: the new end is in the past.
    """
    card = directory.get(hold.account_id, carrier_id=actor.carrier_id)
    reference = f"Quote {number}"
    request = ExtendHold(
        **about(card, actor=actor, now=now, reference=reference, document=None), hold_id=hold.id, expires_at=until
    )
    post(request, card=card, price=hold.amount)


def release(hold: OpenHold, *, number: int, actor: Actor, now: datetime) -> None:
    """Give the held money back."""
    card = directory.get(hold.account_id, carrier_id=actor.carrier_id)
    reference = f"Quote {number}"
    request = ReleaseHold(**about(card, actor=actor, now=now, reference=reference, document=None), hold_id=hold.id)
    post(request, card=card, price=hold.amount)


def _short(card: directory.Found, price: int, available: int, shortfall: int) -> InsufficientFunds:
    return InsufficientFunds(
        "the card has less available than the price: add funds, or choose another payment method",
        price_minor=price,
        available=available,
        shortfall=shortfall,
        currency=card.currency,
    )
