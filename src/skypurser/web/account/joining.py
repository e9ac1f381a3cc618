"""The page behind an invitation: whoever is signed in joins; whoever is not signs in first, or is made.

A link makes a user only where nobody signs in with its address yet. It never sets the password of somebody who does,
since whoever made the link may be a stranger to that person's other carriers.
"""

from datetime import UTC, datetime

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from skypurser.access import invitations
from skypurser.access.invitations import InvitationInvalid, InvitationView
from skypurser.administration import inviting
from skypurser.errors import Refusal
from skypurser.identity.users import UserExists, find_user, get_user
from skypurser.web.account.forgetting import NewPassword
from skypurser.web.acting import Person
from skypurser.web.refusals import add_to, tell


class NewUser(NewPassword):
    """Who a new user is."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("name", "password", "again")


@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer whoever has opened an invitation."""
    now = datetime.now(UTC)
    try:
        found = invitations.find(token=token, now=now)
        if request.user.is_authenticated:
            return _join(request, found, token, now)
        if find_user(email=found.email) is not None:
            return _sign_in_first(request, found)
        return _begin(request, found, token, now)
    except InvitationInvalid:
        return render(request, "account/link_invalid.html", status=410)
    except UserExists:  # made a moment ago
        return _sign_in_first(request, found)


def _join(request: HttpRequest, found: InvitationView, token: str, now: datetime) -> HttpResponse:
    user = get_user(user_id=int(request.user.pk or 0))
    refused = ""
    if request.method == "POST":
        try:
            inviting.accept(token=token, user=user, now=now)
        except InvitationInvalid:
            raise
        except Refusal as no:
            refused = tell(no).text
        else:
            return _welcome(request, found)
    return render(request, "account/join.html", {"invitation": found, "joining": user, "refused": refused})


def _begin(request: HttpRequest, found: InvitationView, token: str, now: datetime) -> HttpResponseBase:
    form = NewUser(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            user = inviting.register_and_accept(token=token, name=form.cleaned_data["name"], password=password, now=now)
        except (InvitationInvalid, UserExists):
            raise
        except Refusal as no:
            add_to(form, no)
        else:
            signing_in = authenticate(request, email=user.email, password=password)
            if signing_in is None:
                return redirect("account_login")
            answer: HttpResponseBase = perform_login(request, signing_in, redirect_url=reverse("desk:home"))
            _welcome(request, found)
            return answer
    return render(request, "account/begin.html", {"invitation": found, "form": form})


def _sign_in_first(request: HttpRequest, found: InvitationView) -> HttpResponse:
    return render(request, "account/sign_in_first.html", {"invitation": found})


def _welcome(request: HttpRequest, found: InvitationView) -> HttpResponse:
    Person(request).choose(found.carrier_id)
    messages.success(request, _("You work for %(carrier)s now.") % {"carrier": found.carrier_name})
    return redirect("desk:home")
