"""Movements of an account, newest first. Source: KIU, "Queries"."""

from typing import Annotated, Any

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.access.acting import acting_for
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Date, Instant, PathId, Shown, Text, instant, written
from skypurser.electronic import queries
from skypurser.ledger.queries import MovementFilters, MovementView, movements

router = Router(tags=["accounts"])


class MovementsQuery(PageQuery):
    """Which movements; dates are business dates, both included."""

    from_date: Date | None = None
    to_date: Date | None = None
    kind: Annotated[Text, Field(max_length=40, examples=["ticket"])] = ""
    text: Annotated[Text, Field(max_length=200)] = Field("", description="Stands in the reference or document.")


class Line(Shown):
    """A movement; `net` is the account's after it, `reverses` the entry that it takes back."""

    item: int
    entry_id: int
    kind: str
    business_date: Date
    original_date: Date | None
    occurred_at: Instant
    posted_at: Instant
    document: str | None
    debit: Amount
    credit: Amount
    net: Amount
    reference: str
    actor: str
    reverses: int | None


class MovementPage(Shown):
    """One page of movements."""

    items: list[Line]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/accounts/{account_id}/movements",
    summary="List the movements of an account, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=MovementPage,
    refusals=("account_not_found",),
)
def list_movements(request: Request, account_id: PathId, query: FromQuery[MovementsQuery]) -> Any:
    """Item numbers have no gap."""
    call = request.call
    with acting_for(call.caller.carrier_id):
        currency = queries.require_reach(account_id, actor=call.actor)
        found = movements(
            carrier_id=call.caller.carrier_id,
            account_id=account_id,
            before_item=after(query, int),
            limit=query.limit + 1,
            filters=MovementFilters(
                first_date=query.from_date, last_date=query.to_date, kind=query.kind, text=query.text
            ),
        )
    return page(query, found, lambda movement: movement.item, lambda movement: _shown(movement, currency))


def _shown(movement: MovementView, currency: str) -> dict[str, Any]:
    return {
        "item": movement.item,
        "entry_id": movement.entry_id,
        "kind": movement.kind,
        "business_date": movement.business_date.isoformat(),
        "original_date": movement.original_date and movement.original_date.isoformat(),
        "occurred_at": instant(movement.occurred_at),
        "posted_at": instant(movement.posted_at),
        "document": movement.document,
        "debit": written(movement.debit, currency),
        "credit": written(movement.credit, currency),
        "net": written(movement.net, currency),
        "reference": movement.reference,
        "actor": movement.actor,
        "reverses": movement.reverses,
    }
