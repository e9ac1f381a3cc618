"""What members ask for: the kinds of jobs, and the task that does one."""

from collections.abc import Mapping
from types import MappingProxyType

from procrastinate.contrib.django import app

from skypurser.backlog.queueing import TASK, enqueue
from skypurser.backlog.running import Kind, run
from skypurser.electronic import massapplying
from skypurser.exports import making
from skypurser.importing import applying
from skypurser.statements import massmaking

#: Every kind of job, by its name.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*massapplying.KINDS, *massmaking.KINDS, *applying.KINDS, making.KIND)}
)


@app.task(name=TASK)
def run_job(carrier_id: int, job_id: int) -> None:
    """Do a job that was asked for; one that is not due, or another worker's, is looked at again then."""
    again = run(carrier_id=carrier_id, job_id=job_id, kinds=KINDS)
    if again is not None:
        enqueue(carrier_id=carrier_id, job_id=job_id, at=again)
