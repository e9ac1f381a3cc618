"""Do something again and again, and wait for a database that was lost."""

import threading
from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, connection

from skypurser.access.acting import OutcomeUnknown

#: After the database was lost, in seconds; doubled each time, up to the longest.
RETRY, LONGEST_RETRY = 1.0, 30.0

_log = structlog.get_logger(__name__)


def patiently(once: Callable[[], bool], *, stop: threading.Event, rest: Callable[[], object]) -> None:
    """Call `once` until `stop` is set, and `rest` after each time that it had nothing to do (False).

    A lost database is waited for, and so is one of whose commit nobody knows what came. Anything else that fails is a
    bug, and is raised.
    """
    retry = RETRY
    while not stop.is_set():
        try:
            has_done = once()
        except (DatabaseError, InterfaceError, OutcomeUnknown) as error:
            _log.warning("database lost", error=type(error).__name__, again_in=retry)
            connection.close()
            stop.wait(retry)
            retry = min(retry * 2, LONGEST_RETRY)
            continue
        retry = RETRY
        if not has_done:
            rest()
