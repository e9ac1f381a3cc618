"""Give and take money on a card, and move it to another card of the customer.

Source: FL3XX, "Managing Balances".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic.approvals import ApprovalView
from skypurser.electronic.awaiting import Requested, needs_approval
from skypurser.errors import Refusal
from skypurser.jetcards import queries, requesting
from skypurser.jetcards.adding import AccountClosed
from skypurser.jetcards.queries import Account, CardView
from skypurser.ledger.queries import Standing
from skypurser.ledger.requests import Answer
from skypurser.web import figures
from skypurser.web.customers.customer import statement_address
from skypurser.web.customers.waiting import waiting_on
from skypurser.web.forms import ActForm, AmountField, ReferenceField
from skypurser.web.pages import Request, page


class FundsForm(ActForm):
    """How much, and why."""

    amount = AmountField(label=gettext_lazy("Amount"), above_zero=True)
    reference = ReferenceField(help_text=gettext_lazy("Why; it is printed on the account statement."))

    def __init__(self, *arguments: Any, card: CardView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["amount"].set_currency(card.currency)  # type: ignore[attr-defined]


class TransferForm(FundsForm):
    """To which card, how much, and why."""

    field_order = ("key", "to_card")

    to_card = forms.TypedChoiceField(label=gettext_lazy("To the card"), coerce=int)

    def __init__(self, *arguments: Any, card: CardView, others: list[CardView], **named: Any) -> None:
        super().__init__(*arguments, card=card, **named)
        self.fields["to_card"].choices = [  # type: ignore[attr-defined]
            (str(one.id), f"{one.name} · {figures.with_currency(one.standing.net, one.currency)}") for one in others
        ]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a card lacks, in minor units of its currency."""

    price: int
    available: int
    shortfall: int


@dataclass(frozen=True, slots=True)
class _Words:
    """What the page of an act says."""

    verb: str
    heading: Promise
    button: str | Promise
    done: Promise


_ADD = _Words(
    "add",
    gettext_lazy("Add funds"),
    gettext_lazy("Add funds"),
    gettext_lazy("%(amount)s is added to %(card)s; it has %(net)s now."),
)
_REMOVE = _Words(
    "remove",
    gettext_lazy("Remove funds"),
    gettext_lazy("Remove funds"),
    gettext_lazy("%(amount)s is removed from %(card)s; it has %(net)s now."),
)
_TRANSFER = _Words(
    "transfer",
    gettext_lazy("Transfer between cards"),
    pgettext_lazy("a button", "Transfer"),
    gettext_lazy("%(amount)s is transferred from %(card)s to %(other)s."),
)


@page(Permission.CARD_FUNDS, methods=("GET", "POST"))
def add(request: Request, card_id: int) -> HttpResponse:
    """Give money to the card."""
    account, card = _open(request, card_id)
    form = FundsForm(request.POST or None, card=card)
    return _answer(request, account, card, form, _ADD, lambda typed: requesting.add_funds(card_id=card_id, **typed))


@page(Permission.CARD_FUNDS, methods=("GET", "POST"))
def remove(request: Request, card_id: int) -> HttpResponse:
    """Take money that is available from the card."""
    account, card = _open(request, card_id)
    form = FundsForm(request.POST or None, card=card)
    return _answer(
        request, account, card, form, _REMOVE, lambda typed: requesting.remove_funds(card_id=card_id, **typed)
    )


@page(Permission.CARD_FUNDS, methods=("GET", "POST"))
def transfer(request: Request, card_id: int) -> HttpResponse:
    """Move money from the card to another one of the customer."""
    account, card = _open(request, card_id)
    form = TransferForm(request.POST or None, card=card, others=_others(account, card))
    return _answer(
        request,
        account,
        card,
        form,
        _TRANSFER,
        lambda typed: requesting.transfer(from_card_id=card_id, to_card_id=form.cleaned_data["to_card"], **typed),
    )


