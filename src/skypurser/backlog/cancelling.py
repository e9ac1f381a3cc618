"""Give up a job that nobody has begun."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.backlog.models import Job
from skypurser.backlog.queries import JobNotFound, JobView, job, visible
from skypurser.errors import Refusal
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer


class JobBegun(Refusal):
    """The job is under way, or has ended."""

    code = "job_begun"


def cancel_once(job_id: int, *, key: str, actor: Actor, now: datetime) -> Answer:
    """Do as `cancel` does under a key of the caller's; `told` tells the job as it was then.

    Raises:
        RequestRefused: `key_reused`, `job_not_found`, `job_begun`. Nothing changes; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return {"job": msgspec.to_builtins(cancel(job_id, actor=actor, now=now))}

    return answer_under_key("cancel_job", act, payload=(job_id,), key=key, actor=actor, now=now, named=f"job {job_id}")


def told(answer: Answer) -> JobView:
    """Return the job as it was when it was cancelled."""
    return msgspec.convert(answer.facts["job"], JobView)


def cancel(job_id: int, *, actor: Actor, now: datetime) -> JobView:
    """Cancel a job that waits, and return it; cancelled again it stays as it is.

    A worker that is about to begin it waits for us, or we for it; one of the two finds that it came too late.

    Raises:
        JobNotFound: There is none, or it is somebody else's.
        JobBegun: It has been begun; what is done stays done. Nothing changes.
    """
    with acting_for(actor.carrier_id):
        row = visible(actor).select_for_update(no_key=True).filter(id=job_id).first()
        if row is None:
            raise JobNotFound(f"there is no job {job_id}")
        if row.state == Job.CANCELLED:
            return job(job_id, actor=actor)
        if row.state != Job.WAITING or row.done:
            raise JobBegun(state=row.state)
        row.state, row.finished_at, row.ended_by = Job.CANCELLED, now, actor.name
        row.save(update_fields=["state", "finished_at", "ended_by"])
        return job(job_id, actor=actor)
