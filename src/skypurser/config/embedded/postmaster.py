"""The server process: what an earlier one left behind, starting, readiness, stopping."""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from skypurser.config.embedded.account import Account
from skypurser.config.embedded.binaries import Binaries
from skypurser.config.embedded.errors import ServerDidNotStart
from skypurser.config.embedded.home import Home
from skypurser.config.embedded.logs import Log

FAST_SHUTDOWN = signal.SIGINT
_IMMEDIATE_SHUTDOWN = signal.SIGQUIT

# A fast shutdown writes everything to disk first, on a slow one for minutes; orphans have nothing to write.
_SECONDS_FOR_FAST_SHUTDOWN = 600.0
_SECONDS_FOR_ORPHANS = 5.0
_STATUS_LINE = 7


def start(home: Home, account: Account, binaries: Binaries, config_file: Path, log: Log) -> subprocess.Popen[str]:
    """Start the server; it is not ready yet. Whatever an earlier one left is ended and removed first."""
    clear_the_way(home.data)
    for name in (home.socket, home.socket.with_name(home.socket.name + ".lock")):
        name.unlink(missing_ok=True)  # the folder is this server's alone
    with log.appending() as output:
        return account.start(
            [str(binaries.program("postgres")), "-D", str(home.data), f"--config-file={config_file}"],
            output=output,
            on_orphaned=FAST_SHUTDOWN,
        )


def wait_until_ready(server: subprocess.Popen[str], home: Home, log: Log) -> None:
    """Return when the server answers, however long its recovery takes.

    Raises:
        ServerDidNotStart: It ended instead.
    """
    pause = 0.004
    while server.poll() is None:
        pid, status = _pid_file(home.data)
        if pid == server.pid and status == "ready":
            return
        time.sleep(pause)
        pause = min(pause * 1.05, 0.2)
    raise ServerDidNotStart(f"PostgreSQL ended while it started. It said (in {log.path}):\n{log.last_lines()}")


def clear_the_way(data: Path) -> None:
    """End what is left of an earlier server on this folder: one that still stops, or orphaned children.

    An orphan (its server was killed) keeps the old shared memory, and PostgreSQL rightly refuses to start.

    Raises:
        ServerDidNotStart: Some processes can't be ended.
    """
    recorded, _ = _pid_file(data)
    if recorded is not None and recorded in _processes(data, [recorded]):
        _signal([recorded], FAST_SHUTDOWN)
        wait_until_gone(data, _SECONDS_FOR_FAST_SHUTDOWN)
    for harder in (_IMMEDIATE_SHUTDOWN, signal.SIGKILL):
        if not (left := _processes(data)):
            break
        _signal(left, harder)
        wait_until_gone(data, _SECONDS_FOR_ORPHANS)
    if left := _processes(data):
        raise ServerDidNotStart(
            f"Processes of an earlier PostgreSQL on {data} can't be ended: {', '.join(map(str, left))}. "
            "Wait for the disk they wait for, or restart the machine."
        )
    if recorded is not None and _is_alive(recorded):
        # The number was given to some other program since; PostgreSQL would take it for a server.
        (data / "postmaster.pid").unlink(missing_ok=True)


def _pid_file(data: Path) -> tuple[int | None, str]:
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        return abs(int(lines[0])), lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""
    except (FileNotFoundError, ValueError, IndexError):
        return None, ""


def _processes(data: Path, among: Iterable[int] | None = None) -> list[int]:
    """The live PostgreSQL processes on a data folder: each has it as its working directory."""
    if sys.platform != "linux":
        return _processes_by_name(among or [pid for pid in [_pid_file(data)[0]] if pid is not None])
    found = []
    for pid in among or (int(name) for name in os.listdir("/proc") if name.isdigit()):  # noqa: PTH208 — twice as fast
        proc = Path(f"/proc/{pid}")
        try:
            if proc.joinpath("comm").read_text().strip() == "postgres" and proc.joinpath("cwd").readlink() == data:
                found.append(pid)
        except OSError:
            continue  # gone meanwhile, or another user's
    return found


def _processes_by_name(pids: Iterable[int]) -> list[int]:
    found = []
    for pid in pids:
        asked = subprocess.run(  # noqa: S603 — fixed program, numeric argument
            ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
        )
        if Path(asked.stdout.strip()).name == "postgres":
            found.append(pid)
    return found


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def wait_until_gone(data: Path, seconds: float = math.inf) -> None:
    """Return when no PostgreSQL process is left on the data folder, or the time is over."""
    deadline = time.monotonic() + seconds
    while _processes(data) and time.monotonic() < deadline:
        time.sleep(0.02)