@page(Permission.CARD_FUNDS)
def forecast(request: Request, card_id: int) -> HttpResponse:
    """Say what the card would have afterwards, and the other one of a transfer."""
    account, card = _open(request, card_id)
    context: dict[str, Any] = {"card": card}
    verb = request.GET.get("verb", "")
    try:
        amount = figures.parse_amount(request.GET.get("amount", "").strip(), card.currency)
        if amount:
            after = moved(card.standing, credit=amount) if verb == "add" else moved(card.standing, debit=amount)
            context |= {"has": after, "missing": max(0, -after.available) if verb != "add" else 0}
            other = next((one for one in _others(account, card) if str(one.id) == request.GET.get("to_card", "")), None)
            if verb == "transfer" and other is not None:
                context |= {"other": other, "other_has": moved(other.standing, credit=amount)}
            context["needs_approval"] = needs_approval(amount, card.currency, carrier_id=request.actor.carrier_id)
    except Refusal:
        pass  # an unfinished amount; it is told when the form is sent
    return render(request, "jetcards/forecast.html", context)


def moved(has: Standing, *, credit: int = 0, debit: int = 0) -> Standing:
    """Return what a card would have after a movement, in minor units."""
    return replace(has, credits=has.credits + credit, debits=has.debits + debit)


def missing_of(refusal: Refusal) -> Missing | None:
    """Return what is missing where funds are; None where it was refused for something else."""
    if refusal.code != "insufficient_funds":
        return None
    available, shortfall = int(refusal.facts["available"]), int(refusal.facts["shortfall"])
    return Missing(available + shortfall, available, shortfall)


def waits(request: Request, approval: ApprovalView) -> HttpResponse:
    """Tell that somebody else has to agree first, and lead to what was asked for."""
    messages.info(request, _("Nothing is posted yet: a second member has to approve it."))
    return redirect("desk:approval", approval_id=approval.id)


def came_from(request: Request) -> str:
    """Return the page of a quote or booking that sent somebody here and is gone back to; empty for any other."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.isprintable() and wanted.startswith(("/quotes/", "/bookings/")) else ""


def _open(request: Request, card_id: int) -> tuple[Account, CardView]:
    account, card = queries.account_with(card_id, actor=request.actor)
    if card.is_closed:
        raise AccountClosed
    return account, card


def _others(account: Account, card: CardView) -> list[CardView]:
    return [one for one in account.cards if one.id != card.id and not one.is_closed]


def _answer(
    request: Request,
    account: Account,
    card: CardView,
    form: FundsForm,
    words: _Words,
    act: Callable[[dict[str, Any]], Requested],
) -> HttpResponse:
    missing = None
    back = came_from(request) or reverse("desk:customer", args=[card.customer_id])
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("amount", "reference", "key")}
        try:
            asked = act({**typed, "actor": request.actor, "now": request.now})
        except Refusal as refusal:
            missing = missing_of(refusal)
            form.refuse(refusal, currency=card.currency)
        else:
            if asked.approval is not None:
                return waits(request, asked.approval)
            if asked.posted is not None:
                _tell(request, account, card, words, asked.posted)
            return redirect(back)
    context = {
        "form": form,
        "customer": account.customer,
        "card": card,
        "missing": missing,
        "verb": words.verb,
        "heading": words.heading,
        "button": words.button,
        "has_others": bool(_others(account, card)),
        "waiting": waiting_on([card.id], actor=request.actor).get(card.id),
        "back": back,
    }
    return render(request, "jetcards/funds.html", context)


def _tell(request: Request, account: Account, card: CardView, words: _Words, answer: Answer) -> None:
    facts: dict[str, Any] = {**answer.facts}
    is_transfer = "from" in facts
    mine = facts["from"] if is_transfer else facts
    names = {one.id: one.name for one in account.cards}
    told = str(words.done) % {
        "amount": figures.with_currency(
            facts["amount"] if is_transfer else mine["credit"] or mine["debit"], card.currency
        ),
        "card": card.name,
        "net": figures.with_currency(mine["net"], card.currency),
        "other": names.get(facts["to"]["account"], "") if is_transfer else "",
    }
    url = statement_address(card, entry_id=mine["entry"])
    messages.success(request, format_html('{} <a href="{}">{}</a>', told, url, _("Show the movement")))
