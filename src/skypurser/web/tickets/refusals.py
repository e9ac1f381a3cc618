"""Refused attempts over all accounts, newest first: why couldn't the agency issue?"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from skypurser.access.permissions import Permission
from skypurser.electronic import attempts, queries
from skypurser.history.acts import RefusedView
from skypurser.history.attempts import AttemptPage
from skypurser.web.accounts.account import number_in
from skypurser.web.accounts.naming import names
from skypurser.web.accounts.words import OPERATIONS, named
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH
from skypurser.web.refusals import reason
from skypurser.web.tickets.filters import AttemptBar

#: Refused because of a sale, which is there.
_ABOUT_A_SALE = frozenset(
    {
        *("duplicate_document", "already_voided", "already_refunded"),
        *("void_window_closed", "refund_exceeds_sale", "penalty_exceeds_refund"),
    }
)


@page(Permission.QUERIES)
def refusals(request: Request) -> HttpResponse:
    """Show the list."""
    bar = bar_of(request)
    after = number_in(request, "after")
    found = AttemptPage([], None)
    if bar.is_readable:
        found = attempts.refused(
            bar.filters,
            actor=request.actor,
            account_ids=bar.account_ids(request.actor),
            account_type=bar.account_type,
            after=after,
            limit=LENGTH,
        )
    accounts = names((one.account_id for one in found.attempts if one.account_id is not None), actor=request.actor)
    context = {
        "filters": bar,
        "rows": [_row(one, accounts.get(one.account_id or 0)) for one in found.attempts],
        "page": {
            "first": bar.with_() if after is not None else "",
            "previous": "",
            "following": bar.with_(after=str(found.after)) if found.after is not None else "",
        },
    }
    return render(request, "tickets/refusals.html", context)


def bar_of(request: Request) -> AttemptBar:
    """Return the list's filters."""
    membership = request.membership
    currencies = queries.used_currencies(carrier_id=request.actor.carrier_id)
    return AttemptBar(request.GET, now=request.now, zone=membership.time_zone, currencies=currencies)


def _row(one: RefusedView, account: Any) -> dict[str, Any]:
    available, shortfall = one.available_minor, one.shortfall_minor
    return {
        "attempt": one,
        "account": account,
        "operation": named(OPERATIONS, one.operation),
        # What is missing stands in columns of its own.
        "why": reason(one.code, one.facts if shortfall is None else None, currency=one.currency),
        "amount": None if available is None or shortfall is None else available + shortfall,
        "has_sale": one.code in _ABOUT_A_SALE and bool(one.document),
    }
