"""Roles: named sets of permissions of a carrier. Whoever has one may do what it says now."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction

from skypurser.access import administrators
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.models import Role
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal

_LONGEST_NAME = 100

_SELECT = """
SELECT r.id, r.name, r.permissions,
       (SELECT count(*) FROM access_member m WHERE m.carrier_id = r.carrier_id AND m.role_id = r.id)
  FROM access_role r WHERE r.carrier_id = %s
"""


class RoleExists(Refusal):
    """The carrier has a role of this name already, in capitals or not."""

    code = "role_exists"


class RoleNotFound(Refusal):
    """The carrier has no such role."""

    code = "role_not_found"


class RoleInUse(Refusal):
    """Members have this role, so it stays; give them another one first."""

    code = "role_in_use"


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as others read it; `members` counts who has it, active or not."""

    id: int
    name: str
    permissions: frozenset[Permission]
    members: int


def add_role(*, name: str, permissions: Collection[Permission], actor: Actor) -> RoleView:
    """Add a role to the actor's carrier and return it.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, RoleExists: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    called = _name(name)
    with acting_for(actor.carrier_id):
        try:
            with transaction.atomic():
                row = Role.objects.create(carrier_id=actor.carrier_id, name=called, permissions=_column(permissions))
        except IntegrityError as error:
            raise _taken(called, error) from error
    return RoleView(row.id, called, frozenset(permissions), 0)


def change_role(*, role_id: int, permissions: Collection[Permission], actor: Actor) -> RoleView:
    """Set what a role's members may do, from now on.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        RoleNotFound, LastAdministrator: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id), administrators.keeping_one(actor.carrier_id):
        role = get_role(role_id=role_id, actor=actor)
        if role.permissions != frozenset(permissions):
            Role.objects.filter(carrier_id=actor.carrier_id, id=role_id).update(permissions=_column(permissions))
    return replace(role, permissions=frozenset(permissions))


def rename_role(*, role_id: int, name: str, actor: Actor) -> RoleView:
    """Give a role another name.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, RoleNotFound, RoleExists: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    called = _name(name)
    with acting_for(actor.carrier_id):
        role = get_role(role_id=role_id, actor=actor, is_locked=True)
        try:
            with transaction.atomic():
                Role.objects.filter(carrier_id=actor.carrier_id, id=role_id).update(name=called)
        except IntegrityError as error:
            raise _taken(called, error) from error
    return replace(role, name=called)


def delete_role(*, role_id: int, actor: Actor) -> RoleView:
    """Delete a role that nobody has, and return what it was.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        RoleNotFound, RoleInUse: Nothing is deleted.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        role = get_role(role_id=role_id, actor=actor, is_locked=True)
        if role.members:
            raise RoleInUse(f"{role.members} members have the role {role.name}", members=role.members)
        Role.objects.filter(carrier_id=actor.carrier_id, id=role_id).delete()
    return role


def get_role(*, role_id: int, actor: Actor, is_locked: bool = False) -> RoleView:
    """Return a role.

    Args:
        is_locked: Keep all roles, and who has them, as they are until the transaction ends.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        RoleNotFound: The actor's carrier has no such role.
    """
    found = _read(" AND r.id = %s", role_id, actor=actor, is_locked=is_locked)
    if not found:
        raise RoleNotFound(f"there is no role {role_id}")
    return found[0]


def named(name: str, *, actor: Actor) -> RoleView:
    """Return the role of this name, in capitals or not; errors are those of `get_role`."""
    # PostgreSQL takes no NUL, and no name has one.
    found = _read(" AND lower(r.name) = lower(%s)", name.strip().replace("\0", "\ufffd"), actor=actor)
    if not found:
        raise RoleNotFound(f"there is no role {name!r:.120}")
    return found[0]


def roles(*, actor: Actor) -> list[RoleView]:
    """Return the carrier's roles by name, with how many members have each.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    return _read(" ORDER BY lower(r.name), r.id", actor=actor)


def _read(rest: str, *values: str | int, actor: Actor, is_locked: bool = False) -> list[RoleView]:
    actor.require(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        if is_locked:
            administrators.lock(actor.carrier_id)
        with connection.cursor() as cursor:
            cursor.execute(_SELECT + rest, [actor.carrier_id, *values])
            return [RoleView(row[0], row[1], frozenset(map(Permission, row[2])), row[3]) for row in cursor.fetchall()]


def _name(name: str) -> str:
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a role has a name of at most {_LONGEST_NAME} printable characters", field="name")
    return called


def _column(permissions: Collection[Permission]) -> list[str]:
    return sorted(str(permission) for permission in frozenset(permissions))


def _taken(name: str, error: IntegrityError) -> Exception:
    is_taken = "role_name_once_per_carrier" in str(error)
    return RoleExists(f"there is a role {name} already") if is_taken else error
