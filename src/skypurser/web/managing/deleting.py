"""Delete an account that was never used. Source: KIU, "Account Management", action buttons."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.electronic import once
from skypurser.electronic.queries import AccountView
from skypurser.ledger.accounts import AccountNotFound
from skypurser.web.accounts.reaching import account_for
from skypurser.web.forms import ActForm, ReferenceField, TypedBackField
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import address


class DeleteForm(ActForm):
    """The account's code, typed back, and why."""

    reference = ReferenceField()

    def __init__(self, *arguments: Any, code: str = "", **named: Any) -> None:
        super().__init__(*arguments, **named)
        if code:
            typed_back = TypedBackField(
                expected=code, label=gettext_lazy("The account's code"), help_text=_("Type %(code)s.") % {"code": code}
            )
            typed_back.widget.attrs["class"] = "form-control"
            self.fields["code"] = typed_back
            self.order_fields(["code", "reference"])


@page(Permission.ACCOUNT_MANAGEMENT, methods=("GET", "POST"))
def delete(request: Request, account_id: int) -> HttpResponse:
    """Ask for the code and the reference, then delete the account for good."""
    try:
        view = account_for(Permission.ACCOUNT_MANAGEMENT, account_id, actor=request.actor)
    except AccountNotFound:
        if request.method != "POST":
            raise
        return _again(request, account_id)
    form = DeleteForm(request.POST or None, code=view.code)
    if form.is_valid() and _delete(form, request, account_id, view) is not None:
        messages.success(
            request, _("The account %(account)s is deleted.") % {"account": f"{view.code} {view.currency}"}
        )
        return redirect(_after(request, view.type))
    context = {
        "form": form,
        "account": view,
        "heading": gettext_lazy("Delete the account"),
        "button": gettext_lazy("Delete"),
        "is_final": True,
        "back": reverse("desk:account-manage", args=[account_id]),
    }
    return render(request, "managing/delete.html", context)


def _again(request: Request, account_id: int) -> HttpResponse:
    """Answer a form that was sent twice: the account is gone, and the key knows whether by this form."""
    form = DeleteForm(request.POST)
    if not form.is_valid():
        raise AccountNotFound
    once.delete(
        account_id=account_id,
        reference=form.cleaned_data["reference"],
        key=form.cleaned_data["key"],
        actor=request.actor,
        now=request.now,
    )
    return redirect(_after(request, ""))


def _delete(form: DeleteForm, request: Request, account_id: int, view: AccountView) -> Any:
    return form.accept(
        lambda: once.delete(
            account_id=account_id,
            reference=form.cleaned_data["reference"],
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=request.now,
        ),
        currency=view.currency,
    )


def _after(request: Request, kind: str) -> str:
    if not request.actor.may(Permission.LIST_ACCOUNTS):
        return reverse("desk:home")
    return address("accounts") + ("?type=corporate" if kind == "corporate" else "")
