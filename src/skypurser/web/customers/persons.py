"""The persons of a customer: who they are, adding and editing one, and making one inactive. Nobody is deleted.

Source: FL3XX, "Account Persons".
"""

from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.errors import Refusal
from skypurser.jetcards import once, queries
from skypurser.parties import customers, persons
from skypurser.parties.clientele import CHANGING, PersonChanges, PersonView
from skypurser.web.customers import words
from skypurser.web.customers.customer import show
from skypurser.web.customers.fields import EmailField, PhoneField, ShownForm
from skypurser.web.forms import ActForm
from skypurser.web.managing.fields import PlainField
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER

_FIELDS = ("name", "email", "phone")


class PersonFields(forms.Form):
    """Who somebody is."""

    name = PlainField(label=gettext_lazy("Name"), max_length=200)
    email = EmailField()
    phone = PhoneField()


class NewPersonForm(ActForm, PersonFields):
    """A new person."""


class StateForm(ActForm):
    """Nothing but the key: whether the person is active from now on is in the address."""


class EditPersonForm(ShownForm, PersonFields):
    """A person as it is."""

    def __init__(self, *arguments: Any, person: PersonView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.initial.update({name: getattr(person, name) for name in _FIELDS}, shown=shown_of(person))

    @property
    def expected(self) -> PersonChanges:
        """What the form showed."""
        return msgspec.json.decode(self.cleaned_data["shown"], type=PersonChanges)

    @property
    def changes(self) -> PersonChanges:
        """What was changed, once the form is valid."""
        before = self.expected
        typed = {name: self.cleaned_data[name] for name in _FIELDS}
        return PersonChanges(**{name: text for name, text in typed.items() if text != getattr(before, name)})

    def clean_shown(self) -> str:
        """Refuse what the page has not made."""
        text = str(self.cleaned_data["shown"])
        try:
            shown = msgspec.json.decode(text, type=PersonChanges)
        except (msgspec.MsgspecError, UnicodeError):
            shown = PersonChanges()
        if None in {shown.name, shown.email, shown.phone}:
            raise forms.ValidationError(_("The form has no key any more. Open it again."), code="invalid")
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for a change."""
        typed = super().clean() or self.cleaned_data
        if not self.errors and self.changes == PersonChanges():
            self.add_error(None, _("Nothing is changed yet."))
        return typed


def shown_of(person: PersonView) -> str:
    """Return what a form shows of a person, for its hidden field."""
    return msgspec.json.encode(PersonChanges(name=person.name, email=person.email, phone=person.phone)).decode()


@page(CHARTER)
def listing(request: Request, customer_id: int) -> HttpResponse:
    """Show the persons by name, active ones first, each with the cards that are assigned to them alone."""
    account = queries.account(customer_id, actor=request.actor)
    open_cards = [card for card in account.cards if not card.is_closed]
    rows = [(one, [card.name for card in open_cards if one.id in card.person_ids]) for one in account.persons]
    context = {
        "rows": rows,
        "has_shared": any(not card.person_ids for card in open_cards),
        "may_change": bool(request.actor.permissions.intersection(CHANGING)),
    }
    return show(request, account, "customer-persons", context)


@page(CHANGING, methods=("GET", "POST"))
def new(request: Request, customer_id: int) -> HttpResponse:
    """Add a person."""
    customer = customers.get(customer_id, actor=request.actor)
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        answer = form.accept(
            lambda: once.add_person(
                customer_id=customer_id,
                **{name: typed[name] for name in _FIELDS},
                key=typed["key"],
                actor=request.actor,
                now=request.now,
            )
        )
        if answer is not None:
            messages.success(request, _("%(person)s is added.") % {"person": once.told_person(answer).name})
            return redirect("desk:customer-persons", customer_id=customer_id)
    context = {"form": form, "customer": customer, "heading": _("Add a person"), "button": _("Add")}
    return render(request, "customers/person.html", context)


@page(CHANGING, methods=("GET", "POST"))
def edit(request: Request, customer_id: int, person_id: int) -> HttpResponse:
    """Change who somebody is."""
    person = persons.get_person(person_id, customer_id=customer_id, actor=request.actor)
    form = EditPersonForm(request.POST or None, person=person)
    if form.is_valid() and _save(form, request, person):
        messages.success(request, _("Saved."))
        return redirect("desk:customer-persons", customer_id=customer_id)
    context = {
        "form": form,
        "customer": customers.shown(customer_id, carrier_id=request.actor.carrier_id),
        "person": person,
        "heading": _("Edit %(person)s") % {"person": person.name},
        "button": _("Save"),
    }
    return render(request, "customers/person.html", context)


@page(CHANGING, methods=("GET", "POST"))
def deactivate(request: Request, customer_id: int, person_id: int) -> HttpResponse:
    """Let somebody use no card any more."""
    return _set_active(request, customer_id, person_id, active=False)


@page(CHANGING, methods=("GET", "POST"))
def reactivate(request: Request, customer_id: int, person_id: int) -> HttpResponse:
    """Let somebody use cards again."""
    return _set_active(request, customer_id, person_id, active=True)


def _set_active(request: Request, customer_id: int, person_id: int, *, active: bool) -> HttpResponse:
    person = persons.get_person(person_id, customer_id=customer_id, actor=request.actor)
    form = StateForm(request.POST or None)
    if form.is_valid():
        answer = form.accept(
            lambda: once.change_person(
                customer_id=customer_id,
                person_id=person_id,
                changes=PersonChanges(is_active=active),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            )
        )
        if answer is not None:
            told = _("%(person)s is active again.") if active else _("%(person)s is inactive and uses no card.")
            messages.success(request, told % {"person": person.name})
            return redirect("desk:customer-persons", customer_id=customer_id)
    heading = _("Make %(person)s active again") if active else _("Make %(person)s inactive")
    context = {
        "form": form,
        "person": person,
        "is_to_be_active": active,
        "heading": heading % {"person": person.name},
        "button": _("Make active") if active else _("Make inactive"),
        "back": reverse("desk:customer-persons", args=[customer_id]),
    }
    return render(request, "customers/person_state.html", context)


def _save(form: EditPersonForm, request: Request, person: PersonView) -> bool:
    try:
        once.change_person(
            customer_id=person.customer_id,
            person_id=person.id,
            changes=form.changes,
            expected=form.expected,
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        if refusal.code != "changed_meanwhile":
            form.refuse(refusal)
            return False
        now = {field: words.value(field, content, "") for field, content in refusal.facts.items()}
        found = persons.get_person(person.id, customer_id=person.customer_id, actor=request.actor)
        form.tell_conflict(now, shown=shown_of(found))
        return False
    return True
