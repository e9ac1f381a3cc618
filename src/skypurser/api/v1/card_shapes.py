"""How jet cards look from outside, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.cursors import PageQuery
from skypurser.api.v1.manual import PostedLine
from skypurser.api.v1.shapes import Amount, Body, GivenId, Id, Instant, Reference, Shown, Text, instant, written
from skypurser.jetcards.queries import CardView

_Name = Annotated[Text, Field(min_length=1, max_length=100)]
_Persons = Annotated[list[GivenId], Field(max_length=500, description="Who may use it; nobody makes it everybody's.")]
_Why = Annotated[Text, Field(max_length=500)]


class AddCard(Body):
    """A new card, in the customer's currency."""

    customer_id: GivenId
    name: _Name
    person_ids: _Persons = Field(default=[])
    opening_balance: Amount | None = Field(None, description="What the card begins with; takes a reference.")
    low_mark: Amount | None = Field(None, description="Below this much available an event tells of it.")
    reference: _Why = ""


class ChangeCard(Body):
    """What is to change; what is left out stays."""

    name: _Name | None = None
    person_ids: _Persons | None = None
    low_mark: Amount | None = Field(None, description="Zero for none.")
    reference: _Why = ""


class MoveFunds(Body):
    """Money given to the card, or taken from what it has available."""

    direction: Literal["add", "remove"]
    amount: Amount
    reference: Reference


class Transfer(Body):
    """Money for another open card of the same customer."""

    to_card_id: GivenId
    amount: Amount
    reference: Reference


class CloseCard(Body):
    """Why the card is closed."""

    reference: Reference


class CardsQuery(PageQuery):
    """Which cards."""

    customer_id: Id | None = None
    closed: Literal["true", "false"] = Field("false", description="Whether closed ones are listed too.")


class JetCard(Shown):
    """A card. `available` is net less held; a closed card has neither and takes and gives no money."""

    id: int
    customer_id: int
    name: str
    currency: str
    status: Literal["OPEN", "CLOSED"]
    person_ids: list[int]
    net: Amount
    held: Amount
    available: Amount
    low_mark: Amount
    movements: Annotated[int, Field(description="How many there are; the last item's number.")]
    added_at: Instant
    closed_at: Instant | None


class JetCardPage(Shown):
    """One page of cards, in the order in which they were added."""

    items: list[JetCard]
    next_cursor: str | None


class CardStanding(Shown):
    """What a card has after the act."""

    id: int
    net: Amount
    held: Amount
    available: Amount


class CardMovement(Shown):
    """The movement, and what the card has after it; a card that was empty is closed without one."""

    movement: PostedLine | None
    card: CardStanding


class TransferDone(Shown):
    """Both movements, and what the cards have after them."""

    id: int
    amount: Amount
    currency: str
    source: CardMovement
    target: CardMovement


def shown_card(view: CardView) -> dict[str, Any]:
    """Return the card as the outside reads it."""
    has, currency = view.standing, view.currency
    return {
        "id": view.id,
        "customer_id": view.customer_id,
        "name": view.name,
        "currency": currency,
        "status": "CLOSED" if view.is_closed else "OPEN",
        "person_ids": list(view.person_ids),
        "net": written(has.net, currency),
        "held": written(has.held, currency),
        "available": written(has.available, currency),
        "low_mark": written(view.low_mark, currency),
        "movements": has.movements,
        "added_at": instant(view.added_at),
        "closed_at": instant(view.closed_at),
    }


def shown_movement(facts: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return a movement, if there was one, and what the card has after it, from the answer's facts."""
    line = None
    if "item" in facts:
        line = {"item": facts["item"], **{name: written(facts[name], currency) for name in ("debit", "credit", "net")}}
    standing = {name: written(facts[name], currency) for name in ("net", "held", "available")}
    return {"movement": line, "card": {"id": facts["account"], **standing}}
