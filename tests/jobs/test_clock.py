"""A worker killed with SIGKILL in the middle of what it does by the clock: another one does it.

Each task waits for a lock on a table that it writes to, a few at a time, as many as a worker does at once.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from skypurser.access.preferences import Briefings, set_preferences
from skypurser.jobs import schedule
from tests import cast
from tests.backlog.kinds import asked, done
from tests.databases import Database, throwaway_database
from tests.importing.files import brought
from tests.jobs.workers import let_the_clock_rest, wait_until, waiting, wake, working
from tests.web.people import join, user

#: Letters are written, and nobody answers at the mail server's door.
MAIL = {"SKYPURSER_MAIL_URL": "smtp+plain://127.0.0.1:9", "SKYPURSER_MAIL_FROM": "desk@skypurser.example.org"}


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's jobs are in its queue."""
    with throwaway_database() as database, database.behind_django():
        yield database


@dataclass(frozen=True)
class Middle:
    """A task stopped in the middle, and what has come of it in the end: `is_done` asks for one row with one column."""

    table: str
    prepare: Callable[[cast.Airline, psycopg.Connection], None]
    is_done: str


def _sale(airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    cast.post(cast.issue(airline.agency))


def _sales(airline: cast.Airline, superuser: psycopg.Connection) -> None:
    for _ in range(2):
        _sale(airline, superuser)


def _hold(airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    cast.post(cast.hold(airline.agency, 700))  # until an hour after the test's noon, long ago by the worker's clock


def _reader(airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    cast.post(cast.debit(airline.agency, 2_000_000))
    set_preferences(actor=join(user(), airline), briefings=Briefings.DAILY)


def _briefed(airline: cast.Airline, superuser: psycopg.Connection) -> None:
    superuser.execute(
        "INSERT INTO briefings_briefed (carrier_id, member_id, day, has_letter) VALUES (%s, %s, '2020-01-01', true)",
        [airline.carrier.id, join(user(), airline).member_id],
    )


def _result(airline: cast.Airline, superuser: psycopg.Connection) -> None:
    ended = done(asked(airline.actor), airline.actor)
    assert ended.result is not None
    superuser.execute("UPDATE backlog_result SET expires_at = now() WHERE job_id = %s", [ended.id])


def _upload(airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    brought(airline)


def _session(_airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    Session.objects.create(session_key="gone", session_data="", expire_date=cast.NOON)


def _old_job(_airline: cast.Airline, superuser: psycopg.Connection) -> None:
    superuser.execute(
        "WITH old AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('old', 'old', 'succeeded')"
        " RETURNING id) INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'succeeded', %s FROM old",
        [cast.NOON - timedelta(hours=schedule.KEPT_HOURS)],
    )
    superuser.execute("DELETE FROM procrastinate_events WHERE at > %s", [cast.NOON])


def _nothing(_airline: cast.Airline, _superuser: psycopg.Connection) -> None:
    """What it deletes is there or not: it takes the lock."""


MIDDLES = {
    "roll_up": Middle(
        "ledger_controltotal",
        _sales,
        "SELECT count(*) = count(DISTINCT (control, currency)) FROM ledger_controltotal",
    ),
    "expire_holds": Middle("ledger_hold", _hold, "SELECT bool_and(status = 'EXPIRED') FROM ledger_hold"),
    "roll_up_overview": Middle("overview_exposure", _sale, "SELECT count(*) > 0 FROM overview_madeat"),
    "write_briefings": Middle("briefings_briefed", _reader, "SELECT count(*) = 1 FROM mail_message"),
    "roll_up_sales_anew": Middle("overview_sales", _sale, "SELECT count(*) > 0 FROM overview_madeat"),
    "forget_briefings": Middle("briefings_briefed", _briefed, "SELECT count(*) = 0 FROM briefings_briefed"),
    "purge_deliveries": Middle("webhooks_delivery", _nothing, "SELECT count(*) = 0 FROM webhooks_delivery"),
    "purge_results": Middle("backlog_result", _result, "SELECT count(*) = 0 FROM backlog_result"),
    "purge_uploads": Middle("importing_upload", _upload, "SELECT count(*) = 0 FROM importing_upload"),
    "purge_sessions": Middle("django_session", _session, "SELECT count(*) = 0 FROM django_session"),
    "purge_jobs": Middle("", _old_job, "SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'old'"),
}

#: Which are stopped together: as many as a worker does at a time, none that waits for another's lock.
TOGETHER = (
    ("roll_up", "expire_holds", "roll_up_overview", "write_briefings"),
    ("roll_up_sales_anew", "forget_briefings", "purge_deliveries", "purge_results"),
    ("purge_uploads", "purge_sessions", "purge_jobs"),
)


def test_every_task_of_the_clock_is_killed() -> None:
    by_the_clock = {one.task.name for one in app.periodic_registry.periodic_tasks.values()}

    assert by_the_clock == MIDDLES.keys()
    assert sorted(MIDDLES) == sorted(name for names in TOGETHER for name in names)


@pytest.mark.parametrize("names", TOGETHER, ids=lambda names: names[0])
def test_what_a_killed_worker_did_by_the_clock_another_one_does(database: Database, names: tuple[str, ...]) -> None:
    airline = cast.airline()
    with database.superuser() as superuser:
        for name in names:
            MIDDLES[name].prepare(airline, superuser)
        let_the_clock_rest(superuser)
        superuser.execute("DELETE FROM procrastinate_jobs WHERE task_name <> 'old'")
        for name in names:
            app.tasks[name].defer(timestamp=int(cast.NOON.timestamp()))
        holding = psycopg.connect(database.url("postgres"))
        tables = [MIDDLES[name].table for name in names if MIDDLES[name].table]
        holding.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")
        holding.execute("SELECT FROM procrastinate_jobs WHERE task_name = 'old' FOR UPDATE")
        with working(database, **MAIL) as worker:
            wait_until(lambda: states(superuser) == dict.fromkeys(names, "doing"))
            wait_until(lambda: all(waiting(superuser, table) for table in tables))
            assert worker.end(signal.SIGKILL) == -signal.SIGKILL
        holding.close()
        wait_until(lambda: not any(waiting(superuser, table) for table in tables))
        superuser.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")

        with working(database, **MAIL) as worker:
            wait_until(lambda: woken(superuser) == dict.fromkeys(names, "succeeded"))
            assert worker.end() == 0

        assert {name: superuser.execute(MIDDLES[name].is_done).fetchone() for name in names} == dict.fromkeys(
            names, (True,)
        )


def states(superuser: psycopg.Connection) -> dict[str, str]:
    """The states of what is in the queue of the clock, by the task's name."""
    rows = superuser.execute("SELECT task_name, status::text FROM procrastinate_jobs WHERE queue_name = 'default'")
    return dict(rows.fetchall())


def woken(superuser: psycopg.Connection) -> dict[str, str]:
    """The states, after a word to the queue."""
    wake(superuser)
    return states(superuser)
