"""Act later on behalf of whoever asked: with what that member or program may do by then."""

from datetime import datetime

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.callers import Scope, permissions_of
from skypurser.access.members import as_actor, member_row
from skypurser.access.models import ApiKey


def on_behalf_of(*, carrier_id: int, name: str, member_id: int | None, key_id: int | None, now: datetime) -> Actor:
    """Return who asked as somebody who acts now.

    Args:
        name: As the history named who asked; the operator's, where it was neither a member nor a program.

    Raises:
        PermissionDenied: The member no longer acts, or the key no longer works.
    """
    with reading_for(carrier_id):
        if member_id is not None:
            row = member_row(carrier_id=carrier_id, member_id=member_id)
            if row is not None and row.is_active:
                return as_actor(row)
            raise PermissionDenied(f"{name} may not: no longer active")
        if key_id is None:
            return operator(carrier_id, name=name)
        key = ApiKey.objects.defer("token_hash").filter(carrier_id=carrier_id, id=key_id, revoked_at=None).first()
    if key is None or (key.expires_at is not None and key.expires_at <= now):
        raise PermissionDenied(f"{name} may not: the key no longer works")
    return Actor(
        carrier_id=carrier_id,
        name=name,
        permissions=permissions_of(frozenset(Scope(scope) for scope in key.scopes)),
        key_id=key.id,
    )
