"""Write the letters that were noted. A notice goes with its letter, in one transaction."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from skypurser.access.acting import acting_for, say_carriers
from skypurser.access.actors import Actor
from skypurser.access.carriers import JetCardsOff, get_carrier
from skypurser.alerts.wording import card_letter_of, letter_of
from skypurser.electronic import queries
from skypurser.history import events
from skypurser.history.events import EventView
from skypurser.jetcards import directory as cards
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.queries import standings
from skypurser.mail.writing import Letter, write

#: As letters and the history show it under "by".
ITSELF = "skypurser"

#: How many letters one transaction writes at most.
AT_ONCE = 50

# Another worker waits for the rows, and finds them gone.
_TAKE = """
DELETE FROM alerts_notice n
 USING (SELECT event_id, email FROM alerts_notice WHERE carrier_id = %s ORDER BY event_id, email LIMIT %s) first
 WHERE n.carrier_id = %s AND n.event_id = first.event_id AND n.email = first.email
RETURNING n.event_id, n.email, n.language, n.account_id
"""


def write_noted(*, carrier_ids: Collection[int], now: datetime) -> int:
    """Write what was noted for these carriers, each carrier in a transaction of its own; return how many letters.

    May run several times at once: each letter is written by one.
    """
    if not carrier_ids:
        return 0
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        say_carriers(",".join(map(str, sorted(carrier_ids))))
        cursor.execute("SELECT DISTINCT carrier_id FROM alerts_notice ORDER BY carrier_id")
        waiting = [row[0] for row in cursor.fetchall()]
    return sum(_write(carrier_id, now) for carrier_id in waiting)


def _write(carrier_id: int, now: datetime) -> int:
    actor = Actor(carrier_id=carrier_id, name=ITSELF, permissions=frozenset())
    with acting_for(carrier_id):
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [carrier_id, AT_ONCE, carrier_id])
            noted = sorted(cursor.fetchall())
        told = {event.id: event for event in events.by_id({row[0] for row in noted}, carrier_id=carrier_id)}
        for event_id, email, language, account_id in noted:
            letter = _letter(told[event_id], account_id, carrier_id, to=email, language=language)
            if letter is not None:
                write(letter, actor=actor, now=now)
    return len(noted)


def _letter(event: EventView, account_id: int, carrier_id: int, *, to: str, language: str) -> Letter | None:
    """Return the letter; None where there is nothing to tell of any more."""
    try:
        if not event.type.startswith("jet_card."):
            account = queries.shown(account_id, carrier_id=carrier_id)
            return letter_of(event, account, to=to, language=language)
        card = cards.get(account_id, carrier_id=carrier_id)
    except (AccountNotFound, JetCardsOff):  # never used, and deleted since; or nobody looks at cards any more
        return None
    has = standings(carrier_id=carrier_id, account_ids=[account_id])[account_id]
    zone = get_carrier(carrier_id).time_zone
    return card_letter_of(event, card, has, zone=zone, to=to, language=language)
