"""The carrier's own data, and what was done lately to it, its members, keys and webhooks."""

from django.http import HttpResponse
from django.shortcuts import render

from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.web.administration.words import ACTIONS, changes
from skypurser.web.pages import Request, page

LENGTH = 50

#: Acts whose reference is the currency of their amounts.
_IN_A_CURRENCY = frozenset({"carrier.approval_threshold_set"})


@page(Permission.ADMINISTRATION)
def carrier(request: Request) -> HttpResponse:
    """Show the carrier and its history, newest first."""
    before = request.GET.get("before", "")
    found = acts.of_carrier(
        carrier_id=request.actor.carrier_id,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=LENGTH + 1,
    )
    shown = get_carrier(request.actor.carrier_id)
    rows = [
        (
            act,
            ACTIONS.get(act.action, act.action),
            list(changes(act.changes, currency=act.reference if act.action in _IN_A_CURRENCY else shown.currency)),
        )
        for act in found[:LENGTH]
    ]
    context = {
        "carrier": shown,
        "rows": rows,
        "following": f"?before={found[LENGTH - 1].id}" if len(found) > LENGTH else "",
    }
    return render(request, "administration/carrier.html", context)
