"""Write the briefings that are due: each member's once a day, whoever runs it at the same time, and after a crash."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import connection

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.access.each import one_by_one
from skypurser.access.preferences import Briefings, Reader, readers
from skypurser.briefings.gathering import gather
from skypurser.briefings.wording import Links, letter_of
from skypurser.mail import mailer
from skypurser.mail.writing import write
from skypurser.parties.airports import local_date

#: From when on they are written, by the carrier's clock.
FROM = time(6)

#: As letters show it under "by".
ITSELF = "skypurser"

#: For how many days it is known who was briefed.
KEPT_DAYS = 90

_DAYS = {Briefings.DAILY: 1, Briefings.WEEKLY: 7}
_MONDAY = 0

# Whoever comes second waits for the first one's transaction, and finds the day taken.
_TAKE = """
INSERT INTO briefings_briefed (carrier_id, member_id, day, has_letter) VALUES (%s, %s, %s, false)
ON CONFLICT (carrier_id, member_id, day) DO NOTHING
"""
_NOTE = "UPDATE briefings_briefed SET has_letter = true WHERE carrier_id = %s AND member_id = %s AND day = %s"


def write_due(*, carrier_id: int, links: Links, now: datetime) -> int:
    """Write what is due to the carrier's members now; return how many letters. Each member has a transaction.

    Nothing is written where there is nothing to tell, and nothing without a mail server: those days are not made up
    for. May run at any time, and several times at once.

    Args:
        links: Where the desk and the preferences are, for the letter.

    Raises:
        ExceptionGroup: At the end, when all others have theirs, of what failed.
    """
    if not mailer.is_configured():
        return 0
    with reading_for(carrier_id):
        zone = get_carrier(carrier_id).time_zone
        if now.astimezone(ZoneInfo(zone)).time() < FROM:
            return 0
        is_monday = local_date(now, zone).weekday() == _MONDAY
        found = [one for one in readers(carrier_id=carrier_id) if one.wants is Briefings.DAILY or is_monday]
    written: list[bool] = []
    one_by_one(
        found,
        lambda one: written.append(_write(one, zone, links, now)),
        called=lambda one: f"member {one.actor.member_id}",
    )
    return sum(written)


def _write(reader: Reader, zone: str, links: Links, now: datetime) -> bool:
    actor, day = reader.actor, local_date(now, zone)
    whose = [actor.carrier_id, actor.member_id, day]
    with acting_for(actor.carrier_id), connection.cursor() as cursor:
        cursor.execute(_TAKE, whose)
        if not cursor.rowcount:
            return False
        told = gather(actor=actor, day=day, days=_DAYS[reader.wants], now=now)
        if told.is_empty:
            return False
        itself = Actor(carrier_id=actor.carrier_id, name=ITSELF, permissions=frozenset())
        letter = letter_of(
            told, cause=f"briefing:{actor.member_id}/{day}", to=actor.name, language=reader.language, links=links
        )
        write(letter, actor=itself, now=now)
        cursor.execute(_NOTE, whose)
    return True


def forget(*, carrier_id: int, now: datetime) -> int:
    """Forget who was briefed long ago; return how many days of members."""
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM briefings_briefed WHERE carrier_id = %s AND day < %s::timestamptz::date - %s",
            [carrier_id, now, KEPT_DAYS],
        )
        return int(cursor.rowcount)
