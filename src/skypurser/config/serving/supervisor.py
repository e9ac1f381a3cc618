"""Keep a few processes running until told to stop, and then stop them so that each finishes what it is at."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

#: A child that ran for so many seconds has started well; when it ends after that, it is started again at once.
_STEADY_SECONDS = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_TICK = 0.05


class ChildFailed(Exception):
    """A process ended before it was ready; what it said is on standard error."""


@dataclass(frozen=True)
class Child:
    """A process to be kept running.

    Attributes:
        environment: Beside what the supervisor has itself, or, where it says None, without it.
        is_ready: Tells whether it answers; asked until it does, at the start only.
        grace: Seconds that it has to finish after SIGTERM, before it is killed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str | None] = field(default_factory=dict)
    is_ready: Callable[[], bool] = lambda: True
    grace: float = 60.0


class Supervisor:
    """Starts the children, starts again who ends, stops all.

    Args:
        say: Takes a line for whoever watches.
    """

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None]) -> None:
        self._kept = [_Kept(child) for child in children]
        self._say = say
        self._is_stopping = False

    def stop(self) -> None:
        """Ask for the end; may be called from a signal handler, and again.

        No event: setting one takes a lock, for which a second signal would wait in the midst of the first, for ever.
        """
        self._is_stopping = True

    def run(self, *, ready: Callable[[], None], seconds: float = 120.0) -> None:
        """Run until `stop`, then stop the children and wait for them.

        Args:
            ready: Called once when every child is.
            seconds: How long that may take.

        Raises:
            ChildFailed: Before everything was ready. All others are stopped again.
        """
        try:
            for kept in self._kept:
                kept.start()
            self._wait_until_ready(time.monotonic() + seconds)
            if not self._is_stopping:
                ready()
            while not self._is_stopping:
                for kept in self._kept:
                    kept.look_after(self._say)
                time.sleep(_TICK)
        finally:
            self._end()

    def _wait_until_ready(self, deadline: float) -> None:
        for kept in self._kept:
            while not self._is_stopping and not kept.child.is_ready():
                code = kept.code()
                if code is not None:
                    raise ChildFailed(f"The {kept.child.name} ended with code {code} before it was ready.")
                if time.monotonic() > deadline:
                    raise ChildFailed(f"The {kept.child.name} was not ready in time.")
                time.sleep(_TICK)

    def _end(self) -> None:
        for kept in self._kept:
            kept.ask_to_end()
        for kept in self._kept:
            if not kept.wait_for_end():
                self._say(f"The {kept.child.name} did not finish in {kept.child.grace:.0f} s and was killed.")


class _Kept:
    """A child and its process, if it runs."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause = _FIRST_PAUSE
        self._start_at: float | None = None

    def start(self) -> None:
        """Start the process, in a group of its own: the keyboard's interrupt is for the supervisor alone."""
        wrapper = [sys.executable, "-m", "skypurser.config.serving.child", str(os.getpid())]
        environment = {**os.environ, **self.child.environment}
        self._process = subprocess.Popen(  # noqa: S603 — our own commands
            [*wrapper, *self.child.command],
            env={name: value for name, value in environment.items() if value is not None},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started_at, self._start_at = time.monotonic(), None

    def code(self) -> int | None:
        """Return the exit code when the process has ended."""
        return None if self._process is None else self._process.poll()

    def look_after(self, say: Callable[[str], None]) -> None:
        """Notice an end, and start again after a pause that grows while it keeps failing."""
        now = time.monotonic()
        if self._start_at is not None:
            if now >= self._start_at:
                self.start()
            return
        code = self.code()
        if code is None:
            return
        self._signal(signal.SIGKILL)  # what it had started itself
        self._pause = _FIRST_PAUSE if now - self._started_at > _STEADY_SECONDS else min(2 * self._pause, _LONGEST_PAUSE)
        self._start_at = now + self._pause
        say(f"The {self.child.name} ended with code {code}; it starts again in {self._pause:.1f} s.")

    def ask_to_end(self) -> None:
        """Tell the process, which tells its own."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_for_end(self) -> bool:
        """Wait for the end, and kill what is left after the grace; tell whether it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(self.child.grace)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
            return False
        self._signal(signal.SIGKILL)
        return True

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # the whole group has ended
                os.killpg(self._process.pid, number)


@contextlib.contextmanager
def stopped_by_signals(supervisor: Supervisor) -> Iterator[None]:
    """While the block runs, SIGTERM and SIGINT ask the supervisor to stop; call from the main thread."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: supervisor.stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
