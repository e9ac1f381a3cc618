"""Customers, persons and cards under a key of the caller's, for those who may have to ask twice.

The verbs themselves are those of `parties.customers`, `parties.persons` and `adding`. What moves money has a key there
already. Facts hold what was made or changed as it was, so a replay tells the same.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.electronic.awaiting import posted
from skypurser.jetcards import adding, queries
from skypurser.jetcards.adding import CardChanges
from skypurser.jetcards.queries import CardView
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer
from skypurser.parties import customers, persons
from skypurser.parties.clientele import CustomerChanges, CustomerData, CustomerView, PersonChanges, PersonView


def open_customer(*, data: CustomerData, key: str, actor: Actor, now: datetime) -> Answer:
    """Open a customer, as `parties.customers.open_customer` does; `told_customer` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_exists`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return {"customer": msgspec.to_builtins(customers.open_customer(data=data, actor=actor, now=now))}

    return _once("open_customer", (data,), act, key=key, actor=actor, now=now, named=data.code)


def change_customer(
    *,
    customer_id: int,
    changes: CustomerChanges,
    key: str,
    actor: Actor,
    now: datetime,
    reference: str = "",
    expected: CustomerChanges | None = None,
) -> Answer:
    """Change a customer, as `parties.customers.change_customer` does; `told_customer` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `changed_meanwhile`. Nothing is written; the attempt is
            recorded.
    """

    def act() -> Mapping[str, Any]:
        view = customers.change_customer(
            customer_id=customer_id, changes=changes, actor=actor, now=now, reference=reference, expected=expected
        )
        return {"customer": msgspec.to_builtins(view)}

    payload = (customer_id, changes, reference, expected)
    return _once("change_customer", payload, act, key=key, actor=actor, now=now, named=str(customer_id))


def add_person(
    *, customer_id: int, name: str, key: str, actor: Actor, now: datetime, email: str = "", phone: str = ""
) -> Answer:
    """Add a person, as `parties.persons.add_person` does; `told_person` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `person_exists`. Nothing is written; the attempt is
            recorded.
    """

    def act() -> Mapping[str, Any]:
        view = persons.add_person(customer_id=customer_id, name=name, actor=actor, now=now, email=email, phone=phone)
        return {"person": msgspec.to_builtins(view)}

    payload = (customer_id, name, email, phone)
    return _once("add_person", payload, act, key=key, actor=actor, now=now, named=str(customer_id))


def change_person(
    *,
    customer_id: int,
    person_id: int,
    changes: PersonChanges,
    key: str,
    actor: Actor,
    now: datetime,
    expected: PersonChanges | None = None,
) -> Answer:
    """Change a person, as `parties.persons.change_person` does; `told_person` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `person_not_found`, `person_exists`, `changed_meanwhile`.
            Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        view = persons.change_person(
            customer_id=customer_id, person_id=person_id, changes=changes, actor=actor, now=now, expected=expected
        )
        return {"person": msgspec.to_builtins(view)}

    payload = (customer_id, person_id, changes, expected)
    return _once("change_person", payload, act, key=key, actor=actor, now=now, named=str(customer_id))


def add_card(
    *,
    customer_id: int,
    name: str,
    key: str,
    actor: Actor,
    now: datetime,
    person_ids: frozenset[int] = frozenset(),
    opening_balance: int = 0,
    reference: str = "",
    low_mark: int = 0,
) -> Answer:
    """Add a card, as `adding.add_card` does; `told_card` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `person_not_found`, `person_inactive`, `card_exists`.
            Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        made = adding.add_card(
            customer_id=customer_id,
            name=name,
            actor=actor,
            now=now,
            person_ids=person_ids,
            opening_balance=opening_balance,
            reference=reference,
            low_mark=low_mark,
        )
        return {"card": msgspec.to_builtins(queries.shown(made.id, carrier_id=actor.carrier_id))}

    payload = (customer_id, name, sorted(person_ids), opening_balance, reference, low_mark)
    return posted(_once("add_card", payload, act, key=key, actor=actor, now=now, named=name))


def change_card(
    *,
    card_id: int,
    changes: CardChanges,
    key: str,
    actor: Actor,
    now: datetime,
    reference: str = "",
    expected: CardChanges | None = None,
) -> Answer:
    """Change a card, as `adding.change_card` does; `told_card` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `card_not_found`, `account_closed`, `person_not_found`, `person_inactive`,
            `card_exists`, `changed_meanwhile`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        adding.change_card(
            card_id=card_id, changes=changes, actor=actor, now=now, reference=reference, expected=expected
        )
        return {"card": msgspec.to_builtins(queries.shown(card_id, carrier_id=actor.carrier_id))}

    payload = (card_id, _sorted(changes), reference, None if expected is None else _sorted(expected))
    return _once("change_card", payload, act, key=key, actor=actor, now=now, named=str(card_id))


def told_customer(answer: Answer) -> CustomerView:
    """Return the customer as it was when the request was first answered."""
    return msgspec.convert(answer.facts["customer"], CustomerView)


def told_person(answer: Answer) -> PersonView:
    """Return the person as it was when the request was first answered."""
    return msgspec.convert(answer.facts["person"], PersonView)


def told_card(answer: Answer) -> CardView:
    """Return the card as it was when the request was first answered."""
    return msgspec.convert(answer.facts["card"], CardView)


def _sorted(changes: CardChanges) -> tuple[Any, ...]:
    """Return what is to change so that the same always looks the same."""
    persons_ = None if changes.person_ids is None else sorted(changes.person_ids)
    return (changes.name, persons_, changes.low_mark)


def _once(
    operation: str,
    payload: tuple[Any, ...],
    act: Callable[[], Mapping[str, Any]],
    *,
    key: str,
    actor: Actor,
    now: datetime,
    named: str,
) -> Answer:
    require_jet_cards(actor.carrier_id)
    return answer_under_key(operation, act, payload=payload, key=key, actor=actor, now=now, named=named)
