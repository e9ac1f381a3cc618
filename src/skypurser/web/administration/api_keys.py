"""API keys: which there are, when they were used last, making one, and taking one out of use."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from skypurser.access import api_keys as kept
from skypurser.access.callers import CONCURRENCY_LIMIT, RATE_LIMIT, Scope
from skypurser.access.permissions import Permission
from skypurser.administration import api_keys
from skypurser.web.administration.forms import ActForm
from skypurser.web.administration.words import SCOPES
from skypurser.web.once import Done, secret_for
from skypurser.web.pages import Request, page

LENGTH = 50

#: Years before which no key can expire; the first ones of the calendar can't be told in UTC.
_EARLIEST = 2000


class NewKeyForm(ActForm):
    """What a new key is for, and how long and how much."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("What the history calls the program.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("For"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    expires = forms.DateField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The first day on which it no longer works, at the carrier. Empty: never."),
    )
    rate_limit = forms.IntegerField(
        label=gettext_lazy("Requests per second"),
        initial=RATE_LIMIT,
        min_value=1,
        max_value=kept.HIGHEST_RATE_LIMIT,
    )
    concurrency_limit = forms.IntegerField(
        label=gettext_lazy("Requests at the same time"),
        initial=CONCURRENCY_LIMIT,
        min_value=1,
        max_value=kept.HIGHEST_CONCURRENCY_LIMIT,
    )

    def clean_expires(self) -> date | None:
        """Refuse a day that has begun everywhere; the verb looks at the hour."""
        day: date | None = self.cleaned_data["expires"]
        if day is not None and day.year < _EARLIEST:
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def expires_at(self, zone: str) -> datetime | None:
        """Return the first moment of the day at the carrier."""
        day = self.cleaned_data["expires"]
        return None if day is None else datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@page(Permission.ADMINISTRATION)
def listing(request: Request) -> HttpResponse:
    """List the carrier's keys, those that no longer work included."""
    after = request.GET.get("after", "")
    found = kept.keys(
        actor=request.actor, after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=LENGTH + 1
    )
    following = f"?after={found[LENGTH - 1].id}" if len(found) > LENGTH else ""
    rows = [(key, key.state(now=request.now), ", ".join(sorted(key.scopes))) for key in found[:LENGTH]]
    return render(request, "administration/api_keys.html", {"rows": rows, "following": following})


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Make a key, and lead to the page that shows its token once."""
    form = NewKeyForm(request.POST or None)

    def act() -> Done:
        typed = form.cleaned_data
        made = api_keys.create_key(
            name=typed["name"],
            scopes=[Scope(scope) for scope in typed["scopes"]],
            actor=request.actor,
            now=request.now,
            expires_at=form.expires_at(request.membership.time_zone),
            rate_limit=typed["rate_limit"],
            concurrency_limit=typed["concurrency_limit"],
        )
        return Done(reverse("desk:api-key", args=[made.view.id]), made.token)

    answer = (
        form.act(request, act, instead=reverse("desk:api-keys"), expires_at="expires")
        if request.method == "POST"
        else None
    )
    return answer or render(request, "administration/api_key_new.html", {"form": form})


@page(Permission.ADMINISTRATION)
@never_cache
def key(request: Request, key_id: int) -> HttpResponse:
    """Show a key; its token only just after it was made."""
    shown = kept.get_key(key_id=key_id, actor=request.actor)
    scopes = [SCOPES[scope] for scope in Scope if scope in shown.scopes]
    context = {"one": shown, "state": shown.state(now=request.now), "scopes": scopes, "token": secret_for(request)}
    return render(request, "administration/api_key.html", context)


@page(Permission.ADMINISTRATION, methods=("GET", "POST"))
def revoke(request: Request, key_id: int) -> HttpResponse:
    """Ask, and then take the key out of use for good; asked again, nothing more happens."""
    shown = kept.get_key(key_id=key_id, actor=request.actor)
    if request.method == "POST":
        api_keys.revoke_key(key_id=key_id, actor=request.actor, now=request.now)
        messages.success(request, _("%(key)s works no longer.") % {"key": shown.name})
        return redirect("desk:api-key", key_id=key_id)
    return render(request, "administration/api_key_revoke.html", {"one": shown})
