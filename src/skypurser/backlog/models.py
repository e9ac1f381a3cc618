"""Jobs that were asked for, and the files that they made."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue

#: How large a job's file may be, in bytes.
LARGEST_RESULT = 64 * 1024 * 1024


class Job(CarrierOwned):
    """Something that somebody asked for, to be done by a worker.

    Attributes:
        kind: What is to be done, by its stable name (`mass_change`).
        parameters: What exactly; ready for JSON.
        asked_by: As the history names who asked. `member_id` or `key_id` say who that is; neither, the operator.
        file_takes: Its file is for whoever asked alone, with one of these permissions; None for whoever sees the job.
        done, total: How far it has come; no total where nobody knows yet.
        attempts: How often it was begun.
        next_try_at: From when on a waiting one may be begun.
        lease: Who does it, a word of the claim's; gone when the worker has not come back by `leased_until`.
        error_code, error_facts: Why it failed or, while it waits, why the last attempt did.
        facts: What came of it; ready for JSON.
        ended_by: Who cancelled it.
    """

    WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("backlog_job_id_seq"))
    kind = models.TextField()
    parameters = models.JSONField()
    asked_by = models.TextField()
    member_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    file_takes = ArrayField(models.CharField(max_length=40), null=True)
    asked_at = models.DateTimeField()
    state = models.TextField(default=WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error_code = models.TextField(default="")
    error_facts = models.JSONField(null=True)
    facts = models.JSONField(null=True)
    ended_by = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting", lease__isnull=True, next_try_at__isnull=False, finished_at__isnull=True)
                | Q(state="running", lease__isnull=False, leased_until__isnull=False, finished_at__isnull=True)
                | Q(state__in=("done", "failed", "cancelled"), lease__isnull=True, finished_at__isnull=False),
                name="job_state",
            ),
            models.CheckConstraint(condition=Q(done__gte=0, attempts__gte=0), name="job_counts"),
        )
        indexes = (
            models.Index(
                fields=("carrier_id", "id"), condition=Q(state__in=("waiting", "running")), name="job_unfinished"
            ),
            models.Index(fields=("member_id", "id"), condition=Q(member_id__isnull=False), name="job_by_member"),
            models.Index(fields=("key_id", "id"), condition=Q(key_id__isnull=False), name="job_by_key"),
        )

    def __str__(self) -> str:
        return f"job {self.id}, {self.kind}: {self.state}"


class Result(CarrierOwned):
    """The file that a job made, until it expires."""

    pk = models.CompositePrimaryKey("carrier_id", "job_id")
    job_id = models.BigIntegerField()
    name = models.TextField()
    content_type = models.TextField()
    content = models.BinaryField()
    size = models.BigIntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(name__regex=r"[\x01-\x1f/\\]") & ~Q(name=""), name="result_name_is_a_files"
            ),
            models.CheckConstraint(condition=Q(size__range=(0, LARGEST_RESULT)), name="result_size"),
        )
        indexes = (models.Index(fields=("expires_at", "carrier_id"), name="result_by_expiry"),)

    def __str__(self) -> str:
        return self.name
