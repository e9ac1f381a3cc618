"""The carrier's own data, its switch of jet cards, and what was done lately to it, its members, keys and webhooks."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.history import acts
from skypurser.web.administration.words import ACTIONS, changes
from skypurser.web.forms import DeskForm
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER

LENGTH = 50

#: Acts whose reference is the currency of their amounts.
_IN_A_CURRENCY = frozenset({"carrier.approval_threshold_set"})


@page(Permission.ADMINISTRATION)
def carrier(request: Request) -> HttpResponse:
    """Show the carrier and its history, newest first."""
    before = request.GET.get("before", "")
    found = acts.of_carrier(
        carrier_id=request.actor.carrier_id,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=LENGTH + 1,
    )
    shown = get_carrier(request.actor.carrier_id)
    rows = [
        (
            act,
            ACTIONS.get(act.action, act.action),
            list(changes(act.changes, currency=act.reference if act.action in _IN_A_CURRENCY else shown.currency)),
        )
        for act in found[:LENGTH]
    ]
    context = {
        "carrier": shown,
        "rows": rows,
        "following": f"?before={found[LENGTH - 1].id}" if len(found) > LENGTH else "",
    }
    return render(request, "administration/carrier.html", context)


class SwitchForm(DeskForm):
    """To what the switch is set. It says that, not that it turns, so that sent twice it is one act."""

    to = forms.ChoiceField(choices=(("on", ""), ("off", "")), widget=forms.HiddenInput)


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def jet_cards(request: Request) -> HttpResponse:
    """Say what it means, then switch charter customers and jet cards on or off."""
    is_on = get_carrier(request.actor.carrier_id).has_jet_cards
    form = SwitchForm(request.POST or None, initial={"to": "off" if is_on else "on"})
    if form.is_valid():
        turned_on = form.cleaned_data["to"] == "on"
        switch_jet_cards(on=turned_on, actor=request.actor, now=request.now)
        messages.success(request, _("Jet cards are switched on.") if turned_on else _("Jet cards are switched off."))
        return redirect("desk:customers" if turned_on and _may_read(request) else "desk:carrier")
    context = {
        "form": form,
        "is_on": is_on,
        "heading": _("Switch jet cards off") if is_on else _("Switch jet cards on"),
        "button": _("Switch off") if is_on else _("Switch on"),
        "is_final": is_on,
        "back": reverse("desk:carrier"),
    }
    return render(request, "administration/jet_cards.html", context)


def _may_read(request: Request) -> bool:
    return bool(request.actor.permissions & CHARTER)
