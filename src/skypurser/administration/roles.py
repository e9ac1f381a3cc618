"""Add, change, rename and delete roles. The reference of each act is the role's name."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from skypurser.access import roles
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.access.roles import RoleView
from skypurser.history import acts

_READING = frozenset({Permission.LIST_ACCOUNTS, Permission.QUERIES})

#: The roles of a new carrier. It may change, rename and delete them like any other.
STARTING_ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "Administrator": ALL,
        "Revenue accounting": _READING
        | {
            Permission.NEW_ACCOUNT,
            Permission.CREDIT_AND_DEBIT,
            Permission.ACCOUNT_MANAGEMENT,
            Permission.MASS_MANAGEMENT,
            Permission.CUT_OFF,
            Permission.APPROVALS,
            Permission.CARD_FUNDS,
            Permission.INVOICES,
        },
        "Sales desk": _READING
        | {
            Permission.NEW_ACCOUNT,
            Permission.HOLDS,
            Permission.JET_CARDS,
            Permission.SALES,
            Permission.INVOICES,
        },
        "Ticketing": _READING | {Permission.ISSUANCE, Permission.HOLDS},
        "Read only": _READING,
    }
)


def add_role(*, name: str, permissions: Collection[Permission], actor: Actor, now: datetime) -> RoleView:
    """Add a role to the actor's carrier and return it; recorded as `role.added`.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, RoleExists: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        added = roles.add_role(name=name, permissions=permissions, actor=actor)
        _record("role.added", added, {"permissions": [None, sorted(added.permissions)]}, actor, now)
    return added


def change_role(*, role_id: int, permissions: Collection[Permission], actor: Actor, now: datetime) -> RoleView:
    """Set what a role's members may do, from now on; recorded as `role.changed`, unless nothing changes.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        RoleNotFound, LastAdministrator: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        before = roles.get_role(role_id=role_id, actor=actor, is_locked=True)
        after = roles.change_role(role_id=role_id, permissions=permissions, actor=actor)
        old, new = sorted(before.permissions), sorted(after.permissions)
        if old != new:
            _record("role.changed", after, {"permissions": [old, new]}, actor, now)
    return after


def rename_role(*, role_id: int, name: str, actor: Actor, now: datetime) -> RoleView:
    """Give a role another name; recorded as `role.renamed`, unless it has it already.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, RoleNotFound, RoleExists: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        before = roles.get_role(role_id=role_id, actor=actor, is_locked=True)
        after = roles.rename_role(role_id=role_id, name=name, actor=actor)
        if before.name != after.name:
            _record("role.renamed", after, {"name": [before.name, after.name]}, actor, now)
    return after


def delete_role(*, role_id: int, actor: Actor, now: datetime) -> None:
    """Delete a role that nobody has; recorded as `role.deleted`, with what it allowed.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        RoleNotFound, RoleInUse: Nothing is deleted.
    """
    with acting_for(actor.carrier_id):
        gone = roles.delete_role(role_id=role_id, actor=actor)
        _record("role.deleted", gone, {"permissions": [sorted(gone.permissions), None]}, actor, now)


def add_starting_roles(carrier_id: int) -> list[str]:
    """Give a new carrier the roles to start with and return their names; its creation is the act that tells of them."""
    actor = operator(carrier_id)
    for name, permissions in STARTING_ROLES.items():
        roles.add_role(name=name, permissions=permissions, actor=actor)
    return list(STARTING_ROLES)


def _record(action: str, role: RoleView, changes: dict[str, list[Any]], actor: Actor, now: datetime) -> None:
    acts.record(
        carrier_id=actor.carrier_id, action=action, actor=actor.name, reference=role.name, now=now, changes=changes
    )
