"""Which processes serve: pages and resources by Django under WSGI, the counter under RSGI, the worker."""

import contextlib
import os
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from skypurser.access.callers import CONCURRENCY_LIMIT
from skypurser.config.database import Database
from skypurser.config.serving.supervisor import Child

#: Threads that answer pages and resources; each holds at most one connection of Django's pool. A slow body keeps its
#: thread waiting, so there are more of them than requests that one key may have at the same time by default.
BLOCKING_THREADS = CONCURRENCY_LIMIT + 4

#: Seconds that the worker has to finish: longer than it lets a job have, which it then ends by itself.
_WORKERS_GRACE = 75.0

# The command may not be on the path; the package is.
_WORKER = "from skypurser.cli.main import main; main(['worker'], prog_name='skypurser')"

# A server is started anew by its first process, not forked from it: what is forked has handlers of signals that are not
# its own until all is loaded, so one that is told to end meanwhile would go on, and be killed at the end of its grace.
_GRANIAN = (
    "import multiprocessing; from granian.cli import entrypoint; "
    "multiprocessing.set_start_method('spawn'); entrypoint()"
)

_PROBE_SECONDS = 2.0

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 — names for everywhere, not places to bind to

_IN_MEMORY = "/dev/shm"  # noqa: S108 — a folder of our own is made there


class PortTaken(Exception):
    """Somebody listens on this port already."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer."""

    host: str
    port: int
    counter_port: int

    @property
    def pages(self) -> str:
        """Pages, resources and documentation."""
        return f"http://{_in_url(self.host)}:{self.port}"

    @property
    def desk(self) -> str:
        """Pages for people; by a name where there is one, because passkeys know no other."""
        host = "localhost" if self.host in {"127.0.0.1", "::1", *_EVERYWHERE} else _in_url(self.host)
        return f"http://{host}:{self.port}/"

    @property
    def counter(self) -> str:
        """The counter: sales, holds and availability."""
        return f"http://{_in_url(self.host)}:{self.counter_port}"


@contextlib.contextmanager
def reserved(*, host: str, port: int, counter_port: int) -> Iterator[Addresses]:
    """Keep two ports for the servers while the block runs; 0 becomes a free one.

    Servers share a port with whoever lets them, so that one of them can start again while the other still ends. A
    socket of ours stays bound meanwhile, and takes no calls: nobody else's server slips in between.

    Raises:
        PortTaken: Named, and in use.
    """
    with contextlib.ExitStack() as kept:
        numbers = []
        for wanted in (port, counter_port):
            with _bound(host, wanted) as alone:  # refused where anybody listens, or keeps it like this
                number = alone.getsockname()[1]
            kept.enter_context(_bound(host, number, is_shared=True))
            numbers.append(number)
        yield Addresses(host, *numbers)


@contextlib.contextmanager
def metrics_folder(counters: int) -> Iterator[Path | None]:
    """Keep a folder in which so many counters put their metrics together, for their user alone; None for a lone one.

    In memory where the system has a place for that. The files are written by way of memory, and on a full disk the
    system would kill whoever does so.
    """
    if counters == 1:
        yield None
        return
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="skypurser-metrics-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def children(
    addresses: Addresses,
    *,
    counters: int,
    metrics: Path | None,
    with_worker: bool,
    logs: str,
    database: Database,
) -> list[Child]:
    """Return the processes that serve there.

    Args:
        counters: Processes that sell behind the counter's address, each with a batcher of its own. They share its port:
            Linux deals calls out to all of them.
        metrics: What `metrics_folder` keeps for so many.
        logs: How they log: "json" or "console".
        database: Leased for as long as they run, where it is the embedded one.
    """
    environment: dict[str, str | None] = {
        "SKYPURSER_LOGS": logs,
        "DJANGO_SETTINGS_MODULE": "skypurser.config.settings",
        "DATABASE_URL": database.app_url,
        "DATABASE_OWNER_URL": "",  # servers change no tables
        "SKYPURSER_HOST": "" if addresses.host in _EVERYWHERE else addresses.host,
        "PROMETHEUS_MULTIPROC_DIR": None,  # of another program
        "prometheus_multiproc_dir": None,
    }
    granian = [sys.executable, "-c", _GRANIAN, "--host", addresses.host, "--no-ws", "--log-level"]
    pool = {"SKYPURSER_CONNECTIONS": str(BLOCKING_THREADS)}
    # Granian warns of threads beyond twice the processors; ours mostly wait for PostgreSQL.
    web = [*granian, "error", "--port", str(addresses.port), "--interface", "wsgi"]
    web += ["--blocking-threads", str(BLOCKING_THREADS), "skypurser.config.wsgi:application"]
    counter = [*granian, "warning", "--port", str(addresses.counter_port), "--interface", "rsgi"]
    counter += ["--factory", "skypurser.config.counter:rsgi"]
    found = []
    for number in range(1, counters + 1):
        name = "counter" if counters == 1 else f"counter {number}"
        own = {"SKYPURSER_COUNTER_METRICS": "" if metrics is None else str(metrics / str(number))}
        found.append(Child(name, counter, {**environment, **own}, _answers(f"{addresses.counter}/readyz")))
    found.append(Child("web server", web, {**environment, **pool}, _answers(f"{addresses.pages}/readyz")))
    if with_worker:
        found.append(Child("worker", [sys.executable, "-c", _WORKER], environment, grace=_WORKERS_GRACE))
    return found


def _answers(url: str) -> Callable[[], bool]:
    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=_PROBE_SECONDS) as answer:  # noqa: S310 — our own address
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    return is_ready


def _bound(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        # Sockets that do not listen share a port where both allow addresses to be used again; the one kept does not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if is_shared else socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"Nothing can be served at {host}:{port}: {error.strerror}. Choose another port.") from error
    return listener


def _in_url(host: str) -> str:
    if host in _EVERYWHERE:
        return "localhost"
    return f"[{host}]" if ":" in host else host
