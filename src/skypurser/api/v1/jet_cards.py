"""Jet cards: add, list, read, change, fund, transfer, close.

Source: FL3XX, "Setting Up Jet Cards", "Managing Balances".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.card_shapes import (
    AddCard,
    CardMovement,
    CardsQuery,
    ChangeCard,
    CloseCard,
    JetCard,
    JetCardPage,
    MoveFunds,
    Transfer,
    TransferDone,
    shown_card,
    shown_movement,
)
from skypurser.api.v1.cursors import after, page
from skypurser.api.v1.customers import READING
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import PathId, amount, written
from skypurser.charter import closing
from skypurser.errors import InvalidRequest
from skypurser.jetcards import directory, funding, once, queries, transferring
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.parties import customers

router = Router(tags=["jet cards"])

_KNOWN = ("jet_cards_off", "card_not_found")


@operation(
    router,
    "POST",
    "/jet-cards",
    summary="Add a jet card to a customer",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=JetCard,
    refusals=("jet_cards_off", "customer_not_found", "person_not_found", "person_inactive", "card_exists"),
)
def add_jet_card(request: Request, body: AddCard) -> Any:
    """Its name is unique among the customer's open cards. An opening balance above zero takes the scope `money` too."""
    call = request.call
    currency = customers.get(body.customer_id, actor=call.actor).currency
    answer = once.add_card(
        customer_id=body.customer_id,
        name=body.name,
        person_ids=frozenset(body.person_ids),
        opening_balance=_read(body.opening_balance, currency, "opening_balance") or 0,
        low_mark=_read(body.low_mark, currency, "low_mark") or 0,
        reference=body.reference,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return shown_card(once.told_card(answer))


@operation(
    router,
    "GET",
    "/jet-cards",
    summary="List jet cards",
    scopes=READING,
    result=JetCardPage,
    refusals=("jet_cards_off", "customer_not_found"),
)
def list_jet_cards(request: Request, query: FromQuery[CardsQuery]) -> Any:
    """All of the carrier's, or a customer's."""
    found = queries.cards(
        actor=request.call.actor,
        customer_id=query.customer_id,
        with_closed=query.closed == "true",
        after=after(query, int) or 0,
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.id, shown_card)


@operation(
    router, "GET", "/jet-cards/{card_id}", summary="Read a jet card", scopes=READING, result=JetCard, refusals=_KNOWN
)
def read_jet_card(request: Request, card_id: PathId) -> Any:
    """What it is, who may use it, what it has now."""
    return shown_card(queries.card(card_id, actor=request.call.actor))


@operation(
    router,
    "PATCH",
    "/jet-cards/{card_id}",
    summary="Change a jet card",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=JetCard,
    refusals=(*_KNOWN, "account_closed", "person_not_found", "person_inactive", "card_exists"),
)
def change_jet_card(request: Request, card_id: PathId, body: ChangeCard) -> Any:
    """All that is asked for changes, or nothing. New persons hold from the very next payment on."""
    call = request.call
    currency = directory.readable(card_id, actor=call.actor).currency
    answer = once.change_card(
        card_id=card_id,
        changes=CardChanges(
            name=body.name,
            person_ids=None if body.person_ids is None else frozenset(body.person_ids),
            low_mark=_read(body.low_mark, currency, "low_mark"),
        ),
        reference=body.reference,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return shown_card(once.told_card(answer))


@operation(
    router,
    "POST",
    "/jet-cards/{card_id}/funds",
    summary="Add funds to a jet card, or remove some",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=CardMovement,
    refusals=(*_KNOWN, "account_closed", "insufficient_funds"),
)
def move_card_funds(request: Request, card_id: PathId, body: MoveFunds) -> Any:
    """No more is removed than is available; held money is not."""
    call = request.call
    currency = directory.readable(card_id, actor=call.actor).currency
    verb = funding.add_funds if body.direction == "add" else funding.remove_funds
    with _amounts_in(currency):
        answer = verb(
            card_id=card_id,
            amount=_above_zero(body.amount, currency),
            reference=body.reference,
            key=call.key,
            actor=call.actor,
            now=call.now,
        )
    return _moved(request, card_id, answer, currency)


@operation(
    router,
    "POST",
    "/jet-cards/{card_id}/transfer",
    summary="Move money to another card of the customer",
    scopes=(Scope.MONEY,),
    status=201,
    needs_key=True,
    result=TransferDone,
    refusals=(*_KNOWN, "account_closed", "insufficient_funds", "other_customers_card", "currency_mismatch"),
)
def transfer_card_funds(request: Request, card_id: PathId, body: Transfer) -> Any:
    """Both cards move, or neither."""
    call = request.call
    currency = directory.readable(card_id, actor=call.actor).currency
    with _amounts_in(currency):
        answer = transferring.transfer(
            from_card_id=card_id,
            to_card_id=body.to_card_id,
            amount=_above_zero(body.amount, currency),
            reference=body.reference,
            key=call.key,
            actor=call.actor,
            now=call.now,
        )
    call.replayed = answer.replayed
    facts = answer.facts
    return {
        "id": facts["transfer"],
        "amount": written(facts["amount"], currency),
        "currency": currency,
        "source": shown_movement(facts["from"], currency),
        "target": shown_movement(facts["to"], currency),
    }


@operation(
    router,
    "POST",
    "/jet-cards/{card_id}/close",
    summary="Close a jet card and pay back what is left",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=CardMovement,
    refusals=(*_KNOWN, "account_closed", "bookings_open", "hold_open", "balance_owed"),
)
def close_jet_card(request: Request, card_id: PathId, body: CloseCard) -> Any:
    """It takes and gives no money any more, and its name is free again.

    Where something is left, which is then paid back, it takes the scope `money` too.
    """
    call = request.call
    currency = directory.readable(card_id, actor=call.actor).currency
    with _amounts_in(currency):
        answer = closing.close(card_id=card_id, reference=body.reference, key=call.key, actor=call.actor, now=call.now)
    return _moved(request, card_id, answer, currency)


@contextmanager
def _amounts_in(currency: str) -> Iterator[None]:
    """Tell the amounts of a refusal in the card's currency, which the ledger leaves to whoever asks."""
    try:
        yield
    except RequestRefused as no:
        no.facts = {**no.facts, "currency": currency}
        raise


def _read(text: str | None, currency: str, field: str) -> int | None:
    return None if text is None else amount(text, currency, field=field)


def _above_zero(text: str, currency: str) -> int:
    minor = amount(text, currency, field="amount")
    if not minor:
        raise InvalidRequest("The amount is above zero.", field="amount")
    return minor


def _moved(request: Request, card_id: int, answer: Answer, currency: str) -> dict[str, Any]:
    request.call.replayed = answer.replayed
    return shown_movement({"account": card_id, **answer.facts}, currency)
