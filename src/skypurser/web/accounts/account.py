"""An account: its header, what it has, and under tabs what it moved, holds, was refused, and went through.

Source: KIU, "Queries" and "Account History".
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.electronic import approvals, queries
from skypurser.electronic.queries import AccountView
from skypurser.history import acts
from skypurser.ledger import course, paging
from skypurser.ledger.paging import MovementPage
from skypurser.ledger.queries import holds as holds_of
from skypurser.ledger.states import ALLOWED, Purpose, Status
from skypurser.web import figures
from skypurser.web.accounts import links, words
from skypurser.web.accounts.attempts import AttemptBar, attempt_page
from skypurser.web.accounts.filters import MovementBar
from skypurser.web.accounts.steps import steps_from
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged

#: So long the line of an account's net is.
COURSE_DAYS = 90

#: So many requests that wait for approval are told above an account.
WAITING_TOLD = 3


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the account."""

    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the member may do on the account now; `key` is a shortcut."""

    label: str | Promise
    url: str
    icon: str
    key: str = ""


_TABS = (
    (_("Movements"), "account"),
    (_("Statements"), "account-statements"),
    (_("Holds"), "account-holds"),
    (_("Refused attempts"), "account-refused"),
    (_("History"), "account-history"),
)


@page(Permission.QUERIES)
def account(request: Request, account_id: int) -> HttpResponse:
    """Show the account's movements."""
    view = queries.get(account_id, actor=request.actor)
    bar = MovementBar(request.GET)
    filters, is_filtered = bar.filters, bar.is_set
    number = None if is_filtered else number_in(request, "page", most=10**12)
    after, before = number_in(request, "after"), number_in(request, "before")
    shown, totals = MovementPage([], None, None, view.standing.movements), None
    if bar.is_readable:
        shown, totals = paging.page_with_totals(
            carrier_id=request.actor.carrier_id,
            standing=view.standing,
            filters=filters,
            after=after if before is None and number is None else None,
            before=before if number is None else None,
            number=number,
            limit=LENGTH,
        )
    context = {
        "filters": bar,
        "is_filtered": is_filtered,
        "movements": [
            (one, words.named(words.KINDS, one.kind), leads)
            for one, leads in zip(
                shown.movements, links.of_movements(shown.movements, view=view, actor=request.actor), strict=True
            )
        ],
        "page": {
            "first": bar.with_() if shown.before is not None else "",
            "previous": bar.with_(before=str(shown.before)) if shown.before is not None else "",
            "following": bar.with_(after=str(shown.after)) if shown.after is not None else "",
        },
        "period": bar.period,
        "totals": totals,
        "summed": paging.SUMMED,
        "pages": max(1, -(-view.standing.movements // LENGTH)),
        "number": number or "",
    }
    return show_tab(request, view, "account", context)


@page(Permission.QUERIES)
def holds(request: Request, account_id: int) -> HttpResponse:
    """Show the account's holds, newest first."""
    view = queries.get(account_id, actor=request.actor)
    found = holds_of(
        carrier_id=request.actor.carrier_id,
        account_id=account_id,
        before=number_in(request, "after"),
        limit=LENGTH + 1,
    )
    rows = [(one, *words.HOLDS[one.status]) for one in found]
    shown = paged(rows, query=request.GET, position=lambda row: str(row[0].id))
    return show_tab(request, view, "account-holds", {"page": shown})


@page(Permission.QUERIES)
def refused(request: Request, account_id: int) -> HttpResponse:
    """Show what was refused on the account, newest first: why the agency couldn't issue."""
    view = queries.get(account_id, actor=request.actor)
    bar = AttemptBar(request.GET, now=request.now, zone=view.time_zone, currencies=[view.currency])
    found = attempt_page(bar, actor=request.actor, account_ids=[account_id], after=number_in(request, "after"))
    context = {
        "filters": bar,
        "rows": [(row, None) for row in found.rows],
        "page": found,
        "has_accounts": False,
        "zone": view.time_zone,
    }
    return show_tab(request, view, "account-refused", context)


@page(Permission.QUERIES)
def history(request: Request, account_id: int) -> HttpResponse:
    """Show what was done on the account, newest first, in Zulu time. Source: KIU, "Account History"."""
    view = queries.get(account_id, actor=request.actor)
    found = acts.of_account(
        carrier_id=request.actor.carrier_id,
        account_id=account_id,
        before=number_in(request, "after"),
        limit=LENGTH + 1,
    )
    rows = [
        (one, words.named(words.ACTS, one.action), changes_in_words(one.changes, view.currency), leads)
        for one, leads in zip(found, links.of_acts(found, account_id=account_id, actor=request.actor), strict=True)
    ]
    shown = paged(rows, query=request.GET, position=lambda row: str(row[0].id))
    return show_tab(request, view, "account-history", {"page": shown})


def number_in(request: Request, parameter: str, *, most: int = 2**62) -> int | None:
    """Return the whole number above zero that the address names; None for none, and for what is no number."""
    text = request.GET.get(parameter, "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 19:
        return None
    return int(text) if 0 < int(text) <= most else None


def account_actions(request: Request, view: AccountView) -> list[Action]:
    """Return what the member may do on the account as it is; what nothing routes is left out."""
    may, status = request.actor.permissions, view.standing.status
    wanted = [
        *(
            (
                (_("New sale"), "ticket-sell", "ticket", "", Permission.ISSUANCE),
                (_("Place a hold"), "hold-place", "clock", "", Permission.HOLDS),
            )
            if Purpose.SALE in ALLOWED[status]
            else ()
        ),
        (_("Credit and debit"), "account-credit-debit", "arrows-exchange", "", Permission.CREDIT_AND_DEBIT)
        if Purpose.MANUAL in ALLOWED[status]
        else None,
        (_("Summary and cut-off"), "account-cut-off", "scissors", "", Permission.CUT_OFF),
        (_("Enable"), "account-enable", "player-play", "", Permission.ACCOUNT_MANAGEMENT)
        if status is Status.INHIBITED
        else None,
        (_("Manage"), "account-manage", "adjustments", "e", Permission.ACCOUNT_MANAGEMENT),
    ]
    found = []
    for one in wanted:
        if one is not None and one[4] in may:
            try:
                url = reverse(f"desk:{one[1]}", args=[view.account_id])
            except NoReverseMatch:
                continue
            found.append(Action(one[0], url, one[2], one[3]))
    return found


def palette_actions(request: Request, view: AccountView) -> list[Action]:
    """Return all that the member may do on the account now, for the palette: its buttons, and what Manage has.

    Source: KIU, "Account Management", action buttons.
    """
    found = account_actions(request, view)
    if Permission.ACCOUNT_MANAGEMENT not in request.actor.permissions:
        return found
    has, account_id = view.standing, view.account_id
    found += [
        Action(step.label, reverse("desk:account-status", args=[account_id, step.name]), step.icon)
        for step in steps_from(has.status, is_agency=view.type == "agency")
    ]
    if not has.movements and not has.held:
        found.append(Action(_("Delete"), reverse("desk:account-delete", args=[account_id]), "trash"))
    return found


def header(request: Request, view: AccountView) -> dict[str, Any]:
    """Return what stands above every page of an account: whose it is, what it has, what may be done."""
    has = view.standing
    nets = course.by_date(
        carrier_id=request.actor.carrier_id,
        account_id=view.account_id,
        last=figures.today(request.now, view.time_zone),
        days=COURSE_DAYS,
        time_zone=view.time_zone,
    )
    used = has.credit_limit - has.available
    waiting = approvals.waiting_on(view.account_id, actor=request.actor, limit=WAITING_TOLD + 1)
    return {
        "account": view,
        "has": has,
        "is_agency": view.type == "agency",
        "over": -has.available if has.available < 0 else 0,
        "in_favour": -has.total_to_pay if has.total_to_pay < 0 else 0,
        "used": used,
        "used_percent": figures.part(max(0, used), has.credit_limit) if has.credit_limit else "",
        "course": nets,
        "least": min(nets.nets),
        "most": max(nets.nets),
        "actions": account_actions(request, view),
        "acts": palette_actions(request, view),
        "waiting": waiting[:WAITING_TOLD],
        "more_wait": len(waiting) > WAITING_TOLD,
    }


def show_tab(request: Request, view: AccountView, tab: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page under a tab of the account."""
    tabs = [Tab(label, reverse(f"desk:{name}", args=[view.account_id]), name == tab) for label, name in _TABS]
    return render(request, f"accounts/{tab.replace('-', '_')}.html", {**header(request, view), "tabs": tabs, **context})


def changes_in_words(changes: dict[str, Any] | None, currency: str) -> list[tuple[str, str, str]]:
    """Return field, old and new value; a plain detail has no old one."""
    found = []
    for field, content in (changes or {}).items():
        old, new = content if isinstance(content, list) and len(content) == 2 else (None, content)
        old = None if old == new else old
        found.append(
            (words.named(words.FIELDS, field), words.value(field, old, currency), words.value(field, new, currency))
        )
    return found
