"""The lean server's application, outside Django's request stack, whatever interface it is called through.

At the end everything that was accepted is answered first.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

from django.db import DatabaseError

from skypurser.access.acting import OutcomeUnknown
from skypurser.contract import problem
from skypurser.contract.response import JSON, Response, failure
from skypurser.counter.batched import BatchedDesk
from skypurser.counter.desk import Exchange, Unavailable
from skypurser.counter.handling import handle
from skypurser.counter.observing import CONTENT_TYPE, Observer
from skypurser.counter.threads import DatabaseThreads
from skypurser.ledger.batching import Batcher

_log = logging.getLogger(__name__)

#: So often the uses of API keys are looked at, whether it is time to write them down.
_NOTES_SECONDS = 10.0

#: The answers to probes are remembered for so long, since anybody may ask.
_READINESS_SECONDS = 1.0


class Unfit(Exception):
    """The database's server may not be entrusted with money; says why."""


class UnderWay:
    """How many requests are within a `with` block of it. Belongs to one event loop."""

    def __init__(self) -> None:
        self._number = 0
        self._none = asyncio.Event()

    def __enter__(self) -> None:
        self._number += 1

    def __exit__(self, *_: object) -> None:
        self._number -= 1
        if not self._number:
            self._none.set()

    async def none_left(self) -> None:
        """Wait until there is none."""
        while self._number:
            self._none.clear()
            await self._none.wait()


class Counter:
    """The application. Starts and stops within one event loop, in which it is called.

    Args:
        url: The database's, as libpq reads it, for the batcher's own connection.
        check: Raises where the database does not answer or is not fit for a ledger; called in a thread.
        deadline: Seconds that a request waits for its answer.
        longest_queue: At most so many requests wait; more are refused at once.
        memory: Seconds for which callers are remembered; a revoked key works as long. Accounts are remembered ten times
            as long.
        metrics_folder: Where this process, one of several, keeps its metrics; None where it is alone.
        settings: More settings of the posting session, for tests.

    Attributes:
        observer: Counts what is answered.
        under_way: A request is within from before `respond` until its response was sent.
    """

    def __init__(
        self,
        url: str,
        *,
        check: Callable[[], None],
        deadline: float = 10,
        longest_queue: int = 20_000,
        memory: float = 3,
        metrics_folder: Path | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._url = url
        self._check = check
        self._deadline = deadline
        self._longest_queue = longest_queue
        self._memory = memory
        self._settings = settings
        self.observer = Observer(metrics_folder)
        self._desk: BatchedDesk | None = None
        self._guards: DatabaseThreads | None = None
        self._is_stopping = False
        self._ready: tuple[float, Response] | None = None
        self._probing: asyncio.Task[Response] | None = None
        self.under_way = UnderWay()
        self._life = contextlib.AsyncExitStack()

    async def respond(self, exchange: Exchange) -> Response:
        """Return the response to a request."""
        probe = _PROBES.get(exchange.path) if exchange.method == "GET" else None
        if probe is not None:
            return await probe(self)
        if self._desk is None or self._is_stopping:
            return failure(problem.problem("unavailable", "The counter is starting or stopping."))
        return await handle(exchange, self._desk, self.observer)

    async def start(self) -> None:
        """Begin to take requests; the database may come later, until then the process is not ready.

        Raises:
            Unfit.
        """
        first = DatabaseThreads(threads=1)
        try:
            await first.run(self._check)
        except Unavailable:
            _log.warning("the database does not answer yet")
        except Exception as error:
            raise Unfit(str(error)) from error
        finally:
            await asyncio.to_thread(first.close)
        batcher = Batcher(
            self._url, longest_queue=self._longest_queue, observe=self.observer.batch, settings=self._settings
        )
        threads, guards = DatabaseThreads(), DatabaseThreads(threads=2)
        self._life.push_async_callback(_close, threads, guards)
        await self._life.enter_async_context(batcher)
        self._guards = guards  # whoever probes takes no thread from those who sell
        desk = BatchedDesk(batcher, threads, guards, self.observer, deadline=self._deadline, memory=self._memory)
        self._life.push_async_callback(_end, asyncio.create_task(_note_uses(desk, guards)))
        self._desk = desk

    async def stop(self) -> None:
        """Answer everything that was accepted, and end."""
        # Who is in gets the true answer; who comes later on a connection that is still open goes elsewhere.
        self._is_stopping = True
        await self.under_way.none_left()
        await self._life.aclose()
        self._desk = None

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


async def _close(*pools: DatabaseThreads) -> None:
    for pool in pools:
        await asyncio.to_thread(pool.close)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


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
