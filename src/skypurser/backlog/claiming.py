"""Take a job that waits, and put back what became of it.

A claim is a lease, committed before anything is done and renewed while it is. A killed worker renews nothing, so the
job is another's soon; a worker that merely slept finds at the end that the lease is not its own any more, and what it
did is undone with it (`finish`).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.backlog.models import LARGEST_RESULT, Job
from skypurser.backlog.queries import File
from skypurser.backlog.queueing import enqueue
from skypurser.errors import Refusal
from skypurser.ledger.queries import clock

#: How long a worker may be silent before another one takes over.
LEASE = timedelta(seconds=20)

#: When to try again after the first attempt that failed, the second …; after the last the job has failed.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)

#: How often a job may be begun; one that takes its worker down each time must come to an end too.
MOST_ATTEMPTS = 10

#: How long a file is kept.
KEPT = timedelta(days=30)

_CLAIM = """
UPDATE backlog_job SET state = 'running', lease = %(lease)s, leased_until = clock_timestamp() + %(lasts)s::interval,
       attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp()), next_try_at = NULL
 WHERE carrier_id = %(carrier)s AND id = %(job)s
   AND (state = 'waiting' AND next_try_at <= clock_timestamp()
        OR state = 'running' AND leased_until <= clock_timestamp())
RETURNING kind, parameters::text, asked_by, member_id, key_id, attempts, done, total
"""
_RENEW = """
UPDATE backlog_job SET leased_until = clock_timestamp() + %(lasts)s::interval, done = %(done)s, total = %(total)s
 WHERE carrier_id = %(carrier)s AND id = %(job)s AND state = 'running' AND lease = %(lease)s
"""
_STORE = """
INSERT INTO backlog_result (carrier_id, job_id, name, content_type, content, size, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class LeaseLost(Exception):
    """The job is another worker's by now; what this one has not committed is undone."""


class ResultTooLarge(Refusal):
    """The file would be larger than may be kept."""

    code = "result_too_large"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is ours to do while the lease is renewed. `asked_by`, `member_id` and `key_id` say for whom."""

    carrier_id: int
    id: int
    lease: uuid.UUID
    kind: str
    parameters: str
    asked_by: str
    member_id: int | None
    key_id: int | None
    attempts: int
    done: int
    total: int | None


def claim(*, carrier_id: int, job_id: int) -> Claimed | datetime | None:
    """Take the job. Returns when to come again where it is not due or another's, None where nothing is left to do."""
    lease = uuid.uuid4()
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"lease": lease, "lasts": str(LEASE), "carrier": carrier_id, "job": job_id})
        row = cursor.fetchone()
        if row is not None:
            return Claimed(carrier_id, job_id, lease, *row)
        found = Job.objects.filter(carrier_id=carrier_id, id=job_id).first()
    if found is None:
        return None
    return found.leased_until if found.state == Job.RUNNING else found.next_try_at if found.lease is None else None


def renew(claimed: Claimed, *, done: int, total: int | None) -> bool:
    """Keep the claim and note how far the job has come; False where it no longer holds."""
    with acting_for(claimed.carrier_id), connection.cursor() as cursor:
        cursor.execute(
            _RENEW,
            {
                "lasts": str(LEASE),
                "done": done,
                "total": total,
                "carrier": claimed.carrier_id,
                "job": claimed.id,
                "lease": claimed.lease,
            },
        )
        return bool(cursor.rowcount)


def must_hold(claimed: Claimed) -> None:
    """Raise LeaseLost unless the claim holds, and keep it so until the transaction ends. Inside `acting_for`."""
    if _ours(claimed).select_for_update(no_key=True).first() is None:
        raise LeaseLost


def must_fit(size: int) -> None:
    """Raise ResultTooLarge for a file of more bytes than may be kept."""
    if size > LARGEST_RESULT:
        raise ResultTooLarge(size=size)


def finish(claimed: Claimed, *, facts: Mapping[str, Any], file: File | None, done: int, total: int | None) -> None:
    """Put the job down as done, with its file, in the transaction that did it. Inside `acting_for`.

    Raises:
        LeaseLost: The claim no longer holds.
        ResultTooLarge: Of the file.
    """
    now = clock()
    if file is not None:
        must_fit(len(file.content))
    ended = _ours(claimed).update(
        state=Job.DONE,
        lease=None,
        leased_until=None,
        finished_at=now,
        done=done,
        total=total,
        facts=dict(facts),
        error_code="",
        error_facts=None,
    )
    if not ended:
        raise LeaseLost
    if file is not None:
        _store(claimed, file, now)


def _store(claimed: Claimed, file: File, now: datetime) -> None:
    """Keep the file. Its bytes travel as they are; written into the statement they would be many times as large."""
    values = (file.name, file.content_type, file.content, len(file.content), now + KEPT)
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(_STORE, (claimed.carrier_id, claimed.id, *values))


def fail(
    claimed: Claimed, *, code: str, facts: Mapping[str, Any] | None, done: int, total: int | None, may_pass: bool
) -> str:
    """Store why the attempt failed, if the claim still holds, and return the job's state.

    Args:
        done: How far what is committed has come.
        may_pass: Try again a little later, unless it was tried often enough.
    """
    with acting_for(claimed.carrier_id):
        now = clock()
        common = {"lease": None, "leased_until": None, "error_code": code, "done": done, "total": total}
        told = None if facts is None else dict(facts)
        if may_pass and claimed.attempts <= len(BACK_OFF):
            again = now + BACK_OFF[claimed.attempts - 1]
            if _ours(claimed).update(**common, error_facts=told, state=Job.WAITING, next_try_at=again):
                enqueue(carrier_id=claimed.carrier_id, job_id=claimed.id, at=again)
        else:
            _ours(claimed).update(**common, error_facts=told, state=Job.FAILED, finished_at=now)
        return Job.objects.values_list("state", flat=True).get(carrier_id=claimed.carrier_id, id=claimed.id)


def _ours(claimed: Claimed) -> Any:
    return Job.objects.filter(carrier_id=claimed.carrier_id, id=claimed.id, state=Job.RUNNING, lease=claimed.lease)


def left_behind(*, carrier_id: int) -> list[int]:
    """Return the ids of jobs that should have been begun by now, or whose worker is silent."""
    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM backlog_job WHERE carrier_id = %s AND state IN ('waiting', 'running')
               AND coalesce(leased_until, next_try_at) <= clock_timestamp() ORDER BY id
            """,
            [carrier_id],
        )
        return [row[0] for row in cursor.fetchall()]
