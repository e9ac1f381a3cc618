"""Take deliveries that are due, and put back what became of them.

A claim is a lease: it is committed before anything is sent, so two workers never send the same at the same time, and
it runs out, so what a killed worker had taken is taken again. Sent twice is possible then; lost is not. Of a lane (an
endpoint and an account) only the first unfinished delivery can be claimed: that keeps the order.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from skypurser.access.acting import acting_for, say_carriers
from skypurser.history import acts, events
from skypurser.ledger.queries import clock
from skypurser.webhooks.models import Attempt, Delivery, Endpoint
from skypurser.webhooks.sending import KEPT_OF_ANSWER, Sent

#: When to try again after the first failure, the second …; after the last the delivery has failed.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
)

#: How long a sender may take before another one takes over: much longer than an attempt (`sending.LONGEST`), which ends
#: in time however slow the resolver is, and with the database's time to store what came of it.
LEASE = timedelta(seconds=60)

#: How many deliveries of one endpoint are under way at a time, by all workers: a slow one keeps its carrier's senders
#: from no other endpoint.
AT_ONCE = 8

#: And of one carrier, with all its endpoints: half of one worker's senders, so that the rest is left to the others.
PER_CARRIER = 16

#: Who deactivates an endpoint that is gone.
_ITSELF = "skypurser"

# Carrier by carrier, the one with the fewest under way first, and so its endpoints; each gets no more than its share.
# What is equal comes by chance, so that nobody is always last. SKIP LOCKED: what another worker is just claiming is not
# waited for. The lane's rule reads committed leases as well, since a leased delivery is pending.
_CLAIM = """
WITH clock AS (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS now),
endpoint AS (
    SELECT p.carrier_id, p.id, p.is_active, (
            SELECT count(*) FROM webhooks_delivery q
             WHERE q.carrier_id = p.carrier_id AND q.endpoint_id = p.id AND q.status = 'pending'
               AND q.leased_until > clock.now) AS busy
      FROM webhooks_endpoint p, clock WHERE p.carrier_id = ANY(%(carriers)s)
), due AS (
    SELECT d.carrier_id, d.id
      FROM (SELECT carrier_id, sum(busy)::bigint AS busy FROM endpoint GROUP BY carrier_id
             ORDER BY sum(busy), random()) AS c
     CROSS JOIN LATERAL (
        SELECT e.carrier_id, e.id
          FROM (SELECT id, busy FROM endpoint WHERE carrier_id = c.carrier_id AND is_active
                 ORDER BY busy, random()) AS p
         CROSS JOIN clock CROSS JOIN LATERAL (
            SELECT q.carrier_id, q.id FROM webhooks_delivery q
             WHERE q.carrier_id = c.carrier_id AND q.endpoint_id = p.id AND q.status = 'pending'
               AND q.next_attempt_at <= clock.now AND (q.leased_until IS NULL OR q.leased_until <= clock.now)
               AND (q.lane IS NULL OR NOT EXISTS (
                    SELECT FROM webhooks_delivery earlier
                     WHERE earlier.carrier_id = q.carrier_id AND earlier.endpoint_id = q.endpoint_id
                       AND earlier.lane = q.lane AND earlier.event_id < q.event_id AND earlier.status = 'pending'))
             ORDER BY q.next_attempt_at, q.event_id
             LIMIT greatest(%(at_once)s - p.busy, 0)
               FOR NO KEY UPDATE OF q SKIP LOCKED) AS e
         LIMIT greatest(%(per_carrier)s - c.busy, 0)) AS d
     LIMIT %(most)s
), claimed AS (
    UPDATE webhooks_delivery d SET lease = %(lease)s, leased_until = clock.now + %(lasts)s::interval
      FROM due, clock WHERE d.carrier_id = due.carrier_id AND d.id = due.id
    RETURNING d.carrier_id, d.id, d.endpoint_id, d.event_id, clock.now
)
SELECT c.carrier_id, c.id, c.endpoint_id, c.event_id, c.now, p.url, p.secret,
       CASE WHEN p.previous_until > c.now THEN p.previous_secret END, e.type, e.occurred_at, e.data
  FROM claimed c
  JOIN webhooks_endpoint p ON p.carrier_id = c.carrier_id AND p.id = c.endpoint_id
  JOIN history_event e ON e.carrier_id = c.carrier_id AND e.id = c.event_id
 ORDER BY c.event_id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send until its lease runs out.

    Attributes:
        at: When it was claimed, by the clock that counts.
        secrets: What to sign it with; two during a rotation.
    """

    carrier_id: int
    delivery_id: int
    endpoint_id: int
    lease: uuid.UUID
    at: datetime
    url: str
    secrets: tuple[str, ...]
    message_id: str
    body: bytes

    def __repr__(self) -> str:  # what is logged: no secret, no URL, which may hold one
        return f"<delivery {self.delivery_id} of {self.message_id} to endpoint {self.endpoint_id}>"


def claim(*, carrier_ids: Collection[int], most: int, now: datetime | None = None) -> list[Claimed]:
    """Take up to `most` deliveries that are due, each for `LEASE`.

    Args:
        now: None for the database's clock.
    """
    lease = uuid.uuid4()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        say_carriers(",".join(map(str, carrier_ids)))
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "at_once": AT_ONCE,
                "per_carrier": PER_CARRIER,
                "carriers": list(carrier_ids),
                "most": most,
                "lease": lease,
                "lasts": str(LEASE),
            },
        )
        return [_claimed(lease, row) for row in cursor.fetchall()]


def settle(claimed: Claimed, sent: Sent, *, now: datetime | None = None) -> str:
    """Log the attempt, and move the delivery on if the claim still holds; return its status.

    Args:
        now: When it ended; None for the database's clock.

    A lease that ran out belongs to somebody else: then the attempt is only logged. An endpoint that answered 410 is
    deactivated.
    """
    with acting_for(claimed.carrier_id):
        row = (
            Delivery.objects.select_for_update(no_key=True)
            .filter(carrier_id=claimed.carrier_id, id=claimed.delivery_id)
            .first()
        )
        if row is None:
            return "deleted"
        ended = now or clock()
        Attempt.objects.create(
            carrier_id=row.carrier_id,
            delivery_id=row.id,
            at=claimed.at,
            outcome=sent.outcome,
            response_code=sent.response_code,
            duration_ms=sent.duration_ms,
            answer=sent.answer[:KEPT_OF_ANSWER],
        )
        if row.lease != claimed.lease:
            return row.status
        _move_on(row, sent, ended)
        row.save(
            update_fields=["status", "tries", "next_attempt_at", "lease", "leased_until", "finished_at"],
        )
        if sent.outcome == "gone":
            _deactivate(row, ended)
        return row.status


def _move_on(row: Delivery, sent: Sent, now: datetime) -> None:
    row.tries += 1
    row.lease = row.leased_until = None
    if sent.is_delivered:
        row.status, row.finished_at = Delivery.DELIVERED, now
    elif sent.outcome == "gone" or row.tries > len(BACK_OFF):
        row.status, row.finished_at = Delivery.FAILED, now
    else:
        row.next_attempt_at = now + BACK_OFF[row.tries - 1]
        if row.lane is not None:
            _put_off(row)


def _put_off(first: Delivery) -> None:
    """Let the lane wait with its first delivery: what can't be sent is not to be looked at by every claim."""
    Delivery.objects.filter(
        carrier_id=first.carrier_id,
        endpoint_id=first.endpoint_id,
        lane=first.lane,
        status=Delivery.PENDING,
        event_id__gt=first.event_id,
        next_attempt_at__lt=first.next_attempt_at,
    ).update(next_attempt_at=first.next_attempt_at)


def _deactivate(delivery: Delivery, now: datetime) -> None:
    endpoint = Endpoint.objects.filter(carrier_id=delivery.carrier_id, id=delivery.endpoint_id, is_active=True)
    if not endpoint.update(is_active=False, deactivated_because="gone"):
        return
    acts.record(
        carrier_id=delivery.carrier_id,
        action="webhook.deactivated",
        actor=_ITSELF,
        reference=f"endpoint {delivery.endpoint_id}",
        changes={"is_active": [True, False], "deactivated_because": ["", "gone"]},
        now=now,
    )


def _claimed(lease: uuid.UUID, row: tuple[Any, ...]) -> Claimed:
    carrier_id, delivery_id, endpoint_id, event_id, at, url, secret, previous, type_, occurred_at, data = row
    message = events.message(event_id=event_id, type_=type_, occurred_at=occurred_at, data=msgspec.json.decode(data))
    return Claimed(
        carrier_id,
        delivery_id,
        endpoint_id,
        lease,
        at,
        url,
        (secret,) if previous is None else (secret, previous),
        events.message_id(event_id),
        msgspec.json.encode(message),
    )
