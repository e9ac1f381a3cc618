"""Add a card to a customer, and change one. Source: FL3XX, "Adding Jet Cards"."""

from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access import four_eyes
from skypurser.access.permissions import Permission
from skypurser.electronic.awaiting import Requested
from skypurser.errors import Refusal
from skypurser.jetcards import once, queries, requesting
from skypurser.jetcards.adding import AccountClosed, CardChanges
from skypurser.jetcards.queries import Account, CardView
from skypurser.web import figures
from skypurser.web.customers import words
from skypurser.web.customers.customer import statement_address
from skypurser.web.customers.fields import ShownForm
from skypurser.web.forms import ActForm, AmountField, ReferenceField
from skypurser.web.jetcards.fields import CardNameField, LowMarkField, PersonsField
from skypurser.web.pages import Request, page


class NewCardForm(ActForm):
    """A new card."""

    name = CardNameField()
    person_ids = PersonsField()
    opening_balance = AmountField(
        label=gettext_lazy("Opening balance"),
        required=False,
        help_text=gettext_lazy("What the card begins with; empty for nothing."),
    )
    reference = ReferenceField(
        required=False,
        help_text=gettext_lazy("Of the opening balance, and mandatory with one; it is printed on the statement."),
    )
    low_mark = LowMarkField()

    def __init__(self, *arguments: Any, account: Account, may_fund: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person_ids"].offer(account.persons)  # type: ignore[attr-defined]
        for name in ("opening_balance", "low_mark"):
            self.fields[name].set_currency(account.customer.currency)  # type: ignore[attr-defined]
        if not may_fund:
            del self.fields["opening_balance"], self.fields["reference"]

    def clean(self) -> dict[str, Any]:
        """Ask for the reference of an opening balance."""
        typed = super().clean() or self.cleaned_data
        if typed.get("opening_balance") and not typed.get("reference") and "reference" not in self.errors:
            self.add_error("reference", _("An opening balance needs a reference: it is the card's first movement."))
        return typed


class EditCardForm(ShownForm):
    """A card as it is."""

    name = CardNameField()
    person_ids = PersonsField()
    low_mark = LowMarkField()
    reference = ReferenceField(
        required=False, help_text=gettext_lazy("Why, if it matters later; it stays in the history.")
    )

    def __init__(self, *arguments: Any, account: Account, card: CardView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["person_ids"].offer(account.persons, chosen=card.person_ids)  # type: ignore[attr-defined]
        self.fields["low_mark"].set_currency(card.currency)  # type: ignore[attr-defined]
        self.initial.update(
            name=card.name,
            person_ids=[str(one) for one in card.person_ids],
            low_mark=card.low_mark or None,
            shown=shown_of(card),
        )

    @property
    def expected(self) -> CardChanges:
        """What the form showed."""
        return msgspec.json.decode(self.cleaned_data["shown"], type=CardChanges)

    @property
    def changes(self) -> CardChanges:
        """What was changed, once the form is valid."""
        before, typed = self.expected, self.cleaned_data
        wanted = {**{name: typed[name] for name in ("name", "person_ids")}, "low_mark": typed["low_mark"] or 0}
        return CardChanges(**{name: new for name, new in wanted.items() if new != getattr(before, name)})

    def clean_shown(self) -> str:
        """Refuse what the page has not made."""
        text = str(self.cleaned_data["shown"])
        try:
            shown = msgspec.json.decode(text, type=CardChanges)
        except (msgspec.MsgspecError, UnicodeError):
            shown = CardChanges()
        if shown.name is None or shown.person_ids is None or shown.low_mark is None:
            raise forms.ValidationError(_("The form has no key any more. Open it again."), code="invalid")
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for a change."""
        typed = super().clean() or self.cleaned_data
        if not self.errors and self.changes == CardChanges():
            self.add_error(None, _("Nothing is changed yet."))
        return typed


def shown_of(card: CardView) -> str:
    """Return what a form shows of a card, for its hidden field."""
    shown = CardChanges(name=card.name, person_ids=frozenset(card.person_ids), low_mark=card.low_mark)
    return msgspec.json.encode(shown).decode()


@page(Permission.JET_CARDS, methods=("GET", "POST"))
def new(request: Request, customer_id: int) -> HttpResponse:
    """Add a card, with its opening balance."""
    account = queries.account(customer_id, actor=request.actor)
    may_fund = Permission.CARD_FUNDS in request.actor.permissions
    form = NewCardForm(request.POST or None, account=account, may_fund=may_fund)
    if form.is_valid():
        typed = form.cleaned_data
        asked: Requested | None = form.accept(
            lambda: requesting.add_card(
                customer_id=customer_id,
                name=typed["name"],
                person_ids=typed["person_ids"],
                opening_balance=typed.get("opening_balance") or 0,
                reference=typed.get("reference", ""),
                low_mark=typed["low_mark"] or 0,
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=account.customer.currency,
        )
        if asked is not None and asked.approval is not None:
            told = _("%(card)s is added. Its opening balance is not posted yet: a second member has to approve it.")
            messages.info(request, told % {"card": asked.approval.card})
            return redirect("desk:approval", approval_id=asked.approval.id)
        if asked is not None and asked.posted is not None:
            _tell_added(request, once.told_card(asked.posted))
            return redirect("desk:customer", customer_id=customer_id)
    context = {
        "form": form,
        "customer": account.customer,
        "threshold": four_eyes.threshold(account.customer.currency, carrier_id=request.actor.carrier_id),
    }
    return render(request, "jetcards/new.html", context)


@page(Permission.JET_CARDS, methods=("GET", "POST"))
def edit(request: Request, card_id: int) -> HttpResponse:
    """Change what a card is called, who may use it, and when it is low."""
    account, card = queries.account_with(card_id, actor=request.actor)
    if card.is_closed:
        raise AccountClosed
    form = EditCardForm(request.POST or None, account=account, card=card)
    if form.is_valid() and _save(form, request, account, card):
        messages.success(request, _("Saved."))
        return redirect("desk:customer", customer_id=card.customer_id)
    context = {
        "form": form,
        "customer": account.customer,
        "card": card,
        "back": reverse("desk:customer", args=[card.customer_id]),
    }
    return render(request, "jetcards/edit.html", context)


def _tell_added(request: Request, card: CardView) -> None:
    amount = figures.with_currency(card.standing.net, card.currency)
    told = _("%(card)s is added, with %(amount)s on it.") % {"card": card.name, "amount": amount}
    if card.standing.movements:
        told = format_html('{} <a href="{}">{}</a>', told, statement_address(card), _("Show the movement"))
    messages.success(request, told)


def _save(form: EditCardForm, request: Request, account: Account, card: CardView) -> bool:
    try:
        once.change_card(
            card_id=card.id,
            changes=form.changes,
            expected=form.expected,
            reference=form.cleaned_data["reference"],
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        if refusal.code != "changed_meanwhile":
            form.refuse(refusal, currency=card.currency)
            return False
        persons = {one.id: one.name for one in account.persons}
        now = {field: words.value(field, content, card.currency, persons) for field, content in refusal.facts.items()}
        form.tell_conflict(now, shown=shown_of(queries.card(card.id, actor=request.actor)))
        return False
    return True
