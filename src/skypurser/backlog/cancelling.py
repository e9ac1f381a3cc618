"""Give up a job that nobody has begun."""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.backlog.models import Job
from skypurser.backlog.queries import JobNotFound, JobView, job, visible
from skypurser.errors import Refusal


class JobBegun(Refusal):
    """The job is under way, or has ended."""

    code = "job_begun"


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
