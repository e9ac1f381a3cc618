"""Members of a carrier: who they are, what they may do, and where."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.models import Member
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal

LONGEST_PAGE = 500

_LONGEST_EMAIL = 254
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
    """What a member may do, and where: in any of the countries, cities or offices; all empty means everywhere."""

    permissions: frozenset[Permission]
    countries: frozenset[str] = frozenset()
    cities: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as others read it."""

    id: int
    email: str
    name: str
    powers: Powers
    is_active: bool
    created_at: datetime


def add_member(
    *,
    email: str,
    name: str,
    permissions: Collection[Permission],
    actor: Actor,
    now: datetime,
    countries: Collection[str] = (),
    cities: Collection[str] = (),
    offices: Collection[str] = (),
) -> Actor:
    """Add a member to the actor's carrier and return the member as an actor.

    Args:
        countries, cities, offices: The member reaches accounts in any of them; all empty means every account.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberExists: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    address = _address(email)
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a member has a name of at most {_LONGEST_NAME} printable characters", field="name")
    powers = Powers(frozenset(permissions), frozenset(countries), frozenset(cities), frozenset(offices))
    try:
        with acting_for(actor.carrier_id), transaction.atomic():
            row = Member.objects.create(
                carrier_id=actor.carrier_id, email=address, name=called, created_at=now, **_columns(powers)
            )
    except IntegrityError as error:
        if "member_email_once_per_carrier" in str(error):
            raise MemberExists(f"{address} is a member already") from error
        raise
    return as_actor(row)


def change_member(
    *,
    email: str,
    actor: Actor,
    permissions: Collection[Permission] | None = None,
    countries: Collection[str] | None = None,
    cities: Collection[str] | None = None,
    offices: Collection[str] | None = None,
) -> MemberView:
    """Set what a member, active or not, may do and where; what is None stays as it is.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        InvalidRequest, MemberNotFound: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    given = {"permissions": permissions, "countries": countries, "cities": cities, "offices": offices}
    wanted = {name: frozenset(values) for name, values in given.items() if values is not None}
    with acting_for(actor.carrier_id):
        member = get_member(email=email, actor=actor, is_locked=True)
        powers = replace(member.powers, **wanted)  # type: ignore[arg-type]  # each under its own name
        if powers != member.powers:
            _row(actor, member.email).update(**_columns(powers))
    return replace(member, powers=powers)


def set_active(*, email: str, is_active: bool, actor: Actor) -> MemberView:
    """Let a member act no longer, or again. What the member did and may do stays.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        MemberNotFound: Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        member = get_member(email=email, actor=actor, is_locked=True)
        if member.is_active is not is_active:
            _row(actor, member.email).update(is_active=is_active)
    return replace(member, is_active=is_active)


def find_member(*, carrier_id: int, email: str) -> Actor:
    """Return the active member with this address as an actor.

    Raises:
        MemberNotFound: There is none, or no longer active.
    """
    with acting_for(carrier_id):
        row = Member.objects.filter(carrier_id=carrier_id, email=_lookup(email), is_active=True).first()
    if row is None:
        raise MemberNotFound(f"{email} is no member")
    return as_actor(row)


def get_member(*, email: str, actor: Actor, is_locked: bool = False) -> MemberView:
    """Return the member, active or not; `is_locked` keeps the row as it is until the transaction ends.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION.
        MemberNotFound: The actor's carrier has no such member.
    """
    actor.require(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        rows = _row(actor, _lookup(email))
        row = (rows.select_for_update(no_key=True) if is_locked else rows).first()
    if row is None:
        raise MemberNotFound(f"{email} is no member")
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
    with acting_for(actor.carrier_id):
        rows = Member.objects.filter(carrier_id=actor.carrier_id, id__gt=after).order_by("id")
        return [_view(row) for row in rows[: min(limit, LONGEST_PAGE)]]


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidRequest(f"{email!r} is no e-mail address", field="email") from error
    if len(address) > _LONGEST_EMAIL:
        raise InvalidRequest(f"an e-mail address has at most {_LONGEST_EMAIL} characters", field="email")
    return address


def _lookup(email: str) -> str:
    """Return the address as the table would have it; PostgreSQL takes no NUL, and no address has one."""
    return email.strip().lower().replace("\0", "\ufffd")


def _columns(powers: Powers) -> dict[str, list[str]]:
    """Return the powers as the table has them, after a look at the places' shapes."""
    columns = {"permissions": _names(powers.permissions)}
    for limit, (shape, message) in _PLACES.items():
        places: frozenset[str] = getattr(powers, limit)
        if not all(shape.fullmatch(place) for place in places):
            raise InvalidRequest(message, field=limit)
        columns[limit] = _names(places)
    return columns


def _names(values: Iterable[str]) -> list[str]:
    return sorted(str(value) for value in values)


def _row(actor: Actor, address: str) -> QuerySet[Member]:
    return Member.objects.filter(carrier_id=actor.carrier_id, email=address)


def _powers(row: Member) -> Powers:
    return Powers(
        frozenset(Permission(name) for name in row.permissions),
        frozenset(row.countries),
        frozenset(row.cities),
        frozenset(row.offices),
    )


def _view(row: Member) -> MemberView:
    return MemberView(row.id, row.email, row.name, _powers(row), row.is_active, row.created_at)


def member_row(*, carrier_id: int, member_id: int) -> Member | None:
    """Return the row of a member; only inside a transaction that acts for the carrier is there one."""
    return Member.objects.filter(carrier_id=carrier_id, id=member_id).first()


def as_actor(row: Member) -> Actor:
    """Return the member as somebody who acts."""
    powers = _powers(row)
    return Actor(
        carrier_id=row.carrier_id,
        name=row.email,
        permissions=powers.permissions,
        member_id=row.id,
        countries=powers.countries,
        cities=powers.cities,
        offices=powers.offices,
    )
