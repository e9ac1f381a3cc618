"""Make the file of a long list: the kind of job, and how it is asked for.

The worker reads with what whoever asked may do and see by then, all rows as they are at one instant, and a few thousand
at a time; a job that is begun again writes its file from the beginning.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from django.http import QueryDict
from django.utils import translation

from skypurser.access.acting import snapshot_for
from skypurser.access.carriers import get_carrier
from skypurser.backlog import asking, queries
from skypurser.backlog.claiming import must_fit
from skypurser.backlog.queries import JobView
from skypurser.backlog.running import File, Finished, Kind, Run
from skypurser.documents.table import Table, clean
from skypurser.exports.formats import FORMATS, Format
from skypurser.exports.lists import Asked, Exported, ExportedList, exported_list

#: The kind's name, which jobs bear.
EXPORT = "export"

#: After so many rows a job tells how far it has come.
_TOLD = 200

#: What an address says of the page of a list, and not of the list.
_PAGING = ("after", "before", "page")

#: What of a job's parameters tells when it was asked for, not what.
_WHEN = "asked_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants of a list.

    Attributes:
        variables: Ids of what the list is about, by name.
        language: Of titles and words.
    """

    of: ExportedList
    asked: Asked
    variables: Mapping[str, int]
    format: Format
    language: str


def ask(wanted: Wanted, exported: Exported) -> JobView:
    """Ask for a job that makes the file, or return the one that has been asked for by the same and is not done yet.

    Its file is for whoever asks alone: administrators see the job, and not what a list said to somebody else.

    Args:
        exported: The list as it was read to see how long it is: its title and filters are told on the job's page.

    Raises:
        TooManyJobs: Nothing is written.
    """
    asked, query = wanted.asked, wanted.asked.query.copy()
    for name in _PAGING:
        query.pop(name, None)
    parameters = {
        "list": wanted.of.name,
        "variables": dict(wanted.variables),
        "query": query.urlencode(),
        "format": wanted.format.suffix,
        "language": wanted.language,
        "title": clean(exported.table.title),
        "filters": clean(exported.table.filters),
        _WHEN: asked.now.isoformat(),
    }
    for job in queries.unfinished(EXPORT, actor=asked.actor):
        if _what(job.parameters) == _what(parameters):
            return job
    return asking.ask(
        kind=EXPORT, parameters=parameters, actor=asked.actor, now=asked.now, file_takes=wanted.of.permissions
    )


def _what(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != _WHEN}


def _make(run: Run) -> Finished:
    """Write the list into a file.

    Raises:
        PermissionDenied: Whoever asked may not have the list any more.
        ResultTooLarge: Of the file.
        Whatever else the list's own questions raise; what it was about may be gone.
    """
    run.done, run.total = 0, None
    told = run.parameters
    of, form = exported_list(told["list"]), FORMATS[told["format"]]
    run.actor.require_any(*sorted(of.permissions))
    try:
        with tempfile.TemporaryFile(prefix="skypurser-") as file:
            with translation.override(told["language"]), snapshot_for(run.actor.carrier_id):
                exported = of.read(_asked(run), **told["variables"])
                run.total = None if exported.count is None else exported.count()
                table = replace(exported.table, rows=_counted(exported.table, run), made_at=run.now)
                rows = form.write(cast("BinaryIO", file), table)
            content = _content(cast("BinaryIO", file))
    except BaseException:
        run.done = 0  # nothing of a file that is not whole is done
        raise
    run.progress(rows, rows)
    return Finished({"rows": rows}, File(f"{exported.stem}.{form.suffix}", form.content_type, content))


def _asked(run: Run) -> Asked:
    carrier = get_carrier(run.actor.carrier_id)
    return Asked(
        actor=run.actor,
        now=datetime.fromisoformat(run.parameters[_WHEN]).astimezone(UTC),
        query=QueryDict(run.parameters["query"]),
        time_zone=carrier.time_zone,
        currency=carrier.currency,
    )


def _counted(table: Table, run: Run) -> Iterator[Any]:
    """Yield the rows, and tell how many have gone by."""
    for number, row in enumerate(table.rows):
        if number % _TOLD == 0:
            run.progress(number)
        yield row


def _content(file: BinaryIO) -> bytes:
    must_fit(file.seek(0, os.SEEK_END))
    file.seek(0)
    return file.read()


#: Reads in a transaction of its own, which writes nothing.
KIND = Kind(EXPORT, _make, in_steps=True)
