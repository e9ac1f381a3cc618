"""Say where events are sent to: endpoints are added, changed, given a new secret, and deleted.

All of it takes WEBHOOKS without limits to places, since an endpoint is told of every account, and stands in the
carrier's history. A secret is returned once, when it is made.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.events.types import TYPES
from skypurser.history import acts
from skypurser.ledger.requests import plain_text
from skypurser.webhooks.models import Attempt, Delivery, Endpoint
from skypurser.webhooks.reach import PUBLIC_ONLY, Reach, check_url
from skypurser.webhooks.signing import new_secret

#: How long an old secret signs beside the new one, unless the caller says otherwise.
OVERLAP = timedelta(hours=24)

_LONGEST_OVERLAP = timedelta(days=30)

#: How many endpoints a carrier may have; every event costs a delivery for each.
MOST = 50


class EndpointNotFound(Refusal):
    """There is no such endpoint."""

    code = "endpoint_not_found"


class TooManyEndpoints(Refusal):
    """The carrier has as many endpoints as a carrier may have."""

    code = "too_many_endpoints"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """An endpoint, without its secret.

    Attributes:
        event_types: Those that it is told of, sorted; empty for all.
        deactivated_because: `gone` when it answered 410, else empty.
        old_secret_until: Until when two signatures are sent; None when there is one.
    """

    id: int
    url: str
    description: str
    event_types: tuple[str, ...]
    is_active: bool
    deactivated_because: str
    created_at: datetime
    old_secret_until: datetime | None


def create(
    *,
    url: str,
    actor: Actor,
    now: datetime,
    description: str = "",
    event_types: Collection[str] = (),
    reach: Reach = PUBLIC_ONLY,
) -> tuple[EndpointView, str]:
    """Add an endpoint; return it and its secret, which is never shown again. It is told of what follows.

    Args:
        event_types: Of `events.types.TYPES`; empty for all, those of later versions included.

    Raises:
        PermissionDenied, InvalidRequest, EndpointNotAllowed, TooManyEndpoints: Nothing is written.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    check_url(url, reach=reach)
    secret = new_secret()
    with acting_for(actor.carrier_id):
        if Endpoint.objects.filter(carrier_id=actor.carrier_id).count() >= MOST:
            raise TooManyEndpoints
        row = Endpoint.objects.create(
            carrier_id=actor.carrier_id,
            url=url,
            description=plain_text(description, field="description"),
            event_types=_known(event_types),
            secret=secret,
            created_at=now,
        )
        _record("webhook.created", row, actor, now, {"url": [None, url], "event_types": [None, row.event_types]})
    return view(row), secret


def change(
    *,
    endpoint_id: int,
    actor: Actor,
    now: datetime,
    url: str | None = None,
    description: str | None = None,
    event_types: Collection[str] | None = None,
    is_active: bool | None = None,
    reach: Reach = PUBLIC_ONLY,
) -> EndpointView:
    """Change what is given; None leaves it. What waited for an inactive endpoint is sent when it is active again.

    Raises:
        PermissionDenied, InvalidRequest, EndpointNotAllowed, EndpointNotFound: Nothing is written.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    wanted: dict[str, Any] = {
        "url": None if url is None else check_url(url, reach=reach),
        "description": None if description is None else plain_text(description, field="description"),
        "event_types": None if event_types is None else _known(event_types),
        "is_active": is_active,
    }
    with acting_for(actor.carrier_id):
        row = _locked(endpoint_id, actor)
        changes = {
            field: [getattr(row, field), value]
            for field, value in wanted.items()
            if value is not None and value != getattr(row, field)
        }
        if changes:
            for field, (_, value) in changes.items():
                setattr(row, field, value)
            if is_active:
                row.deactivated_because = ""
            row.save(update_fields=[*changes, "deactivated_because"])
            _record("webhook.changed", row, actor, now, changes)
    return view(row)


def rotate_secret(
    *, endpoint_id: int, actor: Actor, now: datetime, overlap: timedelta = OVERLAP
) -> tuple[EndpointView, str]:
    """Give the endpoint a new secret and return it, once; until `overlap` has passed the old one signs beside it.

    Raises:
        PermissionDenied, InvalidRequest, EndpointNotFound: Nothing is written.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    if not timedelta() <= overlap <= _LONGEST_OVERLAP:
        raise InvalidRequest(f"an overlap lasts from 0 to {_LONGEST_OVERLAP.days} days", field="overlap")
    secret = new_secret()
    with acting_for(actor.carrier_id):
        row = _locked(endpoint_id, actor)
        row.previous_secret, row.previous_until = (row.secret, now + overlap) if overlap else (None, None)
        row.secret = secret
        row.save(update_fields=["secret", "previous_secret", "previous_until"])
        _record("webhook.secret_rotated", row, actor, now, {})
    return view(row), secret


def delete(*, endpoint_id: int, actor: Actor, now: datetime) -> None:
    """Delete the endpoint, what waits for it, and the log of its deliveries.

    Raises:
        PermissionDenied, EndpointNotFound: Nothing is deleted.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with acting_for(actor.carrier_id):
        row = _locked(endpoint_id, actor)
        deliveries = Delivery.objects.filter(carrier_id=row.carrier_id, endpoint_id=row.id)
        Attempt.objects.filter(carrier_id=row.carrier_id, delivery_id__in=deliveries.values("id")).delete()
        deliveries.delete()
        _record("webhook.deleted", row, actor, now, {"url": [row.url, None]})
        row.delete()


def view(row: Endpoint) -> EndpointView:
    """Return what may be shown of a row."""
    return EndpointView(
        row.id,
        row.url,
        row.description,
        tuple(row.event_types),
        row.is_active,
        row.deactivated_because,
        row.created_at,
        row.previous_until,
    )


def _locked(endpoint_id: int, actor: Actor) -> Endpoint:
    row = Endpoint.objects.select_for_update().filter(carrier_id=actor.carrier_id, id=endpoint_id).first()
    if row is None:
        raise EndpointNotFound(f"there is no endpoint {endpoint_id}")
    return row


def _known(event_types: Iterable[str]) -> list[str]:
    wanted = sorted(set(event_types))
    if unknown := [name for name in wanted if name not in TYPES]:
        raise InvalidRequest(f"there is no event {unknown[0]!r}", field="event_types")
    return wanted


def _record(action: str, row: Endpoint, actor: Actor, now: datetime, changes: dict[str, list[Any]]) -> None:
    acts.record(
        carrier_id=row.carrier_id,
        action=action,
        actor=actor.name,
        reference=f"endpoint {row.id}",
        changes=changes,
        now=now,
    )
