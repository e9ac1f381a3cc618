"""Jobs: what was asked for and is done later, how far it is, what came of it."""

from typing import Annotated, Any, Literal

from ninja import Query as FromQuery
from ninja import Router
from pydantic import Field

from skypurser.api.v1.cursors import PageQuery, after, page
from skypurser.api.v1.files import attached
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Instant, PathId, Shown, instant
from skypurser.backlog import cancelling, queries
from skypurser.backlog.queries import JobView

router = Router(tags=["jobs"])

_State = Literal["waiting", "running", "done", "failed", "cancelled"]


class JobsQuery(PageQuery):
    """Which jobs."""

    state: _State | None = None


class JobError(Shown):
    """Why a job failed or, while it waits to be tried again, why its last attempt did."""

    code: str
    facts: dict[str, Any]


class JobResult(Shown):
    """The file that a job made; `size` is in bytes."""

    name: str
    size: int
    expires_at: Instant


class Job(Shown):
    """A job. `outcome` is what came of it, by its kind; `total` is null where nobody knows yet."""

    id: int
    kind: str
    state: _State
    asked_by: str
    asked_at: Instant
    done: int
    total: int | None
    attempts: Annotated[int, Field(description="How often it was begun.")]
    next_try_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    error: JobError | None
    outcome: dict[str, Any] | None
    result: JobResult | None


class JobPage(Shown):
    """One page of jobs, newest first."""

    items: list[Job]
    next_cursor: str | None


@operation(router, "GET", "/jobs", summary="List jobs, newest first", scopes=(), result=JobPage)
def list_jobs(request: Request, query: FromQuery[JobsQuery]) -> Any:
    """Those that this key has asked for; with the scope `administration`, everybody's."""
    found = queries.jobs(
        actor=request.call.actor,
        states=() if query.state is None else (query.state,),
        before=after(query, int),
        limit=query.limit + 1,
    )
    return page(query, found, lambda job: job.id, shown)


@operation(router, "GET", "/jobs/{job_id}", summary="Read a job", scopes=(), result=Job, refusals=("job_not_found",))
def read_job(request: Request, job_id: PathId) -> Any:
    """Ask again every second or two while it waits or runs."""
    return shown(queries.job(job_id, actor=request.call.actor))


@operation(
    router,
    "POST",
    "/jobs/{job_id}/cancel",
    summary="Cancel a job that has not begun",
    scopes=(),
    needs_key=True,
    result=Job,
    refusals=("job_not_found", "job_begun"),
)
def cancel_job(request: Request, job_id: PathId) -> Any:
    """Nothing of it is done then. Cancelled again it stays as it is."""
    call = request.call
    answer = cancelling.cancel_once(job_id, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return shown(cancelling.told(answer))


@operation(
    router,
    "GET",
    "/jobs/{job_id}/result",
    summary="Fetch the file that a job made",
    scopes=(),
    result=None,
    refusals=("job_not_found", "result_not_found"),
    media_type="application/octet-stream",
)
def read_job_result(request: Request, job_id: PathId) -> Any:
    """It is kept until it expires."""
    file = queries.result(job_id, actor=request.call.actor, now=request.call.now)
    return attached(file.name, file.content, media_type="application/octet-stream")


def shown(view: JobView) -> dict[str, Any]:
    """Return a job as the outside reads it."""
    made = view.result
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "asked_by": view.asked_by,
        "asked_at": instant(view.asked_at),
        "done": view.done,
        "total": view.total,
        "attempts": view.attempts,
        "next_try_at": instant(view.next_try_at),
        "started_at": instant(view.started_at),
        "finished_at": instant(view.finished_at),
        "error": {"code": view.error_code, "facts": view.error_facts or {}} if view.error_code else None,
        "outcome": view.facts,
        "result": None
        if made is None
        else {"name": made.name, "size": made.size, "expires_at": instant(made.expires_at)},
    }
