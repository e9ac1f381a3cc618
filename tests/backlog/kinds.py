"""Kinds of jobs for tests: they write to the carrier's history, which nothing undoes but the transaction."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError

from skypurser.access.actors import Actor
from skypurser.backlog.asking import ask
from skypurser.backlog.queries import JobView, job
from skypurser.backlog.running import File, Finished, Kind, Run, run
from skypurser.errors import Refusal
from skypurser.history import acts
from tests import cast

ACTION = "carrier.issuer_changed"


class TooLate(Refusal):
    """The day is over."""

    code = "period_closed"


def note(run: Run, text: str) -> None:
    """Write a line to the carrier's history."""
    acts.record(carrier_id=run.actor.carrier_id, action=ACTION, actor=run.actor.name, reference=text, now=cast.NOON)


def notes(actor: Actor) -> list[str]:
    """What has been noted, oldest first."""
    return [act.reference for act in acts.of_carrier(carrier_id=actor.carrier_id) if act.action == ACTION][::-1]


def once(run: Run) -> Finished:
    note(run, "done")
    run.progress(2, 2)
    return Finished({"noted": 1}, File("notes.txt", "text/plain", b"done"))


def refused(run: Run) -> Finished:
    note(run, "not to be seen")
    run.progress(1, 2)
    raise TooLate(date="2026-01-15")


def broken(run: Run) -> Finished:
    note(run, "not to be seen")
    raise ZeroDivisionError


def lost(run: Run) -> Finished:
    note(run, "not to be seen")
    run.progress(1, 2)
    raise OperationalError("server closed the connection")


def steps(run: Run) -> Finished:
    """Three parts, each once; the second one is lost at the first attempt."""
    for number in range(run.done, 3):
        with run.step():
            note(run, run.key(number))
        run.progress(number + 1, 3)
        if number == 1 and run.parameters.get("breaks") and len(notes(run.actor)) == 2:
            raise OperationalError("server closed the connection")
    return Finished({"noted": 3})


def slow(run: Run) -> Finished:
    note(run, "done")
    run.progress(1, 2)
    time.sleep(run.parameters.get("seconds", 30))
    return Finished({"noted": 1})


def waiting_for(event: threading.Event, *, begun: threading.Event | None = None) -> Callable[[Run], Finished]:
    """Work that lasts until the event."""

    def work(run: Run) -> Finished:
        note(run, "done")
        run.progress(1, 2)
        if begun is not None:
            begun.set()
        assert event.wait(30)
        run.progress(2, 2)
        return Finished({"noted": 1})

    return work


KINDS = {
    kind.name: kind
    for kind in (
        Kind("once", once),
        Kind("refused", refused),
        Kind("broken", broken),
        Kind("lost", lost),
        Kind("slow", slow),
        Kind("steps", steps, in_steps=True),
    )
}


def asked(actor: Actor, kind: str = "once", **parameters: Any) -> JobView:
    """A job that waits."""
    return ask(kind=kind, parameters=parameters, actor=actor, now=cast.NOON)


def done(asked: JobView, actor: Actor, kinds: Mapping[str, Kind] = KINDS) -> JobView:
    """The job after one attempt."""
    run(carrier_id=actor.carrier_id, job_id=asked.id, kinds=kinds)
    return job(asked.id, actor=actor)
