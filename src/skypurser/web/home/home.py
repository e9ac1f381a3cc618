"""The first page, for somebody at eight in the morning: what needs me, what we are owed, what was sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.electronic import approvals
from skypurser.electronic.approvals import ApprovalView
from skypurser.jetcards.owing import owed
from skypurser.overview.questions import Attention, Exposure, RefusalsToday, exposures, recent_sales, refusals_today
from skypurser.tickets.paging import ticket_page
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.accounts.attempts import NO_CURRENCY
from skypurser.web.home.charts import charts
from skypurser.web.pages import Request, page
from skypurser.web.refusals import logged
from skypurser.web.shell.navigation import CHARTER, address, navigation
from skypurser.web.tickets.words import KEPT

#: So many requests for approval are shown, of so many that are counted.
APPROVALS_SHOWN, APPROVALS_COUNTED = 4, 100

#: So many reasons for refusals, and so many charts.
REASONS_SHOWN, CHARTS_SHOWN = 6, 6


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing that may need somebody; `url` is its list, empty where nothing routes it.

    Attributes:
        tone: How it looks when there is any: `bad`, `warn`, `accent` or `quiet`.
        is_more: Whether there are more than counted.
    """

    label: str | Promise
    hint: str | Promise
    count: int
    url: str
    icon: str
    tone: str
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A next step of a carrier that has nothing yet."""

    title: str | Promise
    text: str | Promise
    url: str
    icon: str


@page()
def home(request: Request) -> HttpResponse:
    """Show what the member may see of it."""
    may = request.actor.permissions
    context: dict[str, Any] = {"tiles": [], "today": figures.today(request.now, request.membership.time_zone)}
    if Permission.APPROVALS in may:
        _add_approvals(request, context)
    elif may & {*approvals.SEEING}:
        _add_asked(context, approvals.count_asked(actor=request.actor))
    if Permission.LIST_ACCOUNTS in may:
        _add_exposure(request, context)
    if Permission.QUERIES in may:
        _add_refusals(request, context)
        _add_sales(request, context)
    if request.membership.has_jet_cards and may & CHARTER:
        _add_cards(request, context)
    is_new = "exposure" in context and not context["exposure"].by_currency and not context.get("owed")
    context["steps"] = _first_steps(may, has_jet_cards=request.membership.has_jet_cards) if is_new else []
    context["is_new"] = is_new
    if not may & {Permission.LIST_ACCOUNTS, Permission.QUERIES}:
        context["pages"] = [
            line
            for _label, lines in navigation(
                may, path="", has_jet_cards=request.membership.has_jet_cards, is_limited=request.actor.is_limited
            )
            for line in lines
            if line.url != "/"
        ]
    return render(request, "web/home.html", context)


def _add_approvals(request: Request, context: dict[str, Any]) -> None:
    found = approvals.pending(actor=request.actor, limit=APPROVALS_COUNTED + 1)
    mine = [one for one in found if not one.is_of(request.actor)]
    context["waiting"] = [(one, _kind(one)) for one in mine[:APPROVALS_SHOWN]]
    count = min(len(mine), APPROVALS_COUNTED)
    context["tiles"].append(
        Tile(
            *(_("Approvals"), _("wait for you"), count, address("approvals"), "checks", "accent"),
            is_more=len(found) > APPROVALS_COUNTED,
        )
    )
    _add_asked(context, len(found) - len(mine), is_more=len(found) > APPROVALS_COUNTED)


def _add_asked(context: dict[str, Any], count: int, *, is_more: bool = False) -> None:
    """Tell the member's own requests, where there are any: somebody else has to be asked to look at them."""
    if count:
        url = f"{address('approvals')}?show=own"
        tile = Tile(_("You asked for"), _("wait for somebody else"), count, url, "clock", "accent", is_more=is_more)
        context["tiles"].append(tile)


def _kind(view: ApprovalView) -> str:
    return words.named(words.ASKED, view.kind)


def _add_exposure(request: Request, context: dict[str, Any]) -> None:
    found = exposures(actor=request.actor)
    context["exposure"] = found
    context["exposed"] = [
        (one, one.credit_limit - one.available, _listed(currency=one.currency))
        for one in _main_first(found.by_currency, request.membership.currency)
    ]
    if request.actor.permissions & {Permission.QUERIES, Permission.HOLDS}:
        context["holds_url"] = address("holds")
    context["tiles"] += _attention(found.attention)


