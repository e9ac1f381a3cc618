"""Deliveries of webhooks: which event went where, how each attempt ended, and sending one again."""

from typing import Any, Literal

from ninja import Query as FromQuery
from ninja import Router

from skypurser.access.acting import acting_for
from skypurser.access.callers import Scope
from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Instant, PathId, Shown, instant
from skypurser.webhooks import once, queries
from skypurser.webhooks.queries import AttemptView, DeliveryView

router = Router(tags=["webhooks"])

_Status = Literal["pending", "delivered", "failed"]


class DeliveriesQuery(PageQuery):
    """Which deliveries."""

    status: _Status | None = None


class Delivery(Shown):
    """One event for one webhook. `tries` counts since it was made or replayed, `message_id` is its `webhook-id`."""

    id: int
    webhook_id: int
    event_id: int
    event_type: str
    message_id: str
    account_id: int | None
    status: _Status
    tries: int
    next_attempt_at: Instant | None
    created_at: Instant
    finished_at: Instant | None


class Attempt(Shown):
    """One try. `outcome` is `delivered`, or in a word what went wrong; `answer` the beginning of what came back."""

    at: Instant
    outcome: str
    response_code: int | None
    duration_ms: int
    answer: str


class DeliveryDetails(Delivery):
    """A delivery with its attempts, oldest first."""

    attempts: list[Attempt]


class DeliveryPage(Shown):
    """One page of deliveries, newest first."""

    items: list[Delivery]
    next_cursor: str | None


@operation(
    router,
    "GET",
    "/webhooks/{webhook_id}/deliveries",
    summary="List the deliveries of a webhook, newest first",
    scopes=(Scope.EVENTS,),
    result=DeliveryPage,
    refusals=("endpoint_not_found",),
)
def list_deliveries(request: Request, webhook_id: PathId, query: FromQuery[DeliveriesQuery]) -> Any:
    """Finished ones are kept for a month."""
    actor = request.call.actor
    with acting_for(actor.carrier_id):
        queries.endpoint(webhook_id, actor=actor)
        found = queries.deliveries(
            actor=actor,
            endpoint_id=webhook_id,
            status=query.status,
            before=after(query, int),
            limit=query.limit + 1,
        )
    return page(query, found, lambda delivery: delivery.id, _shown)


@operation(
    router,
    "GET",
    "/deliveries/{delivery_id}",
    summary="Read a delivery and its attempts",
    scopes=(Scope.EVENTS,),
    result=DeliveryDetails,
    refusals=("delivery_not_found",),
)
def read_delivery(request: Request, delivery_id: PathId) -> Any:
    """All attempts, those before a replay too."""
    delivery, attempts = queries.delivery(delivery_id, actor=request.call.actor)
    return {**_shown(delivery), "attempts": [_attempt(one) for one in attempts]}


@operation(
    router,
    "POST",
    "/deliveries/{delivery_id}/replay",
    summary="Send a delivery again",
    scopes=(Scope.EVENTS,),
    status=202,
    needs_key=True,
    result=Delivery,
    refusals=("delivery_not_found",),
)
def replay_delivery(request: Request, delivery_id: PathId) -> Any:
    """Under the same `webhook-id`. One that is still pending is tried at once, and its tries begin anew."""
    call = request.call
    answer = once.replay_delivery(delivery_id=delivery_id, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return _shown(once.told_delivery(answer))


def _shown(view: DeliveryView) -> dict[str, Any]:
    return {
        "id": view.id,
        "webhook_id": view.endpoint_id,
        "event_id": view.event_id,
        "event_type": view.event_type,
        "message_id": view.message_id,
        "account_id": view.account_id,
        "status": view.status,
        "tries": view.tries,
        "next_attempt_at": instant(view.next_attempt_at),
        "created_at": instant(view.created_at),
        "finished_at": instant(view.finished_at),
    }


def _attempt(view: AttemptView) -> dict[str, Any]:
    return {
        "at": instant(view.at),
        "outcome": view.outcome,
        "response_code": view.response_code,
        "duration_ms": view.duration_ms,
        "answer": view.answer,
    }
