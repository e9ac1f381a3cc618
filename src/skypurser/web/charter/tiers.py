"""The tiers of cancellation fees: how long before the departure, how much of the price; and what they were before."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import lists
from skypurser.charter.tiers import MOST_HOURS, MOST_TIERS, Tier, current_fee_tax, current_tiers, set_tiers
from skypurser.errors import InvalidRequest, Refusal
from skypurser.web import figures
from skypurser.web.charter.rows import Row, Rows, changed, typed
from skypurser.web.forms import ActForm, PercentField
from skypurser.web.pages import Request, page


class TierRow(Row):
    """One tier."""

    blank_by = ("hours", "percent")

    hours = forms.IntegerField(
        label=gettext_lazy("Hours before departure"),
        min_value=1,
        max_value=MOST_HOURS,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    percent = PercentField(label=gettext_lazy("Fee, of the price"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both."""
        found = super().clean() or self.cleaned_data
        for name in ("hours", "percent"):
            if found.get(name) is None and name not in self.errors:
                self.add_error(name, _("A tier needs this."))
        return found


class TiersForm(ActForm):
    """The tax that the fees have in them; the tiers stand in rows beside it."""

    fee_tax = PercentField(
        label=gettext_lazy("Tax in the fee"),
        required=False,
        help_text=gettext_lazy("The rate for invoices of fees from now on; empty or 0 where fees are not taxed."),
    )

    def __init__(self, *arguments: Any, tiers: Rows[TierRow], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.tiers = tiers

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """What is wrong, here and in rows: the field's id, its label, the sentence."""
        found = [("", "", str(text)) for text in self.non_field_errors()] if self.is_bound else []
        if self.is_bound:
            tax = self["fee_tax"]
            found += [(str(tax.id_for_label), str(tax.label), str(text)) for text in tax.errors]
        for place, row in enumerate(self.tiers, 1):
            if row.is_bound and not row.is_blank:
                label = _("Tier %(number)s") % {"number": place}
                found += [
                    (str(field.id_for_label), f"{label}, {field.label}", str(text))
                    for field in row
                    for text in field.errors
                ]
        return found


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def tiers(request: Request) -> HttpResponse:
    """Show the tiers, and set them anew for bookings from now on."""
    require_jet_cards(request.actor.carrier_id)
    step = request.POST.get("do", "")
    now = current_tiers(carrier_id=request.actor.carrier_id)
    tax = {"fee_tax": current_fee_tax(carrier_id=request.actor.carrier_id)}
    if request.method == "POST" and step == "save":
        sent = typed(request.POST, TierRow, name="tiers", most=MOST_TIERS)
        form = TiersForm(request.POST, tiers=Rows(TierRow, name="tiers", sent=sent))
        rows = form.tiers.are_valid()
        if form.is_valid() and rows and _save(request, form):
            messages.success(request, _("The cancellation fees are set, for bookings from now on."))
            return redirect("desk:cancellation-tiers")
    elif request.method == "POST":
        drawn = changed(
            typed(request.POST, TierRow, name="tiers", most=MOST_TIERS), step, name="tiers", most=MOST_TIERS
        )
        form = TiersForm(
            initial={"fee_tax": request.POST.get("fee_tax", "")}, tiers=Rows(TierRow, name="tiers", shown=drawn)
        )
    else:
        shown: list[dict[str, Any]] = [{"hours": one.hours, "percent": one.percent_bps} for one in now]
        form = TiersForm(initial=tax, tiers=Rows(TierRow, name="tiers", shown=shown or [{}]))
    history = lists.tiers_set(actor=request.actor)
    context = {
        "form": form,
        "now": [(one.hours, figures.percent(one.percent_bps)) for one in now],
        "history": [
            (
                one,
                [(tier.hours, figures.percent(tier.percent_bps)) for tier in one.tiers],
                figures.percent(one.fee_tax_bps),
            )
            for one in history
        ],
        "zone": request.membership.time_zone,
    }
    return render(request, "charter/tiers.html", context)


def _save(request: Request, form: TiersForm) -> bool:
    wanted = [Tier(row.cleaned_data["hours"], row.cleaned_data["percent"]) for row in form.tiers.filled]
    tax, carrier_id = form.cleaned_data["fee_tax"] or 0, request.actor.carrier_id
    is_same = sorted(wanted, key=lambda one: -one.hours) == list(current_tiers(carrier_id=carrier_id))
    if is_same and tax == current_fee_tax(carrier_id=carrier_id):
        form.add_error(None, _("Nothing is changed yet."))
        return False
    try:
        set_tiers(tiers=wanted, fee_tax_bps=tax, actor=request.actor, now=request.now)
    except InvalidRequest:
        form.add_error(None, _("Each tier has other hours, and nearer to the departure it costs no less."))
        return False
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True
