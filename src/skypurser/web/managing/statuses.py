"""Suspend, activate and inhibit an account; enabling one is `accounts/enabling.py`.

Source: KIU, "Account Management", action buttons.
"""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.electronic import managing
from skypurser.ledger.states import Status
from skypurser.web.accounts.reaching import account_for
from skypurser.web.accounts.steps import STEPS, steps_from, with_way_back
from skypurser.web.forms import ActForm, ReferenceField
from skypurser.web.pages import Request, page

_STEPS = {step.name: step for step in STEPS}


class StatusForm(ActForm):
    """Why; and the status that it showed."""

    reference = ReferenceField()
    shown = forms.TypedChoiceField(
        choices=[(status.value, status.value) for status in Status], coerce=Status, widget=forms.HiddenInput
    )


@page(Permission.ACCOUNT_MANAGEMENT, methods=("GET", "POST"))
def change(request: Request, account_id: int, name: str) -> HttpResponse:
    """Ask for the reference, then take the step."""
    step = _STEPS.get(name)
    view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    if step is None or (step.is_for_agencies and view.type != "agency"):
        raise Http404
    form = StatusForm(request.POST or None, initial={"shown": view.standing.status.value})
    back = reverse("desk:account-manage", args=[account_id])
    if not form.is_bound and step not in steps_from(view.standing.status, is_agency=view.type == "agency"):
        messages.info(request, _("The account's status has changed meanwhile."))
        return redirect(back)
    if form.is_valid():
        # Whether the step may be taken is for the ledger to say: a form that is sent twice gets its answer twice.
        done = form.accept(
            lambda: managing.set_status(
                account_id=account_id,
                status=step.after,
                expected=form.cleaned_data["shown"],
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=view.currency,
        )
        if done is not None:
            told = str(step.done) % {"account": f"{view.code} {view.currency}"}
            messages.success(request, with_way_back(told, account_id, was=form.cleaned_data["shown"], now=step.after))
            return redirect(back)
    context = {
        "form": form,
        "account": view,
        "step": step,
        "heading": step.heading,
        "button": step.label,
        "back": back,
    }
    return render(request, "managing/status.html", context)
