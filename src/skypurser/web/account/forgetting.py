"""A forgotten password. Nothing sends mail: a page says who can help, and the operator's link sets a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from skypurser.errors import Refusal
from skypurser.identity import resetting
from skypurser.identity.resetting import ResetInvalid
from skypurser.web.refusals import add_to


class NewPassword(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters; several words are good."),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        typed = super().clean() or {}
        if typed.get("password") and typed.get("again") and typed["password"] != typed["again"]:
            self.add_error("again", _("The two passwords differ."))
        return typed


def forgotten(request: HttpRequest) -> HttpResponse:
    """Tell somebody who has forgotten the password whom to ask."""
    return render(request, "account/forgotten.html")


@never_cache
@sensitive_post_parameters()
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of the operator's link choose a password."""
    try:
        found = resetting.find_reset(token=token)
    except ResetInvalid:
        return render(request, "account/link_invalid.html", {"is_reset": True}, status=410)
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            resetting.set_password(token=token, password=form.cleaned_data["password"])
        except Refusal as no:
            add_to(form, no)
        else:
            messages.success(request, _("The new password is set. Sign in with it."))
            return redirect("account_login")
    return render(request, "account/new_password.html", {"form": form, "found": found})
