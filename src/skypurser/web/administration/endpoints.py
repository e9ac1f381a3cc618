"""Webhooks: the endpoints that there are, and adding one."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from skypurser.access.permissions import Permission
from skypurser.events.types import TYPES
from skypurser.web.administration.forms import ActForm, GroupedChecks
from skypurser.web.administration.words import events_by_group
from skypurser.web.once import Done
from skypurser.web.pages import Request, page
from skypurser.webhooks import endpoints, queries
from skypurser.webhooks.reach import LONGEST_URL, Reach


class EndpointForm(ActForm):
    """Where to, and what of."""

    url = forms.CharField(
        label=gettext_lazy("URL"), max_length=LONGEST_URL, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=500)
    event_types = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=events_by_group(TYPES),
        widget=GroupedChecks,
        required=False,
        help_text=gettext_lazy("None chosen: all, those of later versions included."),
    )


@page(Permission.WEBHOOKS)
def listing(request: Request) -> HttpResponse:
    """List the carrier's endpoints."""
    found = queries.endpoints(actor=request.actor, limit=endpoints.MOST)
    return render(
        request, "administration/webhooks.html", {"endpoints": found, "is_full": len(found) >= endpoints.MOST}
    )


@page(Permission.WEBHOOKS, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Add an endpoint, and lead to the page that shows its secret once."""
    form = EndpointForm(request.POST or None)

    def act() -> Done:
        typed = form.cleaned_data
        made, secret = endpoints.create(
            url=typed["url"],
            description=typed["description"],
            event_types=typed["event_types"],
            actor=request.actor,
            now=request.now,
            reach=Reach.from_environment(),
        )
        return Done(reverse("desk:webhook", args=[made.id]), secret)

    answer = form.act(request, act, instead=reverse("desk:webhooks")) if request.method == "POST" else None
    return answer or render(request, "administration/webhook_new.html", {"form": form})
