"""Under which URL people reach the desk, where somebody says so: `SKYPURSER_URL`.

Cookies, the hosts that are answered, and the links that are handed out follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Answered in any case: what a probe on the same machine asks, and a desk that is only tried out.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class PublicUrlUnreadable(Exception):
    """`SKYPURSER_URL` or a variable beside it says nothing that can be followed."""


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """Where the desk is.

    Attributes:
        origin: `https://desk.example.org`, without a path; empty when nobody said so.
        hosts: The host names that are answered.
        hsts_seconds: How long browsers keep to HTTPS; 0 for not at all.
        proxies: How many proxies of one's own stand in front, each adding to `X-Forwarded-For`.
    """

    origin: str
    hosts: tuple[str, ...]
    hsts_seconds: int
    proxies: int

    @property
    def is_https(self) -> bool:
        """Tell whether people come by HTTPS, so that cookies may insist on it."""
        return self.origin.startswith("https://")


def public_url(environ: Mapping[str, str]) -> PublicUrl:
    """Return what the environment says.

    Args:
        environ: `os.environ`, or something like it: `SKYPURSER_URL`, `SKYPURSER_HOST` (what the server listens on),
            `SKYPURSER_HSTS_SECONDS`, `SKYPURSER_PROXIES`.

    Raises:
        PublicUrlUnreadable: With what it should look like.
    """
    origin = environ.get("SKYPURSER_URL", "").strip().rstrip("/")
    hosts = list(LOCAL_HOSTS)
    if origin:
        hosts.append(_host(origin))
    if listening := environ.get("SKYPURSER_HOST", ""):
        hosts.append(f"[{listening}]" if ":" in listening else listening)
    return PublicUrl(
        origin,
        tuple(dict.fromkeys(hosts)),
        _count(environ, "SKYPURSER_HSTS_SECONDS"),
        _count(environ, "SKYPURSER_PROXIES"),
    )


def _host(origin: str) -> str:
    try:
        parts = urlsplit(origin)
        is_whole = f"{parts.scheme}://{parts.netloc}" == origin and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not parts.hostname or "@" in parts.netloc or parts.scheme not in {"https", "http"}:
        raise PublicUrlUnreadable("SKYPURSER_URL is the desk's address without a path: https://desk.example.org")
    return f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname


def _count(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name) or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise PublicUrlUnreadable(f"{name} is a whole number, 0 or above.")
    return int(text)
