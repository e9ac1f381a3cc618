"""Questions about endpoints and deliveries; answers are frozen. All take WEBHOOKS, and show no secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.history.events import message_id, type_of
from skypurser.webhooks.endpoints import EndpointNotFound, EndpointView, view
from skypurser.webhooks.models import Attempt, Delivery, Endpoint
from skypurser.webhooks.replaying import DeliveryNotFound

#: The longest page; ask for one more to see whether another page follows.
LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One event for one endpoint.

    Attributes:
        status: `pending`, `delivered` or `failed`.
        tries: Since it was made or replayed.
        next_attempt_at: None when it is finished.
    """

    id: int
    endpoint_id: int
    event_id: int
    event_type: str
    account_id: int | None
    status: str
    tries: int
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def message_id(self) -> str:
        """The `webhook-id` under which it is sent."""
        return message_id(self.event_id)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try. `outcome` is a word of `sending.Sent`; `answer` the first 1,000 characters of what came back."""

    at: datetime
    outcome: str
    response_code: int | None
    duration_ms: int
    answer: str


def endpoints(*, actor: Actor, after: int = 0, limit: int = 50) -> list[EndpointView]:
    """Return the carrier's endpoints after the one with the id `after`, oldest first.

    Raises:
        PermissionDenied.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with reading_for(actor.carrier_id):
        rows = Endpoint.objects.filter(carrier_id=actor.carrier_id, id__gt=after).order_by("id")
        return [view(row) for row in rows[: min(limit, LONGEST_PAGE + 1)]]


def endpoint(endpoint_id: int, *, actor: Actor) -> EndpointView:
    """Return one of the carrier's endpoints.

    Raises:
        PermissionDenied, EndpointNotFound.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with reading_for(actor.carrier_id):
        row = Endpoint.objects.filter(carrier_id=actor.carrier_id, id=endpoint_id).first()
    if row is None:
        raise EndpointNotFound(f"there is no endpoint {endpoint_id}")
    return view(row)


def deliveries(
    *,
    actor: Actor,
    endpoint_id: int | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DeliveryView]:
    """Return the newest deliveries before the one with the id `before`, newest first.

    Args:
        endpoint_id, status: Only these; None for all.

    Raises:
        PermissionDenied.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with reading_for(actor.carrier_id):
        rows = _deliveries(actor)
        if endpoint_id is not None:
            rows = rows.filter(endpoint_id=endpoint_id)
        if status is not None:
            rows = rows.filter(status=status)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_view(row) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


def count_failed(*, actor: Actor, since: datetime, until: datetime) -> int:
    """Return how many deliveries failed for good between two instants, the second excluded.

    Raises:
        PermissionDenied: As `deliveries`.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with reading_for(actor.carrier_id):
        rows = Delivery.objects.filter(carrier_id=actor.carrier_id, status=Delivery.FAILED)
        return rows.filter(finished_at__gte=since, finished_at__lt=until).count()


def delivery(delivery_id: int, *, actor: Actor) -> tuple[DeliveryView, list[AttemptView]]:
    """Return a delivery and its attempts, oldest first.

    Raises:
        PermissionDenied, DeliveryNotFound.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with reading_for(actor.carrier_id):
        found = _deliveries(actor).filter(id=delivery_id).first()
        if found is None:
            raise DeliveryNotFound(f"there is no delivery {delivery_id}")
        tried = Attempt.objects.filter(carrier_id=actor.carrier_id, delivery_id=delivery_id).order_by("id")
        return _view(found), [
            AttemptView(one.at, one.outcome, one.response_code, one.duration_ms, one.answer) for one in tried
        ]


def _deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return the carrier's deliveries, each with the type of its event."""
    return Delivery.objects.filter(carrier_id=actor.carrier_id).annotate(event_type=type_of("event_id"))


def _view(row: Any) -> DeliveryView:
    return DeliveryView(
        row.id,
        row.endpoint_id,
        row.event_id,
        row.event_type,
        row.lane,
        row.status,
        row.tries,
        row.next_attempt_at if row.status == Delivery.PENDING else None,
        row.created_at,
        row.finished_at,
    )
