"""Take up again what a worker left when it was killed, or lost the database at the wrong moment.

Of a job that was asked for its own row tells (`backlog.claiming`). Of what is done by the clock the queue tells: its
worker's heartbeat has stopped. Each of them may be done again at any time.
"""

import asyncio
import threading

import structlog
from django.db import DatabaseError, InterfaceError, connection
from procrastinate import App
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from skypurser.access.acting import OutcomeUnknown
from skypurser.access.carriers import all_carrier_ids
from skypurser.backlog.claiming import left_behind
from skypurser.backlog.queueing import enqueue

#: How often to look, in seconds.
PAUSE = 5.0

#: A worker without a heartbeat for so long is no more, in seconds; it has one every ten.
SILENT = 30.0

_log = structlog.get_logger(__name__)


async def resume(queue: App) -> None:
    """Look again and again until cancelled. A lost database is waited for."""
    while True:
        try:
            await asyncio.to_thread(put_back)
            await _retry(queue)
        except (DatabaseError, InterfaceError, ConnectorException, OutcomeUnknown) as error:
            _log.warning("database lost", error=type(error).__name__, again_in=PAUSE)
        await asyncio.sleep(PAUSE)


def put_back() -> int:
    """Put jobs that were left behind into the queue again, unless they are in it; return how many."""
    count = 0
    try:
        for carrier_id in all_carrier_ids():
            for job_id in left_behind(carrier_id=carrier_id):
                if enqueue(carrier_id=carrier_id, job_id=job_id):
                    _log.info("job put back", carrier_id=carrier_id, job=job_id)
                    count += 1
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()
    return count


async def _retry(queue: App) -> None:
    """Have jobs whose worker is no more begun again, by whichever worker is the first to say so."""
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        try:
            await queue.job_manager.retry_job(job)
        except UniqueViolation:  # the next one waits already, for this one's lock, and does what this one was to do
            await queue.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        except ConnectorException:  # another worker was faster
            continue
        _log.info("job of the queue begun again", task=job.task_name)
