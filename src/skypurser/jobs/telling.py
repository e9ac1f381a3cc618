"""The tight loop: relay what was committed, send what is due, and look again soon.

It is no queue's job (docs/decisions): there is always exactly one next thing to do, the rows are the queue, and a
notification per sale would make commits wait for one another.
"""

import threading
import traceback
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from django.db import DatabaseError, InterfaceError, connection

from skypurser.access.carriers import all_carrier_ids
from skypurser.events.relaying import relay
from skypurser.history.outbox import React
from skypurser.jobs.patience import patiently
from skypurser.webhooks.claiming import Claimed
from skypurser.webhooks.delivering import begin
from skypurser.webhooks.sending import Sender

#: How often to look when there was nothing to do, in seconds.
PAUSE = 0.5

#: How many deliveries are under way at a time.
SENDERS = 32

_log = structlog.get_logger(__name__)

type _Busy = dict[Future[str], Claimed]


def tell(*, stop: threading.Event, sender: Sender, react: React, pause: float = PAUSE) -> None:
    """Relay and deliver until `stop` is set; then let what is under way come to its end, and return.

    A lost database is waited for, and what fails for one delivery is logged. Anything else that fails is a bug, and
    ends the loop with its traceback.
    """
    busy: _Busy = {}
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="sender") as pool:
        patiently(
            lambda: _once(busy, sender, pool, react),
            stop=stop,
            rest=lambda: _rest(busy, stop, pause),
        )
    _collect(busy, all_done=True)
    connection.close()


def _once(busy: _Busy, sender: Sender, pool: ThreadPoolExecutor, react: React) -> bool:
    """Do one round; return whether there was something to do."""
    told = relay(react=react)
    if told:
        _log.info("events relayed", count=told)
    free = SENDERS - len(busy)
    begun = begin(carrier_ids=all_carrier_ids(), most=free, sender=sender, pool=pool) if free else {}
    busy.update(begun)
    _collect(busy)
    return bool(told or begun)


def _rest(busy: _Busy, stop: threading.Event, pause: float) -> None:
    """Wait a little; not longer than until a delivery has ended, after which its lane's next one is due."""
    if busy:
        wait(busy, timeout=pause, return_when=FIRST_COMPLETED)
    else:
        stop.wait(pause)


def _collect(busy: _Busy, *, all_done: bool = False) -> None:
    """Log what has ended. A delivery that failed on our side stays claimed until its lease runs out."""
    ended = list(busy) if all_done else [one for one in busy if one.done()]
    for future in ended:
        claimed = busy.pop(future)
        error = future.exception()
        if error is None:
            about = {"delivery": claimed.delivery_id, "endpoint": claimed.endpoint_id, "status": future.result()}
            _log.info("webhook sent", carrier_id=claimed.carrier_id, webhook_id=claimed.message_id, **about)
        elif isinstance(error, DatabaseError | InterfaceError):
            _log.warning("outcome of a webhook not stored", delivery=claimed.delivery_id, error=type(error).__name__)
        else:  # a bug, told without its words, which may hold the URL
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("delivery broke", delivery=claimed.delivery_id, error=type(error).__name__, where=where)
