"""Members of a carrier: who they are, what they may do, and where."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from skypurser.access import administrators, roles
from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.models import Member, Role
from skypurser.access.permissions import Permission
from skypurser.emails import LONGEST, is_email
from skypurser.errors import InvalidRequest, Refusal

LONGEST_PAGE = 500

_LONGEST_NAME = 200
_PLACES = {
    "countries": (re.compile(r"[A-Z]{2}"), "a country is two capital letters (ISO 3166)"),
    "cities": (re.compile(r"[A-Z]{3}"), "a city is three capital letters (IATA)"),
    "offices": (re.compile(r"[A-Z0-9]{2,20}"), "an office's code has 2 to 20 capital letters and digits"),
}


class MemberExists(Refusal):
    """The carrier has a member with this e-mail address already."""

    code = "member_exists"


class MemberNotFound(Refusal):
    """The carrier has no member with this e-mail address, or none who is active where that is asked for."""

    code = "member_not_found"


@dataclass(frozen=True, slots=True)
class Powers:
    """What a member may do, and where: in any of the countries, cities or offices; all empty means everywhere.

    Attributes:
        permissions: The role's, where there is one; otherwise the member's own.
        role: Its name; empty where the permissions are the member's own. `role_id` is None then.
    """

    permissions: frozenset[Permission]
    countries: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    role: str = ""
    role_id: int | None = None


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as others read it."""

    id: int
    email: str
    name: str
    powers: Powers
    is_active: bool
    created_at: datetime
    #: Who signs in as this member; None for nobody yet.
    user_id: int | None = None

    @property
    def has_joined(self) -> bool:
        """Whether somebody signs in as this member."""
        return self.user_id is not None


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
    """Add a member to the actor's carrier and return the member as an actor.

    Args:
        permissions, role: One of the two: permissions of the member's own, or the name of a role.
        countries, cities, offices: The member reaches accounts in any of them; all empty means every account.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberExists, RoleNotFound: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    address = _address(email)
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a member has a name of at most {_LONGEST_NAME} printable characters", field="name")
    if permissions is None and role is None:
        raise InvalidRequest("a member has a role, or permissions of their own", field="role")
    where = Powers(frozenset(), frozenset(countries), frozenset(cities), frozenset(offices))
    try:
        with acting_for(actor.carrier_id), transaction.atomic():
            administrators.lock(actor.carrier_id)  # the role stays until the member has it
            powers = _given(where, permissions, role, actor)
            row = Member.objects.create(
                carrier_id=actor.carrier_id, email=address, name=called, created_at=now, **_columns(powers)
            )
    except IntegrityError as error:
        if "member_email_once_per_carrier" in str(error):
            raise MemberExists(f"{address} is a member already") from error
        raise
    return as_actor(row, powers)


def change_member(
    *,
    email: str,
    actor: Actor,
    permissions: Collection[Permission] | None = None,
    role: str | None = None,
    countries: Collection[str] | None = None,
    cities: Collection[str] | None = None,
    offices: Collection[str] | None = None,
) -> MemberView:
    """Set what a member, active or not, may do and where; what is None stays as it is.

    Args:
        permissions: Permissions of the member's own instead of what there was, a role included.
        role: The name of a role instead; not both.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberNotFound, RoleNotFound, LastAdministrator: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    given = {"countries": countries, "cities": cities, "offices": offices}
    wanted = {name: frozenset(values) for name, values in given.items() if values is not None}
    with acting_for(actor.carrier_id), administrators.keeping_one(actor.carrier_id):
        member = get_member(email=email, actor=actor, is_locked=True)
        where = replace(member.powers, **wanted)  # type: ignore[arg-type]  # each under its own name
        powers = _given(where, permissions, role, actor)
        if powers != member.powers:
            _row(actor, member.email).update(**_columns(powers))
    return replace(member, powers=powers)


def set_active(*, email: str, is_active: bool, actor: Actor) -> MemberView:
    """Let a member act no longer, or again. What the member did and may do stays.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        MemberNotFound, LastAdministrator: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id), administrators.keeping_one(actor.carrier_id):
        member = get_member(email=email, actor=actor, is_locked=True)
        if member.is_active is not is_active:
            _row(actor, member.email).update(is_active=is_active)
    return replace(member, is_active=is_active)


def find_member(*, carrier_id: int, email: str) -> Actor:
    """Return the active member with this address as an actor.

    Raises:
        MemberNotFound: There is none, or no longer active.
    """
    with reading_for(carrier_id):
        row = _rows(carrier_id).filter(email=_lookup(email), is_active=True).first()
    if row is None:
        raise MemberNotFound(f"{email} is no member")
    return as_actor(row)


def is_member(member_id: int, *, carrier_id: int) -> bool:
    """Tell whether this number is an active member's."""
    with reading_for(carrier_id):
        return _rows(carrier_id).filter(id=member_id, is_active=True).exists()


