"""Invitations: links by which a person becomes the user behind a member. Rows only; `administration` decides.

A token is 32 random bytes, shown once; the database has its SHA-256. A member has one invitation at most, so that a
fresh link makes the one before worthless.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.models import Invitation
from skypurser.errors import Refusal

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class InvitationInvalid(Refusal):
    """The invitation was used, replaced by a fresh one, or has expired; or there never was one."""

    code = "invitation_invalid"


@dataclass(frozen=True, slots=True)
class InvitationView:
    """Whom an invitation is for: a member who is active and behind whom nobody is yet."""

    carrier_id: int
    carrier_code: str
    carrier_name: str
    member_id: int
    email: str
    name: str
    expires_at: datetime


def renew(*, carrier_id: int, member_id: int, created_by: str, now: datetime, expires_at: datetime) -> str:
    """Give the member a fresh invitation in place of any other, and return the only copy of its token."""
    token = secrets.token_urlsafe(32)
    with acting_for(carrier_id):
        Invitation.objects.bulk_create(
            [
                Invitation(
                    carrier_id=carrier_id,
                    member_id=member_id,
                    token_hash=_digest(token),
                    created_at=now,
                    created_by=created_by,
                    expires_at=expires_at,
                )
            ],
            update_conflicts=True,
            unique_fields=["carrier_id", "member_id"],
            update_fields=["token_hash", "created_at", "created_by", "expires_at"],
        )
    return token


def find(*, token: str, now: datetime) -> InvitationView:
    """Return whom the token invites, and where to.

    Raises:
        InvitationInvalid: Of any kind; the answer does not tell which.
    """
    if _TOKEN.fullmatch(token):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM access_find_invitation(%s)", [_digest(token)])
            row = cursor.fetchone()
        if row is not None and now < (found := InvitationView(*row)).expires_at:
            return found
    raise InvitationInvalid


def use(*, invitation: InvitationView, token: str) -> None:
    """Use the invitation up; inside `acting_for`.

    Raises:
        InvitationInvalid: Somebody else has, or a fresh one has replaced it.
    """
    gone, _ = Invitation.objects.filter(
        carrier_id=invitation.carrier_id, member_id=invitation.member_id, token_hash=_digest(token)
    ).delete()
    if not gone:
        raise InvitationInvalid


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()
