"""Ask for a list as a file: written at once where it is short, and by a job where it is long."""

import tempfile
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, cast

from skypurser.access.acting import acting_for, snapshot_for
from skypurser.backlog.queries import JobView
from skypurser.exports import making
from skypurser.exports.lists import Exported
from skypurser.exports.making import Wanted

#: A list with more rows than this is written by a job.
LONGEST_DIRECT = 5_000


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is ready. `content` is open at its beginning; whoever takes it closes it."""

    name: str
    content_type: str
    content: BinaryIO


def export(wanted: Wanted, *, longest: int = LONGEST_DIRECT, may_ask: bool = True) -> Written | JobView | None:
    """Return the file, or the job that will make it. In transactions of its own: all rows are of one instant.

    Args:
        longest: How many rows a file has at most that is written now.
        may_ask: Whether a job may be asked for; where not, a long list is None.

    Raises:
        PermissionDenied: The actor may not have the list.
        TooManyJobs: Of the job; nothing is written.
        Whatever else the list's own questions raise.
    """
    wanted.asked.actor.require_any(*sorted(wanted.of.permissions))
    carrier_id = wanted.asked.actor.carrier_id
    with snapshot_for(carrier_id):
        exported = wanted.of.read(wanted.asked, **wanted.variables)
        rows = list(islice(exported.table.rows, longest + 1))
    if len(rows) <= longest:
        return _written(wanted, exported, rows)
    if not may_ask:
        return None
    with acting_for(carrier_id):
        return making.ask(wanted, exported)


def _written(wanted: Wanted, exported: Exported, rows: list[Any]) -> Written:
    file = tempfile.TemporaryFile(prefix="skypurser-")  # noqa: SIM115 — whoever takes it closes it
    try:
        content = cast("BinaryIO", file)
        wanted.format.write(content, replace(exported.table, rows=rows))
        content.seek(0)
    except BaseException:
        file.close()
        raise
    return Written(f"{exported.stem}.{wanted.format.suffix}", wanted.format.content_type, content)
