"""The search: its page, and the suggestions while one types."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from skypurser.access.permissions import Permission
from skypurser.finding import searching
from skypurser.finding.wanted import LONGEST
from skypurser.web.finding.hits import groups, jump
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER, SEARCH

#: Before so many signs nothing is suggested.
SHORTEST = 2


@page(SEARCH)
def search(request: Request) -> HttpResponse:
    """Show what was found; an exact code or document leads to it at once, unless `all` asks for everything."""
    text = asked(request)
    found = searching.search(text, actor=request.actor)
    if "all" not in request.GET and (url := jump(found, actor=request.actor)):
        return redirect(url)
    context = {
        "text": text,
        "groups": groups(found, text=text, actor=request.actor),
        "may_ask": Permission.QUERIES in request.actor.permissions,
        "may_list": Permission.LIST_ACCOUNTS in request.actor.permissions,
        "may_charter": request.membership.has_jet_cards and bool(CHARTER & request.actor.permissions),
        "is_limited": request.actor.is_limited,
    }
    return render(request, "finding/search.html", context)


@page(SEARCH)
def suggestions(request: Request) -> HttpResponse:
    """Send what the text so far finds, as options of the search field."""
    text = asked(request)
    found = searching.search(text if len(text) >= SHORTEST else "", actor=request.actor)
    context = {
        "text": text,
        "groups": groups(found, text=text, actor=request.actor),
        "is_asked": len(text) >= SHORTEST,
    }
    return render(request, "finding/suggestions.html", context)


def asked(request: Request) -> str:
    """Return what was typed; what nothing can be called becomes empty when it is read."""
    return request.GET.get("q", "").strip()[: LONGEST + 1]
