"""Cut many accounts off at once: a form, what it would do, and the count typed back; the rest is a job's page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.electronic.queries import Choices
from skypurser.errors import Refusal
from skypurser.mail import mailer
from skypurser.statements import mass, massasking
from skypurser.statements.cutoff import LONGEST_REFERENCE
from skypurser.statements.mass import MassCutOff, Preview
from skypurser.web import figures
from skypurser.web.accounts import words
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import ReferenceField
from skypurser.web.mass.fields import ConfirmForm, offer_places
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason
from skypurser.web.tickets.steps import step

#: Why accounts are left out: told with samples, in this order.
OBSTACLES: dict[str, Promise] = {
    "no_address": gettext_lazy("Nobody has said where their statements go"),
    "period_closed": gettext_lazy("Closed through this date already"),
    "cut_off_in_future": gettext_lazy("The date is still to come there"),
}


class MassCutOffForm(ConfirmForm):
    """Which accounts, up to which date, and why; then their count, typed back."""

    type = forms.ChoiceField(
        label=gettext_lazy("Accounts"), choices=tuple(words.TYPES.items()), widget=forms.RadioSelect, initial="agency"
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    city = forms.ChoiceField(label=gettext_lazy("City"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    through = forms.DateField(
        label=gettext_lazy("Cut-off date"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("The last date of each statement: today at the latest."),
    )
    reference = ReferenceField(
        max_length=LONGEST_REFERENCE, help_text=gettext_lazy("Why; it is printed on each statement.")
    )

    field_order = ("key", "confirmation", "type", "country", "city", "currency", "through", "reference", "typed")

    def __init__(self, *arguments: Any, choices: Choices, **named: Any) -> None:
        super().__init__(*arguments, **named)
        offer_places(self, choices)

    @property
    def wanted(self) -> MassCutOff:
        """What is to be cut off, once the form is valid."""
        names = ("type", "country", "city", "currency", "through")
        return MassCutOff(**{name: self.cleaned_data[name] for name in names})


@page(Permission.CUT_OFF, methods=("GET", "POST"))
def cut_off(request: Request) -> HttpResponse:
    """Ask which accounts, show what would be made and what stands in the way, then have it done."""
    form = MassCutOffForm(request.POST or None, choices=queries.choices(actor=request.actor), initial=_initial(request))
    context: dict[str, Any] = {"form": form, "is_configured": mailer.is_configured()}
    if form.is_valid() and step(request) != "change":
        try:
            shown = mass.preview(form.wanted, actor=request.actor, now=request.now)
            if step(request) == "confirm" and form.is_confirmed(confirmation=shown.confirmation, count=shown.count):
                return _asked(request, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            context |= _shown(form, shown)
    return render(request, "statements/mass.html", context)


def _asked(request: Request, form: MassCutOffForm) -> HttpResponse:
    typed = form.cleaned_data
    answer = massasking.cut_off(
        form.wanted,
        **{name: typed[name] for name in ("confirmation", "reference", "key")},
        language=str(get_language())[:2],
        actor=request.actor,
        now=request.now,
    )
    return redirect("desk:job", job_id=answer.facts["job"])


def _shown(form: MassCutOffForm, shown: Preview) -> dict[str, Any]:
    """Return what would be done; that nothing would is told in the form."""
    left_out = [
        (OBSTACLES[code], _count(shown.left_out[code]), shown.without[code], code)
        for code in OBSTACLES
        if code in shown.left_out
    ]
    context = {"left_out": left_out, "through": form.cleaned_data["through"]}
    if not shown.count:
        if not form.errors:
            form.add_error(None, reason("nothing_to_cut_off"))
        return context
    form.ask_back(confirmation=shown.confirmation, count=shown.count)
    return {
        **context,
        "preview": shown,
        "samples": [(one, LANGUAGES[one.language]) for one in shown.samples],
        "reference": form.cleaned_data["reference"],
    }


def _count(number: int) -> str:
    return ngettext("%(count)s account", "%(count)s accounts", number) % {"count": figures.whole(number)}


def _initial(request: Request) -> dict[str, Any]:
    """Propose the end of last month, in the carrier's time zone."""
    today = figures.today(request.now, request.membership.time_zone)
    return {"type": "agency", "through": today.replace(day=1) - timedelta(days=1)}
