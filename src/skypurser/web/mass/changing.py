"""Set rates of many accounts, and undo it: a form, what it would do, and the count typed back.

Source: KIU, "Mass Management".
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.electronic import mass, massasking, queries
from skypurser.electronic.mass import Preview
from skypurser.errors import Refusal
from skypurser.ledger.requests import Answer
from skypurser.web import figures, rules
from skypurser.web.accounts import words
from skypurser.web.mass.fields import ConfirmForm, MassForm
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason
from skypurser.web.tickets.steps import step


@page(Permission.MASS_MANAGEMENT, methods=("GET", "POST"))
def change(request: Request) -> HttpResponse:
    """Ask which rates of which accounts, show what would change, then have it done."""
    form = MassForm(request.POST or None, choices=queries.choices(actor=request.actor))
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and step(request) != "change":
        try:
            shown = mass.preview(form.change, actor=request.actor)
            if step(request) == "confirm" and form.is_confirmed(confirmation=shown.confirmation, count=shown.count):
                return _asked(massasking.change(form.change, **_how(request, form)))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            context |= _shown(form, shown)
    return render(request, "mass/change.html", context)


@page(Permission.MASS_MANAGEMENT, methods=("GET", "POST"))
def undo(request: Request, job_id: int) -> HttpResponse:
    """Show what undoing a mass change would do, then have it done."""
    shown = mass.preview_undoing(job_id, actor=request.actor)
    form = ConfirmForm(request.POST or None)
    is_confirmed = form.is_valid() and form.is_confirmed(confirmation=shown.confirmation, count=shown.count)
    if is_confirmed:
        try:
            return _asked(massasking.undo(job_id, **_how(request, form)))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "job_id": job_id, **_shown(form, shown)}
    return render(request, "mass/undo.html", context)


def _how(request: Request, form: ConfirmForm) -> dict[str, Any]:
    typed = form.cleaned_data
    common = {"confirmation": typed["confirmation"], "reference": typed["reference"], "key": typed["key"]}
    return {**common, "language": str(get_language())[:2], "actor": request.actor, "now": request.now}


def _asked(answer: Answer) -> HttpResponse:
    return redirect("desk:job", job_id=answer.facts["job"])


def _shown(form: ConfirmForm, shown: Preview) -> dict[str, Any]:
    """Return what would change; that nothing would is told in the form."""
    if not shown.count:
        nothing = _nothing(shown)
        if form.is_bound and not form.errors:
            form.add_error(None, nothing)
        return {"nothing": nothing, "shown": shown}
    form.ask_back(confirmation=shown.confirmation, count=shown.count)
    samples = [
        (
            one,
            [
                (words.FIELDS[f"commission.{name}"], rules.written(old), rules.written(new))
                for name, (old, new) in one.rates.items()
            ],
        )
        for one in shown.samples
    ]
    return {"preview": shown, "shown": shown, "samples": samples}


def _nothing(shown: Preview) -> str:
    """Return why nothing would change: of an undoing, how many accounts are left out as well."""
    if not shown.left_out:
        return reason("nothing_to_change")
    unchanged = ngettext(
        "%(told)s account has these rates already.", "%(told)s accounts have these rates already.", shown.unchanged
    )
    left_out = ngettext(
        "%(told)s account is left out: somebody has changed it since, it is gone, or it is out of your reach.",
        "%(told)s accounts are left out: somebody has changed them since, they are gone, or they are out of your"
        " reach.",
        shown.left_out,
    )
    counted = ((left_out, shown.left_out), (unchanged, shown.unchanged))
    told = [text % {"told": figures.whole(count)} for text, count in counted if count]
    return " ".join([_("Nothing would change."), *told])
