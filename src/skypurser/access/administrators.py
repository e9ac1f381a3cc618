"""Somebody stays who can administer the carrier."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from skypurser.access.permissions import Permission
from skypurser.errors import Refusal

_ANY = """
SELECT EXISTS (
    SELECT FROM access_member m LEFT JOIN access_role r ON r.carrier_id = m.carrier_id AND r.id = m.role_id
     WHERE m.carrier_id = %s AND m.is_active AND %s = ANY(coalesce(r.permissions, m.permissions)))
"""


class LastAdministrator(Refusal):
    """Nobody who is active would be left to administer the carrier; give the permission to somebody else first."""

    code = "last_administrator"


def lock(carrier_id: int) -> None:
    """Wait until nobody else changes what the carrier's members and roles may do, and keep it so until the end.

    Inside `acting_for`. The lock is the carrier's row: members and roles that are not there yet can't be locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM access_carrier WHERE id = %s FOR NO KEY UPDATE", [carrier_id])


@contextmanager
def keeping_one(carrier_id: int) -> Iterator[None]:
    """Undo what the block changed if it took ADMINISTRATION from the last active member. Inside `acting_for`.

    A carrier that had no such member before, as when it is set up at the console, need not have one after.

    Raises:
        LastAdministrator: The caller's transaction, or savepoint, is rolled back by it.
    """
    lock(carrier_id)
    before = _is_there(carrier_id)
    yield
    if before and not _is_there(carrier_id):
        raise LastAdministrator


def _is_there(carrier_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [carrier_id, Permission.ADMINISTRATION])
        return bool(cursor.fetchone()[0])
