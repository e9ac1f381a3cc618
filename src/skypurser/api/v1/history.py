"""What was done to an account, newest first. Source: KIU, "Account History"."""

from datetime import datetime
from typing import Any

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.acting import acting_for
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Instant, PathId, Shown, instant, written
from skypurser.contract.amounts import write_instant
from skypurser.electronic import queries
from skypurser.events.wording import AMOUNTS
from skypurser.history import acts
from skypurser.history.acts import ActView

router = Router(tags=["accounts"])


class Act(Shown):
    """Something that somebody did; `changes` has the old and the new value of each field, or what it was about."""

    id: int
    at: Instant
    actor: str
    action: str
    document: str | None
    changes: dict[str, Any]
    reference: str


class ActPage(Shown):
    """One page of a history."""

    items: list[Act]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/accounts/{account_id}/history",
    summary="List what was done to an account, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=ActPage,
    refusals=("account_not_found",),
)
def list_history(request: Request, account_id: PathId, query: FromQuery[PageQuery]) -> Any:
    """Every act, those of time itself included (a hold that expired)."""
    call = request.call
    with acting_for(call.caller.carrier_id):
        currency = queries.require_reach(account_id, actor=call.actor)
        found = acts.of_account(
            carrier_id=call.caller.carrier_id, account_id=account_id, before=after(query, int), limit=query.limit + 1
        )
    return page(query, found, lambda act: act.id, lambda act: shown_act(act, currency))


def shown_act(act: ActView, currency: str) -> dict[str, Any]:
    """Return an act as it is told, amounts in the currency."""
    changes = {name: _value(name, value, currency) for name, value in (act.changes or {}).items()}
    return {
        "id": act.id,
        "at": instant(act.at),
        "actor": act.actor,
        "action": act.action,
        "document": act.document,
        "changes": changes,
        "reference": act.reference,
    }


def _value(name: str, value: Any, currency: str) -> Any:
    if isinstance(value, list):
        return [_value(name, one, currency) for one in value]
    if name in AMOUNTS and isinstance(value, int):
        return written(value, currency)
    if name.endswith("_at") and isinstance(value, str):
        return write_instant(datetime.fromisoformat(value))
    return value
