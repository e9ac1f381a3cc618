"""New account: of an agency's office or of a corporate client, who are registered on the way where they are new.

Source: KIU, "New Account".
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Mode, Rates, Rule
from skypurser.electronic import once, queries
from skypurser.electronic.queries import AccountView
from skypurser.errors import Refusal
from skypurser.parties import queries as parties
from skypurser.parties.airports import UnknownAirport, airport
from skypurser.parties.registering import ClientData, OfficeData
from skypurser.web.forms import ActForm, AmountField, CodeField, ReferenceField
from skypurser.web.managing.fields import ON_OFF, CurrencyField, PartyCodeField, PlaceField, PlainField, Segments
from skypurser.web.pages import Request, page
from skypurser.web.refusals import tell

_FREE = Rule(Mode.FREE)

_CLOCK = gettext_lazy("Whose clock tells the account's dates; empty where it has the city's code.")


class NewAccountForm(ActForm):
    """What both types have in common; `party` is whose account it becomes, once the form is valid."""

    type: ClassVar[str]

    currency = CurrencyField()
    credit_limit = AmountField(
        label=gettext_lazy("Credit limit"), help_text=gettext_lazy("What may be owed; 0 for a prepaid account.")
    )
    reference = ReferenceField()

    def __init__(self, *arguments: Any, actor: Actor, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.actor = actor
        self.party: OfficeData | ClientData | None = None
        self.fields["currency"].initial = currency
        chosen = self["currency"].value()
        self.fields["credit_limit"].set_currency(chosen if self._is_offered(chosen) else currency)  # type: ignore[attr-defined]

    @property
    def rates(self) -> Rates:
        """Free until they are set on the page of management."""
        raise NotImplementedError

    @property
    def credit_card(self) -> bool:
        """What the switch is set to."""
        return False

    def find(self) -> None:
        """Say whose account it becomes, or tell in the form why it can't be said."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Look the office or client up."""
        try:
            self.find()
        except UnknownAirport as refusal:
            told = gettext_lazy("This city has no airport of the same code. Name the airport.")
            self.add_error("airport", tell(refusal).text if self.cleaned_data.get("airport") else told)
        except Refusal as refusal:
            self.refuse(refusal)
        return self.cleaned_data

    def _is_offered(self, currency: Any) -> bool:
        return any(currency == code for code, _name in self.fields["currency"].choices)  # type: ignore[attr-defined]


class AgencyForm(NewAccountForm):
    """An agency's office. What it is called and where it is are asked only where it is not registered yet."""

    type = "agency"
    field_order = ("office", "name", "issue_id", "city", "airport", "currency", "credit_limit", "switch", "reference")

    office = PartyCodeField(label=gettext_lazy("Office"), help_text=gettext_lazy("The travel agency's Office ID."))
    name = PlainField(label=gettext_lazy("Agency name"), max_length=200, required=False)
    issue_id = PlainField(label=gettext_lazy("Issue ID"), max_length=20, required=False)
    city = PlaceField(label=gettext_lazy("City"), field="city", required=False)
    airport = PlaceField(label=gettext_lazy("Airport"), field="airport", required=False, help_text=_CLOCK)
    switch = forms.ChoiceField(
        label=gettext_lazy("Credit card"),
        choices=ON_OFF,
        initial="off",
        widget=Segments,
        help_text=gettext_lazy("ON: what is sold by a card that is validated online credits its commission here."),
    )

    #: Whether the office's own fields are drawn.
    is_new_party = False

    def ask_party(self) -> None:
        """Ask who the office is: it is not registered yet."""
        self.is_new_party = True
        for name in ("name", "city"):
            self.fields[name].required = True

    @property
    def rates(self) -> Rates:
        """All four."""
        return Rates(_FREE, _FREE, _FREE, _FREE)

    @property
    def credit_card(self) -> bool:
        """What the switch is set to."""
        return bool(self.cleaned_data["switch"] == "on")

    def find(self) -> None:
        """Take the office as it is known, else as it was typed."""
        typed = self.cleaned_data
        if not typed.get("office"):
            return
        known = self.party = parties.office(typed["office"], actor=self.actor)
        if known is not None:
            for name in ("name", "issue_id", "city", "airport"):  # left from another office; nobody sees them
                self.errors.pop(name, None)
            return
        self.ask_party()
        if "name" not in self.data:
            told = _("Office %(code)s is not registered yet. Say whose it is, and it is registered with the account.")
            self.add_error("office", told % {"code": typed["office"]})
            return
        for name in ("name", "city"):
            if not typed.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if not self.errors:
            found = airport(typed["airport"] or typed["city"])
            self.party = OfficeData(
                code=typed["office"],
                name=typed["name"],
                issue_id=typed["issue_id"],
                city=typed["city"],
                airport=found.code,
                country=found.country,
            )


