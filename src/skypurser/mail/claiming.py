"""Take letters that are due, and put back what became of them.

A claim is a lease, committed before anything is sent, so two workers never send the same letter at the same time; it
runs out, so what a killed worker had taken is taken again. Sent twice is possible then, under the same Message-ID;
lost is not.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from skypurser.access.acting import acting_for, say_carriers
from skypurser.ledger.queries import clock
from skypurser.mail.enclosing import made
from skypurser.mail.mailer import Outgoing, Sent, sender_address
from skypurser.mail.models import Attachment, Message

#: When to try again after the first failure, the second …; after the last the letter has failed.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)

#: How long a sender may take before another one takes over.
LEASE = timedelta(minutes=5)

# The oldest first, and of each carrier its share, so that one who writes ten thousand lets the others through.
_CLAIM = """
WITH clock AS (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS now), due AS (
    SELECT m.carrier_id, m.id, clock.now
      FROM unnest(%(carriers)s::integer[]) AS c (id), clock CROSS JOIN LATERAL (
        SELECT carrier_id, id, next_attempt_at FROM mail_message
         WHERE carrier_id = c.id AND status = 'pending' AND next_attempt_at <= clock.now
           AND (leased_until IS NULL OR leased_until <= clock.now)
         ORDER BY next_attempt_at, id LIMIT %(each)s FOR NO KEY UPDATE SKIP LOCKED) m
     ORDER BY m.next_attempt_at, m.id LIMIT %(most)s
)
UPDATE mail_message m SET lease = %(lease)s, leased_until = due.now + %(lasts)s::interval
  FROM due WHERE m.carrier_id = due.carrier_id AND m.id = due.id
RETURNING m.carrier_id, m.id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that is ours to send until its lease runs out."""

    carrier_id: int
    id: int
    lease: uuid.UUID


def claim(*, carrier_ids: Collection[int], most: int, now: datetime | None = None) -> list[Claimed]:
    """Take up to `most` letters that are due, each for `LEASE`.

    Args:
        now: None for the database's clock.
    """
    if not carrier_ids or most <= 0:
        return []
    lease = uuid.uuid4()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        say_carriers(",".join(map(str, carrier_ids)))
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "carriers": list(carrier_ids),
                "each": max(1, most // 2),
                "most": most,
                "lease": lease,
                "lasts": str(LEASE),
            },
        )
        claimed = [Claimed(carrier_id, number, lease) for carrier_id, number in cursor.fetchall()]
    return sorted(claimed, key=lambda one: one.id)


def outgoing(claimed: Claimed) -> Outgoing | None:
    """Return the letter as it goes out; None where the claim no longer holds.

    Raises:
        CannotEnclose: What it names can't be made.
    """
    with acting_for(claimed.carrier_id):
        row = Message.objects.filter(carrier_id=claimed.carrier_id, id=claimed.id, lease=claimed.lease).first()
        if row is None:
            return None
        files = Attachment.objects.filter(carrier_id=claimed.carrier_id, message_id=claimed.id).order_by("position")
        domain = sender_address().rpartition("@")[2]
        return Outgoing(
            message_id=f"<skypurser.{claimed.carrier_id}.{claimed.id}.{row.created_at:%Y%m%d%H%M%S}@{domain}>",
            recipient=row.recipient,
            sender_name=row.sender_name,
            reply_to=row.reply_to,
            subject=row.subject,
            text=row.text,
            html=row.html,
            files=[(file.name, _content(file), file.content_type) for file in files],
        )


def _content(file: Attachment) -> bytes:
    return made(file.source, carrier_id=file.carrier_id) if file.content is None else bytes(file.content)


def release(claimed: Collection[Claimed]) -> None:
    """Give letters back that were not tried, so that nobody waits for the lease to end."""
    for carrier_id in {one.carrier_id for one in claimed}:
        ids = [one.id for one in claimed if one.carrier_id == carrier_id]
        leases = {one.lease for one in claimed}
        with acting_for(carrier_id):
            rows = Message.objects.filter(carrier_id=carrier_id, id__in=ids, lease__in=leases)
            rows.update(lease=None, leased_until=None)


def settle(claimed: Claimed, sent: Sent, *, now: datetime | None = None) -> str:
    """Store what came of it if the claim still holds; return the letter's status.

    Args:
        now: None for the database's clock.
    """
    with acting_for(claimed.carrier_id):
        row = Message.objects.select_for_update(no_key=True).filter(carrier_id=claimed.carrier_id, id=claimed.id).get()
        if row.lease != claimed.lease:
            return row.status
        ended = now or clock()
        row.tries += 1
        row.lease = row.leased_until = None
        row.problem, row.answer = ("", "") if sent.outcome == "sent" else (sent.outcome, sent.answer)
        if sent.outcome == "sent":
            row.status, row.finished_at = Message.SENT, ended
        elif sent.outcome in {"rejected", "broken"} or row.tries > len(BACK_OFF):
            row.status, row.finished_at = Message.FAILED, ended
        else:
            row.next_attempt_at = ended + BACK_OFF[row.tries - 1]
        row.save(
            update_fields=[
                *("status", "tries", "next_attempt_at", "lease", "leased_until", "problem", "answer", "finished_at"),
            ]
        )
        return row.status
