"""Ask for something that takes longer than anybody waits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.models import Job
from skypurser.backlog.queries import JobView, view
from skypurser.backlog.queueing import enqueue
from skypurser.errors import Refusal
from skypurser.ledger.queries import clock

#: How many unfinished jobs a carrier may have.
MOST_UNFINISHED = 100


class TooManyJobs(Refusal):
    """The carrier has as many unfinished jobs as it may."""

    code = "too_many_jobs"


def ask(
    *,
    kind: str,
    parameters: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    total: int | None = None,
    file_takes: Collection[Permission] | None = None,
) -> JobView:
    """Keep a job for a worker, and return it. In the caller's transaction, where there is one: it is there with that.

    It is done with what whoever asks may do by then; what it takes to ask is the caller's business.

    Args:
        kind: The name of a `running.Kind` that workers know.
        parameters: What exactly; ready for JSON, and read again by the kind's work.
        total: How many steps there are, where that is known.
        file_takes: Keep the file from everybody but whoever asks, and from these too without any of the permissions
            when they fetch it; None gives it to whoever sees the job.

    Raises:
        TooManyJobs: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        unfinished = Job.objects.filter(carrier_id=actor.carrier_id, state__in=(Job.WAITING, Job.RUNNING))
        if len(unfinished.values_list("id")[:MOST_UNFINISHED]) >= MOST_UNFINISHED:
            raise TooManyJobs(most=MOST_UNFINISHED)
        row = Job.objects.create(
            carrier_id=actor.carrier_id,
            kind=kind,
            parameters=dict(parameters),
            asked_by=actor.name,
            member_id=actor.member_id,
            key_id=actor.key_id,
            asked_at=now,
            next_try_at=clock(),
            total=total,
            file_takes=None if file_takes is None else sorted(file_takes),
        )
        enqueue(carrier_id=actor.carrier_id, job_id=row.id)
        return view(row, reader=actor)
