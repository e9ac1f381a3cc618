"""Whose turn it is in the queue: carriers go by turns, so that one's hundred jobs keep no other's waiting.

A job comes after as many rounds as its carrier has unfinished jobs before it. Of a carrier's jobs those that only read
go after those that change something, whenever they were asked for. A job that is under way is never interrupted.
"""

from skypurser.access.acting import acting_for
from skypurser.backlog.models import Job

#: Kinds that only read.
READING = ("export",)


def priority(*, carrier_id: int, job_id: int) -> int:
    """Return the job's priority in the queue, 0 or less: the higher one is begun first, of equal ones the older."""
    with acting_for(carrier_id):
        jobs = Job.objects.filter(carrier_id=carrier_id)
        before = jobs.filter(id__lt=job_id, state__in=(Job.WAITING, Job.RUNNING))
        if jobs.filter(id=job_id, kind__in=READING).exists():
            return -1 - before.count()
        return -before.exclude(kind__in=READING).count()
