"""The counter as an ASGI application, for any server that knows that interface."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any

from skypurser.contract.envelope import BodyTooLarge, RequestTimeout
from skypurser.contract.response import Response
from skypurser.counter.application import Counter, Unfit
from skypurser.counter.deadlines import Deadlines

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiCounter:
    """Calls the counter through ASGI; start-up and shutdown come by the server's lifespan.

    Args:
        body_seconds: Seconds that a body may take to arrive.
    """

    def __init__(self, counter: Counter, *, body_seconds: float = 10) -> None:
        self._counter = counter
        self._reading = Deadlines(body_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the process's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            with self._counter.under_way:
                await _send(send, await self._counter.respond(_Exchange(scope, receive, self._reading)))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._counter.start()
        except Unfit as no:
            await send({"type": "lifespan.startup.failed", "message": str(no)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._counter.stop()
        await send({"type": "lifespan.shutdown.complete"})


class _Exchange:
    """A request as ASGI has it."""

    __slots__ = ("_headers", "_query", "_reading", "_receive", "method", "path")

    def __init__(self, scope: Scope, receive: Receive, reading: Deadlines) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._query: bytes = scope["query_string"]
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        if len(self._headers) != len(scope["headers"]):
            self._refuse_two_keys(scope["headers"])
        self._receive = receive
        self._reading = reading

    def _refuse_two_keys(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take two idempotency keys for none: which of them is meant nobody can tell."""
        if sum(name == b"idempotency-key" for name, _ in headers) > 1:
            del self._headers[b"idempotency-key"]

    def header(self, name: str) -> str:
        return self._headers.get(_name(name), b"").decode("latin-1")

    def query(self) -> str:
        return self._query.decode("latin-1")

    async def body(self, most: int) -> bytes:
        declared = self._headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared[:20]) > most:
            raise BodyTooLarge
        try:
            with self._reading.cancelling():
                return await self._read(most)
        except TimeoutError as error:
            raise RequestTimeout from error

    async def _read(self, most: int) -> bytes:
        message = await self._receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body") and message["type"] == "http.request" and len(body) <= most:
            return body
        parts, size = [body], len(body)
        while size <= most and message.get("more_body"):
            message = await self._receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
        if size > most:
            raise BodyTooLarge
        if message["type"] != "http.request":  # the other side has gone
            raise RequestTimeout
        return b"".join(parts)


@lru_cache(maxsize=64)  # the names of headers that we ask for and send
def _name(text: str) -> bytes:
    return text.lower().encode()


async def _send(send: Send, response: Response) -> None:
    headers = [(_name(name), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
