"""Send one signed message, once: to an address that was looked at, within a time, without following anybody.

httpcore makes the connection by `_Pinned`: it resolves and checks the name, connects to an address of that very answer,
and keeps every wait, that for the resolver included, within one deadline, however slowly the other side drips.
The URL keeps its name, so the Host header, the name asked for in TLS and the certificate's are the endpoint's own. No
proxy of the environment is used.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import certifi
import httpcore

from skypurser.webhooks.reach import PUBLIC_ONLY, EndpointNotAllowed, Reach, check_url, resolve

#: From resolving the name to the last byte that is read of the answer, in seconds. Far less than a claim's lease.
LONGEST = 10.0

#: How much of an answer is kept, in characters, and read, in bytes.
KEPT_OF_ANSWER = 1_000
_READ_OF_ANSWER = 4_000


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt went.

    Attributes:
        outcome: `delivered`; `refused` for an answer that is not 2xx; `redirected`; `gone` for 410; `timeout`;
            `unreachable` for a connection that failed; `not_allowed` for an address that may not be called; `broken`
            for an attempt that failed on our side.
        response_code: None when there was no answer.
        answer: The first 1,000 characters of the body; without control characters.
    """

    outcome: str
    response_code: int | None
    duration_ms: int
    answer: str

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has heard."""
        return self.outcome == "delivered"


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends messages.

    Attributes:
        reach: Which addresses may be called.
        longest: Seconds for one attempt, resolving included.
        trusts: Whose certificates count; None for the system's and Mozilla's authorities.
    """

    reach: Reach = PUBLIC_ONLY
    longest: float = LONGEST
    trusts: ssl.SSLContext | None = None

    def send(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> Sent:
        """POST the body to the URL and return how it went. Raises nothing for what the other side may do."""
        began, code, answer = time.monotonic(), None, ""
        try:
            check_url(url, reach=self.reach)
            status, answer = self._post(url, body, headers, began + self.longest)
        except EndpointNotAllowed as no:
            outcome, answer = "not_allowed", str(no)
        except (httpcore.TimeoutException, TimeoutError):
            outcome = "timeout"
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            outcome, answer = "unreachable", type(error).__name__
        else:
            outcome, code = _outcome(status), status
        return Sent(outcome, code, round((time.monotonic() - began) * 1000), answer)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, str]:
        backend = _Pinned(self.reach, deadline)
        sent = {
            "user-agent": "Skypurser-Webhooks",
            "content-type": "application/json; charset=utf-8",
            "accept-encoding": "identity",  # nothing is unpacked, so nothing swells
            "connection": "close",
            **headers,
        }
        with (
            httpcore.ConnectionPool(
                ssl_context=self.trusts or _authorities(), network_backend=backend, max_connections=1, http2=False
            ) as pool,
            pool.stream("POST", url, headers=list(sent.items()), content=body) as response,
        ):
            return response.status, _beginning(response.iter_stream(), deadline)


def _outcome(code: int) -> str:
    if 200 <= code < 300:
        return "delivered"
    if code == 410:
        return "gone"
    return "redirected" if 300 <= code < 400 else "refused"


def _beginning(body: Iterable[bytes], deadline: float) -> str:
    """Return the first characters of the answer. The code is what counts: a body that breaks off or drips is cut."""
    read = bytearray()
    try:
        for piece in body:
            read += piece
            if len(read) >= _READ_OF_ANSWER or time.monotonic() >= deadline:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        read += b" [cut off]"
    text = bytes(read[:_READ_OF_ANSWER]).decode(errors="replace")
    return "".join(one if one.isprintable() else " " for one in text[:KEPT_OF_ANSWER])


@cache
def _authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()  # the operator's own authorities among them
    context.load_verify_locations(certifi.where())
    return context


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class _Pinned(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else."""

    def __init__(self, reach: Reach, deadline: float) -> None:
        self._reach = reach
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 — ours is the deadline
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, connect: to the first address that answers within its share of the time that is left."""
        failed: Exception = OSError("the name has no address")
        addresses = resolve(host, port, reach=self._reach, within=_left(self._deadline))
        for tried, address in enumerate(addresses):
            share = _left(self._deadline) / (len(addresses) - tried)
            try:
                stream = self._backend.connect_tcp(address, port, timeout=share, socket_options=socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Hurried(stream, self._deadline)
        raise failed


class _Hurried(httpcore.NetworkStream):
    """A connection whose every wait ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 — ours is the deadline
        """Read what is there."""
        return self._stream.read(max_bytes, timeout=_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all of it."""
        self._stream.write(buffer, timeout=_left(self._deadline))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate must be the name's."""
        return _Hurried(
            self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._deadline)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        """Tell what is known of the connection."""
        return self._stream.get_extra_info(info)
