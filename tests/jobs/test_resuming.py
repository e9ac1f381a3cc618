"""What a killed worker leaves is taken up again."""

import signal
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from skypurser.backlog import queries
from skypurser.jobs import schedule
from skypurser.jobs.resuming import put_back
from tests import cast
from tests.backlog.kinds import asked
from tests.databases import Database, throwaway_database
from tests.jobs.workers import let_the_clock_rest, wait_until, working


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's jobs are in its queue, and none of the clock's."""
    with throwaway_database() as database, database.behind_django():
        with database.superuser() as superuser:
            let_the_clock_rest(superuser)
        yield database


def defer(task: Any, timestamp: int) -> None:
    """Put a job into the queue that the clock would put there."""
    task.defer(timestamp=timestamp)


def states(superuser: psycopg.Connection, task: str) -> list[str]:
    rows = superuser.execute(
        "SELECT status::text FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task]
    ).fetchall()
    return [row[0] for row in rows]


def tries(superuser: psycopg.Connection, task: str) -> list[tuple[str, int]]:
    rows = superuser.execute(
        "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task]
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def test_a_job_that_is_in_no_queue_is_put_back_once(database: Database) -> None:
    airline = cast.airline()
    left = asked(airline.actor)
    with database.superuser() as superuser:
        superuser.execute("DELETE FROM procrastinate_jobs")

        assert (put_back(), put_back()) == (1, 0)
        superuser.execute("DELETE FROM procrastinate_jobs")
        superuser.execute("UPDATE backlog_job SET next_try_at = now() + interval '1 hour' WHERE id = %s", [left.id])
        assert put_back() == 0
        superuser.execute(
            "UPDATE backlog_job SET state = 'running', lease = gen_random_uuid(), next_try_at = NULL,"
            " leased_until = now() WHERE id = %s",
            [left.id],
        )
        assert put_back() == 1


@pytest.mark.parametrize("the_next_one_waits", [False, True])
def test_what_a_killed_worker_did_by_the_clock_is_done_by_another(database: Database, the_next_one_waits: bool) -> None:
    """Otherwise its lock would keep all that come after it waiting for ever."""
    with database.superuser() as superuser:
        holding = psycopg.connect(database.url("postgres"))
        holding.execute("LOCK TABLE webhooks_delivery IN ACCESS EXCLUSIVE MODE")
        cast.airline()
        defer(schedule.purge_deliveries, 0)
        with working(database) as worker:
            wait_until(lambda: states(superuser, "purge_deliveries") == ["doing"])
            assert worker.end(signal.SIGKILL) == -signal.SIGKILL
        holding.close()
        if the_next_one_waits:
            defer(schedule.purge_deliveries, 1)
        superuser.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")

        with working(database) as worker:
            wanted = ["failed", "succeeded"] if the_next_one_waits else ["succeeded"]
            wait_until(lambda: states(superuser, "purge_deliveries") == wanted)
            assert worker.end() == 0


def test_what_failed_in_the_night_is_tried_again_that_night(database: Database) -> None:
    """The next time that the clock would have it done is a day away."""
    with database.superuser() as superuser:
        superuser.execute("ALTER TABLE identity_cache RENAME TO elsewhere")
        defer(schedule.purge_sessions, 0)
        with working(database) as worker:
            wait_until(lambda: tries(superuser, "purge_sessions") == [("todo", 1)])
            superuser.execute("ALTER TABLE elsewhere RENAME TO identity_cache")
            superuser.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'purge_sessions'")
            wait_until(lambda: states(superuser, "purge_sessions") == ["succeeded"])
            assert worker.end() == 0


def test_what_fails_each_time_has_failed_after_four(database: Database) -> None:
    with database.superuser() as superuser:
        superuser.execute("ALTER TABLE identity_cache RENAME TO elsewhere")
        defer(schedule.purge_sessions, 0)
        superuser.execute("UPDATE procrastinate_jobs SET attempts = 3 WHERE task_name = 'purge_sessions'")
        with working(database) as worker:
            wait_until(lambda: tries(superuser, "purge_sessions") == [("failed", 4)])
            assert worker.end() == 0


def test_a_worker_does_what_was_asked_for(database: Database) -> None:
    """A kind that it does not know is a job that failed, and no worker that ended."""
    airline = cast.airline()
    first = asked(airline.actor, "of a later version")
    with working(database) as worker:
        wait_until(lambda: queries.job(first.id, actor=airline.actor).state == "failed")
        second = asked(airline.actor, "of a later version")
        wait_until(lambda: queries.job(second.id, actor=airline.actor).state == "failed")
        assert worker.end() == 0

    assert [line["event"] for line in worker.logs if "job" in line["event"] and line.get("job") == second.id] == [
        "job begun",
        "job broke",
        "job ended",
    ]
