"""Enable an agency that was inhibited: it becomes suspended, from where it may be activated.

Source: KIU, "Queries" and "Account Management".
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic import managing
from skypurser.ledger.states import Status
from skypurser.web.accounts.reaching import account_for
from skypurser.web.accounts.steps import with_way_back
from skypurser.web.forms import ActForm, ReferenceField
from skypurser.web.pages import Request, page


class EnableForm(ActForm):
    """Why."""

    reference = ReferenceField()


@page(Permission.ACCOUNT_MANAGEMENT, methods=("GET", "POST"))
def enable(request: Request, account_id: int) -> HttpResponse:
    """Ask for the reference, then enable the account."""
    view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    form = EnableForm(request.POST or None)
    # One that is not inhibited any more may be the answer to a form that is sent twice; the key tells.
    if form.is_valid():
        done = form.accept(
            lambda: managing.set_status(
                account_id=account_id,
                status=Status.SUSPENDED,
                expected=Status.INHIBITED,
                reference=form.cleaned_data["reference"],
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=request.now,
            ),
            currency=view.currency,
        )
        if done is not None:
            told = _("%(account)s is enabled, and suspended.") % {"account": view.code}
            told = with_way_back(told, account_id, was=Status.INHIBITED, now=Status.SUSPENDED)
            messages.success(request, told)
            return redirect("desk:account", account_id=account_id)
    context = {
        "form": form,
        "account": view,
        "heading": gettext_lazy("Enable the account"),
        "button": gettext_lazy("Enable"),
        "back": reverse("desk:account", args=[account_id]),
    }
    return render(request, "accounts/enable.html", context)
