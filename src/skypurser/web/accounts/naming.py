"""Accounts as people name them, by type and code: in filters, in lists, and on the way to a form about one."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory, queries
from skypurser.electronic.directory import AccountName, Found
from skypurser.web.accounts.filters import TYPES
from skypurser.web.filters import FilterBar
from skypurser.web.forms import CodeField, DeskForm
from skypurser.web.pages import Request


class AccountBar(FilterBar):
    """Filters of a list over many accounts: whose they are, by type and code."""

    type = forms.ChoiceField(label=_("Type"), choices=(("", _("All")), *TYPES), required=False)
    code = CodeField(label=_("Office or client"), required=False)

    def account_ids(self, actor: Actor) -> frozenset[int] | None:
        """Return the accounts with this code, in all currencies and cities; None where none is named."""
        code = self.value("code")
        if not code:
            return None
        found = directory.look_up(carrier_id=actor.carrier_id, codes=[code])
        return frozenset(one.account_id for one in found if self.value("type") in {"", one.name.type})

    @property
    def account_type(self) -> str:
        """The type of the accounts where it alone is set; empty where a code names them, or for all."""
        return "" if self.value("code") else str(self.value("type"))


class ChooseForm(DeskForm):
    """Which account."""

    type = forms.ChoiceField(label=_("Type"), choices=TYPES, initial="agency")
    code = CodeField(label=_("Office or client"), help_text=_("The Office ID, or the client's code."))
    currency = CodeField(label=_("Currency"), required=False, max_length=3)


def names(account_ids: Iterable[int], *, actor: Actor) -> dict[int, AccountName]:
    """Return the accounts' names by id; those that were deleted are left out."""
    with reading_for(actor.carrier_id):
        found = directory.names_of({(actor.carrier_id, account_id) for account_id in account_ids})
    return {account_id: name for (_carrier, account_id), name in found.items()}


def currencies_of(account_ids: Collection[int] | None, *, actor: Actor) -> frozenset[str]:
    """Return the currencies of these accounts; None for all of the carrier's."""
    if account_ids is None:
        return frozenset(queries.used_currencies(carrier_id=actor.carrier_id))
    return frozenset(name.currency for name in names(account_ids, actor=actor).values())


def choose(
    request: Request,
    permission: Permission,
    *,
    then: str,
    heading: str | Promise,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Ask for an account and lead to the form about it, the page named `then`."""
    form = ChooseForm(request.GET if "code" in request.GET else None)
    found: Collection[Found] = ()
    if form.is_bound and form.is_valid():
        wanted = form.cleaned_data
        found = [
            one
            for one in directory.look_up(carrier_id=request.actor.carrier_id, codes=[wanted["code"]])
            if one.name.type == wanted["type"]
            and wanted["currency"] in {"", one.name.currency}
            and request.actor.may(permission, at=one.place)
        ]
        if len(found) == 1:
            return redirect(then, account_id=found[0].account_id)
        if not found:
            form.add_error("code", _("There is no such account, or you may not see it."))
    page = {"form": form, "found": found, "then": then, "heading": heading, **(context or {})}
    return render(request, "accounts/choose.html", page)
