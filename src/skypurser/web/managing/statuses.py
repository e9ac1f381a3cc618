"""Suspend, activate and inhibit an account; enabling one is `accounts/enabling.py`.

Source: KIU, "Account Management", action buttons.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic import managing
from skypurser.ledger.states import Status
from skypurser.web.accounts.reaching import account_for
from skypurser.web.forms import ActForm, ReferenceField
from skypurser.web.pages import Request, page


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one status to another.

    Attributes:
        name: In the address; `enable` has a page of its own, and takes the same step as to suspend what is inhibited.
        before: From where; a form goes on from the status that it showed only.
        consequence: What it means.
        done: What is told afterwards, with a place for the account.
    """

    name: str
    before: frozenset[Status]
    after: Status
    label: Promise
    icon: str
    heading: Promise
    consequence: Promise
    done: Promise
    is_for_agencies: bool = False


STEPS = (
    Step(
        "suspend",
        frozenset({Status.ACTIVE, Status.INHIBITED}),
        Status.SUSPENDED,
        gettext_lazy("Suspend"),
        "player-pause",
        gettext_lazy("Suspend the account"),
        gettext_lazy(
            "It sells nothing and takes no new holds until it is activated. Voids, refunds, captures of holds, credits"
            " and debits stay possible."
        ),
        gettext_lazy("%(account)s is suspended."),
    ),
    Step(
        "activate",
        frozenset({Status.SUSPENDED}),
        Status.ACTIVE,
        gettext_lazy("Activate"),
        "player-play",
        gettext_lazy("Activate the account"),
        gettext_lazy("It sells again, up to its balance."),
        gettext_lazy("%(account)s is active."),
    ),
    Step(
        "inhibit",
        frozenset({Status.SUSPENDED}),
        Status.INHIBITED,
        gettext_lazy("Inhibit"),
        "lock",
        gettext_lazy("Inhibit the account"),
        gettext_lazy(
            "For an agency that has moved to BSP. Besides sales, credits and debits end too; voids and refunds of what"
            " was sold stay possible. It is enabled again by way of suspended."
        ),
        gettext_lazy("%(account)s is inhibited."),
        is_for_agencies=True,
    ),
)

_STEPS = {step.name: step for step in STEPS}


class StatusForm(ActForm):
    """Why; and the status that it showed."""

    reference = ReferenceField()
    shown = forms.TypedChoiceField(
        choices=[(status.value, status.value) for status in Status], coerce=Status, widget=forms.HiddenInput
    )


def steps_from(status: Status, *, is_agency: bool) -> list[Step]:
    """Return the steps that an account of this type and status may take, enabling apart."""
    return [step for step in STEPS if status in step.before and (is_agency or not step.is_for_agencies)]


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
            messages.success(request, str(step.done) % {"account": f"{view.code} {view.currency}"})
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