def get_member(*, email: str, actor: Actor, is_locked: bool = False) -> MemberView:
    """Return the member, active or not; `is_locked` keeps the member and all roles as they are until the end.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        MemberNotFound: The actor's carrier has no such member.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = _row(actor, _lookup(email))
        if is_locked:
            administrators.lock(actor.carrier_id)
            rows = rows.select_for_update(no_key=True)
        row = rows.first()
    if row is None:
        raise MemberNotFound(f"{email} is no member")
    return _view(row)


def member_by_id(*, member_id: int, actor: Actor) -> MemberView:
    """Return the member with this number, active or not.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        MemberNotFound: The actor's carrier has no such member.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        row = member_row(carrier_id=actor.carrier_id, member_id=member_id)
    if row is None:
        raise MemberNotFound(f"there is no member {member_id}")
    return _view(row)


def members(*, actor: Actor, after: int = 0, limit: int = LONGEST_PAGE) -> list[MemberView]:
    """Return the carrier's members, active or not, in the order in which they were added.

    Args:
        after: The id of the last member of the page before.
        limit: At most `LONGEST_PAGE` are returned.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
    """
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = _rows(actor.carrier_id).filter(id__gt=after).order_by("id")
        return [_view(row) for row in rows[: min(limit, LONGEST_PAGE)]]


def _address(email: str) -> str:
    address = email.strip().lower()
    if len(address) > LONGEST:
        raise InvalidRequest(f"an e-mail address has at most {LONGEST} characters", field="email")
    if not is_email(address):
        raise InvalidRequest(f"{email!r} is no e-mail address", field="email")
    return address


def _lookup(email: str) -> str:
    """Return the address as the table would have it; PostgreSQL takes no NUL, and no address has one."""
    return email.strip().lower().replace("\0", "\ufffd")


def _given(where: Powers, permissions: Collection[Permission] | None, role: str | None, actor: Actor) -> Powers:
    """Return the powers with these permissions or this role, or as they are with neither."""
    if permissions is not None and role is not None:
        raise InvalidRequest("a member has a role, or permissions of their own, not both", field="role")
    if role is not None:
        found = roles.named(role, actor=actor)
        return replace(where, permissions=found.permissions, role=found.name, role_id=found.id)
    if permissions is not None:
        return replace(where, permissions=frozenset(permissions), role="", role_id=None)
    return where


def _columns(powers: Powers) -> dict[str, Any]:
    """Return the powers as the table has them, after a look at the places' shapes."""
    own = _names(powers.permissions) if powers.role_id is None else []
    columns: dict[str, Any] = {"role_id": powers.role_id, "permissions": own}
    for limit, (shape, message) in _PLACES.items():
        places: frozenset[str] = getattr(powers, limit)
        if not all(shape.fullmatch(place) for place in places):
            raise InvalidRequest(message, field=limit)
        columns[limit] = _names(places)
    return columns


def _names(values: Iterable[str]) -> list[str]:
    return sorted(str(value) for value in values)


def _rows(carrier_id: int) -> QuerySet[Any]:
    """Return the carrier's members, each with what the role says."""
    role = Role.objects.filter(carrier_id=OuterRef("carrier_id"), id=OuterRef("role_id"))
    return Member.objects.filter(carrier_id=carrier_id).annotate(
        role=Subquery(role.values("name")), role_permissions=Subquery(role.values("permissions"))
    )


def _row(actor: Actor, address: str) -> QuerySet[Any]:
    return _rows(actor.carrier_id).filter(email=address)


def _powers(row: Any) -> Powers:
    has_role = row.role_id is not None
    return Powers(
        frozenset(Permission(name) for name in (row.role_permissions if has_role else row.permissions)),
        frozenset(row.countries),
        frozenset(row.cities),
        frozenset(row.offices),
        row.role if has_role else "",
        row.role_id,
    )


def _view(row: Any) -> MemberView:
    return MemberView(row.id, row.email, row.name, _powers(row), row.is_active, row.created_at, row.user_id)


def member_row(*, carrier_id: int, member_id: int) -> Any:
    """Return the row of a member; only inside a transaction that acts for the carrier is there one."""
    return _rows(carrier_id).filter(id=member_id).first()


def as_actor(row: Any, powers: Powers | None = None) -> Actor:
    """Return the member as somebody who acts."""
    powers = powers or _powers(row)
    return Actor(
        carrier_id=row.carrier_id,
        name=row.email,
        permissions=powers.permissions,
        member_id=row.id,
        countries=powers.countries,
        cities=powers.cities,
        offices=powers.offices,
    )
