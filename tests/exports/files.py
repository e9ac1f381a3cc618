"""Lists as files, asked for as the desk does, and read by programs that we did not write."""

import csv
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from skypurser.access.actors import Actor
from skypurser.access.carriers import get_carrier
from skypurser.backlog.queries import JobView, job, result
from skypurser.backlog.running import run
from skypurser.exports.asking import Written, export
from skypurser.exports.formats import FORMATS
from skypurser.exports.lists import Asked, exported_list
from skypurser.exports.making import Wanted
from skypurser.jobs.asked import KINDS
from tests import cast

#: Title, filters, an empty line.
ABOVE = 3


def wanted(name: str, actor: Actor, query: str = "", **differently: Any) -> Wanted:
    """What somebody wants of a list; `differently` are a format, a language, and ids of what it is about."""
    carrier = get_carrier(actor.carrier_id)
    return Wanted(
        of=exported_list(name),
        asked=Asked(
            actor=actor,
            now=cast.NOON,
            query=QueryDict(query),
            time_zone=carrier.time_zone,
            currency=carrier.currency,
        ),
        format=FORMATS[differently.pop("format", "xlsx")],
        language=differently.pop("language", "en"),
        variables=differently,
    )


def asked(of: Wanted, *, longest: int = 0) -> JobView:
    """The job that makes the file of a list with more rows than `longest`."""
    found = export(of, longest=longest)
    if isinstance(found, Written):
        found.content.close()
    assert isinstance(found, JobView), "too short for a job"
    return found


def at_once(of: Wanted) -> bytes:
    """The file of a short list."""
    found = export(of)
    assert isinstance(found, Written)
    with found.content as content:
        return content.read()


def done(asked_: JobView, actor: Actor) -> JobView:
    """The job after an attempt."""
    run(carrier_id=actor.carrier_id, job_id=asked_.id, kinds=KINDS)
    return job(asked_.id, actor=actor)


def made(of: Wanted) -> bytes:
    """The file that a job makes."""
    actor = of.asked.actor
    ended = done(asked(of), actor)
    assert ended.is_done, ended.error_code
    return result(ended.id, actor=actor, now=cast.NOON).content


def elsewhere(act: Callable[[], Any]) -> None:
    """Have something done in a transaction of its own, on another connection, and wait for it."""

    def in_a_thread() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(in_a_thread).result(30)


def cells(content: bytes) -> list[list[Any]]:
    """The rows of a workbook from its header on; LibreOffice, where there is one, must read as many."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)
    if shutil.which("soffice"):
        assert len(_by_libreoffice(content)) == len(rows)
    return rows[ABOVE:]


def lines(content: bytes) -> list[list[str]]:
    """The rows of a CSV file, header and all."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _by_libreoffice(content: bytes) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        path.write_bytes(content)
        where = f"-env:UserInstallation=file://{folder}/home"
        # Commas, double quotes, UTF-8: by default it writes in the character set of the machine.
        what = "csv:Text - txt - csv (StarCalc):44,34,76"
        command = ["soffice", where, "--headless", "--convert-to", what, "--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return list(csv.reader(io.StringIO(path.with_suffix(".csv").read_text(encoding="utf-8"), newline="")))
