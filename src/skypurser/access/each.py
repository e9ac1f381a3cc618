"""Do the same for one after the other, so that what fails for one keeps no other from its turn."""

from collections.abc import Callable, Iterable

import structlog
from django.db import InterfaceError, OperationalError

from skypurser.access.acting import OutcomeUnknown

_log = structlog.get_logger(__name__)


def one_by_one[Item](items: Iterable[Item], work: Callable[[Item], object], *, called: Callable[[Item], str]) -> None:
    """Do `work` for each of the items, in their order.

    Args:
        called: Names an item in the log and in the error, by its id.

    Raises:
        OperationalError, InterfaceError, OutcomeUnknown: At once: the database was lost, for all of them.
        ExceptionGroup: At the end, of what failed otherwise.
    """
    failed: list[Exception] = []
    for item in items:
        try:
            work(item)
        except (OperationalError, InterfaceError, OutcomeUnknown):
            raise
        except Exception as error:  # noqa: BLE001 — raised below
            _log.error("failed for one", whom=called(item), error=type(error).__name__)
            error.add_note(called(item))
            failed.append(error)
    if failed:
        raise ExceptionGroup("failed for some", failed)
