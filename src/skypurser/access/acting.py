"""Act for a carrier: one transaction that sees this carrier's rows and no others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection, transaction

from skypurser.access.isolation import CARRIERS_SETTING

_REMEMBERED = "skypurser_carriers"


class OutcomeUnknown(Exception):
    """A commit was not confirmed without a doubt. Whether anything was written is not known: ask again, same key."""


class AlreadyActing(Exception):
    """A transaction that acts for one carrier was asked to act for another; that is always a mistake."""


@contextmanager
def acting_for(carrier_id: int) -> Iterator[None]:
    """Open a transaction in which the rows of `carrier_id`, and only these, exist.

    Inside another `acting_for` the same carrier it joins that transaction (as a savepoint). The setting is local to
    the transaction: nothing is left on a pooled connection.

    What only reads says `reading_for`.

    Raises:
        AlreadyActing: Inside a transaction that acts for another carrier.
        OutcomeUnknown: At the end of the outermost; the commit came with a warning.
    """
    outer = _carriers()
    if outer not in {"", str(carrier_id)}:
        raise AlreadyActing(f"acting for carrier {outer} already, not for {carrier_id}")
    with _transaction():
        if outer:
            yield
            return
        say_carriers(str(carrier_id))
        with _remembered(str(carrier_id)):
            yield


@contextmanager
def reading_for(carrier_id: int) -> Iterator[None]:
    """Do as `acting_for` does, for a question: inside a transaction that acts for the carrier it asks for nothing more.

    Raises:
        AlreadyActing: As in `acting_for`.
    """
    if _carriers() == str(carrier_id):
        yield
        return
    with acting_for(carrier_id):
        yield


@contextmanager
def snapshot_for(carrier_id: int) -> Iterator[None]:
    """Do as `acting_for` does, for questions that take long: all see the rows as they were at the first one.

    Nothing can be written in it, and nobody waits for it.

    Raises:
        AlreadyActing: Inside another transaction, which has seen rows of its own already.
    """
    if connection.in_atomic_block:
        raise AlreadyActing("a snapshot begins with its transaction, and one is open already")
    with _transaction():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        say_carriers(str(carrier_id))
        with _remembered(str(carrier_id)):
            yield


@contextmanager
def acting_for_all(carrier_ids: Collection[int]) -> Iterator[None]:
    """Open a transaction in which the rows of all these carriers exist; for Skypurser's own work, nobody's request.

    Raises:
        AlreadyActing: Inside a transaction that acts for a carrier.
        OutcomeUnknown: As in `acting_for`.
    """
    if outer := _carriers():
        raise AlreadyActing(f"acting for carrier {outer} already, not for several")
    with _transaction():
        say_carriers(",".join(str(carrier_id) for carrier_id in sorted(carrier_ids)))
        yield


@contextmanager
def _transaction() -> Iterator[None]:
    """Open a transaction, or a savepoint in the one that is open, and doubt a commit that comes with a warning.

    Under synchronous replication a cancelled wait commits here and perhaps nowhere else, and PostgreSQL says so by a
    warning only.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    warnings: list[str] = []

    def listen(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            warnings.append(notice.message_primary or "")

    connection.ensure_connection()
    raw = connection.connection
    raw.add_notice_handler(listen)
    try:
        with transaction.atomic():
            yield
            warnings.clear()
    finally:
        raw.remove_notice_handler(listen)
    if warnings:
        connection.close()
        raise OutcomeUnknown("the commit was confirmed with a warning; the standby may not have it")


def _carriers() -> str:
    """Return the ids for which the transaction that is open acts; empty where none is open, or it acts for none."""
    if not connection.in_atomic_block:
        return ""
    known: str = getattr(connection, _REMEMBERED, "")
    return known or current_carriers()


@contextmanager
def _remembered(ids: str) -> Iterator[None]:
    """Spare those inside the question to the database; after the block it alone knows."""
    setattr(connection, _REMEMBERED, ids)
    try:
        yield
    finally:
        delattr(connection, _REMEMBERED)


def current_carriers() -> str:
    """Return the ids for which the current transaction acts, joined by commas; empty for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [CARRIERS_SETTING])
        return str(cursor.fetchone()[0] or "")


def say_carriers(ids: str) -> None:
    """Tell the current transaction for which carriers it acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [CARRIERS_SETTING, ids])
