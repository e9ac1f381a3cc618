"""Links that open a page of the desk, as the operator hands them over."""

from django.conf import settings
from django.urls import reverse

_HERE = "http://localhost:8000"


def invitation(token: str) -> str:
    """Return the link of an invitation."""
    return _desk() + reverse("account_invitation", args=[token])


def new_password(token: str) -> str:
    """Return the link with which a new password is chosen."""
    return _desk() + reverse("account_new_password", args=[token])


def hint() -> str:
    """Return what to know of the links' address where nobody has said it; else nothing."""
    return "" if settings.PUBLIC_URL else "\nSet SKYPURSER_URL to where people reach the desk, and links begin with it."


def _desk() -> str:
    return str(settings.PUBLIC_URL) or _HERE
