"""Import a file, or try it out: the same work, kept or taken back.

All of a file is one transaction. Imports of a carrier come one after the other, and what somebody else opens meanwhile
by other ways is found by the constraints: then the file is held against what is there once more.
"""

from collections.abc import Callable
from datetime import datetime

import psycopg
from django.db import IntegrityError, connection, transaction

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.importing.checking import check, permitted
from skypurser.importing.content import Content
from skypurser.importing.flaws import Flaws, printable
from skypurser.importing.reading import read
from skypurser.importing.report import Report
from skypurser.importing.understanding import understand
from skypurser.importing.writing import By, write
from skypurser.ledger.requests import plain_text

#: One import of a carrier at a time; released with the transaction.
_LOCK = 0x696D706F

#: How often what others do meanwhile may have the file looked at anew.
_MOST_LOOKS = 3


class File:
    """A file to be imported; `content` is what nobody trusts.

    Args:
        name: What it is called; told in the history.
        kind: Which sheet a CSV file is; empty where its header tells.
    """

    def __init__(self, *, name: str, content: bytes, kind: str = "") -> None:
        self.name, self.content, self.kind = printable(name), content, kind


def carry_out(
    file: File,
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    uploaded_by: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Import a file and return what was made: all of it, or nothing. Recorded as `accounts.imported`.

    Whether a second member must agree is for the doors to ask (`asking`); an operator's command asks nobody.

    Args:
        reference: Why; mandatory, in the history of each account whose row has none of its own.
        uploaded_by: Who brought the file, where that is somebody else.
        progress: Told how many rows of how many are written, now and then.

    Raises:
        ImportRefused: With all flaws. Nothing is written.
        FileUnreadable, FileTooLarge, PermissionDenied, InvalidRequest: Nothing is written.
    """
    content = _understood(file, reference, actor)
    by = By(actor, now, reference, lambda done: None if progress is None else progress(done, content.rows))
    with acting_for(actor.carrier_id):
        report = _written(content, by)
        _record(report, file, by, uploaded_by)
        return report


def try_out(file: File, *, reference: str, actor: Actor, now: datetime) -> Report:
    """Do as `carry_out` does, take it all back, and return what would be made. Errors are the same."""
    content = _understood(file, reference, actor)
    with acting_for(actor.carrier_id), transaction.atomic():
        report = _written(content, By(actor, now, reference, lambda _: None))
        transaction.set_rollback(True)
    return report


def _understood(file: File, reference: str, actor: Actor) -> Content:
    if not reference.strip():
        raise InvalidRequest("a reference is mandatory", field="reference")
    plain_text(reference, field="reference")
    flaws = Flaws()
    rows = read(file.content, kind=file.kind, flaws=flaws)
    permitted(rows, actor=actor, flaws=flaws)
    content = understand(rows, flaws=flaws)
    if flaws.total:  # what the database knows of the rows that can be read is told with it
        with acting_for(actor.carrier_id):
            check(content, actor=actor, flaws=flaws)
    flaws.raise_if_any()
    return content


def _written(content: Content, by: By) -> Report:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, by.actor.carrier_id])
    for look in range(1, _MOST_LOOKS + 1):
        flaws = Flaws()
        plan = check(content, actor=by.actor, flaws=flaws)
        flaws.raise_if_any()
        try:
            with transaction.atomic():
                return write(plan, by=by)
        except IntegrityError as error:
            if not isinstance(error.__cause__, psycopg.errors.UniqueViolation) or look == _MOST_LOOKS:
                raise
    raise AssertionError("the last look returns or raises")


def _record(report: Report, file: File, by: By, uploaded_by: str) -> None:
    told = {
        "file": file.name,
        **({"uploaded_by": uploaded_by} if uploaded_by else {}),
        "offices": report.offices,
        "clients": report.clients,
        "accounts": report.accounts,
        "balances": report.balances,
    }
    acts.record(
        carrier_id=by.actor.carrier_id,
        action="accounts.imported",
        actor=by.actor.name,
        reference=by.reference,
        changes={name: [None, value] for name, value in told.items()},
        now=by.now,
    )
