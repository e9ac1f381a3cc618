"""Confirm a file that was tried out: a worker imports it, or nothing of it.

Opening balances that reach the carrier's threshold take four eyes, as credits by hand do: another member, who may
approve, confirms the file of whoever brought it. The job acts in the name of who confirmed; who brought the file stands
beside it in the history.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.asking import ask
from skypurser.electronic.approving import OwnRequest
from skypurser.importing import uploads
from skypurser.importing.uploads import UploadNotFound, UploadView
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer

#: The kind of job.
IMPORT = "import"


def confirm(upload_id: int, *, key: str, actor: Actor, now: datetime) -> Answer:
    """Have a worker import a file; the answer's fact `job` is the job's number.

    A file whose job has failed or was cancelled is confirmed anew, and gets another job.

    Args:
        key: The form's. The same form sent again gets the same job.

    Raises:
        PermissionDenied: The actor may import no files, or not approve what takes approval.
        RequestRefused: `key_reused`, `upload_not_found`, `own_request`, `too_many_jobs`. Nothing is asked for; the
            attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        rows = uploads.found(upload_id, actor=actor, now=now)
        rows.select_for_update(no_key=True).values_list("id").get()
        shown = uploads.shown(upload_id, actor=actor, now=now)
        if shown.job_id is not None:
            raise UploadNotFound(f"file {upload_id} is imported by job {shown.job_id}")
        must_agree(shown, actor=actor)
        told = {"upload": upload_id, "file": shown.name, "reference": shown.reference, "uploaded_by": shown.uploaded_by}
        job = ask(kind=IMPORT, parameters=told, actor=actor, now=now, total=shown.report.rows)
        rows.update(job_id=job.id)
        return {"job": job.id}

    return answer_under_key(IMPORT, act, payload=(upload_id,), key=key, actor=actor, now=now, named=f"file {upload_id}")


def must_agree(shown: UploadView, *, actor: Actor) -> None:
    """Raise OwnRequest, or PermissionDenied, where it takes somebody else to confirm the file."""
    if not shown.report.above_threshold:
        return
    actor.require(Permission.APPROVALS)
    if shown.needs_another(actor):
        raise OwnRequest("opening balances reach the threshold: another member confirms the file")
