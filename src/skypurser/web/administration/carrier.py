"""The carrier's own data, and what was done lately to it, its members, keys and webhooks."""

from django.http import HttpResponse
from django.shortcuts import render

from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.history import acts
from skypurser.web.administration.words import ACTIONS
from skypurser.web.pages import Request, page

LENGTH = 50


@page(Permission.ADMINISTRATION)
def carrier(request: Request) -> HttpResponse:
    """Show the carrier and its history, newest first."""
    before = request.GET.get("before", "")
    found = acts.of_carrier(
        carrier_id=request.actor.carrier_id,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=LENGTH + 1,
    )
    rows = [
        (
            act,
            ACTIONS.get(act.action, act.action),
            [(field, *map(_text, values)) for field, values in (act.changes or {}).items() if len(values) == 2],
        )
        for act in found[:LENGTH]
    ]
    context = {
        "carrier": get_carrier(request.actor.carrier_id),
        "rows": rows,
        "following": f"?before={found[LENGTH - 1].id}" if len(found) > LENGTH else "",
    }
    return render(request, "administration/carrier.html", context)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
