"""One webhook endpoint: changing it, its secret, its deliveries and their attempts."""

from collections.abc import Callable

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from skypurser.access.permissions import Permission
from skypurser.events import reading
from skypurser.history.events import EventView
from skypurser.web.accounts.account import Tab
from skypurser.web.accounts.words import named
from skypurser.web.administration.endpoints import EndpointForm
from skypurser.web.administration.forms import ActForm
from skypurser.web.administration.words import DELIVERIES, OUTCOMES, answer
from skypurser.web.filters import FilterBar, Quick
from skypurser.web.once import Done, secret_for
from skypurser.web.pages import Request, page
from skypurser.webhooks import endpoints, queries, replaying
from skypurser.webhooks.endpoints import EndpointView
from skypurser.webhooks.reach import Reach

LENGTH = 50

_READS_TICKETS = frozenset({Permission.QUERIES, Permission.ISSUANCE})

_TABS = ((gettext_lazy("Deliveries"), "webhook"), (gettext_lazy("Settings"), "webhook-settings"))


class DeliveryFilters(FilterBar):
    """Which deliveries are listed."""

    unsaid = frozenset({"status"})
    quick = tuple(Quick(label, (("status", status),), icon) for status, (label, _tone, icon) in DELIVERIES.items())

    status = forms.ChoiceField(choices=[("", ""), *((name, name) for name in DELIVERIES)], required=False)


@page(Permission.WEBHOOKS)
@never_cache
def endpoint(request: Request, endpoint_id: int) -> HttpResponse:
    """Show an endpoint with its newest deliveries; its secret only just after it was made."""
    shown = queries.endpoint(endpoint_id, actor=request.actor)
    bar, before = DeliveryFilters(request.GET), request.GET.get("before", "")
    found = queries.deliveries(
        actor=request.actor,
        endpoint_id=endpoint_id,
        status=bar.value("status") or None,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=LENGTH + 1,
    )
    context = {
        "secret": secret_for(request),
        "filters": bar,
        "is_filtered": bool(bar.value("status")),
        "deliveries": [(one, DELIVERIES[one.status]) for one in found[:LENGTH]],
        "following": bar.with_(before=str(found[LENGTH - 1].id)) if len(found) > LENGTH else "",
    }
    return _shown(request, shown, "webhook", context)


@page(Permission.WEBHOOKS, methods=("GET", "POST"))
def settings(request: Request, endpoint_id: int) -> HttpResponse:
    """Change an endpoint."""
    shown = queries.endpoint(endpoint_id, actor=request.actor)
    initial = {"url": shown.url, "description": shown.description, "event_types": shown.event_types}
    form = EndpointForm(request.POST or None, initial=initial)

    def act() -> Done:
        typed = form.cleaned_data
        endpoints.change(
            endpoint_id=endpoint_id,
            url=typed["url"],
            description=typed["description"],
            event_types=typed["event_types"],
            actor=request.actor,
            now=request.now,
            reach=Reach.from_environment(),
        )
        messages.success(request, _("Saved."))
        return Done(request.path)

    answer = form.act(request, act, instead=request.path) if request.method == "POST" else None
    return answer or _shown(request, shown, "webhook-settings", {"form": form})


@page(Permission.WEBHOOKS, methods=("POST",))
def pause(request: Request, endpoint_id: int) -> HttpResponse:
    """Send it nothing for now; what comes meanwhile waits."""
    return _set_active(request, endpoint_id, is_active=False)


@page(Permission.WEBHOOKS, methods=("POST",))
def resume(request: Request, endpoint_id: int) -> HttpResponse:
    """Send it again, what has waited first."""
    return _set_active(request, endpoint_id, is_active=True)


@page(Permission.WEBHOOKS, methods=("GET", "POST"))
def rotate(request: Request, endpoint_id: int) -> HttpResponse:
    """Ask, and then give it a new secret, which the endpoint's page shows once."""
    shown = queries.endpoint(endpoint_id, actor=request.actor)
    back = reverse("desk:webhook", args=[endpoint_id])

    def act() -> Done:
        _view, secret = endpoints.rotate_secret(endpoint_id=endpoint_id, actor=request.actor, now=request.now)
        return Done(back, secret)

    return _asked(request, act, back, "administration/webhook_secret.html", {"endpoint": shown})


