"""What becomes of a job: done once or not at all, tried again, killed in the middle."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.api_keys import Scope, authenticate, revoke_key
from skypurser.access.members import add_member, set_active
from skypurser.access.permissions import Permission
from skypurser.backlog import claiming, queries, running
from skypurser.backlog.claiming import BACK_OFF, MOST_ATTEMPTS
from skypurser.backlog.models import LARGEST_RESULT
from skypurser.backlog.purging import purge
from skypurser.backlog.queries import ResultNotFound
from skypurser.backlog.running import File, Finished, Kind, Run, run
from tests import cast
from tests.backlog.kinds import KINDS, asked, done, note, notes, waiting_for
from tests.databases import alone, this_database
from tests.jobs.workers import wait_until


def expire(superuser: psycopg.Connection, job_id: int) -> None:
    """Let the claim run out, or the next attempt be due."""
    superuser.execute(
        "UPDATE backlog_job SET leased_until = CASE WHEN lease IS NOT NULL THEN now() END,"
        " next_try_at = CASE WHEN lease IS NULL THEN now() END WHERE id = %s",
        [job_id],
    )


def queued(superuser: psycopg.Connection, job_id: int) -> list[tuple[str, datetime | None]]:
    return superuser.execute(
        "SELECT status::text, scheduled_at FROM procrastinate_jobs WHERE (args->>'job_id')::bigint = %s"
        " AND task_name = 'run_job' ORDER BY id",
        [job_id],
    ).fetchall()


def test_a_job_is_done_and_tells_what_came_of_it() -> None:
    actor = cast.airline().actor
    waiting = asked(actor)

    ended = done(waiting, actor)

    assert (waiting.state, waiting.attempts, waiting.has_ended) == ("waiting", 0, False)
    assert (ended.state, ended.attempts, ended.done, ended.total) == ("done", 1, 2, 2)
    assert ended.facts == {"noted": 1}
    assert ended.started_at is not None
    assert ended.finished_at is not None
    assert notes(actor) == ["done"]
    assert ended.result is not None
    assert (ended.result.name, ended.result.size) == ("notes.txt", 4)
    assert queries.result(ended.id, actor=actor, now=ended.finished_at).content == b"done"


def test_a_job_is_done_once_however_often_it_is_begun() -> None:
    actor = cast.airline().actor
    waiting = asked(actor)

    assert [run(carrier_id=actor.carrier_id, job_id=waiting.id, kinds=KINDS) for _ in range(3)] == [None] * 3

    assert notes(actor) == ["done"]


def test_a_job_is_in_the_queue_if_and_only_if_it_was_asked_for(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    with acting_for(actor.carrier_id):
        forgotten = asked(actor)
        transaction.set_rollback(True)
    kept = asked(actor)

    assert queued(superuser, forgotten.id) == []
    assert queued(superuser, kept.id) == [("todo", None)]
    assert [one.id for one in queries.jobs(actor=actor)] == [kept.id]


def test_a_refusal_ends_the_job_and_undoes_what_it_did() -> None:
    actor = cast.airline().actor

    ended = done(asked(actor, "refused"), actor)

    assert (ended.state, ended.error_code, ended.error_facts) == ("failed", "period_closed", {"date": "2026-01-15"})
    assert (ended.done, ended.attempts, ended.next_try_at) == (0, 1, None)
    assert notes(actor) == []


def test_a_bug_ends_the_job_and_is_told_without_its_words() -> None:
    actor = cast.airline().actor

    ended = done(asked(actor, "broken"), actor)
    unknown = done(asked(actor, "of a later version"), actor)

    assert (ended.state, ended.error_code, ended.error_facts) == ("failed", "internal_error", None)
    assert (unknown.state, unknown.error_code) == ("failed", "internal_error")
    assert notes(actor) == []


def test_what_may_pass_is_tried_again_later_and_later_and_not_for_ever(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting = asked(actor, "lost")

    pauses = []
    for _ in BACK_OFF:
        ended = done(waiting, actor)
        assert (ended.state, ended.error_code, ended.done) == ("waiting", "unavailable", 0)
        assert ended.next_try_at is not None
        row = superuser.execute("SELECT now()").fetchone()
        assert row is not None
        pauses.append(ended.next_try_at - row[0])
        assert run(carrier_id=actor.carrier_id, job_id=waiting.id, kinds=KINDS) == ended.next_try_at  # not yet
        expire(superuser, waiting.id)
    last = done(waiting, actor)

    assert (last.state, last.error_code, last.attempts) == ("failed", "unavailable", len(BACK_OFF) + 1)
    assert all(
        timedelta() <= wanted - pause < timedelta(seconds=5) for pause, wanted in zip(pauses, BACK_OFF, strict=True)
    )
    assert [status for status, _ in queued(superuser, waiting.id)] == ["todo"]
    assert notes(actor) == []


def test_a_job_in_steps_goes_on_where_it_was(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting = asked(actor, "steps", breaks=True)

    first = done(waiting, actor)
    expire(superuser, waiting.id)
    second = done(waiting, actor)

    assert (first.state, first.done, first.total, first.may_be_cancelled) == ("waiting", 2, 3, False)
    assert (second.state, second.done, second.facts) == ("done", 3, {"noted": 3})
    assert notes(actor) == [f"§job-{waiting.id}-{number}" for number in range(3)]


def test_progress_is_seen_before_the_work_commits() -> None:
    actor = cast.airline().actor
    waiting, go, begun = asked(actor, "waits"), threading.Event(), threading.Event()
    kinds = {"waits": Kind("waits", waiting_for(go, begun=begun))}
    worker = threading.Thread(target=lambda: alone(this_database(), lambda: done(waiting, actor, kinds)))
    worker.start()
    try:
        assert begun.wait(10)
        wait_until(lambda: queries.job(waiting.id, actor=actor).done == 1)
        under_way = queries.job(waiting.id, actor=actor)
        assert (under_way.state, under_way.total) == ("running", 2)
        assert notes(actor) == []
    finally:
        go.set()
        worker.join()

    assert queries.job(waiting.id, actor=actor).state == "done"


def test_a_claim_is_kept_for_as_long_as_the_work_takes(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(running, "_BEAT", 0.1)
    monkeypatch.setattr(running, "_RENEWED", 0.2)
    actor = cast.airline().actor
    waiting = asked(actor, "slow", seconds=2.5)
    seen: list[object] = []
    worker = threading.Thread(target=lambda: alone(this_database(), lambda: done(waiting, actor)))
    worker.start()
    wait_until(lambda: queries.job(waiting.id, actor=actor).state == "running")
    while worker.is_alive():
        again = run(carrier_id=actor.carrier_id, job_id=waiting.id, kinds={})  # whoever takes it fails it
        seen.append(again)
        worker.join(0.2)

    ended = queries.job(waiting.id, actor=actor)
    assert (ended.state, ended.attempts) == ("done", 1)
    assert len([one for one in seen if one is not None]) > 5


def test_a_worker_that_slept_undoes_what_another_one_has_done_meanwhile(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting, go, begun = asked(actor, "waits"), threading.Event(), threading.Event()
    sleeper = threading.Thread(
        target=lambda: alone(
            this_database(),
            lambda: done(waiting, actor, {"waits": Kind("waits", waiting_for(go, begun=begun))}),
        )
    )
    sleeper.start()
    assert begun.wait(10)
    expire(superuser, waiting.id)

    quick = threading.Event()
    quick.set()
    ended = done(waiting, actor, {"waits": Kind("waits", waiting_for(quick))})
    go.set()
    sleeper.join()

    assert (ended.state, ended.attempts) == ("done", 2)
    assert queries.job(waiting.id, actor=actor) == ended
    assert notes(actor) == ["done"]


def test_a_step_commits_only_while_the_job_is_ours(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting = asked(actor, "robbed")

    def robbed(run_: Run) -> Finished:
        with run_.step():
            note(run_, "not to be seen")
            with this_database().superuser() as other:
                other.execute("UPDATE backlog_job SET lease = gen_random_uuid() WHERE id = %s", [waiting.id])
        return Finished()

    done(waiting, actor, {"robbed": Kind("robbed", robbed, in_steps=True)})

    assert notes(actor) == []
    assert queries.job(waiting.id, actor=actor).state == "running"


def test_a_killed_worker_leaves_nothing_half_done(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting = asked(actor, "slow", seconds=600)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.backlog.killed", str(actor.carrier_id), str(waiting.id)],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ),
    ) as process:
        wait_until(lambda: queries.job(waiting.id, actor=actor).done == 1)
        process.send_signal(signal.SIGKILL)
    left = queries.job(waiting.id, actor=actor)
    superuser.execute("UPDATE backlog_job SET parameters = '{\"seconds\": 0}' WHERE id = %s", [waiting.id])
    expire(superuser, waiting.id)

    ended = done(waiting, actor)

    assert (left.state, left.attempts) == ("running", 1)
    assert (ended.state, ended.attempts, ended.facts, notes(actor)) == ("done", 2, {"noted": 1}, ["done"])


def test_a_job_that_takes_its_worker_down_each_time_comes_to_an_end(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    waiting = asked(actor)
    superuser.execute("UPDATE backlog_job SET attempts = %s WHERE id = %s", [MOST_ATTEMPTS, waiting.id])

    ended = done(waiting, actor)

    assert (ended.state, ended.error_code, notes(actor)) == ("failed", "job_interrupted", [])


def test_a_job_is_done_with_what_whoever_asked_may_do_by_then() -> None:
    airline = cast.airline()
    ann = add_member(
        email="ann@example.org", name="Ann", permissions=[Permission.QUERIES], actor=airline.actor, now=cast.NOON
    )
    seen: list[Actor] = []

    def look(run_: Run) -> Finished:
        seen.append(run_.actor)
        return Finished()

    kinds = {"look": Kind("look", look)}
    first, second = asked(ann, "look"), asked(ann, "look")
    assert done(first, airline.actor, kinds).state == "done"
    set_active(email="ann@example.org", is_active=False, actor=airline.actor)
    ended = done(second, airline.actor, kinds)

    assert seen == [ann]
    assert (ended.state, ended.error_code) == ("failed", "permission_denied")


def test_a_programs_job_ends_with_its_key() -> None:
    airline = cast.airline()
    key = cast.api_key(airline.carrier, Scope.SALES)
    caller = authenticate(token=key.token, now=cast.NOON)
    first, second = asked(caller.actor), asked(caller.actor)

    assert done(first, airline.actor).state == "done"
    revoke_key(key_id=key.view.id, actor=airline.actor, now=cast.NOON)
    assert done(second, airline.actor).error_code == "permission_denied"
    assert notes(airline.actor) == ["done"]


def test_a_file_has_bounds_and_is_gone_when_it_expires(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    large = Kind("large", lambda _: Finished(file=File("a", "text/plain", bytes(LARGEST_RESULT + 1))))
    ended = done(asked(actor), actor)
    assert ended.result is not None

    too_large = done(asked(actor, "large"), actor, {"large": large})
    with pytest.raises(ResultNotFound):
        queries.result(ended.id, actor=actor, now=ended.result.expires_at)
    kept = purge(carrier_id=actor.carrier_id, now=ended.result.expires_at - timedelta(seconds=1))
    gone = purge(carrier_id=actor.carrier_id, now=ended.result.expires_at)

    assert (too_large.state, too_large.error_code) == ("failed", "result_too_large")
    assert (kept, gone) == (0, 1)
    assert queries.job(ended.id, actor=actor).result is None


def test_a_job_that_has_ended_stays_as_it_is(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    ended = done(asked(actor), actor)

    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute("UPDATE backlog_job SET state = 'waiting' WHERE id = %s", [ended.id])
