"""Do a job: claim it, keep the claim while it is done, store what came of it.

A kind's work is a function of a `Run`. Most kinds are *whole*: the work runs in one transaction, and "done" is written
in it, so a job is done once, or nothing of it. A kind of many independent parts is *in steps*: each part is a
transaction of its own (`run.step`), under a key that is the same at the next attempt (`run.key`), so what was done is
found done.
"""

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import structlog
from django.db import InterfaceError, OperationalError, connection

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.access.actors import Actor
from skypurser.access.behalf import on_behalf_of
from skypurser.backlog.claiming import LEASE, MOST_ATTEMPTS, Claimed, LeaseLost, claim, fail, finish, must_hold, renew
from skypurser.backlog.models import Job
from skypurser.backlog.queries import File as File  # noqa: PLC0414 — what a kind's work returns
from skypurser.errors import Refusal
from skypurser.ledger.queries import clock

#: How often progress is noted, in seconds, and how often a claim is kept where there is none.
_BEAT, _RENEWED = 0.5, LEASE.total_seconds() / 4

_log = structlog.get_logger(__name__)


class JobInterrupted(Refusal):
    """The job was begun so often, and its worker never came back."""

    code = "job_interrupted"


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a job.

    Attributes:
        facts: What the job's page tells, ready for JSON.
        file: What can be fetched there for a while.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    file: File | None = None


class Run:
    """One attempt at a job, given to the work.

    Attributes:
        job_id: The job's number.
        parameters: As they were asked with.
        actor: Whoever asked, with what they may do now.
        now: The database's clock when the attempt began, UTC.
    """

    def __init__(self, claimed: Claimed, actor: Actor, now: datetime) -> None:
        self.job_id, self.actor, self.now = claimed.id, actor, now
        self.parameters: dict[str, Any] = msgspec.json.decode(claimed.parameters)
        self._claimed = claimed
        self.done, self.total = claimed.done, claimed.total
        self._lost = threading.Event()

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the work has come; people see it at once, whatever becomes of the transaction.

        Raises:
            LeaseLost: Another worker does the job by now.
        """
        self.done, self.total = done, self.total if total is None else total
        if self._lost.is_set():
            raise LeaseLost

    def key(self, step: object) -> str:
        """Return the idempotency key of a step, the same at every attempt, and none that a caller can have chosen."""
        return f"§job-{self.job_id}-{step}"

    @contextmanager
    def step(self) -> Iterator[None]:
        """Open a transaction of the carrier's that commits only while the job is ours; for kinds in steps.

        Raises:
            LeaseLost: Another worker does the job by now. The step is undone.
        """
        with acting_for(self.actor.carrier_id):
            yield
            must_hold(self._claimed)

    def lose(self) -> None:
        """Note that the claim no longer holds."""
        self._lost.set()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    Attributes:
        name: Stable: it is stored, and machines read it.
        work: Does it. A refusal ends the job as failed, with its code and facts; a lost database or a deadlock is tried
            again a little later.
        in_steps: The work makes its own transactions; otherwise it runs in one that acts for the carrier.
    """

    name: str
    work: Callable[[Run], Finished]
    in_steps: bool = False


def run(*, carrier_id: int, job_id: int, kinds: Mapping[str, Kind]) -> datetime | None:
    """Do the job, if there is something to do; what goes wrong with it stands in the job.

    Returns:
        When to come again, where it is not due or another worker's; None otherwise.

    Raises:
        OperationalError, InterfaceError: The database is lost. The job is begun again when its claim has run out.
    """
    claimed = claim(carrier_id=carrier_id, job_id=job_id)
    if not isinstance(claimed, Claimed):
        return claimed
    about = {"carrier_id": carrier_id, "job": job_id, "kind": claimed.kind, "attempt": claimed.attempts}
    _log.info("job begun", **about)
    state = _attempt(claimed, kinds)
    _log.info("job ended", state=state, **about)
    return None


def _attempt(claimed: Claimed, kinds: Mapping[str, Kind]) -> str:
    told: tuple[str, Mapping[str, Any] | None, bool]
    run_: Run | None = None
    try:
        kind = kinds[claimed.kind]
        run_ = _begun(claimed)
        with _kept(claimed, run_):
            _do(claimed, kind, run_)
    except LeaseLost:
        return "lost"
    except Refusal as no:
        told = no.code, no.facts, False
    except (OperationalError, InterfaceError, OutcomeUnknown) as error:
        _log.warning("job interrupted", job=claimed.id, error=type(error).__name__)
        connection.close()
        told = "unavailable", None, True
    except Exception as error:  # noqa: BLE001 — a bug, told without its words, which may hold data
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("job broke", job=claimed.id, error=type(error).__name__, where=where)
        told = "internal_error", None, False
    else:
        return Job.DONE
    code, facts, may_pass = told
    done, total = (claimed.done, claimed.total) if run_ is None else (run_.done, run_.total)
    is_kept = claimed.kind in kinds and kinds[claimed.kind].in_steps
    return fail(claimed, code=code, facts=facts, done=done if is_kept else 0, total=total, may_pass=may_pass)


def _begun(claimed: Claimed) -> Run:
    if claimed.attempts > MOST_ATTEMPTS:
        raise JobInterrupted
    with acting_for(claimed.carrier_id):
        now = clock()
        actor = on_behalf_of(
            carrier_id=claimed.carrier_id,
            name=claimed.asked_by,
            member_id=claimed.member_id,
            key_id=claimed.key_id,
            now=now,
        )
    return Run(claimed, actor, now)


def _do(claimed: Claimed, kind: Kind, run_: Run) -> None:
    if kind.in_steps:
        finished = kind.work(run_)
        with acting_for(claimed.carrier_id):
            _finish(claimed, finished, run_)
        return
    run_.done = 0
    with acting_for(claimed.carrier_id):
        _finish(claimed, kind.work(run_), run_)


def _finish(claimed: Claimed, finished: Finished, run_: Run) -> None:
    finish(claimed, facts=finished.facts, file=finished.file, done=run_.done, total=run_.total)


@contextmanager
def _kept(claimed: Claimed, run_: Run) -> Iterator[None]:
    """Renew the claim, and note progress, from a thread with a connection of its own."""
    stop = threading.Event()
    beating = threading.Thread(target=_beat, args=(claimed, run_, stop), name=f"job {claimed.id}", daemon=True)
    beating.start()
    try:
        yield
    finally:
        stop.set()
        beating.join()


def _beat(claimed: Claimed, run_: Run, stop: threading.Event) -> None:
    noted, quiet = (claimed.done, claimed.total), 0.0
    try:
        while not stop.wait(_BEAT):
            quiet += _BEAT
            come = (run_.done, run_.total)
            if come == noted and quiet < _RENEWED:
                continue
            try:
                if not renew(claimed, done=come[0], total=come[1]):
                    run_.lose()
                    return
            except (OperationalError, InterfaceError, OutcomeUnknown):  # tried again; the lease tells in the end
                connection.close()
                continue
            noted, quiet = come, 0.0
    finally:
        connection.close()