class CorporateForm(NewAccountForm):
    """A corporate client."""

    type = "corporate"
    field_order = ("code", "name", "city", "airport", "currency", "credit_limit", "agency_involved", "reference")

    code = PartyCodeField(
        label=gettext_lazy("Client code"), help_text=gettext_lazy("Your own code for the corporate client.")
    )
    name = PlainField(label=gettext_lazy("Account name"), max_length=200)
    city = PlaceField(label=gettext_lazy("City"), field="city")
    airport = PlaceField(label=gettext_lazy("Airport"), field="airport", required=False, help_text=_CLOCK)
    agency_involved = CodeField(
        label=gettext_lazy("Agency involved"),
        required=False,
        help_text=gettext_lazy("Office ID of the agency whose customer the client is."),
    )

    @property
    def rates(self) -> Rates:
        """Two."""
        return Rates(_FREE, _FREE)

    def find(self) -> None:
        """Take the client as it is known, where nothing else was typed; else as it was typed."""
        typed = self.cleaned_data
        if not typed.get("code") or not typed.get("city"):
            return
        known = self.party = parties.client(typed["code"], typed["city"], actor=self.actor)
        if known is None:
            found = airport(typed.get("airport") or typed["city"])
            self.party = ClientData(
                code=typed["code"],
                name=typed.get("name", ""),
                city=typed["city"],
                airport=found.code,
                country=found.country,
                agency_involved=typed.get("agency_involved", ""),
            )
            return
        for name in ("name", "airport", "agency_involved"):
            is_left_out = name == "airport" and not typed.get(name)
            if typed.get(name) is not None and typed[name] != getattr(known, name) and not is_left_out:
                told = _("This client is registered with “%(known)s” here.") % {"known": getattr(known, name) or "–"}
                self.add_error(name, told)


_FORMS = {form.type: form for form in (AgencyForm, CorporateForm)}


@page(Permission.NEW_ACCOUNT, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Ask for the account, then open it and go on to its management."""
    kind = "corporate" if request.GET.get("type") == "corporate" else "agency"
    currency = request.membership.currency
    form: NewAccountForm = _FORMS[kind](request.POST or None, actor=request.actor, currency=currency)
    if form.is_valid() and form.party is not None:
        opened = _open(form, request)
        if opened is not None:
            told = _("The account of %(name)s in %(currency)s is open; its commissions are free until you set them.")
            messages.success(request, told % {"name": opened.name, "currency": opened.currency})
            return redirect(_next(opened, request.actor))
    context = {"form": form, "type": kind, **_office(form, request.actor)}
    return render(request, "managing/new.html", context)


@page(Permission.NEW_ACCOUNT)
def office(request: Request) -> HttpResponse:
    """Draw what is known of an office, or the fields that ask for it: the part of the form that depends on its code."""
    code = request.GET.get("office", "").strip().upper()
    form = AgencyForm(actor=request.actor, currency=request.membership.currency)
    told = ""
    try:
        form.fields["office"].clean(code)
        form.party = parties.office(code, actor=request.actor)
        if form.party is None:
            form.ask_party()
    except forms.ValidationError:
        pass  # an unfinished code; it is told when the form is sent
    except Refusal as refusal:
        told = tell(refusal).text
    return render(request, "managing/office.html", {"form": form, "told": told, **_office(form, request.actor)})


def _open(form: NewAccountForm, request: Request) -> AccountView | None:
    typed = form.cleaned_data
    opened: AccountView | None = form.accept(
        lambda: once.told(
            once.open_account(
                party=form.party,  # type: ignore[arg-type]  # it is there when the form is valid
                currency=typed["currency"],
                credit_limit=typed["credit_limit"],
                rates=form.rates,
                reference=typed["reference"],
                key=typed["key"],
                actor=request.actor,
                now=request.now,
                credit_card=form.credit_card,
            )
        ),
        currency=typed["currency"],
    )
    return opened


def _office(form: NewAccountForm, actor: Actor) -> dict[str, Any]:
    """Return the office that the form names, where it is known, and the currencies that it has accounts in."""
    party = form.party
    if not isinstance(party, OfficeData) or getattr(form, "is_new_party", False):
        return {}
    has = queries.named(party.code, actor=actor, type="agency") if actor.may(Permission.QUERIES) else []
    return {"office": party, "has": [view.currency for view in has]}


def _next(opened: AccountView, actor: Actor) -> str:
    place = Place(opened.country, opened.city, opened.code if opened.type == "agency" else "")
    if actor.may(Permission.ACCOUNT_MANAGEMENT, at=place):
        return reverse("desk:account-manage", args=[opened.account_id])
    if actor.may(Permission.QUERIES, at=place):
        return reverse("desk:account", args=[opened.account_id])
    return reverse("desk:account-new")
