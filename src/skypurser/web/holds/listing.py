"""Open holds over all accounts, the first to expire first; and one hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from skypurser.access.permissions import Permission
from skypurser.electronic import holding, queries
from skypurser.ledger.held import HeldSum, Position
from skypurser.ledger.queries import HoldView
from skypurser.ledger.states import HoldStatus
from skypurser.web.accounts.naming import AccountBar, names
from skypurser.web.accounts.words import HOLDS
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@page((Permission.QUERIES, Permission.HOLDS))
def holds(request: Request) -> HttpResponse:
    """Show the open holds, and their sum by currency."""
    bar = AccountBar(request.GET)
    found, sums = list[HoldView](), list[HeldSum]()
    if bar.is_readable:
        whose: dict[str, Any] = {"account_ids": bar.account_ids(request.actor), "account_type": bar.account_type}
        found = holding.open_holds(**whose, actor=request.actor, after=position_in(request), limit=LENGTH + 1)
        sums = holding.held_sums(**whose, actor=request.actor)
    accounts = names((one.account_id for one in found), actor=request.actor)
    context = {
        "filters": bar,
        "sums": sums,
        "page": paged([(one, accounts[one.account_id]) for one in found], query=request.GET, position=as_text),
        "may_hold": Permission.HOLDS in request.actor.permissions,
        "may_ask": Permission.QUERIES in request.actor.permissions,
        "soon": request.now + timedelta(hours=1),
    }
    # Backwards there is no way but to the first page.
    return render(request, "holds/list.html", context)


@page((Permission.QUERIES, Permission.HOLDS))
def hold(request: Request, hold_id: int) -> HttpResponse:
    """Show a hold."""
    found, _currency = holding.find(hold_id, actor=request.actor)
    context = {
        "hold": found,
        "account": queries.shown(found.account_id, carrier_id=request.actor.carrier_id),
        "status": HOLDS[found.status],
        "may_resolve": found.status == HoldStatus.OPEN and Permission.HOLDS in request.actor.permissions,
        "may_ask": Permission.QUERIES in request.actor.permissions,
    }
    return render(request, "holds/hold.html", context)


def as_text(row: tuple[HoldView, Any]) -> str:
    """Return a hold's position in the list, for an address: microseconds of its expiry, and its number."""
    return f"{(row[0].expires_at - _EPOCH) // _MICROSECOND}~{row[0].id}"


def position_in(request: Request) -> Position | None:
    """Return the position that the address names; None for none, and for what is no position."""
    parts = request.GET.get("after", "").split("~")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts):
        return None
    try:
        return Position(_EPOCH + int(parts[0]) * _MICROSECOND, int(parts[1]))
    except OverflowError:
        return None
