"""Make a cut-off of many accounts: each a transaction of its own, so that one that is refused stops no other.

What became of an account is written with its statement and its letter. So an account that was done is found done, and
a worker that was killed leaves none half-done.
"""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count

from skypurser.access.acting import reading_for
from skypurser.access.permissions import Permission
from skypurser.backlog.running import File, Finished, Kind, Run
from skypurser.documents.table import Column, Table
from skypurser.documents.table import Kind as Cell
from skypurser.documents.workbook import write_workbook
from skypurser.electronic import queries
from skypurser.errors import Refusal
from skypurser.ledger.queries import clock
from skypurser.mail import mailer
from skypurser.mail.writing import MailNotConfigured
from skypurser.money import Money
from skypurser.statements import cutoff
from skypurser.statements.mass import KIND
from skypurser.statements.models import Part
from skypurser.statements.printing import EXCEL
from skypurser.statements.words import WORDS, reason

#: How many parts are read at a time.
AT_ONCE = 500


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
        return Finished(_came(run), _file(run))


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


def _came(run: Run) -> dict[str, int]:
    """Return how many statements were made, and how many accounts were refused or left out."""
    counted = dict(_parts(run).values_list("outcome").annotate(Count("account_id")))
    return {name: counted.get(name, 0) for name in (Part.MADE, Part.REFUSED, Part.LEFT_OUT)}


def _file(run: Run) -> File:
    """Return every account that was meant: its statement and where it went, or why there is none."""
    words = WORDS[run.parameters["language"]]
    columns = (
        Column(title=words["account"]),
        Column(title=words["name"]),
        Column(title=words["city"]),
        Column(title=words["currency"]),
        Column(title=words["number"], kind=Cell.NUMBER),
        Column(title=words["closing"], kind=Cell.AMOUNT),
        Column(title=words["sent_to"]),
        Column(title=words["reason"]),
    )
    table = Table(
        title=words["mass"].format(through=run.parameters["through"]),
        columns=columns,
        rows=_rows(run),
        made_at=run.now,
        filters=run.parameters["reference"],
    )
    target = io.BytesIO()
    write_workbook(target, table)
    return File(f"{words['mass_file']}-{run.parameters['through']}-{run.job_id}.xlsx", EXCEL, target.getvalue())


def _rows(run: Run) -> Iterator[list[Any]]:
    language = run.parameters["language"]
    rows = list(_parts(run).order_by("code", "currency", "account_id"))
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        named = {
            one.account_id: one.name
            for one in queries.several([part.account_id for part in some], carrier_id=run.actor.carrier_id)
        }
        for part in some:
            is_made = part.outcome == Part.MADE
            yield [
                *(part.code, named.get(part.account_id, ""), part.city, part.currency, part.number),
                Money(part.closing, part.currency) if part.closing is not None else None,
                part.email if is_made else "",
                reason(part.reason, language) if part.reason else "",
            ]
