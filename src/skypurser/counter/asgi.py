"""The lean server: an ASGI application outside Django's request stack.

Start-up and shutdown come by the server's lifespan: at the end everything that was accepted is answered first.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import DatabaseError

from skypurser.access.acting import OutcomeUnknown
from skypurser.contract import problem
from skypurser.contract.envelope import BodyTooLarge, RequestTimeout
from skypurser.contract.response import JSON, Response, failure
from skypurser.counter.batched import BatchedDesk
from skypurser.counter.deadlines import Deadlines
from skypurser.counter.desk import Unavailable
from skypurser.counter.handling import handle
from skypurser.counter.observing import CONTENT_TYPE, Observer
from skypurser.counter.threads import DatabaseThreads
from skypurser.ledger.batching import Batcher

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_log = logging.getLogger(__name__)

#: So often the uses of API keys are looked at, whether it is time to write them down.
_NOTES_SECONDS = 10.0

#: The answers to probes are remembered for so long, since anybody may ask.
_READINESS_SECONDS = 1.0


class Counter:
    """The application.

    Args:
        url: The database's, as libpq reads it, for the batcher's own connection.
        check: Raises where the database does not answer or is not fit for a ledger; called in a thread.
        deadline: Seconds that a request waits for its answer.
        body_seconds: Seconds that a body may take to arrive.
        longest_queue: At most so many requests wait; more are refused at once.
        memory: Seconds for which callers are remembered; a revoked key works as long. Accounts are remembered ten times
            as long.
        metrics_folder: Where this process, one of several, keeps its metrics; None where it is alone.
        settings: More settings of the posting session, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        check: Callable[[], None],
        deadline: float = 10,
        body_seconds: float = 10,
        longest_queue: int = 20_000,
        memory: float = 3,
        metrics_folder: Path | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._url = url
        self._check = check
        self._deadline = deadline
        self._reading = Deadlines(body_seconds)
        self._longest_queue = longest_queue
        self._memory = memory
        self._settings = settings
        self.observer = Observer(metrics_folder)
        self._desk: BatchedDesk | None = None
        self._guards: DatabaseThreads | None = None
        self._is_stopping = False
        self._ready: tuple[float, Response] | None = None
        self._probing: asyncio.Task[Response] | None = None
        self._under_way = 0
        self._idle = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the process's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        self._under_way += 1
        try:
            exchange = _Exchange(scope, receive, self._reading)
            probe = _PROBES.get(exchange.path) if exchange.method == "GET" else None
            if probe is not None:
                response = await probe(self)
            elif self._desk is None or self._is_stopping:
                response = failure(problem.problem("unavailable", "The counter is starting or stopping."))
            else:
                response = await handle(exchange, self._desk, self.observer)
            await _send(send, response)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        first = DatabaseThreads(threads=1)
        try:
            await first.run(self._check)
        except Unavailable:  # it may come later; until then the process is not ready
            _log.warning("the database does not answer yet")
        except Exception as error:  # noqa: BLE001 — a server that money may not be entrusted to; its own words say why
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        finally:
            await asyncio.to_thread(first.close)
        batcher = Batcher(
            self._url, longest_queue=self._longest_queue, observe=self.observer.batch, settings=self._settings
        )
        async with batcher:
            threads, guards = DatabaseThreads(), DatabaseThreads(threads=2)
            self._guards = guards  # whoever probes takes no thread from those who sell
            self._desk = BatchedDesk(
                batcher, threads, guards, self.observer, deadline=self._deadline, memory=self._memory
            )
            noting = asyncio.create_task(_note_uses(self._desk, guards))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            # Who is in gets the true answer; who comes later on a connection that is still open goes elsewhere.
            self._is_stopping = True
            while self._under_way:
                self._idle.clear()
                await self._idle.wait()
            noting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await noting
        self._desk = None
        for pool in (threads, guards):
            await asyncio.to_thread(pool.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def alive(self) -> Response:
        """Tell that the process lives."""
        return Response(200, b'{"status":"alive"}', {"Content-Type": JSON, "Cache-Control": "no-store"})

    async def readiness(self) -> Response:
        """Tell whether the database answers and is fit."""
        if self._ready is not None and self._ready[0] > monotonic():
            return self._ready[1]
        if self._probing is None:
            self._probing = asyncio.create_task(self._probe())
        return await asyncio.shield(self._probing)  # others wait for it too

    async def _probe(self) -> Response:
        try:
            response = await self._is_ready()
        finally:
            self._probing = None
        self._ready = (monotonic() + _READINESS_SECONDS, response)
        return response

    async def _is_ready(self) -> Response:
        if self._guards is None or self._is_stopping:
            return failure(problem.problem("unavailable", "The counter is starting or stopping."))
        if self._desk is None or not self._desk.is_posting(self._deadline):
            _log.warning("not ready: the posting has come to a stand")
            return failure(problem.problem("unavailable", "The posting has come to a stand."))
        try:
            await self._guards.run(self._check)
        except Exception as error:  # noqa: BLE001 — whatever it is, the process is not ready; what it is stays here
            _log.warning("not ready: %s", type(error).__name__)
            return failure(problem.problem("unavailable", "The database does not answer, or is not fit for a ledger."))
        return Response(200, b'{"status":"ready"}', {"Content-Type": JSON, "Cache-Control": "no-store"})

    async def metrics(self) -> Response:
        """Return what a scraper reads."""
        return Response(200, self.observer.page(), {"Content-Type": CONTENT_TYPE})


async def _note_uses(desk: BatchedDesk, threads: DatabaseThreads) -> None:
    """Write down now and then, and at the end, when which API key was used last."""
    try:
        while True:
            await asyncio.sleep(_NOTES_SECONDS)
            await _write_notes(threads, lambda: desk.notes.flush_if_due(at=monotonic()))
    finally:
        await _write_notes(threads, desk.notes.flush)


async def _write_notes(threads: DatabaseThreads, write: Callable[[], object]) -> None:
    try:
        await threads.run(write)
    except (Unavailable, DatabaseError, OutcomeUnknown):
        _log.warning("the uses of API keys were not written down; they are kept for the next time")


_PROBES: dict[str, Callable[[Counter], Awaitable[Response]]] = {
    "/healthz": Counter.alive,
    "/readyz": Counter.readiness,
    "/metrics": Counter.metrics,
}


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
