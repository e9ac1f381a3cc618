"""Where an account's statements go when nobody types an address."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.statements.addresses import address, set_address
from skypurser.web.accounts.reaching import account_for
from skypurser.web.customers.fields import EmailField
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.forms import DeskForm
from skypurser.web.pages import Request, page


class AddressForm(DeskForm):
    """Where to, and in which language."""

    recipient = EmailField(label=gettext_lazy("E-mail address"), required=True)
    language = forms.ChoiceField(label=gettext_lazy("Language of the statement"), choices=tuple(LANGUAGES.items()))


@page(Permission.CUT_OFF, methods=("GET", "POST"))
def show(request: Request, account_id: int) -> HttpResponse:
    """Show where the account's statements go, and set it."""
    account = account_for(Permission.CUT_OFF, account_id, actor=request.actor)
    there = address(account_id, actor=request.actor)
    initial = {"language": str(get_language())[:2]}
    if there is not None:
        initial = {"recipient": there.email, "language": there.language}
    form = AddressForm(request.POST or None, initial=initial)
    back = "desk:account-statements" if Permission.QUERIES in request.actor.permissions else "desk:account-cut-off"
    if form.is_valid():
        kept = form.accept(
            lambda: set_address(
                account_id=account_id,
                recipient=form.cleaned_data["recipient"],
                language=form.cleaned_data["language"],
                actor=request.actor,
                now=request.now,
            )
        )
        if kept is not None:
            messages.success(request, _("Statements go to %(email)s from now on.") % {"email": kept.email})
            return redirect(back, account_id=account_id)
    context = {"form": form, "account": account, "address": there, "back": reverse(back, args=[account_id])}
    return render(request, "statements/address.html", context)
