"""Members of a carrier: who they are, what they may do, and where."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.models import Member
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal


class MemberExists(Refusal):
    """The carrier has a member with this e-mail address already."""

    code = "member_exists"


class MemberNotFound(Refusal):
    """The carrier has no active member with this e-mail address."""

    code = "member_not_found"


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
        PermissionDenied: The actor lacks ADMINISTRATION.
        InvalidRequest, MemberExists: Nothing is written.
    """
    actor.require(Permission.ADMINISTRATION)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidRequest(f"{email!r} is no e-mail address", field="email") from error
    if not name.strip():
        raise InvalidRequest("a member has a name", field="name")
    if not all(where.strip() for where in (*countries, *cities, *offices)):
        raise InvalidRequest("a limit names a country, a city or an office", field="limits")
    try:
        with acting_for(actor.carrier_id), transaction.atomic():
            row = Member.objects.create(
                carrier_id=actor.carrier_id,
                email=address,
                name=name.strip(),
                permissions=sorted(permissions),
                countries=sorted(countries),
                cities=sorted(cities),
                offices=sorted(offices),
                created_at=now,
            )
    except IntegrityError as error:
        if "member_email_once_per_carrier" in str(error):
            raise MemberExists(f"{address} is a member already") from error
        raise
    return _as_actor(row)


def find_member(*, carrier_id: int, email: str) -> Actor:
    """Return the active member with this address as an actor.

    Raises:
        MemberNotFound: There is none, or no longer active.
    """
    with acting_for(carrier_id):
        row = Member.objects.filter(carrier_id=carrier_id, email=email.strip().lower(), is_active=True).first()
    if row is None:
        raise MemberNotFound(f"{email} is no member")
    return _as_actor(row)


def _as_actor(row: Member) -> Actor:
    return Actor(
        carrier_id=row.carrier_id,
        name=row.email,
        permissions=frozenset(Permission(name) for name in row.permissions),
        member_id=row.id,
        countries=frozenset(row.countries),
        cities=frozenset(row.cities),
        offices=frozenset(row.offices),
    )
