"""Which mail server letters are handed to: `SKYPURSER_MAIL_URL` and `SKYPURSER_MAIL_FROM`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from skypurser.emails import is_email

#: Encryption by scheme, as Django's mailer calls it, and the port where none is given.
_SCHEMES: dict[str, tuple[dict[str, bool], int]] = {
    "smtp": ({"use_tls": True}, 587),
    "smtps": ({"use_ssl": True}, 465),
    "smtp+plain": ({}, 25),
}

#: How long the server may take for each of its answers, in seconds.
_TIMEOUT = 20


class MailUrlUnreadable(Exception):
    """`SKYPURSER_MAIL_URL` or `SKYPURSER_MAIL_FROM` says nothing that can be followed."""


def mailers(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return Django's MAILERS; empty where no server is named, and then no letter is written.

    Args:
        environ: `os.environ`, or something like it. `SKYPURSER_MAIL_URL` is `smtp://user:password@host:587`, which
            goes on encrypted or not at all, `smtps://…` for encryption from the first byte, or `smtp+plain://…`
            without, for a server on this machine. What is special in user and password is percent-encoded.

    Raises:
        MailUrlUnreadable: With what it should look like, and without what it has.
    """
    url = environ.get("SKYPURSER_MAIL_URL", "").strip()
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        encryption, port = _SCHEMES[parts.scheme]
        port = parts.port or port
        is_whole = bool(parts.hostname) and parts.path in {"", "/"} and not parts.query and not parts.fragment
    except (ValueError, KeyError):
        is_whole = False
    if not is_whole:
        raise MailUrlUnreadable(f"SKYPURSER_MAIL_URL is one of {', '.join(_SCHEMES)}://user:password@host:port")
    sender(environ)
    options: dict[str, Any] = {"host": parts.hostname, "port": port, "timeout": _TIMEOUT, **encryption}
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


def sender(environ: Mapping[str, str]) -> str:
    """Return the address that letters come from.

    Raises:
        MailUrlUnreadable: There is a server, and no address.
    """
    address = environ.get("SKYPURSER_MAIL_FROM", "").strip()
    if not address and not environ.get("SKYPURSER_MAIL_URL", "").strip():
        return "nobody@localhost.invalid"
    if not is_email(address):
        raise MailUrlUnreadable("SKYPURSER_MAIL_FROM is the e-mail address that letters come from")
    return address
