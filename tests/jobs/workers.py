"""Workers as processes of their own, on a database of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from procrastinate.contrib.django import app

from tests.databases import Database

COMMAND = str(Path(sys.executable).parent / "skypurser")


class Worker:
    """A running `skypurser worker`; `logs` are its lines, once it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.logs: list[dict[str, Any]] = []
        self.text = ""

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit code."""
        self.process.send_signal(number)
        _, self.text = self.process.communicate(timeout=60)
        sys.stderr.write(self.text)
        self.logs = [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]
        return self.process.returncode


@contextmanager
def working(database: Database, **environ: str) -> Iterator[Worker]:
    """A worker that may call the loopback; killed at the end if the test has not ended it.

    Args:
        environ: What it finds in its environment besides.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": database.url("skypurser_app"),
        "DATABASE_OWNER_URL": database.url("skypurser_owner"),
        "SKYPURSER_WEBHOOKS_ALLOW_PRIVATE": "1",
        "SKYPURSER_WEBHOOKS_ALLOW_HTTP": "1",
        **environ,
    }
    with subprocess.Popen([COMMAND, "worker"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Worker(process)
        finally:
            if process.poll() is None:
                process.kill()
            if process.stderr is not None and not process.stderr.closed:
                sys.stderr.write(process.stderr.read())  # where the test failed: what it was at


def wait_until(is_so: Callable[[], bool], *, seconds: float = 45) -> None:
    """Return when it is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def waiting(superuser: psycopg.Connection, table: str) -> bool:
    """Tell whether a session of this database waits for a lock on the table."""
    row = superuser.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        # Tables of other tests' databases have the same numbers.
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        [table],
    ).fetchone()
    return bool(row and row[0])


def wake(superuser: psycopg.Connection) -> None:
    """Have the workers look into their queues, which they do by themselves every half minute only."""
    superuser.execute(
        "SELECT pg_notify('procrastinate_queue_v1#' || queue, %s) FROM unnest(ARRAY['default', 'backlog']) queue",
        ['{"type": "job_inserted", "job_id": 0}'],
    )


_NO_CLOCK = """
INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp, periodic_id)
SELECT task, floor(extract(epoch FROM now()) / 60) * 60 + minute * 60, '' FROM unnest(%s::text[]) task,
       generate_series(-20, 20) minute
"""


def let_the_clock_rest(superuser: psycopg.Connection) -> None:
    """Let workers on this database put nothing into the queue by themselves, whatever the time of day.

    It is as if the clock had put there already all that is due in these minutes.
    """
    by_the_clock = [one.task.name for one in app.periodic_registry.periodic_tasks.values()]
    superuser.execute(_NO_CLOCK, [by_the_clock])
