"""Add members, change what they may do and where, let them act no longer or again.

The reference of each act is the member's e-mail address.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from skypurser.access import members
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.members import MemberView, Powers
from skypurser.access.permissions import Permission
from skypurser.history import acts


def add_member(
    *,
    email: str,
    name: str,
    actor: Actor,
    now: datetime,
    permissions: Collection[Permission] | None = None,
    role: str | None = None,
    countries: Collection[str] = (),
    cities: Collection[str] = (),
    offices: Collection[str] = (),
) -> Actor:
    """Add a member to the actor's carrier and return the member as an actor; recorded as `member.added`.

    Args:
        permissions, role: One of the two: permissions of the member's own, or the name of a role.
        countries, cities, offices: The member reaches accounts in any of them; all empty means every account.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberExists, RoleNotFound: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        added = members.add_member(
            email=email,
            name=name,
            permissions=permissions,
            role=role,
            actor=actor,
            now=now,
            countries=countries,
            cities=cities,
            offices=offices,
        )
        given = _told(members.get_member(email=added.name, actor=actor).powers)
        changes: dict[str, list[Any]] = {"name": [None, name.strip()]}
        changes |= {field: [None, value] for field, value in given.items() if value is not None}
        _record("member.added", added.name, changes, actor, now)
    return added


def change_member(
    *,
    email: str,
    actor: Actor,
    now: datetime,
    permissions: Collection[Permission] | None = None,
    role: str | None = None,
    countries: Collection[str] | None = None,
    cities: Collection[str] | None = None,
    offices: Collection[str] | None = None,
) -> MemberView:
    """Set what a member may do and where; recorded as `member.changed`, unless nothing changes.

    Args:
        permissions, role: One of the two replaces the permissions, own or of a role, that there were.
        countries, cities, offices: Replace what was there; what is None stays.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberNotFound, RoleNotFound, LastAdministrator: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        before = members.get_member(email=email, actor=actor, is_locked=True)
        after = members.change_member(
            email=email,
            actor=actor,
            permissions=permissions,
            role=role,
            countries=countries,
            cities=cities,
            offices=offices,
        )
        old, new = _told(before.powers), _told(after.powers)
        if changes := {field: [old[field], new[field]] for field in old if old[field] != new[field]}:
            _record("member.changed", after.email, changes, actor, now)
    return after


def deactivate_member(*, email: str, actor: Actor, now: datetime) -> MemberView:
    """Let a member act no longer; recorded as `member.deactivated`, unless it was so before.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        MemberNotFound, LastAdministrator: Nothing is written.
    """
    return _set_active("member.deactivated", email, is_active=False, actor=actor, now=now)


def reactivate_member(*, email: str, actor: Actor, now: datetime) -> MemberView:
    """Let a member act again, with the permissions of before; recorded as `member.reactivated`.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        MemberNotFound: Nothing is written.
    """
    return _set_active("member.reactivated", email, is_active=True, actor=actor, now=now)


def _set_active(action: str, email: str, *, is_active: bool, actor: Actor, now: datetime) -> MemberView:
    with acting_for(actor.carrier_id):
        before = members.get_member(email=email, actor=actor, is_locked=True)
        after = members.set_active(email=email, is_active=is_active, actor=actor)
        if before.is_active is not after.is_active:
            _record(action, after.email, {"is_active": [before.is_active, after.is_active]}, actor, now)
    return after


def _told(powers: Powers) -> dict[str, Any]:
    """Return the role or the permissions of the member's own, None for the other, and the places."""
    return {
        "role": powers.role or None,
        "permissions": None if powers.role else sorted(powers.permissions),
        "countries": sorted(powers.countries),
        "cities": sorted(powers.cities),
        "offices": sorted(powers.offices),
    }


def _record(action: str, email: str, changes: dict[str, list[Any]], actor: Actor, now: datetime) -> None:
    acts.record(carrier_id=actor.carrier_id, action=action, actor=actor.name, reference=email, now=now, changes=changes)