def _add_cards(request: Request, context: dict[str, Any]) -> None:
    """Tell what is on the customers' cards, which the carrier owes them, and how many cards run low."""
    found = owed(actor=request.actor)
    context["owed"] = found
    context["cards_url"] = address("cards")
    if found:
        url = f"{address('cards')}?balance=low"
        low = sum(one.low for one in found)
        context["tiles"].append(Tile(_("Cards"), _("running low"), low, url, "credit-card", "warn"))


def _main_first(rows: Sequence[Exposure], main: str) -> list[Exposure]:
    return sorted(rows, key=lambda one: one.currency != main)


def _attention(of: Attention) -> list[Tile]:
    stopped = of.suspended + of.inhibited
    return [
        Tile(_("Over limit"), _("sell nothing"), of.over_limit, _listed(usage="over"), "alert-triangle", "bad"),
        Tile(
            *(_("Near limit"), _("less than a tenth left"), of.near_limit, _listed(usage="close")),
            *("trending-down", "warn"),
        ),
        Tile(_("Low balance"), _("below their own mark"), of.low, _listed(usage="low"), "wallet", "warn"),
        Tile(
            *(_("Suspended"), _("or inhibited"), stopped, _listed(status="suspended")),
            *("player-pause", "quiet"),
        ),
    ]


def _listed(**filters: str) -> str:
    """Return the list of the accounts that a figure counts: of both types and, unless said, of every status."""
    return f"{address('accounts')}?{urlencode({'type': 'all', 'status': 'all', **filters})}"


def _add_refusals(request: Request, context: dict[str, Any]) -> None:
    found = refusals_today(actor=request.actor, now=request.now, time_zone=request.membership.time_zone)
    attempts = sum(one.attempts for one in found.by_reason)
    listed = address("refusals")
    context["refusals"] = {
        "rows": [
            (one, logged(one.code), _on_day(listed, found, reason=one.code, currency=one.currency or NO_CURRENCY))
            for one in found.by_reason[:REASONS_SHOWN]
        ],
        "url": _on_day(listed, found),
        "all": listed,
        "is_partial": found.is_partial,
    }
    context["tiles"].append(
        Tile(_("Refused"), _("today"), attempts, _on_day(listed, found), "ban", "quiet", is_more=found.is_partial)
    )


def _on_day(url: str, found: RefusalsToday, **filters: str) -> str:
    return f"{url}?{urlencode({'since': found.today.isoformat(), **filters})}" if url else ""


def _add_sales(request: Request, context: dict[str, Any]) -> None:
    found = recent_sales(actor=request.actor, now=request.now, time_zone=request.membership.time_zone)
    drawn = charts(found, main=request.membership.currency)
    listed = address("tickets")
    since = urlencode({"since": found.first_date.isoformat(), "status": KEPT})
    context["sales"] = {
        "charts": drawn[:CHARTS_SHOWN],
        "others": drawn[CHARTS_SHOWN:],
        "first": found.first_date,
        "middle": found.first_date + timedelta(days=(found.last_date - found.first_date).days // 2),
        "last": found.last_date,
        "made_at": found.made_at,
        "url": f"{listed}?{since}" if listed else "",
        "tickets": listed,
        "kept": KEPT,
        "newest": None if drawn else _newest_sale(request),
    }


def _newest_sale(request: Request) -> date | None:
    """Return the newest date of issue within the member's reach; None where nothing was ever sold."""
    found = ticket_page(actor=request.actor, limit=1).tickets
    return found[0].issue_date if found else None


def _first_steps(may: frozenset[Permission], *, has_jet_cards: bool) -> list[Step]:
    wanted = (
        (
            Permission.NEW_ACCOUNT,
            Step(
                _("Open an account"),
                _("For an agency or a corporate client, with its credit limit and commissions."),
                *(address("account-new"), "plus"),
            ),
        ),
        (
            Permission.JET_CARDS,
            Step(
                _("Open a customer"),
                _("For charter, with its persons and jet cards."),
                *(address("customer-new") if has_jet_cards else "", "briefcase"),
            ),
        ),
        (
            Permission.ADMINISTRATION,
            Step(
                _("Invite your colleagues"),
                _("Each with their own permissions and places."),
                address("members"),
                "users",
            ),
        ),
        (
            Permission.ADMINISTRATION,
            Step(
                _("Connect your reservation system"),
                _("It sells on the accounts with an API key."),
                *(address("api-keys"), "key"),
            ),
        ),
    )
    return [step for permission, step in wanted if permission in may and step.url]
