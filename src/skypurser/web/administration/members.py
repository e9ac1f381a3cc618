"""Members: who they are, what they may do and where, and the links by which they join."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from skypurser.access import members as kept
from skypurser.access import roles
from skypurser.access.acting import acting_for
from skypurser.access.members import MemberView
from skypurser.access.permissions import Permission
from skypurser.administration import inviting, members
from skypurser.identity.users import get_user
from skypurser.web.administration.forms import ActForm, CodesField, GroupedChecks
from skypurser.web.administration.words import by_group
from skypurser.web.once import Done, secret_for
from skypurser.web.pages import Request, page

LENGTH = 50


class PowersForm(ActForm):
    """What a member may do, and where.

    Args:
        roles: The names of those that the carrier has.
    """

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        help_text=gettext_lazy("Who has a role may do what it says now. Without one, choose below."),
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("May, without a role"),
        choices=by_group,
        widget=GroupedChecks,
        required=False,
    )
    countries = CodesField(
        label=gettext_lazy("Countries"), required=False, help_text=gettext_lazy("Two letters each, such as US, CO.")
    )
    cities = CodesField(
        label=gettext_lazy("Cities"), required=False, help_text=gettext_lazy("Three letters each, such as NYC, BOG.")
    )
    offices = CodesField(
        label=gettext_lazy("Offices"),
        required=False,
        help_text=gettext_lazy("Codes of offices. With nothing in all three, the member reaches every account."),
    )

    def __init__(self, *arguments: Any, roles: Sequence[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = [("", _("None: permissions of the member's own")), *((name, name) for name in roles)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

    def powers(self) -> dict[str, Any]:
        """Return what was chosen, as the verbs take it: the role, or else the permissions."""
        role = self.cleaned_data["role"] or None
        chosen = frozenset(Permission(name) for name in self.cleaned_data["permissions"])
        return {
            "role": role,
            "permissions": None if role else chosen,
            **{name: self.cleaned_data[name] for name in ("countries", "cities", "offices")},
        }


class NewMemberForm(PowersForm):
    """Who a new member is, besides."""

    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    field_order = ("email", "name", "role")


@page(Permission.ADMINISTRATION)
def listing(request: Request) -> HttpResponse:
    """List the carrier's members."""
    after = request.GET.get("after", "")
    found = kept.members(
        actor=request.actor, after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=LENGTH + 1
    )
    following = f"?after={found[LENGTH - 1].id}" if len(found) > LENGTH else ""
    rows = [
        (one, ", ".join(sorted(one.powers.countries | one.powers.cities | one.powers.offices)))
        for one in found[:LENGTH]
    ]
    return render(request, "administration/members.html", {"rows": rows, "following": following})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Add a member, and lead to the page with the invitation."""
    form = NewMemberForm(request.POST or None, roles=_roles(request))

    def act() -> Done:
        typed = form.cleaned_data
        with acting_for(request.actor.carrier_id):
            added = members.add_member(
                email=typed["email"], name=typed["name"], actor=request.actor, now=request.now, **form.powers()
            )
            made = inviting.invite(email=added.name, actor=request.actor, now=request.now)
        messages.success(request, _("%(member)s is a member now.") % {"member": added.name})
        return Done(reverse("desk:member", args=[added.member_id]), made.token)

    answer = form.act(request, act, instead=reverse("desk:members")) if request.method == "POST" else None
    return answer or render(request, "administration/member_new.html", {"form": form})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
@never_cache
def member(request: Request, member_id: int) -> HttpResponse:
    """Show a member and change what the member may do."""
    shown = kept.member_by_id(member_id=member_id, actor=request.actor)
    form = PowersForm(request.POST or None, initial=_initial(shown), roles=_roles(request))

    def act() -> Done:
        members.change_member(email=shown.email, actor=request.actor, now=request.now, **form.powers())
        messages.success(request, _("Saved."))
        return Done(request.path)

    if request.method == "POST":
        answer = form.act(request, act, instead=request.path)
        return answer or _shown(request, shown, form)
    return _shown(request, shown, form, link=_link(request))


@page(Permission.ADMINISTRATION, methods=("POST",))
def deactivate(request: Request, member_id: int) -> HttpResponse:
    """Let the member act no longer; asked again, nothing more happens."""
    shown = kept.member_by_id(member_id=member_id, actor=request.actor)
    members.deactivate_member(email=shown.email, actor=request.actor, now=request.now)
    messages.success(request, _("%(member)s acts no longer.") % {"member": shown.email})
    return redirect("desk:member", member_id=member_id)


@page(Permission.ADMINISTRATION, methods=("POST",))
def reactivate(request: Request, member_id: int) -> HttpResponse:
    """Let the member act again; asked again, nothing more happens."""
    shown = kept.member_by_id(member_id=member_id, actor=request.actor)
    members.reactivate_member(email=shown.email, actor=request.actor, now=request.now)
    messages.success(request, _("%(member)s may act again.") % {"member": shown.email})
    return redirect("desk:member", member_id=member_id)


@page(Permission.ADMINISTRATION, methods=("POST",))
def release(request: Request, member_id: int) -> HttpResponse:
    """Let whoever signs in as the member do so no longer; asked again, nothing more happens."""
    shown = kept.member_by_id(member_id=member_id, actor=request.actor)
    inviting.release(email=shown.email, actor=request.actor, now=request.now)
    told = _("Nobody signs in as %(member)s now. Make a fresh invitation.")
    messages.success(request, told % {"member": shown.email})
    return redirect("desk:member", member_id=member_id)


@page(Permission.ADMINISTRATION, methods=("POST",))
def invite(request: Request, member_id: int) -> HttpResponse:
    """Make a fresh invitation and lead to the page that shows it."""
    shown = kept.member_by_id(member_id=member_id, actor=request.actor)
    back = reverse("desk:member", args=[member_id])
    form = ActForm(request.POST)

    def act() -> Done:
        made = inviting.invite(email=shown.email, actor=request.actor, now=request.now)
        return Done(back, made.token)

    powers = PowersForm(initial=_initial(shown), roles=_roles(request))
    return form.act(request, act, instead=back) or _shown(request, shown, powers, form)


def _shown(
    request: Request, shown: MemberView, form: PowersForm, refused: ActForm | None = None, *, link: str = ""
) -> HttpResponse:
    context = {
        "member": shown,
        "form": form,
        "refused": refused,
        "link": link,
        "days": inviting.LASTS.days,
        "joined": get_user(user_id=shown.user_id) if shown.user_id is not None else None,
        "may_release": shown.has_joined and shown.id != request.actor.member_id,
    }
    return render(request, "administration/member.html", {**context, "invite": ActForm(auto_id=False)})


def _roles(request: Request) -> list[str]:
    return [role.name for role in roles.roles(actor=request.actor)]


def _initial(shown: MemberView) -> dict[str, Any]:
    powers = shown.powers
    return {
        "role": powers.role,
        "permissions": sorted(powers.permissions),
        "countries": powers.countries,
        "cities": powers.cities,
        "offices": powers.offices,
    }


def _link(request: Request) -> str:
    token = secret_for(request)
    if not token:
        return ""
    path = reverse("account_invitation", args=[token])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
