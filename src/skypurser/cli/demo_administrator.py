"""Somebody who can sign in to the demo's carrier; the password is known to everybody, and says so itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from skypurser.access import members
from skypurser.access.actors import operator
from skypurser.access.carriers import CarrierView
from skypurser.access.members import MemberNotFound
from skypurser.access.permissions import ALL
from skypurser.administration.inviting import accept, invite
from skypurser.administration.members import add_member
from skypurser.identity import users

_EMAIL = "demo@example.org"
_PASSWORD = "for demonstration only"  # noqa: S105 — known to everybody, for a carrier with a day of old sales


@dataclass(frozen=True, slots=True)
class Administrator:
    """What to sign in with."""

    email: str
    password: str


def administrator(carrier: CarrierView) -> Administrator:
    """Make sure that the carrier has an administrator with this password, and return what to sign in with."""
    actor, now = operator(carrier.id, name="demo"), datetime.now(UTC)
    user = users.find_user(email=_EMAIL)
    if user is None:
        user = users.register(email=_EMAIL, name="Ada Example", password=_PASSWORD)
    else:
        users.set_password(user_id=user.id, password=_PASSWORD)
    try:
        has_joined = members.get_member(email=_EMAIL, actor=actor).has_joined
    except MemberNotFound:
        add_member(email=_EMAIL, name=user.name, permissions=ALL, actor=actor, now=now)
        has_joined = False
    if not has_joined:
        accept(token=invite(email=_EMAIL, actor=actor, now=now).token, user=user, now=now)
    return Administrator(_EMAIL, _PASSWORD)


def told(signs_in: Administrator, *, desk: str) -> str:
    """Return what to read at the end."""
    return f"""\
  desk                 {desk}
  e-mail               {signs_in.email}
  password             {signs_in.password}

This administrator is for demonstration: the password is the same everywhere and known to everybody."""
