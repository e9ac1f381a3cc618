"""What the carrier is called on its invoices, and how they are numbered."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.carriers import get_carrier
from skypurser.access.permissions import Permission
from skypurser.invoices import issuers
from skypurser.invoices.issuers import IssuerData, IssuerMissing
from skypurser.web.customers.fields import CountryField, LinesField, ShownForm
from skypurser.web.forms import CodeField
from skypurser.web.invoices.showing import digest
from skypurser.web.managing.fields import PlainField
from skypurser.web.pages import Request, page


class IssuerForm(ShownForm):
    """The carrier's legal data."""

    legal_name = PlainField(label=gettext_lazy("Legal name"), max_length=200)
    address_lines = LinesField(
        rows=3, label=gettext_lazy("Address"), help_text=gettext_lazy("Up to four lines, without the city.")
    )
    postal_code = PlainField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = PlainField(label=gettext_lazy("City"), max_length=100, required=False)
    country = CountryField(required=True)
    tax_number = PlainField(label=gettext_lazy("Tax number"), max_length=40, required=False)
    invoice_series = CodeField(
        label=gettext_lazy("Series of invoices"),
        max_length=10,
        help_text=gettext_lazy("What numbers begin with, as INV in INV-2026-000001."),
    )
    credit_note_series = CodeField(label=gettext_lazy("Series of credit notes"), max_length=10)
    payment_days = forms.IntegerField(
        label=gettext_lazy("Days until payment is due"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("Unless a draft says another date."),
    )

    e_invoices = forms.BooleanField(
        label=gettext_lazy("E-invoices"),
        required=False,
        help_text=gettext_lazy(
            "Invoices issued from now on bear what they say as XML of EN 16931 too, in the PDF (Factur-X, ZUGFeRD)."
            " It takes a city and a tax number here, and the customer's country."
        ),
    )

    @property
    def given(self) -> IssuerData:
        """What was typed, once the form is valid."""
        typed = {name: self.cleaned_data[name] for name in IssuerData.__dataclass_fields__}
        lines = tuple(line for line in typed.pop("address_lines").split("\n") if line.strip())
        return IssuerData(address_lines=lines, **typed)


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def issuer(request: Request) -> HttpResponse:
    """Show and change the legal data; what is issued already stays as it was."""
    found = _found(request)
    shown = digest(found)
    form = IssuerForm(request.POST or None, initial={**_initial(request, found), "shown": shown})
    if form.is_valid():
        if form.cleaned_data["shown"] != shown:
            form.add_error(None, _("Somebody else has changed this meanwhile. Save again to overwrite it."))
            form.put(shown=shown)
        elif form.accept(lambda: issuers.set_issuer(data=form.given, actor=request.actor, now=request.now)) is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:issuer")
    return render(request, "invoices/issuer.html", {"form": form, "is_missing": found is None})


def _found(request: Request) -> IssuerData | None:
    try:
        return issuers.get_issuer(actor=request.actor)
    except IssuerMissing:
        return None


def _initial(request: Request, found: IssuerData | None) -> dict[str, Any]:
    if found is None:
        carrier = get_carrier(request.actor.carrier_id)
        found = IssuerData(legal_name=carrier.name, country=carrier.country)
    return {**asdict(found), "address_lines": "\n".join(found.address_lines)}
