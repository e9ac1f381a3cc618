"""The command palette: every page that the member may see, and what is found, as JSON. Its script is `palette.js`."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from skypurser.finding import searching
from skypurser.web.finding.hits import groups
from skypurser.web.finding.search import SHORTEST, asked
from skypurser.web.pages import Request, page
from skypurser.web.savedviews.lists import LISTS
from skypurser.web.shell.navigation import SEARCH, address, navigation


@page()
def entries(request: Request) -> HttpResponse:
    """Send where the member may go: label, group, address, icon and the keys that lead there too."""
    may = request.actor.permissions
    found = [
        _entry(line.label, label or _("Go to"), line.url, line.icon, f"g {line.key}" if line.key else "")
        for label, lines in navigation(
            may, path="", has_jet_cards=request.membership.has_jet_cards, is_limited=request.actor.is_limited
        )
        for line in lines
    ]
    yours = _("Yours")
    if may & SEARCH:
        found.append(_entry(_("Search"), yours, address("search"), "search", "/"))
    found.append(_entry(_("Preferences"), yours, address("preferences"), "adjustments"))
    found += [
        _entry(_("Saved views: %(list)s") % {"list": one.label}, yours, one.views_url, "bookmark")
        for one in LISTS.values()
        if one.needs & may and (request.membership.has_jet_cards or not one.is_charter)
    ]
    return _sent({"entries": found})


@page(SEARCH)
def found(request: Request) -> HttpResponse:
    """Send what a text finds, by kind."""
    text = asked(request)
    result = searching.search(text if len(text) >= SHORTEST else "", actor=request.actor)
    told = [
        {
            "label": str(group.label),
            "hits": [
                {
                    "label": hit.title,
                    "detail": " · ".join(filter(None, (hit.tag, hit.detail))),
                    "figure": hit.figure,
                    "url": hit.url,
                    "icon": hit.icon,
                }
                for hit in group.hits
            ],
        }
        for group in groups(result, text=text, actor=request.actor)
    ]
    return _sent({"groups": told})


def _entry(label: str | Promise, group: str | Promise, url: str, icon: str, keys: str = "") -> dict[str, str]:
    return {"label": str(label), "group": str(group), "url": url, "icon": icon, "keys": keys}


def _sent(content: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(content)
    response["Cache-Control"] = "no-store"
    return response
