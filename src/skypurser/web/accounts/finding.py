"""The way to one account: by its type and the office's or client's code. Source: KIU, "Queries"."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.web.accounts.filters import TYPES
from skypurser.web.forms import CodeField, DeskForm
from skypurser.web.pages import Request, page


class FindForm(DeskForm):
    """Which account."""

    type = forms.ChoiceField(label=_("Type"), choices=TYPES, initial="agency")
    code = CodeField(label=_("Office or client"), help_text=_("The Office ID, or the client's code."))


@page(Permission.QUERIES)
def find(request: Request) -> HttpResponse:
    """Lead to the account; let the member choose where the code has several, in other currencies or cities."""
    form = FindForm(request.GET if "code" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = queries.named(form.cleaned_data["code"], actor=request.actor, type=form.cleaned_data["type"])
        if len(found) == 1:
            return redirect("desk:account", account_id=found[0].account_id)
        if not found:
            form.add_error("code", _("There is no such account, or you may not see it."))
    return render(request, "accounts/find.html", {"form": form, "found": found})
