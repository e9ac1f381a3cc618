"""Note whom an event concerns: one row for each, in the transaction that makes the event."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import connection

from skypurser.alerts.settings import Occasion
from skypurser.history.events import EventView
from skypurser.mail import mailer

#: The occasion on which an event of this type is told.
OCCASIONS: Mapping[str, Occasion] = MappingProxyType(
    {
        "account.low": Occasion.LOW,
        "account.over_limit": Occasion.OVER_LIMIT,
        "account.suspended": Occasion.STATUS,
        "account.inhibited": Occasion.STATUS,
        "account.activated": Occasion.STATUS,
        "jet_card.low": Occasion.LOW,
        "jet_card.overdrawn": Occasion.OVER_LIMIT,
    }
)

_NOTE = """
INSERT INTO alerts_notice (carrier_id, event_id, email, language, account_id)
SELECT e.carrier_id, e.id, r.email, r.language, e.account_id
  FROM unnest(%s::integer[], %s::bigint[], %s::text[], %s::bigint[], %s::timestamptz[])
       AS e(carrier_id, id, occasion, account_id, occurred_at)
  JOIN alerts_recipient r ON r.carrier_id = e.carrier_id AND r.account_id = e.account_id
       AND e.occasion = ANY(r.occasions) AND (r.since IS NULL OR e.occurred_at > r.since)
ON CONFLICT (carrier_id, event_id, email) DO NOTHING
"""


def note(events: Sequence[EventView]) -> int:
    """Note the events that somebody wants to be told of; return how many letters will be written.

    Call in the transaction that makes the events, acting for their carriers; one statement, however many. Where no
    mail server is configured nothing is noted: what nobody was told then is told to nobody later.
    """
    rows = [
        (event.carrier_id, event.id, OCCASIONS[event.type].value, event.account_id, event.occurred_at)
        for event in events
        if event.type in OCCASIONS
    ]
    if not rows or not mailer.is_configured():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
