"""Persons of charter customers, and by which cards they may pay.

Source: FL3XX, "Account Persons", "Integration and Usage".
"""

from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.customer_shapes import Email, Name, Phone
from skypurser.api.v1.customers import KNOWN, READING
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Body, Id, Instant, PathId, Query, Shown, Switch, instant, written
from skypurser.jetcards import assigning, once
from skypurser.parties import persons
from skypurser.parties.clientele import PersonChanges, PersonView

router = Router(tags=["customers"])


class AddPerson(Body):
    """Somebody who flies on the customer's account."""

    name: Name
    email: Email = ""
    phone: Phone = ""


class ChangePerson(Body):
    """What is to change; what is left out stays. Nobody is deleted; whoever leaves is inactive."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    is_active: Switch | None = None


class Person(Shown):
    """A person of a customer."""

    id: int
    customer_id: int
    name: str
    email: str
    phone: str
    is_active: bool
    added_at: Instant


class PersonPage(Shown):
    """One page of persons, in the order in which they were added."""

    items: list[Person]
    next_cursor: str | None


class MethodsQuery(Query):
    """Who is to fly; while nobody is chosen, only cards that are everybody's are there."""

    person_id: Id | None = None


class PaymentMethod(Shown):
    """A card that may pay, and what it has available."""

    card_id: int
    name: str
    currency: str
    available: Amount


class PaymentMethods(Shown):
    """All cards that the person may use, by name."""

    items: list[PaymentMethod]


@operation(
    router,
    "POST",
    "/customers/{customer_id}/persons",
    summary="Add a person to a customer",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Person,
    refusals=(*KNOWN, "person_exists"),
)
def add_person(request: Request, customer_id: PathId, body: AddPerson) -> Any:
    """Somebody who may be named on cards, quotes and bookings."""
    answer = once.add_person(
        customer_id=customer_id,
        name=body.name,
        email=body.email,
        phone=body.phone,
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    return _shown_person(once.told_person(answer))


@operation(
    router,
    "GET",
    "/customers/{customer_id}/persons",
    summary="List the persons of a customer",
    scopes=READING,
    result=PersonPage,
    refusals=KNOWN,
)
def list_persons(request: Request, customer_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """Inactive ones too."""
    found = persons.persons_of(
        customer_id, actor=request.call.actor, after=after(query, int) or 0, limit=query.limit + 1
    )
    return page(query, found, lambda view: view.id, _shown_person)


@operation(
    router,
    "PATCH",
    "/customers/{customer_id}/persons/{person_id}",
    summary="Change a person of a customer",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Person,
    refusals=(*KNOWN, "person_not_found", "person_exists"),
)
def change_person(request: Request, customer_id: PathId, person_id: PathId, body: ChangePerson) -> Any:
    """Whoever is inactive uses no card any more."""
    answer = once.change_person(
        customer_id=customer_id,
        person_id=person_id,
        changes=PersonChanges(**body.model_dump()),
        key=request.call.key,
        actor=request.call.actor,
        now=request.call.now,
    )
    request.call.replayed = answer.replayed
    return _shown_person(once.told_person(answer))


@operation(
    router,
    "GET",
    "/customers/{customer_id}/payment-methods",
    summary="List the cards that somebody may pay by",
    scopes=READING,
    result=PaymentMethods,
    refusals=(*KNOWN, "person_not_found", "person_inactive"),
)
def list_payment_methods(request: Request, customer_id: PathId, query: FromQuery[MethodsQuery]) -> Any:
    """A card that is assigned to persons is hidden from all others."""
    found = assigning.payment_methods(customer_id=customer_id, person_id=query.person_id, actor=request.call.actor)
    return {
        "items": [
            {
                "card_id": method.card_id,
                "name": method.name,
                "currency": method.currency,
                "available": written(method.available, method.currency),
            }
            for method in found
        ]
    }


def _shown_person(view: PersonView) -> dict[str, Any]:
    return {
        "id": view.id,
        "customer_id": view.customer_id,
        "name": view.name,
        "email": view.email,
        "phone": view.phone,
        "is_active": view.is_active,
        "added_at": instant(view.added_at),
    }
