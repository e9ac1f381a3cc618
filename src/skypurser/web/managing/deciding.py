"""Approvals: manual credits and debits that wait for a second member, and what was decided.

The four eyes are ours; what is asked for is KIU's "Credit and Debit".
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
from skypurser.electronic.approvals import ApprovalStatus, ApprovalView
from skypurser.electronic.queries import AccountView
from skypurser.ledger.accounts import AccountNotFound
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.accounts.account import Tab, number_in
from skypurser.web.forms import DeskForm, ReferenceField
from skypurser.web.managing.moving import KINDS, moved
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged
from skypurser.web.shell.navigation import movement_address

#: Words, tone and icon.
STATUSES = {
    ApprovalStatus.PENDING: (words.REQUESTS["pending"], "accent", "clock"),
    ApprovalStatus.APPROVED: (words.REQUESTS["approved"], "ok", "circle-check"),
    ApprovalStatus.DECLINED: (words.REQUESTS["declined"], "bad", "circle-x"),
    ApprovalStatus.WITHDRAWN: (words.REQUESTS["withdrawn"], "quiet", "door-exit"),
}

_WHO = (Permission.APPROVALS, Permission.CREDIT_AND_DEBIT)


class DecisionForm(DeskForm):
    """A button: to approve, or to withdraw."""


class DeclineForm(DecisionForm):
    """Why not."""

    reason = ReferenceField(label=gettext_lazy("Reason"), help_text=gettext_lazy("For whoever asked."))


@page(_WHO)
def waiting(request: Request) -> HttpResponse:
    """List what waits, the oldest first, or what was decided, the newest first."""
    show = request.GET.get("show", "")
    is_decided, is_own = show == "decided", show == "own"
    after = number_in(request, "after")
    if is_decided:
        found = approvals.decided(actor=request.actor, before=after, limit=LENGTH + 1)
    else:
        found = approvals.pending(actor=request.actor, own=is_own, after=after or 0, limit=LENGTH + 1)
    rows = [(one, dict(KINDS)[one.kind.value], *STATUSES[one.status], one.is_of(request.actor)) for one in found]
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


@page(_WHO, methods=("GET", "POST"))
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
    account = _account(view, request.actor.carrier_id)
    is_own = view.is_of(request.actor)
    is_pending = view.status is ApprovalStatus.PENDING
    context = {
        "request_": view,
        "kind": dict(KINDS)[view.kind.value],
        "status": STATUSES[view.status],
        "form": form,
        "decline": decline,
        "account": account,
        "after": moved(account.standing, view.kind, view.amount) if account and is_pending else None,
        "is_pending": is_pending,
        "is_own": is_own,
        "has_left": is_pending
        and view.requested_by_id is not None
        and not is_member(view.requested_by_id, carrier_id=request.actor.carrier_id),
        "may_decide": is_pending and not is_own and request.actor.may(Permission.APPROVALS, at=view.place),
        "may_ask": account is not None and request.actor.may(Permission.QUERIES, at=view.place),
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
    if decided.item is None or not request.actor.may(Permission.QUERIES, at=decided.place):
        return told
    url = movement_address(decided.account_id, decided.item)
    return format_html(
        '{} <a href="{}">{}</a>', told, url, _("Movement %(item)s") % {"item": figures.whole(decided.item)}
    )


_DONE = {
    ApprovalStatus.APPROVED: gettext_lazy("Approved, and posted in the name of %(who)s."),
    ApprovalStatus.DECLINED: gettext_lazy("Declined; nothing was posted."),
    ApprovalStatus.WITHDRAWN: gettext_lazy("Withdrawn; nothing was posted."),
}


def _account(view: ApprovalView, carrier_id: int) -> AccountView | None:
    """Return the account as it is; None where it was deleted after the decision."""
    try:
        return queries.shown(view.account_id, carrier_id=carrier_id)
    except AccountNotFound:
        return None
