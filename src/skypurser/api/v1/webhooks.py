"""Webhooks: the endpoints that are told of events. What is sent is signed by the Standard Webhooks specification."""

from datetime import timedelta
from typing import Annotated, Any

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field, StrictInt

from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.events import EventType
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import AskedInstant, Body, Instant, PathId, Shown, Switch, Text, instant
from skypurser.contract.amounts import read_instant
from skypurser.webhooks import once, queries
from skypurser.webhooks.endpoints import EndpointView
from skypurser.webhooks.reach import LONGEST_URL, Reach

router = Router(tags=["webhooks"])

_Url = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=LONGEST_URL,
        description="Begins with https://.",
        examples=["https://example.com/skypurser"],
    ),
]
_Description = Annotated[Text, Field(max_length=500)]
_Types = Annotated[list[EventType], Field(max_length=100, description="All, those of later versions too, if empty.")]


class CreateWebhook(Body):
    """A new endpoint."""

    url: _Url
    description: _Description = ""
    event_types: _Types = Field(default=[])


class ChangeWebhook(Body):
    """What is to change; what is left out stays."""

    url: _Url | None = None
    description: _Description | None = None
    event_types: _Types | None = None
    is_active: Switch | None = None


class RotateSecret(Body):
    """For how many hours the old secret signs beside the new one; 0 where it leaked."""

    overlap_hours: Annotated[StrictInt, Field(ge=0, le=720)] = 24


class ReplayWebhook(Body):
    """Which events to send again: those since an instant (`occurred_at`), those after an event, or both."""

    since: AskedInstant | None = None
    after_event_id: Annotated[StrictInt, Field(ge=0, le=2**63 - 1, description="0 for all.")] | None = None


class Webhook(Shown):
    """An endpoint. `event_types` is empty for all; `deactivated_because` is `gone` after an answer 410, else empty.

    Until `old_secret_until`, which may be past, the secret before signs beside the new one.
    """

    id: int
    url: str
    description: str
    event_types: list[str]
    is_active: bool
    deactivated_because: str
    created_at: Instant
    old_secret_until: Instant | None


class WebhookWithSecret(Webhook):
    """An endpoint and its new secret, which is told once: in the first answer. A replay has null instead."""

    secret: str | None


class WebhookPage(Shown):
    """One page of webhooks, oldest first."""

    items: list[Webhook]
    next_cursor: str | None


class Replayed(Shown):
    """How many events are sent again; what is still under way is not counted."""

    replayed: int


@operation(
    router,
    "GET",
    "/webhooks",
    summary="List webhooks",
    scopes=(Scope.EVENTS,),
    result=WebhookPage,
)
def list_webhooks(request: Request, query: FromQuery[PageQuery]) -> Any:
    """Inactive ones too; no secrets."""
    found = queries.endpoints(actor=request.call.actor, after=after(query, int) or 0, limit=query.limit + 1)
    return page(query, found, lambda endpoint: endpoint.id, _shown)


@operation(
    router,
    "POST",
    "/webhooks",
    summary="Add a webhook",
    scopes=(Scope.EVENTS,),
    status=201,
    needs_key=True,
    result=WebhookWithSecret,
    refusals=("endpoint_not_allowed", "too_many_endpoints"),
)
def create_webhook(request: Request, body: CreateWebhook) -> Any:
    """It is told of what follows. The secret is in the first answer only; who missed it asks for a new one."""
    call = request.call
    answer, secret = once.create(
        url=body.url,
        description=body.description,
        event_types=body.event_types,
        key=call.key,
        actor=call.actor,
        now=call.now,
        reach=Reach.from_environment(),
    )
    call.replayed = answer.replayed
    return {**_shown(once.told_endpoint(answer)), "secret": secret}


@operation(
    router,
    "GET",
    "/webhooks/{webhook_id}",
    summary="Read a webhook",
    scopes=(Scope.EVENTS,),
    result=Webhook,
    refusals=("endpoint_not_found",),
)
def read_webhook(request: Request, webhook_id: PathId) -> Any:
    """Without its secret."""
    return _shown(queries.endpoint(webhook_id, actor=request.call.actor))


@operation(
    router,
    "PATCH",
    "/webhooks/{webhook_id}",
    summary="Change a webhook",
    scopes=(Scope.EVENTS,),
    needs_key=True,
    result=Webhook,
    refusals=("endpoint_not_found", "endpoint_not_allowed"),
)
def change_webhook(request: Request, webhook_id: PathId, body: ChangeWebhook) -> Any:
    """What waited for an inactive one is sent when it is active again."""
    call = request.call
    answer = once.change(
        endpoint_id=webhook_id,
        url=body.url,
        description=body.description,
        event_types=body.event_types,
        is_active=body.is_active,
        key=call.key,
        actor=call.actor,
        now=call.now,
        reach=Reach.from_environment(),
    )
    call.replayed = answer.replayed
    return _shown(once.told_endpoint(answer))


@operation(
    router,
    "DELETE",
    "/webhooks/{webhook_id}",
    summary="Delete a webhook",
    scopes=(Scope.EVENTS,),
    status=204,
    needs_key=True,
    result=None,
    refusals=("endpoint_not_found",),
)
def delete_webhook(request: Request, webhook_id: PathId) -> Any:
    """What waits for it and the log of its deliveries go with it."""
    call = request.call
    answer = once.delete(endpoint_id=webhook_id, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed


@operation(
    router,
    "POST",
    "/webhooks/{webhook_id}/secret",
    summary="Give a webhook a new secret",
    scopes=(Scope.EVENTS,),
    needs_key=True,
    result=WebhookWithSecret,
    refusals=("endpoint_not_found",),
)
def rotate_secret(request: Request, webhook_id: PathId, body: RotateSecret) -> Any:
    """It is in the first answer only; meanwhile the old one signs as well, so that nothing is missed."""
    call = request.call
    answer, secret = once.rotate_secret(
        endpoint_id=webhook_id,
        overlap=timedelta(hours=body.overlap_hours),
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return {**_shown(once.told_endpoint(answer)), "secret": secret}


@operation(
    router,
    "POST",
    "/webhooks/{webhook_id}/replay",
    summary="Send a webhook its events again",
    scopes=(Scope.EVENTS,),
    status=202,
    needs_key=True,
    result=Replayed,
    refusals=("endpoint_not_found",),
)
def replay_webhook(request: Request, webhook_id: PathId, body: ReplayWebhook) -> Any:
    """Under the ids that they had, in their order; those from before the webhook too."""
    call = request.call
    answer = once.replay_since(
        endpoint_id=webhook_id,
        since=None if body.since is None else read_instant(body.since, field="since"),
        after_event_id=body.after_event_id,
        key=call.key,
        actor=call.actor,
        now=call.now,
    )
    call.replayed = answer.replayed
    return {"replayed": answer.facts["replayed"]}


def _shown(view: EndpointView) -> dict[str, Any]:
    return {
        "id": view.id,
        "url": view.url,
        "description": view.description,
        "event_types": list(view.event_types),
        "is_active": view.is_active,
        "deactivated_because": view.deactivated_because,
        "created_at": instant(view.created_at),
        "old_secret_until": instant(view.old_secret_until),
    }
