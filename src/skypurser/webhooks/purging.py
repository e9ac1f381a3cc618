"""Forget deliveries that were finished long ago. The events stay; a replay makes deliveries anew."""

from datetime import datetime, timedelta

from django.db import connection

from skypurser.access.acting import acting_for

#: How long a finished delivery and its attempts are kept.
KEPT = timedelta(days=30)

_PURGE = """
WITH old AS (
    SELECT carrier_id, id FROM webhooks_delivery
     WHERE carrier_id = %(carrier)s
       AND finished_at < coalesce(%(now)s::timestamptz, clock_timestamp()) - %(kept)s::interval
     LIMIT %(most)s
), attempts AS (
    DELETE FROM webhooks_attempt a USING old WHERE a.carrier_id = old.carrier_id AND a.delivery_id = old.id
)
DELETE FROM webhooks_delivery d USING old WHERE d.carrier_id = old.carrier_id AND d.id = old.id
"""


def purge(*, carrier_id: int, now: datetime | None = None, kept: timedelta = KEPT, most: int = 10_000) -> int:
    """Delete up to `most` of the carrier's deliveries that were finished before, with their attempts; return how many.

    Args:
        now: None for the database's clock.
    """
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(_PURGE, {"carrier": carrier_id, "now": now, "kept": str(kept), "most": most})
        return int(cursor.rowcount)
