"""Act for a carrier: one transaction that sees this carrier's rows and no others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from skypurser.access.isolation import CARRIERS_SETTING


class AlreadyActing(Exception):
    """A transaction that acts for one carrier was asked to act for another; that is always a mistake."""


@contextmanager
def acting_for(carrier_id: int) -> Iterator[None]:
    """Open a transaction in which the rows of `carrier_id`, and only these, exist.

    Inside another `acting_for` the same carrier it joins that transaction (as a savepoint). The setting is local to
    the transaction: nothing is left on a pooled connection.

    Raises:
        AlreadyActing: Inside a transaction that acts for another carrier.
    """
    outer = current_carriers() if connection.in_atomic_block else ""
    if outer not in {"", str(carrier_id)}:
        raise AlreadyActing(f"acting for carrier {outer} already, not for {carrier_id}")
    with transaction.atomic():
        if not outer:
            say_carriers(str(carrier_id))
        yield


@contextmanager
def acting_for_all(carrier_ids: Collection[int]) -> Iterator[None]:
    """Open a transaction in which the rows of all these carriers exist; for Skypurser's own work, nobody's request.

    Raises:
        AlreadyActing: Inside a transaction that acts for a carrier.
    """
    if connection.in_atomic_block and (outer := current_carriers()):
        raise AlreadyActing(f"acting for carrier {outer} already, not for several")
    with transaction.atomic():
        say_carriers(",".join(str(carrier_id) for carrier_id in sorted(carrier_ids)))
        yield


def current_carriers() -> str:
    """Return the ids for which the current transaction acts, joined by commas; empty for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [CARRIERS_SETTING])
        return str(cursor.fetchone()[0] or "")


def say_carriers(ids: str) -> None:
    """Tell the current transaction for which carriers it acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [CARRIERS_SETTING, ids])
