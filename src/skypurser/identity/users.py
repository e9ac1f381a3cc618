"""Users are made and found, and get a new password; who may ask for that is decided above."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from skypurser.errors import InvalidRequest, Refusal
from skypurser.identity.models import User

_LONGEST_NAME = 200
_LONGEST_PASSWORD = 1_000


class UserExists(Refusal):
    """Somebody signs in with this e-mail address already."""

    code = "user_exists"


class UserNotFound(Refusal):
    """Nobody signs in with this e-mail address."""

    code = "user_not_found"


@dataclass(frozen=True, slots=True)
class UserView:
    """A user as others read it."""

    id: int
    email: str
    name: str


def register(*, email: str, name: str, password: str) -> UserView:
    """Make a user who signs in with this address and password, and return it.

    Args:
        email: In any letters; kept small.

    Raises:
        InvalidRequest: The name is missing, or the password one that is guessed. Nothing is written.
        UserExists: Nothing is written; in particular, nobody's password.
    """
    called = name.strip()
    if not called or len(called) > _LONGEST_NAME or not called.isprintable():
        raise InvalidRequest(f"a name has 1 to {_LONGEST_NAME} printable characters", field="name")
    address = _lookup(email)
    require_fit_password(password, for_user=User(email=address, name=called))
    try:
        with transaction.atomic():
            return _view(User.objects.create_user(address, password, name=called))
    except IntegrityError as error:
        if "identity_user_email" in str(error):
            raise UserExists(f"{address} signs in here already") from error
        raise


def find_user(*, email: str) -> UserView | None:
    """Return the active user with this address, or None."""
    row = User.objects.filter(email=_lookup(email), is_active=True).first()
    return None if row is None else _view(row)


def get_user(*, user_id: int) -> UserView:
    """Return the user with this number, who must exist."""
    return _view(User.objects.get(id=user_id))


def set_password(*, user_id: int, password: str) -> None:
    """Set the password at an operator's command, however good it is; all of the user's sessions end."""
    row = User.objects.get(id=user_id)
    row.set_password(password)
    row.save(update_fields=["password"])


def require_fit_password(password: str, *, for_user: User) -> None:
    """Raise InvalidRequest, with the field `password`, unless the password is one that isn't guessed at once."""
    if len(password) > _LONGEST_PASSWORD or "\0" in password:
        raise InvalidRequest(f"a password has at most {_LONGEST_PASSWORD} characters", field="password")
    try:
        validate_password(password, for_user)
    except ValidationError as error:
        raise InvalidRequest(" ".join(error.messages), field="password") from error


def _lookup(email: str) -> str:
    return email.strip().lower().replace("\0", "\ufffd")


def _view(row: User) -> UserView:
    return UserView(row.id, row.email, row.name)
