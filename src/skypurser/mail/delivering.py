"""Send the letters that are due."""

import time
from collections.abc import Callable, Collection
from datetime import datetime

import structlog

from skypurser.mail.claiming import LEASE, claim, outgoing, release, settle
from skypurser.mail.enclosing import CannotEnclose
from skypurser.mail.mailer import KEPT_OF_ANSWER, Mailer, Sent

#: How many letters are taken at a time, to go over one connection.
AT_ONCE = 20

#: So long before the lease of a batch ends no further letter of it is begun, in seconds: more than a server may take.
MARGIN = 90.0

_log = structlog.get_logger(__name__)


def deliver(
    *,
    carrier_ids: Collection[int],
    most: int = AT_ONCE,
    now: datetime | None = None,
    is_asked_to_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Send up to `most` letters that are due, one after the other; return how many were tried.

    What is not reached before the lease ends, or before somebody asks to stop, is left to whoever comes next.

    Args:
        now: None for the database's clock.
    """
    ends = time.monotonic() + LEASE.total_seconds() - MARGIN
    claimed, tried = claim(carrier_ids=carrier_ids, most=most, now=now), 0
    if not claimed:
        return 0
    with Mailer() as mailer:
        for place, one in enumerate(claimed):
            if is_asked_to_stop() or time.monotonic() > ends:
                release(claimed[place:])
                break
            try:
                letter = outgoing(one)
            except CannotEnclose as error:
                sent = Sent("broken", str(error)[:KEPT_OF_ANSWER])
            else:
                if letter is None:
                    continue
                sent = mailer.send(letter)
            status = settle(one, sent, now=now)
            tried += 1
            _log.info("letter", carrier_id=one.carrier_id, message=one.id, outcome=sent.outcome, status=status)
    return tried
