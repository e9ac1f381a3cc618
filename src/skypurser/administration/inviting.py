"""Invite members, and bind the person who comes to the member.

Only the holder of a carrier's own link becomes a member of that carrier, and no link touches the password of somebody
who signs in already. So whoever invites an address gains nothing at other carriers, whatever they do with the user
behind it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from skypurser.access import invitations, members, memberships
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.invitations import InvitationInvalid, InvitationView
from skypurser.access.members import MemberNotFound
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.history import acts
from skypurser.identity import users
from skypurser.identity.users import UserView

#: How long an invitation can be accepted.
LASTS = timedelta(days=7)


class MemberJoined(Refusal):
    """The member has joined already, and needs no invitation."""

    code = "member_joined"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation that was made just now, with the only copy of its token; `repr` leaves the token out."""

    token: str = field(repr=False)
    email: str
    expires_at: datetime


def invite(*, email: str, actor: Actor, now: datetime) -> NewInvitation:
    """Make a fresh invitation for a member, recorded as `member.invited`; earlier ones no longer work.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key.
        MemberNotFound: The actor's carrier has no such member, or none who is active.
        MemberJoined: Somebody signs in as this member already. Nothing is written.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        member = members.get_member(email=email, actor=actor, is_locked=True)
        if not member.is_active:
            raise MemberNotFound(f"{member.email} is no active member")
        if member.has_joined:
            raise MemberJoined(f"{member.email} has joined already")
        expires_at = now + LASTS
        token = invitations.renew(
            carrier_id=actor.carrier_id, member_id=member.id, created_by=actor.name, now=now, expires_at=expires_at
        )
        acts.record(
            carrier_id=actor.carrier_id,
            action="member.invited",
            actor=actor.name,
            reference=member.email,
            now=now,
            changes={"expires_at": [None, expires_at.isoformat().replace("+00:00", "Z")]},
        )
    return NewInvitation(token, member.email, expires_at)


def release(*, email: str, actor: Actor, now: datetime) -> bool:
    """Let whoever signs in as this member do so no longer; recorded as `member.released`.

    For an invitation that came into the wrong hands: afterwards the member can be invited afresh. False, and nothing
    is recorded, where nobody signs in as it.

    Raises:
        PermissionDenied: The actor lacks ADMINISTRATION, or is an API key, or would put themselves out.
        MemberNotFound: The actor's carrier has no such member.
    """
    actor.require_in_person(Permission.ADMINISTRATION)
    with acting_for(actor.carrier_id):
        member = members.get_member(email=email, actor=actor, is_locked=True)
        if member.id == actor.member_id:
            raise PermissionDenied(f"{actor.name} may not put themselves out", permission=Permission.ADMINISTRATION)
        if not memberships.release_user(carrier_id=actor.carrier_id, member_id=member.id):
            return False
        acts.record(
            carrier_id=actor.carrier_id, action="member.released", actor=actor.name, reference=member.email, now=now
        )
    return True


def accept(*, token: str, user: UserView, now: datetime) -> InvitationView:
    """Let this user be the member from now on; recorded as `member.joined`. The invitation is used up.

    Args:
        user: Who has signed in.

    Raises:
        InvitationInvalid: It was used, replaced, has expired, or never was.
        UserIsMember: The user is another member of the carrier already. Nothing is written, the link still works.
    """
    invitation = invitations.find(token=token, now=now)
    with acting_for(invitation.carrier_id):
        # The member first, as when a fresh invitation is made, so that the two never wait for each other in a circle.
        if not memberships.bind_user(carrier_id=invitation.carrier_id, member_id=invitation.member_id, user_id=user.id):
            raise InvitationInvalid
        invitations.use(invitation=invitation, token=token)
        acts.record(
            carrier_id=invitation.carrier_id,
            action="member.joined",
            actor=invitation.email,
            reference=invitation.email,
            now=now,
            changes={"user": [None, user.email]},
        )
    return invitation


def register_and_accept(*, token: str, name: str, password: str, now: datetime) -> UserView:
    """Make the user whom the invitation's address means, and let them join; both or neither.

    Raises:
        InvitationInvalid: As in `accept`.
        UserExists: Somebody signs in with this address already, and has to do so first.
        InvalidRequest: The name or the password will not do. Nothing is written.
    """
    with transaction.atomic():
        invitation = invitations.find(token=token, now=now)
        with acting_for(invitation.carrier_id):
            user = users.register(email=invitation.email, name=name, password=password)
            accept(token=token, user=user, now=now)
    return user
