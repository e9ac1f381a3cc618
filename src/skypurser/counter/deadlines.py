"""Deadlines by the thousand, all of the same length: one timer for all of them.

A timer for each request costs more than it may. Since all are equally long, the first to begin is the first to be late,
and whatever has ended by then is thrown away on the way.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType


class Deadline:
    """Of one thing under way; set `has_ended` when it has."""

    __slots__ = ("at", "has_ended", "late")

    def __init__(self, at: float, late: Callable[[], object]) -> None:
        self.at = at
        self.late = late
        self.has_ended = False


class Deadlines:
    """What is under way and must not take longer than so many seconds. Belongs to one event loop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._under_way: deque[Deadline] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Return how many are kept count of; some of them have ended."""
        return len(self._under_way)

    def begin(self, late: Callable[[], object]) -> Deadline:
        """Call `late` when the time is over, unless it `has_ended` before."""
        loop = asyncio.get_running_loop()
        one = Deadline(loop.time() + self._seconds, late)
        under_way = self._under_way
        while under_way and under_way[0].has_ended:
            under_way.popleft()
        under_way.append(one)
        if self._timer is None:
            self._timer = loop.call_at(one.at, self._look)
        return one

    def cancelling(self) -> "_Cancelling":
        """Return a context manager that cancels its task when the block takes too long, and raises TimeoutError."""
        return _Cancelling(self)

    def _look(self) -> None:
        now, under_way = asyncio.get_running_loop().time(), self._under_way
        while under_way and (under_way[0].has_ended or under_way[0].at <= now):
            one = under_way.popleft()
            if not one.has_ended:
                one.has_ended = True
                one.late()
        self._timer = asyncio.get_running_loop().call_at(under_way[0].at, self._look) if under_way else None


class _Cancelling:
    """A block that may be late; as `asyncio.timeout` does it, whoever was cancelled by others too stays so."""

    __slots__ = ("_before", "_deadline", "_deadlines", "_task")

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("there is no task to cancel")
        self._task, self._before = task, task.cancelling()
        self._deadline = self._deadlines.begin(task.cancel)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_late, self._deadline.has_ended = self._deadline.has_ended, True
        if is_late and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error
