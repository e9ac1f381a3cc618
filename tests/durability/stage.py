"""A server of one's own, a recorder, and sellers to be killed: what the tests of this folder play on."""

import contextlib
import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from skypurser.config import embedded
from tests.durability.recording import Recording
from tests.durability.rows import Rows, read_rows
from tests.durability.verdict import differences, lost_or_doubled
from tests.durability.wire import Account, Order, Task, encode

_REPOSITORY = Path(__file__).parents[2]

#: How many callers a seller has: so many requests are in flight.
CALLERS = 128

#: A server is lost or a seller killed after so many more answers, more or less.
ANSWERS_BETWEEN_KILLS = (200, 800)

_log = logging.getLogger(__name__)
_chance = random.SystemRandom()


def environment(server: embedded.Server) -> Mapping[str, str]:
    """What a process needs to work on this server."""
    return {
        **os.environ,
        "DATABASE_URL": server.url("skypurser_app"),
        "DATABASE_OWNER_URL": server.url("skypurser_owner"),
        "DJANGO_SETTINGS_MODULE": "skypurser.config.settings",
    }


def run(server: embedded.Server, *module: str) -> str:
    """Run a Python module on this server to its end, and return what it printed."""
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, env=environment(server), cwd=_REPOSITORY, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


@contextmanager
def process(*module: str, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module, and stop it at the end whatever it does."""
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=_REPOSITORY
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@dataclass
class Stage:
    """The server, the books on it, and what the recorder wrote down."""

    server: embedded.Server
    accounts: Sequence[Account]
    recorder: str
    recording: Recording
    _processes: ExitStack
    _started: int = field(default=0, init=False)

    def seller(
        self,
        *,
        callers: int = CALLERS,
        again: Iterable[str] = (),
        stalls_in_batch: int | None = None,
        renames_keys: bool = False,
        is_careless: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a seller; `again` are the keys of what it asks once more at first."""
        self._started += 1
        orders: list[Order] = [self.recording.orders[key] for key in again]
        task = Task(
            name=f"seller{self._started}",
            documents=f"279{self._started:02d}",
            recorder=self.recorder,
            accounts=self.accounts,
            callers=callers,
            again=orders,
            stalls_in_batch=stalls_in_batch,
            renames_keys=renames_keys,
            is_careless=is_careless,
        )
        started = self._processes.enter_context(
            process("tests.durability.seller", environment=environment(self.server))
        )
        assert started.stdin is not None
        started.stdin.write(encode(task) + b"\n")
        started.stdin.flush()
        return started

    def finish(self, seller: subprocess.Popen[bytes]) -> None:
        """Let a seller finish what it has begun, and return when everything it said is recorded."""
        assert seller.stdin is not None
        seller.stdin.close()
        assert seller.wait(timeout=60) == 0
        self.recording.wait_until(lambda so_far: so_far.gone == self._started)

    def kill(self, seller: subprocess.Popen[bytes]) -> None:
        """Kill a seller where it stands, and return when everything it said is recorded."""
        seller.kill()
        assert seller.wait(timeout=60) == -signal.SIGKILL
        self.recording.wait_until(lambda so_far: so_far.gone == self._started)

    def ask_everything_again(self) -> None:
        """Let a new seller ask everything that was ever sent, answered or not."""
        self.finish(self.seller(callers=0, again=self.recording.orders))

    def must_have_hit(self, *, doubted: set[str], found: set[str], replays: int) -> None:
        """Fail when the kills and the stream have not been what the test claims.

        Args:
            doubted: The keys that were in doubt at some time.
            found: Those of them that proved to have been committed: the first answer that was received is a replay.
            replays: How many there were before everything was asked again.
        """
        refusals, batches = self.recording.first_with("refused"), self.rows().batches
        _log.info("%d keys, %d of them refused", self.recording.answered, len(refusals))
        _log.info("%d in doubt, %d of them had been committed", len(doubted), len(found))
        _log.info("%d replays, %d of them while it went on", self.recording.replays, replays)
        _log.info("%d batches, the largest of %d", len(batches), max(batches))
        assert found
        assert doubted - found
        assert replays > len(found)
        assert refusals
        assert len([size for size in batches if size > 1]) > 1

    def wait_for_answers(self, seller: subprocess.Popen[bytes]) -> None:
        """Return in the middle of the stream: at a random number of answers more than there are."""
        due = self.recording.answered + _chance.randint(*ANSWERS_BETWEEN_KILLS)
        self.wait(seller, lambda so_far: so_far.answered >= due)

    def wait(self, seller: subprocess.Popen[bytes], enough: Callable[[Recording], bool]) -> None:
        """Return when the seller has said enough."""
        self.recording.wait_until(enough, is_alive=lambda: seller.poll() is None)

    def kill_server(self, *, with_its_backends: bool) -> None:
        """Kill the postmaster; its backends see it and end by themselves, or are killed in the same moment."""
        pid = self.server.pid()
        assert pid is not None
        postmaster = psutil.Process(pid)
        family = postmaster.children() if with_its_backends else []
        for one in (postmaster, *family):
            with contextlib.suppress(psutil.NoSuchProcess):  # a worker that has just ended
                one.kill()

    def rows(self) -> Rows:
        """What the database holds."""
        return read_rows(self.server.url("postgres"))

    def execute(self, statement: str) -> None:
        """Run a statement as the superuser."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def lost_or_doubled(self) -> list[str]:
        """The verdict on what has been acknowledged so far."""
        self.recording.read()
        return lost_or_doubled(self.recording, self.rows())

    def differences(self) -> list[str]:
        """The verdict at the end, when everything is answered."""
        return differences(self.recording, self.rows(), self.accounts)

    def audit(self) -> None:
        """Fail with every break that the product's own audits find."""
        run(self.server, "tests.durability.books", "audit", *{str(account.carrier) for account in self.accounts})
