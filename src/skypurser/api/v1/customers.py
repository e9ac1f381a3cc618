"""Charter customers. Source: FL3XX, "Account Page"."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.customer_shapes import (
    BillingData,
    ChangeCustomer,
    Customer,
    CustomerPage,
    CustomersQuery,
    OpenCustomer,
    shown_customer,
)
from skypurser.api.v1.history import ActPage, shown_act
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import PathId
from skypurser.errors import InvalidRequest
from skypurser.jetcards import once
from skypurser.jetcards import queries as cards
from skypurser.parties import customers
from skypurser.parties.clientele import Billing, CustomerChanges, CustomerData, Kind, Position

router = Router(tags=["customers"])

#: Who may read customers and cards.
READING = (Scope.CHARTER, Scope.MONEY)
#: What may be told wherever a customer is named.
KNOWN = ("jet_cards_off", "customer_not_found")


@operation(
    router,
    "POST",
    "/customers",
    summary="Open a charter customer",
    scopes=(Scope.CHARTER,),
    status=201,
    needs_key=True,
    result=Customer,
    refusals=("jet_cards_off", "customer_exists"),
)
def open_customer(request: Request, body: OpenCustomer) -> Any:
    """Its account statement and cards are in the carrier's main currency."""
    with _billing_pointed_at():
        answer = once.open_customer(
            data=CustomerData(
                kind=Kind(body.kind),
                name=body.name,
                code=body.code or "",
                email=body.email,
                phone=body.phone,
                language=body.language,
                billing=Billing(**{**body.billing.model_dump(), "address_lines": tuple(body.billing.address_lines)}),
                notes=body.notes,
            ),
            key=request.call.key,
            actor=request.call.actor,
            now=request.call.now,
        )
    request.call.replayed = answer.replayed
    return shown_customer(once.told_customer(answer))


@operation(
    router,
    "GET",
    "/customers",
    summary="List charter customers by name",
    scopes=READING,
    result=CustomerPage,
    refusals=("jet_cards_off",),
)
def list_customers(request: Request, query: FromQuery[CustomersQuery]) -> Any:
    """All of them, or those that a text is found in."""
    found = customers.customers(
        actor=request.call.actor,
        text=query.text,
        kind=None if query.kind is None else Kind(query.kind),
        after=after(query, Position),
        limit=query.limit + 1,
    )
    return page(query, found, lambda view: view.position, shown_customer)


@operation(
    router,
    "GET",
    "/customers/{customer_id}",
    summary="Read a charter customer",
    scopes=READING,
    result=Customer,
    refusals=KNOWN,
)
def read_customer(request: Request, customer_id: PathId) -> Any:
    """As it is now."""
    return shown_customer(customers.get(customer_id, actor=request.call.actor))


@operation(
    router,
    "GET",
    "/customers/{customer_id}/history",
    summary="List what was done to a charter customer, newest first",
    scopes=(Scope.CHARTER,),
    result=ActPage,
    refusals=KNOWN,
)
def list_customer_history(request: Request, customer_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """Every act on the customer, its persons, its cards, and what was sold to it."""
    actor = request.call.actor
    currency = customers.get(customer_id, actor=actor).currency
    found = cards.history(customer_id, actor=actor, before=after(query, int), limit=query.limit + 1)
    return page(query, found, lambda act: act.id, lambda act: shown_act(act, currency))


@operation(
    router,
    "PATCH",
    "/customers/{customer_id}",
    summary="Change a charter customer",
    scopes=(Scope.CHARTER,),
    needs_key=True,
    result=Customer,
    refusals=KNOWN,
)
def change_customer(request: Request, customer_id: PathId, body: ChangeCustomer) -> Any:
    """All that is asked for changes, or nothing."""
    billing = body.billing.model_dump()
    lines = billing.pop("address_lines")
    with _billing_pointed_at():
        answer = once.change_customer(
            customer_id=customer_id,
            changes=CustomerChanges(
                kind=None if body.kind is None else Kind(body.kind),
                name=body.name,
                email=body.email,
                phone=body.phone,
                language=body.language,
                notes=body.notes,
                address_lines=None if lines is None else tuple(lines),
                **billing,
            ),
            key=request.call.key,
            actor=request.call.actor,
            now=request.call.now,
        )
    request.call.replayed = answer.replayed
    return shown_customer(once.told_customer(answer))


@contextmanager
def _billing_pointed_at() -> Iterator[None]:
    """Point at what is malformed where the body has it; to the business a customer's fields are all alike."""
    try:
        yield
    except InvalidRequest as flaw:
        if flaw.field in BillingData.model_fields:
            raise InvalidRequest(str(flaw), field=f"billing/{flaw.field}") from flaw
        raise
