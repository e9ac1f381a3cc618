"""Make a cut-off of many accounts: each a transaction of its own, so that one that is refused stops no other.

What became of an account is written with its statement and its letter. So an account that was done is found done, and
a worker that was killed leaves none half-done.
"""

from datetime import date
from typing import Any

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.backlog.running import Finished, Kind, Run
from skypurser.errors import Refusal
from skypurser.ledger.queries import clock
from skypurser.mail import mailer
from skypurser.mail.writing import MailNotConfigured
from skypurser.statements import cutoff
from skypurser.statements.mass import KIND
from skypurser.statements.masstelling import AT_ONCE, counts, file
from skypurser.statements.models import Part


def make(run: Run) -> Finished:
    """Do a `mass_cut_off`.

    Raises:
        PermissionDenied, MailNotConfigured: No account more is cut off.
    """
    run.actor.require(Permission.CUT_OFF)
    if not mailer.is_configured():
        raise MailNotConfigured
    total = run.total or 0
    with reading_for(run.actor.carrier_id):
        done = total - _parts(run).filter(outcome=Part.WAITING).count()
    run.progress(done, total)
    while parts := _waiting(run):
        for part in parts:
            with run.step():
                _make(part, run)
            done += 1
            run.progress(done, total)
    with reading_for(run.actor.carrier_id):
        came = counts(run.job_id, carrier_id=run.actor.carrier_id)
        del came[Part.WAITING]
        return Finished(came, file(run.job_id, run.parameters, carrier_id=run.actor.carrier_id, now=run.now))


#: The kind of job.
KINDS = (Kind(KIND, make, in_steps=True),)


def _parts(run: Run) -> Any:
    return Part.objects.filter(carrier_id=run.actor.carrier_id, job_id=run.job_id)


def _waiting(run: Run) -> list[Part]:
    with reading_for(run.actor.carrier_id):
        return list(_parts(run).filter(outcome=Part.WAITING).order_by("account_id")[:AT_ONCE])


def _make(part: Part, run: Run) -> None:
    """Cut one account off and note what came of it, in the step's transaction."""
    try:
        answer = cutoff.close(
            account_id=part.account_id,
            through=date.fromisoformat(run.parameters["through"]),
            recipient=part.email,
            reference=run.parameters["reference"],
            language=part.language,
            key=run.key(part.account_id),
            actor=run.actor,
            now=clock(),
        )
    except Refusal as no:
        came: dict[str, Any] = {"outcome": Part.REFUSED, "reason": no.code}
    else:
        made = cutoff.made(answer, carrier_id=run.actor.carrier_id)
        came = {"outcome": Part.MADE, "number": made.number, "closing": made.closing}
    _parts(run).filter(account_id=part.account_id).update(**came)
