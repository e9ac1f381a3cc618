"""Put a job into the worker's queue: a row that is there if and only if the transaction that writes it commits."""

from datetime import datetime

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

from skypurser.backlog.turns import priority

#: The queue, apart from that of what is done by the clock, and the task in it.
QUEUE = "backlog"
TASK = "run_job"

#: On Django's own connection, inside a worker too, whose own one is the queue's.
_queue = App(connector=DjangoConnector())


def enqueue(*, carrier_id: int, job_id: int, at: datetime | None = None) -> bool:
    """Have the job begun at an instant, or when it is its turn; return False where it is in the queue already.

    Whether there is something to do is decided when it is begun, so it may be put there once too often.
    """
    name = f"job:{carrier_id}:{job_id}"
    try:
        with transaction.atomic():
            task = _queue.configure_task(
                TASK,
                allow_unknown=True,
                queue=QUEUE,
                queueing_lock=name,
                schedule_at=at,
                priority=priority(carrier_id=carrier_id, job_id=job_id),
            )
            task.defer(carrier_id=carrier_id, job_id=job_id)
    except AlreadyEnqueued:
        return False
    return True
