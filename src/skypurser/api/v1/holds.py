"""Holds as they are; who places and resolves them has operations of its own."""

from typing import Any, Literal

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.acting import acting_for
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Instant, PathId, Shown, instant, written
from skypurser.electronic import queries
from skypurser.electronic.holding import find
from skypurser.ledger.queries import HoldView, holds
from skypurser.ledger.states import HoldStatus

router = Router(tags=["holds"])

_Status = Literal["OPEN", "CAPTURED", "RELEASED", "EXPIRED"]


class HoldsQuery(PageQuery):
    """Which holds."""

    status: _Status | None = None


class HoldDetails(Shown):
    """Money set aside. `captured` is what became a debit; the rest was given back."""

    id: int
    account_id: int
    status: _Status
    amount: Amount
    captured: Amount
    currency: str
    placed_at: Instant
    expires_at: Instant
    resolved_at: Instant | None
    document: str | None
    reference: str
    actor: str


class HoldPage(Shown):
    """One page of holds."""

    items: list[HoldDetails]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/accounts/{account_id}/holds",
    summary="List the holds of an account, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=HoldPage,
    refusals=("account_not_found",),
)
def list_holds(request: Request, account_id: PathId, query: FromQuery[HoldsQuery]) -> Any:
    """A hold past its expiry is EXPIRED from that moment on."""
    call = request.call
    with acting_for(call.caller.carrier_id):
        currency = queries.require_reach(account_id, actor=call.actor)
        found = holds(
            carrier_id=call.caller.carrier_id,
            account_id=account_id,
            before=after(query, int),
            limit=query.limit + 1,
            status=None if query.status is None else HoldStatus(query.status),
        )
    return page(query, found, lambda hold: hold.id, lambda hold: _shown(hold, currency))


@operation(
    router,
    "GET",
    "/holds/{hold_id}",
    summary="Read a hold",
    scopes=(Scope.HOLDS, Scope.ACCOUNTS),
    result=HoldDetails,
    refusals=("hold_not_found",),
)
def read_hold(request: Request, hold_id: PathId) -> Any:
    """As it is now."""
    view, currency = find(hold_id, actor=request.call.actor)
    return _shown(view, currency)


def _shown(view: HoldView, currency: str) -> dict[str, Any]:
    return {
        "id": view.id,
        "account_id": view.account_id,
        "status": view.status,
        "amount": written(view.amount, currency),
        "captured": written(view.captured, currency),
        "currency": currency,
        "placed_at": instant(view.placed_at),
        "expires_at": instant(view.expires_at),
        "resolved_at": instant(view.resolved_at),
        "document": view.document,
        "reference": view.reference,
        "actor": view.actor,
    }
