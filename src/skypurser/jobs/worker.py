"""Run what happens later until told to stop: the loops of `telling.py` and `mailing.py`, and the queues.

One queue is for what is done by the clock (`schedule.py`), the other for what members ask for (`asked.py`), so that
neither waits for the other.
"""

import asyncio
import signal
import threading

import structlog
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

from skypurser.backlog.queueing import QUEUE
from skypurser.jobs.mailing import post
from skypurser.jobs.patience import LONGEST_RETRY, RETRY
from skypurser.jobs.reactions import react
from skypurser.jobs.resuming import resume
from skypurser.jobs.telling import tell
from skypurser.webhooks.sending import Sender

#: How many jobs of each queue are done at a time.
_JOBS = {"default": 4, QUEUE: 2}

#: How long a job may take to end once the worker was told to stop, in seconds.
_GRACE = 60.0

_log = structlog.get_logger(__name__)


def run(*, sender: Sender) -> None:
    """Work until SIGTERM or SIGINT, finish what is under way, return. Call in the main thread, Django set up.

    Args:
        sender: How webhooks are sent, and how far they may reach.
    """
    asyncio.run(_run(sender))


async def _run(sender: Sender) -> None:
    loop, stop, asked = asyncio.get_running_loop(), threading.Event(), asyncio.Event()

    def ask_to_stop() -> None:
        asked.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    telling = asyncio.create_task(asyncio.to_thread(tell, stop=stop, sender=sender, react=react))
    posting = asyncio.create_task(asyncio.to_thread(post, stop=stop))
    queue = asyncio.create_task(_queues())
    waiting = asyncio.create_task(asked.wait())
    _log.info("worker started")
    try:
        await asyncio.wait({telling, posting, queue, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        waiting.cancel()
        queue.cancel()
        results = await asyncio.gather(telling, posting, queue, return_exceptions=True)
    for failed in results:
        if isinstance(failed, BaseException) and not isinstance(failed, asyncio.CancelledError):
            raise failed
    _log.info("worker stopped")


async def _queues() -> None:
    """Do the queues' jobs; cancelling it lets those under way come to their end."""
    with app.replace_connector(DjangoConnector().get_worker_connector()) as ours:
        async with ours.open_async():
            workers = [asyncio.create_task(_queue(ours, name, most)) for name, most in _JOBS.items()]
            workers.append(asyncio.create_task(resume(ours)))
            try:
                await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in workers:
                    one.cancel()
                results = await asyncio.gather(*workers, return_exceptions=True)
    for failed in results:
        if isinstance(failed, BaseException) and not isinstance(failed, asyncio.CancelledError):
            raise failed


async def _queue(ours: App, name: str, most: int) -> None:
    """Do a queue's jobs until cancelled.

    The library's worker ends, without a word to its caller, when one of its own questions meets a lost database: what
    is due by the clock, its heartbeat. So it is begun again.
    """
    loop, retry, me = asyncio.get_running_loop(), RETRY, asyncio.current_task()
    while True:
        begun, error = loop.time(), ""
        try:
            await ours.run_worker_async(
                queues=[name],
                name=name,
                concurrency=most,
                install_signal_handlers=False,
                shutdown_graceful_timeout=_GRACE,
                fetch_job_polling_interval=30.0,
            )
        except ConnectorException as lost:  # while it began or ended
            error = type(lost).__name__
        # A cancellation that meets a lost database comes out of the library as that, or not at all.
        if me is not None and me.cancelling():
            return
        if loop.time() - begun > LONGEST_RETRY:
            retry = RETRY
        _log.warning("queue lost", queue=name, error=error, again_in=retry)
        await asyncio.sleep(retry)
        retry = min(retry * 2, LONGEST_RETRY)
