"""A quote: what it says, what it was before, what was done with it, and the letters in which it was sent."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.charter import lists, queries
from skypurser.charter.content import Content
from skypurser.charter.itinerary import Leg, route
from skypurser.charter.pricing import PriceLine
from skypurser.charter.totals import totals_of
from skypurser.charter.views import QuoteStatus, QuoteVersionView, QuoteView
from skypurser.history import acts
from skypurser.mail import mailer
from skypurser.mail import queries as letters
from skypurser.web import figures
from skypurser.web.accounts.account import Action, Tab
from skypurser.web.accounts.words import ACTS, named
from skypurser.web.administration.words import LETTERS, PROBLEMS
from skypurser.web.charter import words
from skypurser.web.charter.comparing import Difference, Names, differences, method_told, names_in
from skypurser.web.customers import words as customer_words
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER_SALES

#: So many versions and acts are shown.
_MOST = 200

_TABS = ((_("Quote"), "quote"), (_("Versions"), "quote-versions"), (_("History"), "quote-history"))


@dataclass(frozen=True, slots=True)
class LegTold:
    """A leg as a page tells it: local times to the minute, and the instants in UTC."""

    leg: Leg
    departs: str
    arrives: str


@dataclass(frozen=True, slots=True)
class LineTold:
    """A price line as a page tells it; `net` without tax, in minor units."""

    line: PriceLine
    quantity: str
    net: int


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version and what the next one made different."""

    version: int
    saved_at: Any
    saved_by: str
    price: int
    currency: str
    is_current: bool
    differences: tuple[Difference, ...]


@page(CHARTER_SALES)
def quote(request: Request, quote_id: int) -> HttpResponse:
    """Show what the quote says."""
    found = queries.quote(quote_id, actor=request.actor, now=request.now)
    names = names_in([found.content], actor=request.actor)
    hold = lists.hold_of(found, actor=request.actor, now=request.now)
    booking = lists.booking_of(found, actor=request.actor)
    sent = [
        (one, LETTERS[one.status], PROBLEMS.get(one.problem, ""))
        for one in letters.about(f"quote:{quote_id}", actor=request.actor)
    ]
    context = {
        **header(request, found, "quote", names),
        **content_told(found.content, found.currency, names),
        "hold": hold,
        "booking": booking,
        "has_departed": booking is None and found.content.has_departed(request.now),
        "letters": sent,
        "has_mail": mailer.is_configured(),
    }
    return render(request, "charter/quote.html", context)


@page(CHARTER_SALES)
def versions(request: Request, quote_id: int) -> HttpResponse:
    """Show what the quote said before, and what each version changed."""
    found = queries.quote(quote_id, actor=request.actor, now=request.now)
    older = lists.versions_of(found, actor=request.actor, limit=_MOST)
    names = names_in([found.content, *(one.content for one in older)], actor=request.actor)
    every: list[Any] = [found, *older]
    zone = request.membership.time_zone
    rows = []
    for place, one in enumerate(every):
        before = every[place + 1] if place + 1 < len(every) else None
        changed = (
            ()
            if before is None
            else tuple(
                differences(
                    before.content, one.content, actor=request.actor, currency=one.currency, zone=zone, names=names
                )
            )
        )
        row = VersionTold(one.version, one.saved_at, one.saved_by, one.price, one.currency, place == 0, changed)
        rows.append(row)
    return render(request, "charter/versions.html", {**header(request, found, "quote-versions", names), "rows": rows})


@page(CHARTER_SALES)
def version(request: Request, quote_id: int, number: int) -> HttpResponse:
    """Show a former version as it was."""
    found = queries.quote(quote_id, actor=request.actor, now=request.now)
    was = next(iter(lists.versions_of(found, actor=request.actor, number=number)), None) if number < 2**31 else None
    if was is None:
        raise Http404
    names = names_in([found.content, was.content], actor=request.actor)
    context = {
        **header(request, found, "quote-versions", names),
        **content_told(was.content, was.currency, names),
        "was": was,
    }
    return render(request, "charter/version.html", context)


@page(CHARTER_SALES)
def history(request: Request, quote_id: int) -> HttpResponse:
    """Show what was done with the quote, newest first, in Zulu time."""
    found = queries.quote(quote_id, actor=request.actor, now=request.now)
    older = lists.versions_of(found, actor=request.actor, limit=_MOST)
    every: list[QuoteView | QuoteVersionView] = [found, *older]
    names = names_in([one.content for one in every], actor=request.actor)
    whose = {one.content.customer_id for one in every if one.content.customer_id is not None}
    acted = acts.of_sale(
        carrier_id=request.actor.carrier_id, field="quote", number=found.number, customer_ids=whose, limit=_MOST
    )
    rows = [
        (
            one,
            named(ACTS, one.action),
            list(customer_words.changes(one.changes, currency=found.currency, persons={}, cards={})),
        )
        for one in acted
    ]
    return render(request, "charter/history.html", {**header(request, found, "quote-history", names), "rows": rows})


def header(request: Request, found: QuoteView, tab: str, names: Names) -> dict[str, Any]:
    """Return what stands above every page of a quote."""
    return {
        "quote": found,
        "customer": names.customers.get(found.content.customer_id or 0),
        "look": words.QUOTES[found.status],
        "route": route(found.content.legs),
        "actions": _actions(request, found),
        "tabs": [Tab(label, reverse(f"desk:{name}", args=[found.id]), name == tab) for label, name in _TABS],
        "zone": request.membership.time_zone,
        "currency": found.currency,
    }


def content_told(content: Content, currency: str, names: Names) -> dict[str, Any]:
    """Return what a page needs to tell a content."""
    return {
        "content": content,
        "currency": currency,
        "legs": [LegTold(one, figures.minutes(one.departure), figures.minutes(one.arrival)) for one in content.legs],
        "lines": [LineTold(one, figures.quantity(one.quantity_milli), one.net) for one in content.lines],
        "totals": totals_of(content.lines),
        "method": method_told(content, names),
        "person": names.persons.get(content.person_id or 0, ""),
    }


def _actions(request: Request, found: QuoteView) -> list[Action]:
    """Return what the member may do with the quote as it is; what is most likely wanted comes last."""
    is_open = found.status in {QuoteStatus.DRAFT, QuoteStatus.QUOTED, QuoteStatus.EXPIRED}
    may = Permission.SALES in request.actor.permissions
    wanted = (
        (_("PDF"), "quote-pdf", "file-text", "", found.status not in {QuoteStatus.DRAFT, QuoteStatus.CANCELLED}),
        (_("Cancel the quote"), "quote-cancel", "circle-x", "", may and is_open),
        (_("Edit"), "quote-edit", "pencil", "e", may and is_open),
        (_("Send by e-mail"), "quote-send", "mail", "", may and found.status is QuoteStatus.QUOTED),
        (_("Book"), "quote-book", "plane", "", may and found.status is QuoteStatus.QUOTED),
    )
    return [Action(one[0], reverse(f"desk:{one[1]}", args=[found.id]), one[2], one[3]) for one in wanted if one[4]]
