"""Use the embedded server for a while: what every command does.

A lease is a shared lock on `users.lock`. Whoever finds no server starts a keeper for it, and from then on has
nothing to do with either: the keeper sees by itself when the last lease has gone, however it went.
"""

import contextlib
import fcntl
import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from skypurser.config.embedded import postmaster
from skypurser.config.embedded.errors import BY_NAME, ServerDidNotStart
from skypurser.config.embedded.home import Home, opened

_PATIENCE_SECONDS = 5.0
_MAY_WE_ENCRYPT = struct.pack("!ii", 8, 80877103)  # PostgreSQL's SSLRequest: answered before any login
_log = logging.getLogger(__name__)


class Server:
    """The embedded server of one state folder: it answers while a lease on it is held.

    Args:
        home: The state folder; without it, the default one. Nothing is created or started.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._place = Home(home)

    @property
    def home(self) -> Path:
        """The state folder."""
        return self._place.folder

    @property
    def socket_folder(self) -> Path:
        """The folder of the Unix socket; there is no other way in."""
        return self._place.socket_folder

    def url(self, role: str = "skypurser_app", database: str = "skypurser") -> str:
        """A URL that psycopg and PostgreSQL's own tools understand; it holds no secret.

        Args:
            role: `skypurser_app`, `skypurser_owner`, or `postgres` for administration.
            database: `skypurser`; `postgres` is open to the role `postgres` only.
        """
        # The port only names the socket; spelled out so that a PGPORT in the environment can't change it.
        folder = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{quote(role, safe='')}@/{quote(database, safe='')}?host={folder}&port=5432"

    def pid(self) -> int | None:
        """The postmaster's process id; None when no server runs."""
        return self._place.running()

    def ensure_running(self) -> None:
        """Return when the server answers; start it if it doesn't run, for instance because it was killed.

        Waits as long as a crash recovery takes, which may be minutes: interrupting the wait does not
        interrupt the recovery. Connections to a server that died stay broken; open new ones.

        Raises:
            EmbeddedUnavailable: With the reason and what to do. A later call may try again.
        """
        with _patience(), opened(self._place.start_lock) as start:
            fcntl.flock(start, fcntl.LOCK_SH)
            if self._answers():
                return
        with _patience(), opened(self._place.start_lock) as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            if not self._answers():
                _start_keeper(self._place, start)

    def _answers(self) -> bool:
        # Asked again afterwards: a server whose keeper was killed meanwhile still answers while it shuts down.
        return self._place.running() is not None and self._replies() and self._place.running() is not None

    def _replies(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(_PATIENCE_SECONDS)
            try:
                # A killed server may still be listening while the kernel clears it away; it does not reply.
                probe.connect(str(self._place.socket))
                probe.sendall(_MAY_WE_ENCRYPT)
                return probe.recv(1) != b""
            except TimeoutError:
                return True  # slow, for instance suspended; starting another would not help
            except OSError:
                return False  # killed a moment ago; its keeper is about to notice


@contextlib.contextmanager
def lease(home: Path | None = None) -> Iterator[Server]:
    """Hold the embedded server while the block runs; the first lease starts it, the end of the last stops it.

    Processes, threads and nested blocks share one server. A forked child that outlives the block keeps the
    server alive; a program that is started (and execs) does not.

    Args:
        home: The state folder; default `SKYPURSER_HOME`, else the user's data folder.

    Raises:
        EmbeddedUnavailable: With the reason and what to do. No lease is held then.
    """
    place = Home(home)
    place.prepare()
    with opened(place.users_lock) as users:
        with _patience():
            fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper that nobody needed stops its server
        server = Server(place.folder)
        server.ensure_running()
        yield server


def wait_until_stopped(home: Path | None = None) -> None:
    """Return when no server runs on this state folder; for tests and for whoever moves or deletes it.

    Waits for the last lease of all processes to end. Never call it while holding one.
    """
    place = Home(home)
    if not place.folder.exists():
        return
    with opened(place.keeper_lock) as keeper:
        fcntl.flock(keeper, fcntl.LOCK_SH)
        postmaster.wait_until_gone(place.data)  # a killed keeper leaves a server that still stops


def _start_keeper(place: Home, start: int) -> None:
    """Start a keeper, which takes over the start lock until its server answers, and hear how it went."""
    place.log.mkdir(mode=0o700, exist_ok=True)
    answer, its_answer = os.pipe()
    with os.fdopen(answer, encoding="utf-8") as hearing:
        try:
            with (place.log / "keeper.log").open("w") as complaints:
                starter = subprocess.Popen(  # noqa: S603 — our own interpreter and module
                    [
                        sys.executable,
                        "-P",  # the working directory is no place to import from
                        "-m",
                        "skypurser.config.embedded.keeper",
                        str(place.folder),
                        str(its_answer),
                        str(start),
                    ],
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=complaints,
                    stderr=complaints,
                    pass_fds=(its_answer, start),
                    start_new_session=True,
                )
        except OSError as failure:
            raise ServerDidNotStart(f"Python itself could not be started as {sys.executable}: {failure}") from failure
        finally:
            os.close(its_answer)
        starter.wait()  # it leaves the keeper behind, detached, and ends at once
        said = hearing.readline()
    if not said:
        raise ServerDidNotStart(
            f"The process that watches over PostgreSQL ended unexpectedly; see {place.log / 'keeper.log'}."
        )
    verdict = json.loads(said)
    if "refused" in verdict:
        raise BY_NAME[verdict["refused"]](verdict["message"])


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Say so when the wait gets long."""
    notice = threading.Timer(
        _PATIENCE_SECONDS,
        _log.warning,
        ["The embedded PostgreSQL is still starting or stopping; after a crash this can take minutes."],
    )
    notice.daemon = True
    notice.start()
    try:
        yield
    finally:
        notice.cancel()
