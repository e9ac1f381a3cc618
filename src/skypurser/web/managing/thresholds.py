"""From which amount manual credits and debits take a second member, by currency."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access import four_eyes
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.errors import InvalidRequest
from skypurser.web import figures
from skypurser.web.forms import AmountField, DeskForm
from skypurser.web.managing.fields import CurrencyField
from skypurser.web.pages import Request, page


class ThresholdForm(DeskForm):
    """One currency's threshold. Setting it twice is setting it once."""

    currency = CurrencyField()
    amount = AmountField(
        label=gettext_lazy("From this amount on"),
        above_zero=True,
        help_text=gettext_lazy("A credit or debit of this much or more waits for a second member."),
    )

    def __init__(self, *arguments: Any, currency: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["currency"].initial = currency
        chosen = self["currency"].value()
        offered = {code for code, _name in self.fields["currency"].choices}  # type: ignore[attr-defined]
        self.fields["amount"].set_currency(chosen if chosen in offered else currency)  # type: ignore[attr-defined]


class RemovalForm(forms.Form):
    """The currency whose threshold is taken away."""

    remove = CurrencyField()


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def thresholds(request: Request) -> HttpResponse:
    """Show the thresholds; set one, or take it away."""
    actor = request.actor
    if "remove" in request.POST:
        return _remove(request)
    there = four_eyes.thresholds(carrier_id=actor.carrier_id)
    edited = request.GET.get("edit", "")
    currency = edited if edited in there else request.membership.currency
    form = ThresholdForm(request.POST or None, currency=currency)
    form.initial["amount"] = there.get(edited)
    if form.is_valid():
        currency, amount = form.cleaned_data["currency"], form.cleaned_data["amount"]
        set_approval_threshold(currency=currency, amount=amount, actor=actor, now=request.now)
        told = _("From %(amount)s on, a second member has to approve.")
        messages.success(request, told % {"amount": figures.with_currency(amount, currency)})
        return redirect("desk:approval-thresholds")
    context = {"form": form, "thresholds": list(there.items()), "edited": edited}
    return render(request, "managing/thresholds.html", context)


def _remove(request: Request) -> HttpResponse:
    removal = RemovalForm(request.POST)
    if not removal.is_valid():
        raise InvalidRequest("no such currency", field="currency")
    currency = removal.cleaned_data["remove"]
    set_approval_threshold(currency=currency, amount=None, actor=request.actor, now=request.now)
    messages.success(request, _("Nothing in %(currency)s needs approval any more.") % {"currency": currency})
    return redirect("desk:approval-thresholds")
