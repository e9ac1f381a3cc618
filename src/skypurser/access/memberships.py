"""Which carriers a person works for, and as whom: asked before anybody acts for a carrier; and how that begins."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.members import as_actor, member_row
from skypurser.access.models import Member
from skypurser.errors import Refusal


class UserIsMember(Refusal):
    """The person who signs in is another member of this carrier already."""

    code = "user_is_member"


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place at one carrier.

    Attributes:
        time_zone: The carrier's, an IANA name.
        currency: The carrier's main one, ISO 4217.
        name: As the carrier calls the member.
        has_jet_cards: Whether the carrier has charter customers and their cards switched on.
    """

    carrier_id: int
    carrier_code: str
    carrier_name: str
    time_zone: str
    currency: str
    member_id: int
    name: str
    has_jet_cards: bool = False


def memberships(*, user_id: int) -> list[Membership]:
    """Return where the user is an active member, by the carriers' codes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_memberships(%s)", [user_id])
        return [Membership(*row) for row in cursor.fetchall()]


def acting_member(*, membership: Membership, user_id: int) -> Actor | None:
    """Return the member as an actor; None when no longer active, or no longer this user's."""
    with acting_for(membership.carrier_id):
        row = member_row(carrier_id=membership.carrier_id, member_id=membership.member_id)
    if row is None or not row.is_active or row.user_id != user_id:
        return None
    return as_actor(row)


def release_user(*, carrier_id: int, member_id: int) -> bool:
    """Let nobody sign in as this member; inside `acting_for`, and after whoever may say so has said so.

    False where nobody did.
    """
    return bool(Member.objects.filter(carrier_id=carrier_id, id=member_id, user_id__isnull=False).update(user_id=None))


def bind_user(*, carrier_id: int, member_id: int, user_id: int) -> bool:
    """Let the user sign in as this member; inside `acting_for`, and after whoever may say so has said so.

    False, and nothing changes, when the member is no longer active, or somebody signs in as it already.

    Raises:
        UserIsMember: The user is another member of this carrier already.
    """
    free = Member.objects.filter(carrier_id=carrier_id, id=member_id, is_active=True, user_id__isnull=True)
    try:
        with transaction.atomic():
            return bool(free.update(user_id=user_id))
    except IntegrityError as error:
        if "member_user_once_per_carrier" in str(error):
            raise UserIsMember("you are another member of this carrier already") from error
        raise
