"""Sell a ticket or EMD by hand: which account, what is sold, what will be charged, and then the sale."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic.queries import AccountView
from skypurser.errors import InvalidRequest, Refusal
from skypurser.money import Money
from skypurser.parties.airports import UnknownAirport, is_domestic
from skypurser.tickets import selling
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.previewing import preview_issue
from skypurser.web import rules, wording
from skypurser.web.accounts.naming import choose
from skypurser.web.accounts.reaching import account_for
from skypurser.web.accounts.words import named
from skypurser.web.forms import AmountField, PercentField, ReferenceField
from skypurser.web.pages import Request, page
from skypurser.web.tickets.steps import StepsForm, reading, shortage, step, stopped
from skypurser.web.tickets.words import FORMS, SCOPES, typed_document

#: As many airports as a program may name.
LONGEST_ROUTE = 20


class SaleForm(StepsForm):
    """What is sold."""

    document_number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
        help_text=gettext_lazy("13 digits; the check digit may follow a hyphen."),
    )
    form_of_payment = forms.ChoiceField(label=gettext_lazy("Form of payment"), choices=tuple(FORMS.items()))
    route = forms.CharField(
        label=gettext_lazy("Route"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=gettext_lazy("All airports in order, like BOG-MDE-BOG."),
    )
    fare = AmountField(label=gettext_lazy("Fare"), help_text=gettext_lazy("Without taxes."))
    taxes = AmountField(label=gettext_lazy("Taxes"))
    commission = PercentField(label=gettext_lazy("Commission"), required=False)
    passenger = forms.CharField(
        label=gettext_lazy("Passenger"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    reference = ReferenceField(
        label=gettext_lazy("Booking or reference"),
        required=False,
        help_text=gettext_lazy("It stays in the account's history."),
    )

    def __init__(self, *arguments: Any, account: AccountView, **named_: Any) -> None:
        super().__init__(*arguments, **named_)
        for name in ("fare", "taxes"):
            self.fields[name].set_currency(account.currency)  # type: ignore[attr-defined]  # an AmountField
        self.fields["commission"].help_text = _rules(account)

    def clean_document_number(self) -> str:
        """Return the number as the ledger reads it, its check digit proved."""
        try:
            return parse_document(typed_document(self.cleaned_data["document_number"]))
        except InvalidDocumentNumber as refusal:
            raise ValidationError(str(wording.REFUSALS[refusal.code]), code=refusal.code) from refusal

    def clean_route(self) -> str:
        """Return the airports with hyphens between them."""
        codes = re.findall(r"[^\s,./>–-]+", self.cleaned_data["route"].upper())
        if not 1 <= len(codes) <= LONGEST_ROUTE:
            raise ValidationError(str(wording.FIELDS["route"]), code="route")
        try:
            is_domestic(codes)
        except UnknownAirport as refusal:
            told = _("There is no airport %(code)s.") % {"code": refusal.facts["airport"][:10]}
            raise ValidationError(told, code="airport") from refusal
        return "-".join(codes)

    def clean_passenger(self) -> str:
        """Refuse what can't be printed."""
        text = str(self.cleaned_data["passenger"])
        if not text.isprintable():
            raise ValidationError(_("Only printable characters, on one line."), code="unprintable")
        return text

    def sale(self, account: AccountView) -> dict[str, Any]:
        """Return the sale as the verbs take it."""
        entered = self.cleaned_data
        return {
            "account_id": account.account_id,
            "document_number": entered["document_number"],
            "form_of_payment": FormOfPayment(entered["form_of_payment"]),
            "route": tuple(entered["route"].split("-")),
            "fare": Money(entered["fare"], account.currency),
            "taxes": entered["taxes"],
            "commission_bps": entered["commission"],
            "passenger": entered["passenger"],
            "reference": entered["reference"],
        }


@page(Permission.ISSUANCE)
def issue(request: Request) -> HttpResponse:
    """Ask on which account."""
    back = {"back": reverse("desk:tickets"), "back_label": gettext_lazy("Tickets")}
    heading = gettext_lazy("New sale")
    return choose(request, Permission.ISSUANCE, then="desk:ticket-sell", heading=heading, context=back)


@page(Permission.ISSUANCE, methods=("GET", "POST"))
def sell(request: Request, account_id: int) -> HttpResponse:
    """Ask what is sold, show what will be charged, then sell."""
    with reading(request):
        return _sell(request, account_id)


def _sell(request: Request, account_id: int) -> HttpResponse:
    account = account_for(Permission.ISSUANCE, account_id, actor=request.actor)
    form = SaleForm(request.POST or None, account=account)
    context: dict[str, Any] = {"form": form, "account": account, "stopped": stopped(account, request)}
    if form.is_valid() and step(request) != "change":
        try:
            if step(request) == "confirm":
                return _sold(request, form, account)
            context |= _previewed(request, form, account)
        except InvalidRequest as refusal:
            form.refuse(refusal, currency=account.currency)
        except Refusal as refusal:
            context["shortage"] = shortage(refusal.code, refusal.facts, account_id, request)
            form.refuse(refusal, currency=account.currency)
    return render(request, "tickets/issue.html", context)


def _sold(request: Request, form: SaleForm, account: AccountView) -> HttpResponse:
    answer = selling.issue(**form.sale(account), key=form.cleaned_data["key"], actor=request.actor, now=request.now)
    document = form.cleaned_data["document_number"]
    told = _("%(document)s was sold before by this form.") if answer.replayed else _("%(document)s is sold.")
    messages.success(request, told % {"document": document})
    return redirect("desk:ticket", document=document)


def _previewed(request: Request, form: SaleForm, account: AccountView) -> dict[str, Any]:
    """Return what will come of it; what would be refused is told in the form."""
    preview = preview_issue(**form.sale(account), actor=request.actor, now=request.now)
    form.renew_key()
    if preview.code:
        form.refuse_as(preview.code, preview.facts, currency=account.currency)
        return {"shortage": shortage(preview.code, preview.facts, account.account_id, request)}
    sale = form.sale(account)
    return {
        "preview": preview,
        "sale": sale,
        "payment": named(FORMS, sale["form_of_payment"]),
        "scope": named(SCOPES, preview.sale.scope if preview.sale else ""),
        "gross": sale["fare"].minor + sale["taxes"],
        "route": form.cleaned_data["route"],
    }


def _rules(account: AccountView) -> str:
    """Return the account's rules, as the agent who enters a percentage must know them."""
    rates = account.rates
    told = _("Domestic %(domestic)s, international %(international)s.") % {
        "domestic": rules.rule(rates.domestic),
        "international": rules.rule(rates.international),
    }
    if rates.domestic_card is not None and rates.international_card is not None:
        told += " " + _("By card: domestic %(domestic)s, international %(international)s.") % {
            "domestic": rules.rule(rates.domestic_card),
            "international": rules.rule(rates.international_card),
        }
    return told + " " + _("Left empty, FIXED applies its percentage, MAX and FREE apply none.")
