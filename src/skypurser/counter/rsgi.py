"""The counter as granian calls it most cheaply, by its own interface: one call in, one call out (decision 0003)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from functools import lru_cache
from typing import Protocol

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # as granian documents it

from skypurser.contract.envelope import BodyTooLarge, RequestTimeout
from skypurser.counter.application import Counter, Unfit
from skypurser.counter.deadlines import Deadlines

_log = logging.getLogger(__name__)


class Headers(Protocol):
    """Headers by their names in lower case. Values that are not ASCII are not there."""

    def get(self, name: str, default: str) -> str: ...  # noqa: D102 — the first
    def get_all(self, name: str) -> Sequence[str]: ...  # noqa: D102


class Scope(Protocol):
    """A request without its body."""

    method: str
    path: str
    query_string: str
    headers: Headers


class Line(Protocol):
    """Where the body comes from, whole or in parts, and the response goes."""

    def __call__(self) -> Awaitable[bytes]: ...  # noqa: D102
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...  # noqa: D102


class RsgiCounter:
    """Calls the counter through RSGI, and starts and stops it.

    Args:
        body_seconds: Seconds that a body may take to arrive.
    """

    def __init__(self, counter: Counter, *, body_seconds: float = 10) -> None:
        self._counter = counter
        self._reading = Deadlines(body_seconds)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start, or end the process where that may not be."""
        try:
            loop.run_until_complete(self._counter.start())
        except Unfit as no:
            _log.error("the counter does not start: %s", no)
            raise SystemExit(1) from no

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop; everything that was accepted is answered first."""
        loop.run_until_complete(self._counter.stop())

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        """Serve one request."""
        with self._counter.under_way:
            response = await self._counter.respond(_Exchange(scope, line, self._reading))
            headers = [(_lower(name), value) for name, value in response.headers.items()]
            line.response_bytes(response.status, headers, response.body)


class _Exchange:
    """A request as RSGI has it."""

    __slots__ = ("_headers", "_line", "_reading", "_scope", "method", "path")

    def __init__(self, scope: Scope, line: Line, reading: Deadlines) -> None:
        self.method = scope.method
        self.path = scope.path
        self._scope = scope
        self._headers = scope.headers
        self._line = line
        self._reading = reading

    def header(self, name: str) -> str:
        if name == "idempotency-key":  # two are taken for none: which of them is meant nobody can tell
            keys = self._headers.get_all(name)
            return keys[0] if len(keys) == 1 else ""
        return self._headers.get(name, "")

    def query(self) -> str:
        return self._scope.query_string

    async def body(self, most: int) -> bytes:
        declared = self._headers.get("content-length", "")  # no more comes than it says, nor does it stand beside parts
        is_measured = declared.isdigit()
        if is_measured and int(declared[:20]) > most:
            raise BodyTooLarge
        try:
            with self._reading.cancelling():
                return await (self._line() if is_measured else self._unmeasured(most))
        except (TimeoutError, ProtocolClosed) as error:  # it does not come, or the other side has gone
            raise RequestTimeout from error

    async def _unmeasured(self, most: int) -> bytes:
        """Return a body that comes in parts: the last one is empty, and so is what stands for those that were lost."""
        parts, size, has_ended = list[bytes](), 0, False
        async for part in self._line:
            if has_ended:
                raise RequestTimeout
            has_ended = not part
            parts.append(part)
            size += len(part)
            if size > most:
                raise BodyTooLarge
        return b"".join(parts)


@lru_cache(maxsize=64)  # the names of headers that we send
def _lower(name: str) -> str:
    return name.lower()
