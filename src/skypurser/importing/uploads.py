"""Keep a file between its trial and its confirmation: of the carrier, for a day, bounded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.backlog.queries import given_up
from skypurser.errors import Refusal
from skypurser.importing.carrying_out import File, try_out
from skypurser.importing.models import Upload
from skypurser.importing.report import Report, as_facts, report_in

#: How long a file waits to be confirmed.
KEPT = timedelta(hours=24)

#: How much longer one is kept whose job waits or is tried again.
KEPT_CONFIRMED = timedelta(days=7)

#: How many files of a carrier may wait at a time.
MOST_WAITING = 20

#: Of these, any one brings files; what is in a file may take more.
IMPORTING = (Permission.NEW_ACCOUNT, Permission.CREDIT_AND_DEBIT)


class UploadNotFound(Refusal):
    """There is no such file, or it was imported, discarded or has expired."""

    code = "upload_not_found"


class TooManyUploads(Refusal):
    """As many files wait to be confirmed as may; confirm or discard some."""

    code = "too_many_uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """A file that waits, and what it would make as of its trial. Instants are UTC; `size` is in bytes.

    Attributes:
        job_id: The job that imports it, once it is confirmed; None before, and again when that job came to nothing.
        given_up_by: The job that was to import it, and failed or was cancelled; the file waits again.
    """

    id: int
    name: str
    size: int
    reference: str
    report: Report
    uploaded_by: str
    member_id: int | None
    uploaded_at: datetime
    expires_at: datetime
    job_id: int | None
    given_up_by: int | None

    def needs_another(self, actor: Actor) -> bool:
        """Tell whether somebody other than this member must confirm it: it brings balances that take four eyes."""
        is_own = self.member_id == actor.member_id and self.uploaded_by == actor.name
        return bool(self.report.above_threshold) and (is_own or Permission.APPROVALS not in actor.permissions)


def upload(file: File, *, reference: str, actor: Actor, now: datetime) -> UploadView:
    """Try a file out and keep it until it is confirmed; one with flaws is not kept.

    Args:
        reference: Why; mandatory.

    Raises:
        PermissionDenied: The actor may bring no files, or is an API key.
        ImportRefused, FileUnreadable, FileTooLarge, InvalidRequest: As `carrying_out.try_out`. Nothing is kept.
        TooManyUploads: Nothing is kept.
    """
    _may_import(actor)
    report = try_out(file, reference=reference, actor=actor, now=now)
    with acting_for(actor.carrier_id):
        rows = Upload.objects.filter(carrier_id=actor.carrier_id)
        rows.filter(_waits(), expires_at__lte=now).delete()
        if len(rows.filter(_waits()).values_list("id")[:MOST_WAITING]) >= MOST_WAITING:
            raise TooManyUploads(most=MOST_WAITING)
        row = Upload.objects.create(
            carrier_id=actor.carrier_id,
            name=file.name,
            kind=file.kind,
            content=file.content,
            size=len(file.content),
            digest=sha256(file.content).digest(),
            reference=reference,
            report=as_facts(report),
            uploaded_by=actor.name,
            member_id=actor.member_id,
            uploaded_at=now,
            expires_at=now + KEPT,
        )
        return view(row)


def waiting(*, actor: Actor, now: datetime) -> list[UploadView]:
    """Return the files that wait to be confirmed, the newest first. Errors are those of `shown`."""
    _may_import(actor)
    with reading_for(actor.carrier_id):
        rows = _visible(actor).filter(_waits(), expires_at__gt=now)
        return [view(row) for row in rows.defer("content").order_by("-id")[:MOST_WAITING]]


def shown(upload_id: int, *, actor: Actor, now: datetime) -> UploadView:
    """Return a file that waits, or whose job has not ended.

    Raises:
        PermissionDenied: The actor may bring no files.
        UploadNotFound: There is none.
    """
    _may_import(actor)
    with reading_for(actor.carrier_id):
        return view(found(upload_id, actor=actor, now=now).defer("content").get())


def discard(upload_id: int, *, actor: Actor, now: datetime) -> None:
    """Forget a file that waits; whoever may import may. Errors are those of `shown`."""
    _may_import(actor)
    with acting_for(actor.carrier_id):
        rows = found(upload_id, actor=actor, now=now)
        if not rows.filter(_waits()).delete()[0]:
            raise UploadNotFound(f"there is no file {upload_id} that waits")


def purge(*, carrier_id: int, now: datetime) -> int:
    """Delete the carrier's files that have expired, those that a job is to import later, and return how many."""
    with acting_for(carrier_id):
        rows = Upload.objects.filter(carrier_id=carrier_id, expires_at__lte=now)
        return rows.filter(_waits() | Q(expires_at__lte=now - KEPT_CONFIRMED)).delete()[0]


def found(upload_id: int, *, actor: Actor, now: datetime | None) -> Any:
    """Return the rows of the one file with this id. Inside `acting_for`.

    Args:
        now: None for a file that was confirmed in time, however long its job has waited.

    Raises:
        UploadNotFound: There is none.
    """
    rows = _visible(actor).filter(id=upload_id)
    if now is not None:
        rows = rows.filter(expires_at__gt=now)
    if not rows.values_list("id"):
        raise UploadNotFound(f"there is no file {upload_id}")
    return rows


def _visible(actor: Actor) -> Any:
    """Return the rows that the actor sees: a file tells of every place, so who is limited to some sees their own."""
    rows = Upload.objects.filter(carrier_id=actor.carrier_id).annotate(is_given_up=given_up("job_id"))
    return rows.filter(member_id=actor.member_id) if actor.is_limited else rows


def _waits() -> Any:
    """Return the condition that a file waits to be confirmed: no job imports it, or that job came to nothing."""
    return Q(job_id__isnull=True) | Q(given_up("job_id"))


def _may_import(actor: Actor) -> None:
    actor.require_any(*IMPORTING)
    if actor.key_id is not None:
        raise PermissionDenied(f"{actor.name} may not: files are imported by people", permission=IMPORTING[0])


def view(row: Any) -> UploadView:
    """Return the row of a file as others read it."""
    is_given_up = getattr(row, "is_given_up", False)  # one that was just made is no job's yet
    return UploadView(
        id=row.id,
        name=row.name,
        size=row.size,
        reference=row.reference,
        report=report_in(row.report),
        uploaded_by=row.uploaded_by,
        member_id=row.member_id,
        uploaded_at=row.uploaded_at,
        expires_at=row.expires_at,
        job_id=None if is_given_up else row.job_id,
        given_up_by=row.job_id if is_given_up else None,
    )
