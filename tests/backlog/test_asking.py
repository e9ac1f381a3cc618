"""Asking for jobs, seeing them, giving them up."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.api_keys import Scope, authenticate
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.backlog import asking, queries
from skypurser.backlog.asking import TooManyJobs
from skypurser.backlog.cancelling import JobBegun, cancel
from skypurser.backlog.claiming import Claimed, claim
from skypurser.backlog.queries import JobNotFound, JobView, ResultNotFound
from tests import cast
from tests.backlog.kinds import asked, done, notes
from tests.databases import alone, this_database, wait_until_waiting


def member(of: cast.Airline, name: str, *may: Permission) -> Actor:
    return add_member(
        email=f"{name}@example.org", name=name, permissions=may or [Permission.QUERIES], actor=of.actor, now=cast.NOON
    )


def test_whoever_asked_sees_a_job_and_so_do_administrators() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    ann, bob = member(airline, "ann"), member(airline, "bob")
    boss = member(airline, "boss", Permission.ADMINISTRATION)
    key = authenticate(token=cast.api_key(airline.carrier, Scope.SALES).token, now=cast.NOON).actor
    of_ann, of_bob, of_key = asked(ann), asked(bob), asked(key)
    done(of_ann, boss)

    assert [one.id for one in queries.jobs(actor=ann)] == [of_ann.id]
    assert [one.id for one in queries.jobs(actor=key)] == [of_key.id]
    assert [one.id for one in queries.jobs(actor=boss)] == [of_key.id, of_bob.id, of_ann.id]
    assert [one.id for one in queries.jobs(actor=boss, before=of_key.id, limit=1)] == [of_bob.id]
    assert [one.id for one in queries.jobs(actor=boss, states=["done"])] == [of_ann.id]
    assert queries.jobs(actor=outsider.actor) == []
    for stranger in (bob, key, outsider.actor):
        with pytest.raises(JobNotFound):
            queries.job(of_ann.id, actor=stranger)
        with pytest.raises(JobNotFound):
            queries.result(of_ann.id, actor=stranger, now=cast.NOON)
        with pytest.raises(JobNotFound):
            cancel(of_ann.id, actor=stranger, now=cast.NOON)
    with pytest.raises(ResultNotFound):
        queries.result(of_bob.id, actor=bob, now=cast.NOON)


def test_a_carrier_has_only_so_many_unfinished_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_UNFINISHED", 2)
    actor, other = cast.airline().actor, cast.airline().actor
    first, _ = asked(actor), asked(actor)

    with pytest.raises(TooManyJobs):
        asked(actor)
    asked(other)
    done(first, actor)
    asked(actor)

    assert len(queries.jobs(actor=actor)) == 3


def test_a_job_is_cancelled_before_it_is_begun() -> None:
    actor = cast.airline().actor
    waiting = asked(actor)

    cancelled = cancel(waiting.id, actor=actor, now=cast.NOON)
    again = cancel(waiting.id, actor=actor, now=cast.NOON)

    assert (cancelled.state, cancelled.ended_by, cancelled.finished_at) == ("cancelled", actor.name, cast.NOON)
    assert again == cancelled
    assert done(waiting, actor) == cancelled
    assert notes(actor) == []


def test_a_job_that_was_begun_is_not_cancelled() -> None:
    actor = cast.airline().actor
    ended = done(asked(actor), actor)
    running = asked(actor)
    assert isinstance(claim(carrier_id=actor.carrier_id, job_id=running.id), Claimed)

    for one in (ended, running):
        with pytest.raises(JobBegun):
            cancel(one.id, actor=actor, now=cast.NOON)

    assert [one.state for one in queries.jobs(actor=actor)] == ["running", "done"]


def test_of_a_worker_and_whoever_cancels_one_comes_too_late() -> None:
    actor = cast.airline().actor
    outcomes = set()
    for _ in range(12):
        waiting = asked(actor)
        barrier = threading.Barrier(2)

        def cancelling(waiting: JobView = waiting, barrier: threading.Barrier = barrier) -> str:
            barrier.wait()
            return cancel(waiting.id, actor=actor, now=cast.NOON).state

        def claiming(waiting: JobView = waiting, barrier: threading.Barrier = barrier) -> str:
            barrier.wait()
            got = claim(carrier_id=actor.carrier_id, job_id=waiting.id)
            return "running" if isinstance(got, Claimed) else "nothing"

        works: list[Callable[[], str]] = [cancelling, claiming]
        with ThreadPoolExecutor(2) as pool:
            results = [pool.submit(alone, this_database(), work) for work in works]
            cancelled, claimed = (result.result() for result in results)
        state = queries.job(waiting.id, actor=actor).state
        if isinstance(cancelled, JobBegun):
            assert (claimed, state) == ("running", "running")
        else:
            assert (cancelled, claimed, state) == ("cancelled", "nothing", "cancelled")
        outcomes.add(state)


@pytest.mark.parametrize("is_cancelled_first", [True, False])
def test_whoever_comes_second_waits_for_the_first_and_gives_way(is_cancelled_first: bool) -> None:
    actor = cast.airline().actor
    waiting = asked(actor)

    def cancelling() -> str:
        return cancel(waiting.id, actor=actor, now=cast.NOON).state

    def claiming() -> str:
        got = claim(carrier_id=actor.carrier_id, job_id=waiting.id)
        return "running" if isinstance(got, Claimed) else "nothing"

    first, second = (cancelling, claiming) if is_cancelled_first else (claiming, cancelling)
    with ThreadPoolExecutor(1) as pool:
        with acting_for(actor.carrier_id):
            assert first() == ("cancelled" if is_cancelled_first else "running")
            other = pool.submit(alone, this_database(), second)
            wait_until_waiting(this_database(), 1)
        result = other.result()

    if is_cancelled_first:
        assert result == "nothing"
    else:
        assert isinstance(result, JobBegun)
