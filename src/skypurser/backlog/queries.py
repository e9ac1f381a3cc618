"""Questions about jobs; the answers are frozen. Whoever asked for a job sees it, and so do administrators."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.models import Job, Result
from skypurser.errors import Refusal

#: The longest page; ask for one more to see whether another page follows.
LONGEST_PAGE = 500

_LISTED = (
    *("id", "kind", "parameters", "asked_by", "asked_at", "state", "done", "total", "attempts", "next_try_at"),
    *("started_at", "finished_at", "error_code", "error_facts", "facts", "ended_by"),
)


class JobNotFound(Refusal):
    """There is no such job, or it is somebody else's."""

    code = "job_not_found"


class ResultNotFound(Refusal):
    """The job has made no file, or it has expired."""

    code = "result_not_found"


@dataclass(frozen=True, slots=True)
class ResultView:
    """The file that a job made. `size` is in bytes; it is gone from `expires_at` on."""

    name: str
    size: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file with its bytes."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class JobView:
    """A job and what has become of it. Instants are UTC.

    Attributes:
        state: `waiting`, `running`, `done`, `failed` or `cancelled`.
        done, total: How far it has come; the total is None where nobody knows yet.
        attempts: How often it was begun.
        next_try_at: From when on a waiting one is begun.
        error_code: Why it failed or, while it waits, why the last attempt did; empty where none did.
        error_facts: What explains it.
        facts: What came of it.
        ended_by: Who cancelled it.
        result: None where it made no file, or none that is still there, or none for whoever reads this.
    """

    id: int
    kind: str
    parameters: dict[str, Any]
    asked_by: str
    asked_at: datetime
    state: str
    done: int
    total: int | None
    attempts: int
    next_try_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    error_code: str
    error_facts: dict[str, Any] | None
    facts: dict[str, Any] | None
    ended_by: str
    result: ResultView | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in {Job.DONE, Job.FAILED, Job.CANCELLED}

    @property
    def is_done(self) -> bool:
        """Whether all that was asked for is done."""
        return self.state == Job.DONE

    @property
    def may_be_cancelled(self) -> bool:
        """Whether it waits, and nothing of it is done."""
        return self.state == Job.WAITING and not self.done


def jobs(*, actor: Actor, states: Collection[str] = (), before: int | None = None, limit: int = 50) -> list[JobView]:
    """Return the actor's jobs, an administrator's the carrier's, the newest first.

    Args:
        states: Only these; empty for all.
        before: The id of the last job of the page before.
    """
    with reading_for(actor.carrier_id):
        rows = visible(actor)
        if states:
            rows = rows.filter(state__in=states)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [view(row, reader=actor) for row in with_result(rows).order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


def unfinished(kind: str, *, actor: Actor) -> list[JobView]:
    """Return the jobs of a kind that the actor has asked for and that have not ended, the newest first."""
    with reading_for(actor.carrier_id):
        rows = Job.objects.filter(
            carrier_id=actor.carrier_id,
            kind=kind,
            member_id=actor.member_id,
            key_id=actor.key_id,
            state__in=(Job.WAITING, Job.RUNNING),
        )
        return [view(row, reader=actor) for row in rows.order_by("-id")[:LONGEST_PAGE]]


def job(job_id: int, *, actor: Actor) -> JobView:
    """Return a job.

    Raises:
        JobNotFound: There is none, or it is somebody else's.
    """
    with reading_for(actor.carrier_id):
        row = with_result(visible(actor)).filter(id=job_id).first()
    if row is None:
        raise JobNotFound(f"there is no job {job_id}")
    return view(row, reader=actor)


def result(job_id: int, *, actor: Actor, now: datetime) -> File:
    """Return the file that a job made.

    Raises:
        JobNotFound: As `job`.
        ResultNotFound: It made none, it has expired, or it is not for the actor.
    """
    with reading_for(actor.carrier_id):
        if job(job_id, actor=actor).result is None:
            raise ResultNotFound
        row = Result.objects.filter(carrier_id=actor.carrier_id, job_id=job_id, expires_at__gt=now).first()
    if row is None:
        raise ResultNotFound
    return File(row.name, row.content_type, bytes(row.content))


def visible(actor: Actor) -> Any:
    """Return the rows of the jobs that the actor sees."""
    rows = Job.objects.filter(carrier_id=actor.carrier_id)
    if actor.may(Permission.ADMINISTRATION):
        return rows
    if actor.member_id is not None:
        return rows.filter(member_id=actor.member_id)
    return rows.none() if actor.key_id is None else rows.filter(key_id=actor.key_id)


def given_up(job_id: str) -> Any:
    """Return the condition that the job which a row names in this column has failed or was cancelled.

    Of rows that have a `carrier_id`; where the column is null it does not hold.
    """
    ended = Job.objects.filter(state__in=(Job.FAILED, Job.CANCELLED))
    return Exists(ended.filter(carrier_id=OuterRef("carrier_id"), id=OuterRef(job_id)))


def with_result(rows: Any) -> Any:
    """Return the rows, each with what there is to know of its file but the bytes."""
    made = Result.objects.filter(carrier_id=OuterRef("carrier_id"), job_id=OuterRef("id"))
    return rows.annotate(
        result_name=Subquery(made.values("name")),
        result_size=Subquery(made.values("size")),
        result_expires_at=Subquery(made.values("expires_at")),
    )


def view(row: Any, *, reader: Actor) -> JobView:
    """Return the row of a job as somebody reads it who sees the job."""
    name = getattr(row, "result_name", None) if _may_fetch(row, reader) else None
    made = None if name is None else ResultView(name, row.result_size, row.result_expires_at)
    return JobView(**{field: getattr(row, field) for field in _LISTED}, result=made)


def _may_fetch(row: Any, reader: Actor) -> bool:
    if row.file_takes is None:
        return True
    is_ones_own = (row.member_id, row.key_id) == (reader.member_id, reader.key_id)
    return is_ones_own and not reader.permissions.isdisjoint(row.file_takes)
