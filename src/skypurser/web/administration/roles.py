"""Roles: named sets of permissions."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.access import roles as kept
from skypurser.access.acting import acting_for
from skypurser.access.permissions import Permission
from skypurser.access.roles import RoleNotFound, RoleView
from skypurser.administration import roles
from skypurser.web.administration.forms import ActForm, GroupedChecks
from skypurser.web.administration.words import by_group
from skypurser.web.once import Done
from skypurser.web.pages import Request, page

_GREATEST_ID = 2**63 - 1


class RoleForm(ActForm):
    """What a role is called, and what it lets its members do."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        choices=by_group,
        widget=GroupedChecks,
        required=False,
    )

    def chosen(self) -> frozenset[Permission]:
        """Return the permissions."""
        return frozenset(Permission(name) for name in self.cleaned_data["permissions"])


@page(Permission.ADMINISTRATION)
def listing(request: Request) -> HttpResponse:
    """List the carrier's roles."""
    return render(request, "administration/roles.html", {"roles": kept.roles(actor=request.actor)})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Add a role."""
    form = RoleForm(request.POST or None)

    def act() -> Done:
        added = roles.add_role(
            name=form.cleaned_data["name"], permissions=form.chosen(), actor=request.actor, now=request.now
        )
        messages.success(request, _("Saved."))
        return Done(reverse("desk:role", args=[added.id]))

    answer = form.act(request, act, instead=reverse("desk:roles")) if request.method == "POST" else None
    return answer or render(request, "administration/role.html", {"form": form})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def role(request: Request, role_id: int) -> HttpResponse:
    """Show a role, and change what it is called and what it lets do; both or neither."""
    shown = _found(request, role_id)
    form = RoleForm(request.POST or None, initial={"name": shown.name, "permissions": sorted(shown.permissions)})

    def act() -> Done:
        with acting_for(request.actor.carrier_id):
            roles.change_role(role_id=role_id, permissions=form.chosen(), actor=request.actor, now=request.now)
            roles.rename_role(role_id=role_id, name=form.cleaned_data["name"], actor=request.actor, now=request.now)
        messages.success(request, _("Saved."))
        return Done(request.path)

    answer = form.act(request, act, instead=request.path) if request.method == "POST" else None
    return answer or render(request, "administration/role.html", {"form": form, "role": shown})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def delete(request: Request, role_id: int) -> HttpResponse:
    """Ask, and then delete a role that nobody has."""
    listed = reverse("desk:roles")
    if request.method != "POST":
        context = {"role": _found(request, role_id), "form": ActForm(auto_id=False)}
        return render(request, "administration/role_delete.html", context)

    def act() -> Done:
        _found(request, role_id)
        roles.delete_role(role_id=role_id, actor=request.actor, now=request.now)
        messages.success(request, _("The role is deleted."))
        return Done(listed)

    return ActForm(request.POST).act(request, act, instead=listed, is_told=False) or redirect(listed)


def _found(request: Request, role_id: int) -> RoleView:
    if role_id > _GREATEST_ID:
        raise RoleNotFound(f"there is no role {role_id}")
    return kept.get_role(role_id=role_id, actor=request.actor)
