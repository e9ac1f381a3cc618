"""A link with which a person who has forgotten the password chooses another: the operator's help, nobody else's.

The link is signed, not stored. It names the user and a digest of the password that it replaces, so that it works once,
and not after the password was changed in another way.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from skypurser.errors import Refusal
from skypurser.identity.models import User
from skypurser.identity.users import UserNotFound, UserView, find_user, require_fit_password

#: How long a link works.
LASTS = timedelta(hours=24)

_SALT = "skypurser.identity.resetting"

_log = structlog.get_logger("skypurser.identity")


class ResetInvalid(Refusal):
    """The link was used, has expired, or is none of ours."""

    code = "reset_invalid"


@dataclass(frozen=True, slots=True)
class Reset:
    """What a link is good for."""

    user: UserView
    removes_second_factors: bool


def reset_token(*, email: str, removes_second_factors: bool = False) -> str:
    """Return a token that lets its holder choose the user's password; nothing changes before it is used.

    Args:
        removes_second_factors: Passkeys, the authenticator app and recovery codes go with the old password.

    Raises:
        UserNotFound: Nobody active signs in with this address.
    """
    user = find_user(email=email)
    if user is None:
        raise UserNotFound(f"nobody signs in as {email}")
    told = {"user": user.id, "state": _state(User.objects.get(id=user.id)), "factors": removes_second_factors}
    return signing.dumps(told, salt=_SALT)


def second_factors(*, user_id: int) -> int:
    """Return how many passkeys, authenticator apps and sets of recovery codes the user has."""
    return Authenticator.objects.filter(user_id=user_id).count()


def find_reset(*, token: str) -> Reset:
    """Return whose password the token would set.

    Raises:
        ResetInvalid: It was used, has expired, or is none of ours.
    """
    row, is_removing = _found(token)
    return Reset(UserView(row.id, row.email, row.name), is_removing)


def set_password(*, token: str, password: str) -> UserView:
    """Set the password; all sessions end, and the token works no longer.

    Raises:
        ResetInvalid: As in `find_reset`.
        InvalidRequest: The password will not do. Nothing changes, and the token still works.
    """
    with transaction.atomic():
        row, is_removing = _found(token, is_locked=True)
        require_fit_password(password, for_user=row)
        row.set_password(password)
        row.save(update_fields=["password"])
        if is_removing:
            Authenticator.objects.filter(user_id=row.id).delete()
    _log.info("password reset", user_id=row.id, removed_second_factors=is_removing)
    return UserView(row.id, row.email, row.name)


def _found(token: str, *, is_locked: bool = False) -> tuple[User, bool]:
    try:
        told = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature as error:
        raise ResetInvalid from error
    rows = User.objects.filter(id=told["user"], is_active=True)
    row = (rows.select_for_update(no_key=True) if is_locked else rows).first()
    if row is None or not constant_time_compare(told["state"], _state(row)):
        raise ResetInvalid
    return row, bool(told["factors"])


def _state(row: User) -> str:
    return salted_hmac(_SALT, f"{row.id} {row.password}", algorithm="sha256").hexdigest()[:32]
