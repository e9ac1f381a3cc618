"""Send again: one delivery, or all events of an endpoint since some moment. The webhook-id stays the event's."""

from datetime import datetime

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.webhooks.endpoints import EndpointNotFound
from skypurser.webhooks.models import Delivery, Endpoint


class DeliveryNotFound(Refusal):
    """There is no such delivery."""

    code = "delivery_not_found"


# What is on its way stays as it is; what never was a delivery, from before the endpoint say, becomes one.
_REPLAY = """
INSERT INTO webhooks_delivery AS d
       (carrier_id, endpoint_id, event_id, lane, status, tries, next_attempt_at, created_at)
SELECT e.carrier_id, p.id, e.id, e.account_id, 'pending', 0, %(now)s, %(now)s
  FROM webhooks_endpoint p
  JOIN history_event e ON e.carrier_id = p.carrier_id AND (p.event_types = '{}' OR e.type = ANY(p.event_types))
 WHERE p.carrier_id = %(carrier)s AND p.id = %(endpoint)s
   AND e.id > %(after)s AND (%(since)s::timestamptz IS NULL OR e.occurred_at >= %(since)s)
 ORDER BY e.id
ON CONFLICT (carrier_id, endpoint_id, event_id) DO UPDATE
   SET status = 'pending', tries = 0, next_attempt_at = %(now)s, finished_at = NULL WHERE d.status <> 'pending'
"""


def replay_delivery(*, delivery_id: int, actor: Actor, now: datetime) -> None:
    """Send a finished delivery again; one that is still under way is tried at once, and its tries begin anew.

    Raises:
        PermissionDenied, DeliveryNotFound: Nothing changes.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    with acting_for(actor.carrier_id):
        row = (
            Delivery.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=delivery_id).first()
        )
        if row is None:
            raise DeliveryNotFound(f"there is no delivery {delivery_id}")
        row.status, row.tries, row.next_attempt_at, row.finished_at = Delivery.PENDING, 0, now, None
        row.save(update_fields=["status", "tries", "next_attempt_at", "finished_at"])
        Delivery.objects.filter(  # its lane had been put off with it
            carrier_id=row.carrier_id,
            endpoint_id=row.endpoint_id,
            lane=row.lane,
            status=Delivery.PENDING,
            next_attempt_at__gt=now,
            event_id__gt=row.event_id,
            tries=0,
        ).update(next_attempt_at=now)
        _record(f"delivery {delivery_id} of endpoint {row.endpoint_id}", actor, now)


def replay_since(
    *,
    endpoint_id: int,
    actor: Actor,
    now: datetime,
    since: datetime | None = None,
    after_event_id: int | None = None,
) -> int:
    """Send the endpoint all events of its types since an instant, or after an event; return how many.

    Args:
        since: Of the events' own clock (`occurred_at`), inclusive. Give this or `after_event_id`, or both.

    Raises:
        PermissionDenied, InvalidRequest, EndpointNotFound: Nothing changes.
    """
    actor.require_everywhere(Permission.WEBHOOKS)
    if since is None and after_event_id is None:
        raise InvalidRequest("say since when, or after which event", field="since")
    with acting_for(actor.carrier_id), connection.cursor() as cursor:
        if not Endpoint.objects.filter(carrier_id=actor.carrier_id, id=endpoint_id).exists():
            raise EndpointNotFound(f"there is no endpoint {endpoint_id}")
        cursor.execute(
            _REPLAY,
            {
                "carrier": actor.carrier_id,
                "endpoint": endpoint_id,
                "after": after_event_id or 0,
                "since": since,
                "now": now,
            },
        )
        replayed = int(cursor.rowcount)
        _record(f"endpoint {endpoint_id}: {replayed} events", actor, now)
    return replayed


def _record(what: str, actor: Actor, now: datetime) -> None:
    acts.record(carrier_id=actor.carrier_id, action="webhook.replayed", actor=actor.name, reference=what, now=now)
