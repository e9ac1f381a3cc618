"""Files that were tried out and wait to be confirmed."""

from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue
from skypurser.importing.raw import MOST_BYTES


class Upload(CarrierOwned):
    """A file without flaws, until it is imported, discarded or expires.

    Attributes:
        kind: Which sheet a CSV file is; empty where its header tells.
        digest: SHA-256 of the content.
        report: What it would make, as of the trial (see `report.as_facts`).
        reference: Why; for each account whose row has none.
        uploaded_by: As the history names who brought it; `member_id` says who that is.
        job_id: The job that imports it, once it is confirmed; it waits again when that job has failed or was cancelled.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("importing_upload_id_seq"))
    name = models.TextField()
    kind = models.TextField(blank=True)
    content = models.BinaryField()
    size = models.BigIntegerField()
    digest = models.BinaryField()
    reference = models.TextField()
    report = models.JSONField()
    uploaded_by = models.TextField()
    member_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    job_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(size__range=(0, MOST_BYTES)), name="upload_size"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("uploaded_at")), name="upload_expires"),
        )
        indexes = (models.Index(fields=("expires_at", "carrier_id"), name="upload_by_expiry"),)

    def __str__(self) -> str:
        return self.name
