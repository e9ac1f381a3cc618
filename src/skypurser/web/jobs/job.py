"""A job: how far it is, what went wrong, what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.backlog import queries
from skypurser.backlog.cancelling import JobBegun, cancel
from skypurser.electronic import mass
from skypurser.importing.flaws import ImportRefused
from skypurser.statements import mass as mass_cut_off
from skypurser.statements import masstelling
from skypurser.web.administration.words import PROBLEMS
from skypurser.web.importing import words as importing
from skypurser.web.jobs import words
from skypurser.web.pages import Request, page
from skypurser.web.refusals import reason


@page()
def one(request: Request, job_id: int) -> HttpResponse:
    """Show a job."""
    return render(request, "jobs/job.html", _context(request, job_id))


@page()
def progress(request: Request, job_id: int) -> HttpResponse:
    """Draw what changes of it, for a page that is open."""
    return render(request, "jobs/progress.html", _context(request, job_id))


@page(methods=("POST",))
def give_up(request: Request, job_id: int) -> HttpResponse:
    """Cancel a job that has not begun; twice is once."""
    try:
        cancel(job_id, actor=request.actor, now=request.now)
    except JobBegun as refusal:
        messages.warning(request, reason(refusal.code, refusal.facts))
    else:
        messages.success(request, _("The job is cancelled. Nothing of it was done."))
    return redirect("desk:job", job_id=job_id)


@page()
def result(request: Request, job_id: int) -> HttpResponse:
    """Send the file that the job made; of a mass cut-off that failed, it is made now."""
    try:
        file = queries.result(job_id, actor=request.actor, now=request.now)
    except queries.ResultNotFound:
        found = queries.job(job_id, actor=request.actor)
        if not (_ended_as_cut_off(found) and found.state == "failed"):
            raise
        file = masstelling.file_of(job_id, actor=request.actor, now=request.now)
    disposition = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


def _context(request: Request, job_id: int) -> dict[str, Any]:
    job = queries.job(job_id, actor=request.actor)
    may_undo = request.actor.may(Permission.MASS_MANAGEMENT) and job.kind in {mass.CHANGE, mass.UNDO} and job.is_done
    is_expired = job.result is not None and job.result.expires_at <= request.now
    cut_off = masstelling.standing(job_id, actor=request.actor) if _ended_as_cut_off(job) else None
    return {
        "job": job,
        "kind": words.kind(job),
        "state": words.STATES[job.state],
        "asked": words.asked(job),
        "came": words.came(job),
        "error": words.error(job),
        "is_nothing_done": job.state == "failed" and not (cut_off.made if cut_off else job.done),
        "reached": words.reached(cut_off) if cut_off and cut_off.made and job.state == "failed" else "",
        "letters": words.letters(cut_off) if cut_off else "",
        "failed_letters": [(one, PROBLEMS.get(one.problem, "")) for one in cut_off.failed] if cut_off else [],
        "is_cut": cut_off is not None and cut_off.letters.get("failed", 0) > len(cut_off.failed),
        "may_cut_off": request.actor.may(Permission.CUT_OFF),
        "flawed": importing.flawed(job.error_facts) if job.error_code == ImportRefused.code else None,
        "result": None if is_expired else job.result,
        "may_undo": may_undo,
    }


def _ended_as_cut_off(job: queries.JobView) -> bool:
    """Tell whether it is a mass cut-off that has ended, so that there is something to tell of each account."""
    return job.kind == mass_cut_off.KIND and job.state in {"done", "failed"}
