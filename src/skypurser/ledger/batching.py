"""Group commit in the application: what arrives while a commit is under way is posted together in the next one.

One batch is in flight at a time, so batches grow by themselves with the load and nobody waits for a timer; a lone
request is a batch of one and goes at once. A single very hot account is as fast as a thousand cold ones, since it is
locked once per batch.

The posting runs in a thread of its own: while it waits for PostgreSQL, the event loop reads the next requests.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic

from skypurser.access.acting import OutcomeUnknown
from skypurser.ledger.poster import Poster
from skypurser.ledger.requests import Answer, Request

_log = logging.getLogger(__name__)


class Overloaded(Exception):
    """Too many requests are waiting. Nothing was judged; try again later with the same key."""


class Stopping(Exception):
    """The batcher takes no more requests. Nothing was judged."""


class Group:
    """Requests that wait as one, and their answers.

    Attributes:
        answers: In the order of the requests; None while there is none, and an exception as `submit` has it.
        done: Becomes None once all are there. Whoever waits no longer cancels it.
    """

    __slots__ = ("_left", "answers", "done")

    def __init__(self, count: int, done: asyncio.Future[None]) -> None:
        self.answers: list[Answer | Exception | None] = [None] * count
        self.done = done
        self._left = count

    def take(self, number: int, answer: Answer | Exception) -> None:
        """Take one of the answers."""
        self.answers[number] = answer
        self._left -= 1
        if not self._left:
            self.done.set_result(None)


class _Seat:
    """A request's place among others; like a future, to whoever delivers."""

    __slots__ = ("_group", "_number")

    def __init__(self, group: Group, number: int) -> None:
        self._group = group
        self._number = number

    def done(self) -> bool:
        return self._group.done.done()

    def set_result(self, answer: Answer) -> None:
        self._group.take(self._number, answer)

    def set_exception(self, error: Exception) -> None:
        self._group.take(self._number, error)


type _Waiting = tuple[Request, asyncio.Future[Answer] | _Seat]


class Batcher:
    """Takes requests one at a time from an event loop and posts them together.

    Use it as an asynchronous context manager; leaving it answers everything that was accepted.

    Args:
        url: The database's, as libpq reads it.
        largest_batch: At most this many requests are posted in one transaction.
        longest_queue: At most this many requests wait; more are refused as Overloaded at once.
        observe: Called after each batch, in the posting thread, with its size and the seconds in which it was
            written and committed.
        settings: More settings of the posting session, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        largest_batch: int = 1_000,
        longest_queue: int = 20_000,
        observe: Callable[[int, float], None] | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._poster = Poster(url, settings=settings)
        self._largest = largest_batch
        self._longest = longest_queue
        self._observe = observe
        self._waiting: deque[_Waiting] = deque()
        self._wake = threading.Semaphore(0)
        self._in_flight: list[_Waiting] = []
        self._began: float | None = None
        self._is_asleep = False
        self._is_stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="posting", daemon=True)

    async def __aenter__(self) -> "Batcher":
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_stopping = True
        self._wake.release()
        await asyncio.to_thread(self._thread.join)

    @property
    def is_alive(self) -> bool:
        """Whether requests are taken and posted."""
        return self._thread.is_alive() and not self._is_stopping

    def seconds_under_way(self) -> float:
        """Return for how long the batch in flight has been; 0 when there is none."""
        began = self._began
        return 0.0 if began is None else monotonic() - began

    @property
    def batches(self) -> int:
        """How many batches were committed."""
        return self._poster.batches

    def submit(self, request: Request) -> asyncio.Future[Answer]:
        """Accept a request; the future becomes its answer once that is committed. Call from the event loop.

        The future raises OutcomeUnknown where the commit was not confirmed, and the database's own error where it
        refused this very request.

        Raises:
            Overloaded, Stopping: At once; nothing was judged.
        """
        future: asyncio.Future[Answer] = self._open().create_future()
        self._waiting.append((request, future))
        self._wake_up()
        return future

    def submit_all(self, requests: Sequence[Request]) -> Group:
        """Accept requests as `submit` does, in their order and with none of others' in between.

        As many as there is room for, at least one: the answers are so many, the rest was not taken.

        Raises:
            Overloaded, Stopping: At once; nothing was judged.
        """
        loop = self._open()
        taken = requests[: self._longest - len(self._waiting)]
        group = Group(len(taken), loop.create_future())
        self._waiting.extend([(request, _Seat(group, number)) for number, request in enumerate(taken)])
        self._wake_up()
        return group

    def _open(self) -> asyncio.AbstractEventLoop:
        if self._is_stopping or self._loop is None:
            raise Stopping("the batcher takes no requests")
        if len(self._waiting) >= self._longest:
            raise Overloaded("too many requests are waiting")
        return self._loop

    def _wake_up(self) -> None:
        if self._is_asleep:
            self._is_asleep = False
            self._wake.release()
        if not self.is_alive:
            self._turn_away()  # the thread has ended meanwhile, and may have looked for the last time

    def _work(self) -> None:
        try:
            while True:
                self._in_flight = self._next()
                if not self._in_flight:
                    return
                self._post(self._in_flight)
        finally:
            # However the thread ends, nobody waits for ever; what was in flight may or may not have been posted.
            self._is_stopping = True
            self._turn_away()
            if self._loop is not None:
                unknown = OutcomeUnknown("the batcher has stopped")
                self._loop.call_soon_threadsafe(_deliver, self._in_flight, [unknown] * len(self._in_flight))
            self._poster.close()

    def _turn_away(self) -> None:
        """Tell whoever still waits that nothing more is posted; from any thread."""
        left: list[_Waiting] = []
        with contextlib.suppress(IndexError):
            while True:
                left.append(self._waiting.popleft())
        if self._loop is not None and left:
            self._loop.call_soon_threadsafe(_deliver, left, [Stopping("the batcher has stopped")] * len(left))

    def _next(self) -> list[_Waiting]:
        """Take what is waiting; sleep while nothing is. Empty only at the end.

        `is_asleep` is set before the queue is looked at again, and the queue is filled before `is_asleep` is looked at,
        so one of the two sees the other.
        """
        while not self._waiting:
            self._is_asleep = True
            if not self._waiting:
                if self._is_stopping:
                    return []
                self._wake.acquire()
            self._is_asleep = False
        waiting = self._waiting
        return [waiting.popleft() for _ in range(min(len(waiting), self._largest))]

    def _post(self, batch: list[_Waiting]) -> None:
        requests = [request for request, _ in batch]
        self._began = monotonic()
        answers = self._poster.post(requests)
        self._began = None
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_deliver, batch, answers)
        if self._observe is not None:
            try:
                self._observe(len(batch), self._poster.commit_seconds)
            except Exception:  # noqa: BLE001 — whatever it is, it is logged and concerns no request
                _log.exception("the observer of the batches failed; the batches go on")


def _deliver(batch: Sequence[_Waiting], answers: Sequence[Answer | Exception]) -> None:
    for (_, future), answer in zip(batch, answers, strict=True):
        if future.done():  # the caller gave up waiting; the key will tell
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
