"""Credit and debit an account by hand, or ask for it where it takes four eyes; take such a movement back.

Source: KIU, "Credit and Debit".
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access import four_eyes
from skypurser.access.acting import acting_for
from skypurser.access.permissions import Permission
from skypurser.electronic import manual, requesting
from skypurser.electronic.approvals import Kind
from skypurser.electronic.awaiting import Requested
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.ledger import queries as ledger
from skypurser.ledger.queries import Standing
from skypurser.ledger.states import ALLOWED, Purpose
from skypurser.web import figures
from skypurser.web.accounts.account import header
from skypurser.web.accounts.reaching import account_for, place_of
from skypurser.web.forms import ActForm, AmountField, ReferenceField
from skypurser.web.managing.fields import Segments
from skypurser.web.pages import Request, page

KINDS = (
    (Kind.CREDIT.value, pgettext_lazy("a movement", "Credit")),
    (Kind.DEBIT.value, pgettext_lazy("a movement", "Debit")),
)


class MovementForm(ActForm):
    """One line: a credit or a debit."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS, initial=Kind.CREDIT.value, widget=Segments)
    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    reference = ReferenceField(help_text=gettext_lazy("Why; it is printed on the statement."))

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(currency)  # type: ignore[attr-defined]


class ReversalForm(ActForm):
    """Why."""

    reference = ReferenceField(help_text=gettext_lazy("Why; it is printed on the statement."))


@page(Permission.CREDIT_AND_DEBIT, methods=("GET", "POST"))
def credit_and_debit(request: Request, account_id: int) -> HttpResponse:
    """Ask for the line, then post it, or keep it for approval."""
    view = account_for(Permission.CREDIT_AND_DEBIT, account_id, actor=request.actor)
    form = MovementForm(request.POST or None, currency=view.currency)
    if form.is_valid():
        typed = form.cleaned_data
        asked = form.accept(
            lambda: requesting.request(
                account_id=account_id,
                kind=Kind(typed["kind"]),
                amount=typed["amount"],
                reference=typed["reference"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=view.currency,
        )
        if asked is not None:
            return _asked(request, view, asked)
    with acting_for(request.actor.carrier_id):
        context = {
            **header(request, view),
            "actions": [],
            "form": form,
            "may_move": Purpose.MANUAL in ALLOWED[view.standing.status],
            "threshold": four_eyes.threshold(view.currency, carrier_id=request.actor.carrier_id),
        }
    return render(request, "managing/credit_debit.html", context)


@page(Permission.CREDIT_AND_DEBIT)
def forecast(request: Request, account_id: int) -> HttpResponse:
    """Say what the account would have after the line."""
    view = account_for(Permission.CREDIT_AND_DEBIT, account_id, actor=request.actor)
    context: dict[str, Any] = {"account": view}
    try:
        amount = figures.parse_amount(request.GET.get("amount", "").strip(), view.currency)
        if amount:
            threshold = four_eyes.threshold(view.currency, carrier_id=request.actor.carrier_id)
            after = moved(view.standing, Kind.DEBIT if request.GET.get("kind") == Kind.DEBIT else Kind.CREDIT, amount)
            context |= {
                "has": after,
                "over": max(0, -after.available),
                "needs_approval": threshold is not None and amount >= threshold,
            }
    except Refusal:
        pass  # an unfinished amount; it is told when the form is sent
    return render(request, "managing/forecast.html", context)


@page(Permission.CREDIT_AND_DEBIT, methods=("GET", "POST"))
def reverse_movement(request: Request, account_id: int, item: int) -> HttpResponse:
    """Ask for the reference, then take a manual credit or debit back by its mirror image."""
    view = account_for(Permission.CREDIT_AND_DEBIT, account_id, actor=request.actor)
    carrier_id = request.actor.carrier_id
    if not 0 < item <= view.standing.movements:
        raise Http404
    with acting_for(carrier_id):
        movement = ledger.movement(carrier_id=carrier_id, account_id=account_id, item=item)
    if movement is None or movement.kind not in manual.MANUAL_KINDS:
        raise Http404
    form = ReversalForm(request.POST or None)
    if form.is_valid():
        asked: Requested | None = form.accept(
            lambda: requesting.request_reversal(
                account_id=account_id,
                item=item,
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=view.currency,
        )
        if asked is not None and asked.posted is None:
            return _asked(request, view, asked)
        if asked is not None and asked.posted is not None:
            told = _("Movement %(item)s is reversed by movement %(by)s.")
            by = figures.whole(asked.posted.facts["item"])
            messages.success(request, told % {"item": figures.whole(item), "by": by})
            return redirect(_after(request, view))
    kind = Kind.DEBIT if movement.credit else Kind.CREDIT
    threshold = four_eyes.threshold(view.currency, carrier_id=carrier_id)
    context = {
        "form": form,
        "account": view,
        "movement": movement,
        "amount": movement.credit or movement.debit,
        "has": moved(view.standing, kind, movement.credit or movement.debit),
        "needs_approval": threshold is not None and (movement.credit or movement.debit) >= threshold,
        "heading": gettext_lazy("Reverse the movement"),
        "button": gettext_lazy("Reverse"),
        "back": _after(request, view),
    }
    return render(request, "managing/reverse.html", context)


def moved(has: Standing, kind: Kind, amount: int) -> Standing:
    """Return what an account would have after a credit or debit of `amount` minor units."""
    if kind is Kind.CREDIT:
        return replace(has, credits=has.credits + amount)
    return replace(has, debits=has.debits + amount)


def _asked(request: Request, view: AccountView, asked: Requested) -> HttpResponse:
    """Tell what became of the line, with the way back."""
    if asked.approval is not None:
        messages.info(request, _("Nothing is posted yet: a second member has to approve it."))
        return redirect("desk:approval", approval_id=asked.approval.id)
    facts = asked.posted.facts if asked.posted is not None else {}
    amount = figures.with_currency(facts.get("credit") or facts.get("debit") or 0, view.currency)
    sentence = (
        _("%(amount)s is credited: movement %(item)s.")
        if facts.get("credit")
        else _("%(amount)s is debited: movement %(item)s.")
    )
    told = sentence % {"amount": amount, "item": figures.whole(facts["item"])}
    url = reverse("desk:account-reverse", args=[view.account_id, facts["item"]])
    messages.success(request, format_html('{} <a href="{}">{}</a>', told, url, _("Reverse it")))
    return redirect(_after(request, view))


def _after(request: Request, view: AccountView) -> str:
    may_ask = request.actor.may(Permission.QUERIES, at=place_of(view))
    name = "desk:account" if may_ask else "desk:account-credit-debit"
    return reverse(name, args=[view.account_id])
