"""Attempts that were refused: the answer to "why couldn't the agency issue?"."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.access.acting import acting_for
from skypurser.access.callers import Scope
from skypurser.access.permissions import Permission
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Amount, Date, Instant, PathId, Shown, Text, instant, written_or_none
from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.history.acts import RefusedView

router = Router(tags=["refusals"])


class RefusalsQuery(PageQuery):
    """Which attempts; dates are UTC, both included."""

    code: Annotated[Text, Field(max_length=60, examples=["insufficient_funds"])] = ""
    from_date: Date | None = None
    to_date: Date | None = None


class RefusedAttempt(Shown):
    """An attempt; `account` is how it was named, also where there is none. `shortfall` is what was missing."""

    id: int
    at: Instant
    actor: str
    operation: str
    key: str
    code: str
    account_id: int | None
    account: str
    document: str | None
    currency: str
    available: Amount | None
    shortfall: Amount | None


class RefusalPage(Shown):
    """One page of refused attempts, newest first."""

    items: list[RefusedAttempt]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/refusals",
    summary="List refused attempts, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=RefusalPage,
)
def list_refusals(request: Request, query: FromQuery[RefusalsQuery]) -> Any:
    """Over all accounts, and on accounts that do not exist."""
    request.call.actor.require(Permission.QUERIES)
    return _list(request, query, None)


@operation(
    router,
    "GET",
    "/accounts/{account_id}/refusals",
    summary="List the refused attempts on an account, newest first",
    scopes=(Scope.ACCOUNTS,),
    result=RefusalPage,
    refusals=("account_not_found",),
)
def list_account_refusals(request: Request, account_id: PathId, query: FromQuery[RefusalsQuery]) -> Any:
    """Who tried what, when, and why it was refused."""
    with acting_for(request.call.caller.carrier_id):
        queries.require_reach(account_id, actor=request.call.actor)
        return _list(request, query, account_id)


def _list(request: Request, query: RefusalsQuery, account_id: int | None) -> dict[str, Any]:
    found = acts.refused(
        carrier_id=request.call.caller.carrier_id,
        account_id=account_id,
        code=query.code,
        since=None if query.from_date is None else datetime.combine(query.from_date, time(), UTC),
        until=_end(query),
        before=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda attempt: attempt.id, _shown)


def _end(query: RefusalsQuery) -> datetime | None:
    if query.to_date is None or query.to_date.year > 9_000:
        return None
    return datetime.combine(query.to_date, time(), UTC) + timedelta(days=1)


def _shown(attempt: RefusedView) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "at": instant(attempt.at),
        "actor": attempt.actor,
        "operation": attempt.operation,
        "key": attempt.key,
        "code": attempt.code,
        "account_id": attempt.account_id,
        "account": attempt.account_named,
        "document": attempt.document,
        "currency": attempt.currency,
        "available": written_or_none(attempt.available_minor, attempt.currency),
        "shortfall": written_or_none(attempt.shortfall_minor, attempt.currency),
    }
