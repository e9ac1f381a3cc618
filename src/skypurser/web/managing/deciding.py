"""Approvals: money moved by hand that waits for a second member, on accounts and cards, and what was decided.

The four eyes are ours; what is asked for is KIU's "Credit and Debit" and FL3XX's "Managing Balances".
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.members import is_member
from skypurser.access.permissions import Permission
from skypurser.electronic import approvals, approving, queries
from skypurser.electronic.approvals import ApprovalStatus, ApprovalView, Kind
from skypurser.electronic.queries import AccountView
from skypurser.jetcards import queries as cards
from skypurser.jetcards.queries import CardView
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.queries import Standing
from skypurser.parties.clientele import READING
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.accounts.account import Tab, number_in
from skypurser.web.forms import DeskForm, ReferenceField
from skypurser.web.managing.moving import moved
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import card_address, movement_address

#: Words, tone and icon.
STATUSES = {
    ApprovalStatus.PENDING: (words.REQUESTS["pending"], "accent", "clock"),
    ApprovalStatus.APPROVED: (words.REQUESTS["approved"], "ok", "circle-check"),
    ApprovalStatus.DECLINED: (words.REQUESTS["declined"], "bad", "circle-x"),
    ApprovalStatus.WITHDRAWN: (words.REQUESTS["withdrawn"], "quiet", "door-exit"),
}


class DecisionForm(DeskForm):
    """A button: to approve, or to withdraw."""


class DeclineForm(DecisionForm):
    """Why not."""

    reason = ReferenceField(label=gettext_lazy("Reason"), help_text=gettext_lazy("For whoever asked."))


@page(approvals.SEEING)
def waiting(request: Request) -> HttpResponse:
    """List what waits, the oldest first, or what was decided, the newest first."""
    show = request.GET.get("show", "")
    is_decided, is_own = show == "decided", show == "own"
    after = number_in(request, "after")
    if is_decided:
        found = approvals.decided(actor=request.actor, before=after, limit=LENGTH + 1)
    else:
        found = approvals.pending(actor=request.actor, own=is_own, after=after or 0, limit=LENGTH + 1)
    rows = [(one, words.named(words.ASKED, one.kind), *STATUSES[one.status], one.is_of(request.actor)) for one in found]
    url = reverse("desk:approvals")
    context = {
        "is_decided": is_decided,
        "page": paged(rows, query=request.GET, position=lambda row: str(row[0].id)),
        "tabs": [
            Tab(gettext_lazy("Waiting"), url, not (is_decided or is_own)),
            Tab(gettext_lazy("You asked for"), f"{url}?show=own", is_own),
            Tab(gettext_lazy("Decided"), f"{url}?show=decided", is_decided),
        ],
        "may_approve": Permission.APPROVALS in request.actor.permissions,
    }
    return render(request, "managing/approvals.html", context)


@page(approvals.SEEING, methods=("GET", "POST"))
def one(request: Request, approval_id: int) -> HttpResponse:
    """Show a request; approve, decline or withdraw it."""
    view = approvals.get(approval_id, actor=request.actor)
    act = request.POST.get("act", "")
    decline = DeclineForm(request.POST if act == "decline" else None)
    form = decline if act == "decline" else DecisionForm(request.POST or None)
    if act in _ACTS and form.is_valid():
        done = form.accept(lambda: _ACTS[act](view, form, request), currency=view.account.currency)
        if done is not None:
            messages.success(request, _done(done, request))
            is_queue = done.status is not ApprovalStatus.WITHDRAWN and approvals.count_waiting(actor=request.actor)
            return redirect("desk:approvals" if is_queue else reverse("desk:approval", args=[approval_id]))
        view = approvals.get(approval_id, actor=request.actor)
    account, card = _account(view, request.actor.carrier_id), _card(view, request.actor.carrier_id)
    is_own = view.is_of(request.actor)
    is_pending = view.status is ApprovalStatus.PENDING
    context = {
        "request_": view,
        "kind": words.named(words.ASKED, view.kind),
        "status": STATUSES[view.status],
        "form": form,
        "decline": decline,
        "account": account,
        "card": card,
        "other": _name_of(view.other_account_id, request.actor.carrier_id),
        "after": _after(view, account or card) if is_pending else None,
        "is_pending": is_pending,
        "is_own": is_own,
        "has_left": is_pending
        and view.requested_by_id is not None
        and not is_member(view.requested_by_id, carrier_id=request.actor.carrier_id),
        "may_decide": is_pending and not is_own and request.actor.may(Permission.APPROVALS, at=view.place),
        "may_ask": account is not None and request.actor.may(Permission.QUERIES, at=view.place),
        "statement": _statement(view, card, request),
    }
    return render(request, "managing/approval.html", context)


def _approve(view: ApprovalView, form: DecisionForm, request: Request) -> ApprovalView:  # noqa: ARG001 — one shape for all
    return approving.approve(approval_id=view.id, actor=request.actor, now=request.now)


def _decline(view: ApprovalView, form: DecisionForm, request: Request) -> ApprovalView:
    reason = form.cleaned_data["reason"]
    return approving.decline(approval_id=view.id, reason=reason, actor=request.actor, now=request.now)


def _withdraw(view: ApprovalView, form: DecisionForm, request: Request) -> ApprovalView:  # noqa: ARG001 — one shape for all
    return approving.withdraw(approval_id=view.id, actor=request.actor, now=request.now)


_ACTS: dict[str, Any] = {"approve": _approve, "decline": _decline, "withdraw": _withdraw}


def _done(decided: ApprovalView, request: Request) -> str:
    """Return what was done, with the way to the movement that came of it where the member may see it."""
    told = str(_DONE[decided.status]) % {"who": decided.requested_by}
    if decided.item is None:
        return told
    url = _statement(decided, _card(decided, request.actor.carrier_id), request)
    if not decided.card and request.actor.may(Permission.QUERIES, at=decided.place):
        url = movement_address(decided.account_id, decided.item)
    if not url:
        return told
    return format_html(
        '{} <a href="{}">{}</a>', told, url, _("Movement %(item)s") % {"item": figures.whole(decided.item)}
    )


_DONE = {
    ApprovalStatus.APPROVED: gettext_lazy("Approved, and posted in the name of %(who)s."),
    ApprovalStatus.DECLINED: gettext_lazy("Declined; nothing was posted."),
    ApprovalStatus.WITHDRAWN: gettext_lazy("Withdrawn; nothing was posted."),
}


def _account(view: ApprovalView, carrier_id: int) -> AccountView | None:
    """Return the account as it is; None for a card, and where it was deleted after the decision."""
    try:
        return None if view.card else queries.shown(view.account_id, carrier_id=carrier_id)
    except AccountNotFound:
        return None


def _card(view: ApprovalView, carrier_id: int) -> CardView | None:
    """Return the card as it is; None for an electronic account."""
    return cards.shown(view.account_id, carrier_id=carrier_id) if view.card else None


def _name_of(card_id: int | None, carrier_id: int) -> str:
    return "" if card_id is None else cards.shown(card_id, carrier_id=carrier_id).name


def _after(view: ApprovalView, of: AccountView | CardView | None) -> Standing | None:
    """Return what the account or card would have if the request was posted now."""
    if of is None:
        return None
    gives = view.kind in {Kind.CREDIT, Kind.CARD_OPENING, Kind.CARD_FUNDS_ADDED}
    return moved(of.standing, Kind.CREDIT if gives else Kind.DEBIT, view.amount)


def _statement(view: ApprovalView, card: CardView | None, request: Request) -> str:
    """Return the address of a card's statement, at the movement if there is one; empty where it is not to be seen."""
    if card is None or not any(request.actor.may(one, at=view.place) for one in READING):
        return ""
    return card_address(card.customer_id, card.id, entry_id=view.entry_id)
