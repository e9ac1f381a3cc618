"""Forget the files of jobs that have expired; the jobs stay."""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.backlog.models import Result


def purge(*, carrier_id: int, now: datetime) -> int:
    """Delete the carrier's files that have expired, and return how many."""
    with acting_for(carrier_id):
        return Result.objects.filter(carrier_id=carrier_id, expires_at__lte=now).delete()[0]
