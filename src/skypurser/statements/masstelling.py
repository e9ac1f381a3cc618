"""What became of a cut-off of many, whether or not its job came to the end: counts, letters, a file of all accounts.

All of it is read from the job's parts and from the letters, so it is true of a job that failed half-way as well.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.backlog import queries as backlog
from skypurser.backlog.queries import File, JobNotFound, JobView
from skypurser.documents.table import Column, Table
from skypurser.documents.table import Kind as Cell
from skypurser.documents.workbook import write_workbook
from skypurser.electronic import queries
from skypurser.money import Money
from skypurser.statements.mass import KIND
from skypurser.statements.models import Part
from skypurser.statements.printing import EXCEL
from skypurser.statements.words import WORDS, reason

#: How many parts are read at a time.
AT_ONCE = 500

#: How many letters that failed are told.
MOST_FAILED = 50


@dataclass(frozen=True, slots=True)
class FailedLetter:
    """The newest letter of a statement, where it could not be delivered; `problem` is as `mail.queries` tells it."""

    account_id: int
    number: int
    code: str
    currency: str
    recipient: str
    problem: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a cut-off of many has come.

    Attributes:
        made, refused, left_out: How many accounts.
        waiting: How many its job has not reached.
        letters: How many statements have a newest letter that is `pending`, `sent` or `failed`, by that word.
        failed: The first of the letters that failed, by the accounts' codes.
    """

    made: int
    refused: int
    left_out: int
    waiting: int
    letters: Mapping[str, int]
    failed: tuple[FailedLetter, ...]

    @property
    def meant(self) -> int:
        """How many accounts were to be cut off."""
        return self.made + self.refused + self.waiting


_LETTERS = """
  FROM statements_part p CROSS JOIN LATERAL (
       SELECT m.status, m.recipient, m.problem FROM mail_message m
        WHERE m.carrier_id = p.carrier_id AND m.about = 'statement:' || p.account_id || '/' || p.number
        ORDER BY m.id DESC LIMIT 1) m
 WHERE p.carrier_id = %s AND p.job_id = %s AND p.outcome = 'made'
"""
_BY_STATUS = f"SELECT m.status, count(*) {_LETTERS} GROUP BY m.status"
_FAILED = f"""
SELECT p.account_id, p.number, p.code, p.currency, m.recipient, m.problem {_LETTERS} AND m.status = 'failed'
 ORDER BY p.code, p.currency, p.account_id LIMIT {MOST_FAILED}
"""


def standing(job_id: int, *, actor: Actor) -> Standing:
    """Return how far a cut-off of many has come; whoever sees the job sees it.

    Raises:
        JobNotFound: There is none, or it is somebody else's.
    """
    with reading_for(actor.carrier_id):
        _found(job_id, actor)
        count = counts(job_id, carrier_id=actor.carrier_id)
        values = [actor.carrier_id, job_id]
        with connection.cursor() as cursor:
            cursor.execute(_BY_STATUS, values)
            letters = dict(cursor.fetchall())
            failed: tuple[FailedLetter, ...] = ()
            if letters.get("failed"):
                cursor.execute(_FAILED, values)
                failed = tuple(FailedLetter(*row) for row in cursor.fetchall())
    return Standing(**count, letters=letters, failed=failed)


def counts(job_id: int, *, carrier_id: int) -> dict[str, int]:
    """Return how many of the job's accounts are `made`, `refused`, `left_out` or still `waiting`. Inside `acting_for`.

    Zeros are told too.
    """
    rows = Part.objects.filter(carrier_id=carrier_id, job_id=job_id)
    counted = dict(rows.values_list("outcome").annotate(Count("account_id")))
    return {name: counted.get(name, 0) for name in (Part.MADE, Part.REFUSED, Part.LEFT_OUT, Part.WAITING)}


def file_of(job_id: int, *, actor: Actor, now: datetime) -> File:
    """Return the file of all accounts that were meant, of a job that has ended; whoever sees the job may fetch it.

    A job that was done has made it, and it is there for a while; a job that failed has not.

    Raises:
        JobNotFound: There is none that has ended, or it is somebody else's.
    """
    with reading_for(actor.carrier_id):
        found = _found(job_id, actor)
        if not found.has_ended:
            raise JobNotFound(f"job {job_id} has not ended")
        return file(job_id, found.parameters, carrier_id=actor.carrier_id, now=now)


def file(job_id: int, parameters: Mapping[str, Any], *, carrier_id: int, now: datetime) -> File:
    """Return every account that was meant: its statement and where it goes, or why there is none. In `acting_for`."""
    words = WORDS[parameters["language"]]
    columns = (
        Column(title=words["account"]),
        Column(title=words["name"]),
        Column(title=words["city"]),
        Column(title=words["currency"]),
        Column(title=words["number"], kind=Cell.NUMBER),
        Column(title=words["closing"], kind=Cell.AMOUNT),
        Column(title=words["goes_to"]),
        Column(title=words["reason"]),
    )
    table = Table(
        title=words["mass"].format(through=parameters["through"]),
        columns=columns,
        rows=_rows(job_id, parameters["language"], carrier_id),
        made_at=now,
        filters=parameters["reference"],
    )
    target = io.BytesIO()
    write_workbook(target, table)
    return File(f"{words['mass_file']}-{parameters['through']}-{job_id}.xlsx", EXCEL, target.getvalue())


def _rows(job_id: int, language: str, carrier_id: int) -> Iterator[list[Any]]:
    parts = Part.objects.filter(carrier_id=carrier_id, job_id=job_id)
    rows = list(parts.order_by("code", "currency", "account_id"))
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        named = {
            one.account_id: one.name
            for one in queries.several([part.account_id for part in some], carrier_id=carrier_id)
        }
        for part in some:
            is_made = part.outcome == Part.MADE
            why = "not_reached" if part.outcome == Part.WAITING else part.reason
            yield [
                *(part.code, named.get(part.account_id, ""), part.city, part.currency, part.number),
                Money(part.closing, part.currency) if part.closing is not None else None,
                part.email if is_made else "",
                reason(why, language) if why else "",
            ]


def _found(job_id: int, actor: Actor) -> JobView:
    found = backlog.job(job_id, actor=actor)
    if found.kind != KIND:
        raise JobNotFound(f"there is no mass cut-off {job_id}")
    return found
