"""The worker as an operator runs it: a process that is told to stop, or killed."""

import signal
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from skypurser.jobs import schedule
from skypurser.webhooks import queries
from tests import cast
from tests.databases import Database, throwaway_database
from tests.jobs.workers import wait_until, waiting, working
from tests.webhooks.receiver import receiving
from tests.webhooks.stage import listen


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's endpoints are called from it."""
    with throwaway_database() as database, database.behind_django():
        yield database


def credit(account: cast.Account, *amounts: int) -> None:
    """Credit the account so often; nobody relays it but the worker."""
    for amount in amounts:
        request = cast.credit(account, amount)
        request.reference = str(amount)
        cast.post(request)


def defer(task: Any) -> None:
    """Put a job into the queue that the clock would put there."""
    task.defer(timestamp=0)


def test_the_worker_tells_what_happens_and_stops_when_told(database: Database) -> None:
    airline = cast.airline()
    with receiving() as receiver, working(database) as worker:
        _, secret = listen(airline.actor, receiver)
        credit(airline.agency, 1, 2, 3)
        receiver.wait_for(3)
        credit(airline.agency, 4)
        receiver.wait_for(4)

        assert worker.end() == 0

    assert receiver.references == ["1", "2", "3", "4"]
    assert [line["event"] for line in (worker.logs[0], worker.logs[-1])] == ["worker started", "worker stopped"]
    assert len([line for line in worker.logs if line["event"] == "webhook sent"]) == 4
    assert all({"level", "timestamp"} <= line.keys() for line in worker.logs)
    assert secret.removeprefix("whsec_") not in worker.text
    assert receiver.url not in worker.text
    assert len(worker.logs) == len(worker.text.splitlines())


def test_told_to_stop_it_finishes_what_it_is_at(database: Database) -> None:
    airline = cast.airline()
    with receiving() as receiver, working(database) as worker:
        receiver.pause = 1.5
        listen(airline.actor, receiver)
        credit(airline.agency, 1)
        wait_until(lambda: receiver.begun == 1)

        assert worker.end() == 0

    assert receiver.references == ["1"]
    assert [one.status for one in queries.deliveries(actor=airline.actor)] == ["delivered"]


def test_what_a_killed_worker_was_at_is_sent_by_another_with_the_same_id(database: Database) -> None:
    airline = cast.airline()
    with receiving() as receiver, database.superuser() as superuser:
        receiver.pause = 2
        listen(airline.actor, receiver)
        credit(airline.agency, 1, 2)
        with working(database) as worker:
            wait_until(lambda: receiver.begun == 1)
            assert worker.end(signal.SIGKILL) == -signal.SIGKILL
        receiver.wait_for(1)
        assert {one.status for one in queries.deliveries(actor=airline.actor)} == {"pending"}
        receiver.pause = 0

        with working(database) as worker:
            wait_until(lambda: any(_sessions(superuser, database)))
            superuser.execute("UPDATE webhooks_delivery SET leased_until = now() WHERE lease IS NOT NULL")  # a minute
            receiver.wait_for(3)
            assert worker.end() == 0

    assert receiver.references == ["1", "1", "2"]
    assert receiver.received[0].headers["webhook-id"] == receiver.received[1].headers["webhook-id"]
    assert {one.status for one in queries.deliveries(actor=airline.actor)} == {"delivered"}


def _sessions(superuser: psycopg.Connection, database: Database) -> list[int]:
    rows = superuser.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [database.name]
    ).fetchall()
    return [row[0] for row in rows]


def test_two_workers_tell_each_event_once_and_in_order(database: Database) -> None:
    airline = cast.airline()
    with receiving() as receiver, working(database) as first, working(database) as second:
        receiver.pause = 0.01
        listen(airline.actor, receiver)
        accounts = [cast.agency(airline.carrier) for _ in range(6)]
        for amount in range(1, 6):
            for account in accounts:
                credit(account, amount)
        receiver.wait_for(30)
        assert (first.end(), second.end()) == (0, 0)

    ids = [one.headers["webhook-id"] for one in receiver.received]
    assert len(ids) == len(set(ids)) == 30
    for account in accounts:
        theirs = [one for one in receiver.received if one.message["data"]["account"]["id"] == account.id]
        assert [one.reference for one in theirs] == ["1", "2", "3", "4", "5"]


def test_the_worker_waits_for_a_database_that_was_lost(database: Database) -> None:
    airline = cast.airline()
    with receiving() as receiver, working(database) as worker, database.superuser() as superuser:
        listen(airline.actor, receiver)
        credit(airline.agency, 1)
        wait_until(lambda: [one.status for one in queries.deliveries(actor=airline.actor)] == ["delivered"])
        connection.close()
        lost = superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [database.name],
        ).fetchall()
        credit(airline.agency, 2)
        receiver.wait_for(2)
        defer(schedule.purge_deliveries)
        wait_until(lambda: _done(superuser).get("succeeded", 0) > 0)

        assert worker.end() == 0
    assert len(lost) > 1
    assert receiver.references == ["1", "2"]
    assert "database lost" in {line["event"] for line in worker.logs}


def test_the_queues_go_on_after_a_database_that_was_lost_under_one_of_their_own_questions(database: Database) -> None:
    with database.superuser() as superuser:
        holding = psycopg.connect(database.url("postgres"))
        holding.execute("LOCK TABLE procrastinate_periodic_defers IN SHARE MODE")
        with working(database) as worker:
            wait_until(lambda: waiting(superuser, "procrastinate_periodic_defers"))
            superuser.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s",
                [database.name, "skypurser_app"],
            )
            holding.close()
            defer(schedule.purge_deliveries)
            wait_until(lambda: _done(superuser).get("succeeded", 0) > 0)
            assert worker.end() == 0
    assert "queue lost" in {line["event"] for line in worker.logs}


def test_the_worker_does_the_queues_jobs(database: Database) -> None:
    airline = cast.airline()
    credit(airline.agency, 1, 2, 3)
    with database.superuser() as superuser:

        def parts() -> int:
            row = superuser.execute("SELECT count(*) FROM ledger_controltotal").fetchone()
            assert row is not None
            return int(row[0])

        assert parts() == 3
        defer(schedule.roll_up)
        defer(schedule.purge_deliveries)
        defer(schedule.purge_jobs)
        with working(database) as worker:
            wait_until(lambda: _done(superuser).get("succeeded", 0) >= 3)  # those of the clock come on top
            assert worker.end() == 0

        assert parts() == 1
        assert "failed" not in _done(superuser)


def _done(superuser: psycopg.Connection) -> dict[str, int]:
    return dict(
        superuser.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name IN"
            " ('roll_up', 'purge_deliveries', 'purge_jobs') GROUP BY 1"
        ).fetchall()
    )