@page(Permission.WEBHOOKS, methods=("GET", "POST"))
def delete(request: Request, endpoint_id: int) -> HttpResponse:
    """Ask, and then delete it with its log."""
    listed = reverse("desk:webhooks")
    context: dict[str, object] = {}
    if request.method != "POST":
        context["endpoint"] = queries.endpoint(endpoint_id, actor=request.actor)

    def act() -> Done:
        endpoints.delete(endpoint_id=endpoint_id, actor=request.actor, now=request.now)
        messages.success(request, _("The webhook is deleted."))
        return Done(listed)

    return _asked(request, act, listed, "administration/webhook_delete.html", context)


@page(Permission.WEBHOOKS)
def delivery(request: Request, delivery_id: int) -> HttpResponse:
    """Show a delivery and each attempt."""
    found, attempts = queries.delivery(delivery_id, actor=request.actor)
    event = reading.event(found.event_id, actor=request.actor)
    context = {
        "delivery": found,
        "status": DELIVERIES[found.status],
        "attempts": [(one, named(OUTCOMES, one.outcome), answer(one.outcome, one.answer)) for one in attempts],
        "payload": msgspec.json.format(msgspec.json.encode(event.message), indent=2).decode(),
        "record": _record(request, event),
        "again": ActForm(auto_id=False),
    }
    return render(request, "administration/delivery.html", context)


@page(Permission.WEBHOOKS, methods=("POST",))
def replay(request: Request, delivery_id: int) -> HttpResponse:
    """Send a delivery again."""
    back = reverse("desk:delivery", args=[delivery_id])

    def act() -> Done:
        replaying.replay_delivery(delivery_id=delivery_id, actor=request.actor, now=request.now)
        messages.success(request, _("It is sent again."))
        return Done(back)

    return ActForm(request.POST).act(request, act, instead=back, is_told=False) or redirect(back)


def _set_active(request: Request, endpoint_id: int, *, is_active: bool) -> HttpResponse:
    endpoints.change(endpoint_id=endpoint_id, is_active=is_active, actor=request.actor, now=request.now)
    messages.success(request, _("Events are sent again.") if is_active else _("Nothing is sent; events wait."))
    return redirect("desk:webhook", endpoint_id=endpoint_id)


def _asked(
    request: Request, act: Callable[[], Done], instead: str, template: str, context: dict[str, object]
) -> HttpResponse:
    """Ask on a page of its own before something that can't be undone."""
    if request.method != "POST":
        return render(request, template, {**context, "form": ActForm(auto_id=False)})
    return ActForm(request.POST).act(request, act, instead=instead, is_told=False) or redirect(instead)


def _record(request: Request, event: EventView) -> tuple[str, str] | None:
    """Return name and address of what the event is about, where the member may look at it."""
    document, account_id = event.data.get("document_number"), event.account_id
    may = request.actor.permissions
    if document and event.type in {"ticket.issued", "ticket.voided", "ticket.refunded"} and may & _READS_TICKETS:
        return document, reverse("desk:ticket", args=[document])
    if account_id is None or event.type == "account.deleted" or Permission.QUERIES not in may:
        return None
    account = event.data.get("account") or {}
    return f"{account.get('code') or ''} {account.get('currency') or ''}".strip(), reverse(
        "desk:account", args=[account_id]
    )


def _shown(request: Request, shown: EndpointView, tab: str, context: dict[str, object]) -> HttpResponse:
    tabs = [Tab(label, reverse(f"desk:{name}", args=[shown.id]), name == tab) for label, name in _TABS]
    template = f"administration/{tab.replace('-', '_')}.html"
    return render(request, template, {"endpoint": shown, "tabs": tabs, **context})
