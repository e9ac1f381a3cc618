"""Refused attempts over all accounts, newest first: why couldn't the agency issue?"""

from django.http import HttpResponse
from django.shortcuts import render

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.web.accounts.account import number_in
from skypurser.web.accounts.attempts import attempt_page
from skypurser.web.accounts.naming import names
from skypurser.web.pages import Request, page
from skypurser.web.tickets.filters import AttemptsBar


@page(Permission.QUERIES)
def refusals(request: Request) -> HttpResponse:
    """Show the list."""
    bar = bar_of(request)
    found = attempt_page(
        bar,
        actor=request.actor,
        account_ids=bar.account_ids(request.actor),
        account_type=bar.account_type,
        after=number_in(request, "after"),
    )
    wanted = (row.attempt.account_id for row in found.rows)
    accounts = names((account_id for account_id in wanted if account_id is not None), actor=request.actor)
    context = {
        "filters": bar,
        "rows": [(row, accounts.get(row.attempt.account_id or 0)) for row in found.rows],
        "page": found,
        "has_accounts": True,
        "zone": request.membership.time_zone,
    }
    return render(request, "tickets/refusals.html", context)


def bar_of(request: Request) -> AttemptsBar:
    """Return the list's filters."""
    currencies = queries.used_currencies(carrier_id=request.actor.carrier_id)
    zone = request.membership.time_zone
    return AttemptsBar(request.GET, now=request.now, zone=zone, currencies=currencies)
