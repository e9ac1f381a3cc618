"""Send the letters that are due."""

import time
import traceback
from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from django.db import DatabaseError, InterfaceError

from skypurser.access.acting import OutcomeUnknown
from skypurser.mail.claiming import LEASE, Claimed, claim, outgoing, release, settle
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
            sent = _attempt(one, mailer)
            if sent is None:
                continue
            status = settle(one, sent, now=now)
            tried += 1
            _log.info("letter", carrier_id=one.carrier_id, message=one.id, outcome=sent.outcome, status=status)
    return tried


def _attempt(one: Claimed, mailer: Mailer) -> Sent | None:
    """Hand the letter over; None where it is not to be sent any more."""
    try:
        letter = outgoing(one)
        return None if letter is None else mailer.send(letter)
    except CannotEnclose as error:
        return Sent("broken", str(error)[:KEPT_OF_ANSWER])
    except (DatabaseError, InterfaceError, OutcomeUnknown):  # concerns the database, and is waited for
        raise
    except Exception as error:  # noqa: BLE001 — whatever it is, it concerns this letter only
        name = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))  # not its words, which may hold what was written
        _log.error("letter broke", carrier_id=one.carrier_id, message=one.id, error=name, where=where)
        return Sent("broken", name)
