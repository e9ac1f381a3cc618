"""Which addresses may be called: those of the public internet, and no other.

Whoever may enter a URL could otherwise have our server ask its own network: the database's host, a cloud's metadata,
a neighbour's administration. So the name is resolved here, at the moment of sending and within a time; every address
that it has must be public, and the connection goes to the very address that was looked at (`sending.py`): a name that
answers otherwise a moment later gains nothing.
"""

import ipaddress
import os
import socket
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from skypurser.errors import Refusal

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST_URL = 2_000

#: The part of IPv6 that is given out to networks. What lies outside it is local, mapped, embedded or reserved.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")

#: Inside it: addresses that carry an IPv4 address to somewhere else, and what is set aside.
_EMBEDDED = (
    ipaddress.IPv6Network("2001::/23"),  # protocol assignments, Teredo, ORCHID among them
    ipaddress.IPv6Network("2001:db8::/32"),  # documentation
    ipaddress.IPv6Network("2002::/16"),  # 6to4
    ipaddress.IPv6Network("3fff::/20"),  # documentation
)
#: Not given to anyone, although Python counts it among the global ones.
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")

#: How long a name may take to resolve unless said otherwise, in seconds.
_LONGEST = 10.0

#: How many names are asked for at a time. A question that nobody waits for any more holds its place until the system
#: gives it up, so there are more than senders.
_ASKING = threading.BoundedSemaphore(128)


class EndpointNotAllowed(Refusal):
    """This URL may not be called."""

    code = "endpoint_not_allowed"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far webhooks may reach.

    Attributes:
        allow_private: Private, loopback and other addresses that are not public, too.
        allow_http: URLs without TLS, too.
    """

    allow_private: bool = False
    allow_http: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Reach":
        """Read `SKYPURSER_WEBHOOKS_ALLOW_PRIVATE` and `SKYPURSER_WEBHOOKS_ALLOW_HTTP`; only `1` allows."""
        return cls(
            allow_private=environ.get("SKYPURSER_WEBHOOKS_ALLOW_PRIVATE") == "1",
            allow_http=environ.get("SKYPURSER_WEBHOOKS_ALLOW_HTTP") == "1",
        )


PUBLIC_ONLY = Reach()


def check_url(url: str, *, reach: Reach = PUBLIC_ONLY) -> str:
    """Return the URL if it may be an endpoint's; resolves nothing, so a name's addresses are judged when it is called.

    Raises:
        EndpointNotAllowed: Its scheme, a user or password in it, a host that is missing, that no name can be, or an
            address not public.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise EndpointNotAllowed(f"a URL has at most {LONGEST_URL} ASCII characters and no blanks", reason="shape")
    parts, host = _split(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and reach.allow_http):
        raise EndpointNotAllowed("the URL begins with https://", reason="scheme")
    if parts.username is not None or parts.password is not None:
        raise EndpointNotAllowed("a URL with a user or password in it is not called", reason="credentials")
    if parts.fragment:
        raise EndpointNotAllowed("a URL with a fragment is not called", reason="fragment")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        is_local = host.rstrip(".").lower().endswith(("localhost", ".local", ".internal"))
    else:
        is_local = not is_public(address)
    if is_local and not reach.allow_private:
        raise EndpointNotAllowed("the host is not on the public internet", reason="address")
    return url


def resolve(host: str, port: int, *, reach: Reach = PUBLIC_ONLY, within: float = _LONGEST) -> list[str]:
    """Return the addresses of a host, in the order in which to try them, if all of them may be called.

    Args:
        within: Seconds, after which a resolver that has not answered is not waited for.

    Raises:
        EndpointNotAllowed: One of them is not public. That others are does not help: who chooses the answer, chooses
            which one we take.
        TimeoutError: The resolver has not answered.
        OSError: The name has no address now, or can't have one.
    """
    addresses = _addresses(host, port, within)
    if not reach.allow_private:
        for address in addresses:
            if "%" in address or not is_public(ipaddress.ip_address(address)):
                raise EndpointNotAllowed("the host has an address that is not public", reason="address")
    return addresses


def _addresses(host: str, port: int, within: float) -> list[str]:
    """Ask the system in a thread of its own: getaddrinfo takes no time limit, and can't be broken off."""
    deadline = time.monotonic() + within
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
            answer.set_result(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except UnicodeError:
            answer.set_exception(socket.gaierror(socket.EAI_NONAME, "no name is written like this"))
        except Exception as error:  # noqa: BLE001 — raised to whoever waits
            answer.set_exception(error)
        finally:
            _ASKING.release()

    if not _ASKING.acquire(timeout=max(within, 0)):
        raise TimeoutError
    try:
        threading.Thread(target=ask, name="resolver", daemon=True).start()
    except RuntimeError:  # the system gives no thread
        _ASKING.release()
        raise
    return answer.result(timeout=max(deadline - time.monotonic(), 0))


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to a host on the public internet, and to no other by way of it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved or address in _RELAYS)
    return (
        address in _GLOBAL_UNICAST
        and address.is_global
        and not any(address in network for network in _EMBEDDED)
        and address.ipv4_mapped is None
    )


def _split(url: str) -> tuple[SplitResult, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise EndpointNotAllowed("the URL can't be read", reason="shape") from error
    if not parts.hostname or port == 0:
        raise EndpointNotAllowed("the URL names no host", reason="shape")
    try:
        parts.hostname.encode("idna")  # as getaddrinfo does
    except UnicodeError as error:
        raise EndpointNotAllowed("the host has an empty or too long part", reason="shape") from error
    return parts, parts.hostname
