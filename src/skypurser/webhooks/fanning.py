"""Turn events into deliveries: one for each endpoint that wants to know."""

from collections.abc import Sequence

from django.db import connection

from skypurser.history.events import EventView

_FAN_OUT = """
INSERT INTO webhooks_delivery (carrier_id, endpoint_id, event_id, lane, status, tries, next_attempt_at, created_at)
SELECT e.carrier_id, p.id, e.id, e.account_id, 'pending', 0, statement_timestamp(), statement_timestamp()
  FROM unnest(%s::integer[], %s::bigint[], %s::text[], %s::bigint[]) AS e(carrier_id, id, type, account_id)
  JOIN webhooks_endpoint p ON p.carrier_id = e.carrier_id AND p.is_active
       AND (p.event_types = '{}' OR e.type = ANY(p.event_types))
 ORDER BY e.id, p.id
ON CONFLICT (carrier_id, endpoint_id, event_id) DO NOTHING
"""


def fan_out(events: Sequence[EventView]) -> int:
    """Add a delivery of each event for each active endpoint of its carrier that wants its type; return how many.

    Call in the transaction that makes the events, acting for their carriers; one statement, however many.
    """
    columns = zip(*((event.carrier_id, event.id, event.type, event.account_id) for event in events), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_FAN_OUT, [list(column) for column in columns])
        return int(cursor.rowcount)
