"""How long does a file of 100,000 movements take, beside plain xlsxwriter for the same cells, and how much memory?

    python -m bench.exports              about two minutes; wants a quiet machine

The job runs as a worker runs it, in a process of its own: from the claim to the file that is stored. Plain xlsxwriter
has all values in memory already and writes them by `write_string`, `write_number` and `write_datetime` with
`constant_memory`, in a process of its own too; the two take turns. Memory is the most that the job's process ever had.
"""

import argparse
import os
import pickle
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench import carrier
from bench.stage import Stage, stage


def wanted(carrier_id: int, format_: str) -> Any:
    """Return what an operator wants who asks for all movements of the busy account."""
    from django.http import QueryDict  # noqa: PLC0415 — needs Django

    from skypurser.access.actors import operator  # noqa: PLC0415
    from skypurser.exports.formats import FORMATS  # noqa: PLC0415
    from skypurser.exports.lists import Asked, exported_list  # noqa: PLC0415
    from skypurser.exports.making import Wanted  # noqa: PLC0415

    actor, now = operator(carrier_id), datetime.now(UTC)
    asked = Asked(actor=actor, now=now, query=QueryDict(""), time_zone="America/New_York", currency="USD")
    return Wanted(
        of=exported_list("account_movements"),
        asked=asked,
        variables={"account_id": carrier.BUSY},
        format=FORMATS[format_],
        language="en",
    )


def ask(carrier_id: int, format_: str) -> int:
    """Ask for the file, as the page does of a long list, and return the job's number."""
    from skypurser.backlog.queries import JobView  # noqa: PLC0415 — needs Django
    from skypurser.exports.asking import export  # noqa: PLC0415

    job = export(wanted(carrier_id, format_))
    assert isinstance(job, JobView), "too short for a job"
    return job.id


def work(carrier_id: int, job_id: int) -> None:
    """Do the job in this process, and print its seconds and the process's memory."""
    import django  # noqa: PLC0415

    django.setup()
    from skypurser.backlog.running import run  # noqa: PLC0415
    from skypurser.jobs.asked import KINDS  # noqa: PLC0415

    started = time.perf_counter()
    run(carrier_id=carrier_id, job_id=job_id, kinds=KINDS)
    seconds = time.perf_counter() - started
    print(seconds, _memory())


def _memory() -> float:
    """Return the most memory that this process has had, in MB; ru_maxrss has its parent's in it, from before `exec`."""
    told = Path("/proc/self/status")
    if told.exists():
        return int(re.findall(r"VmHWM:\s+(\d+) kB", told.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cells(carrier_id: int) -> Iterator[list[Any]]:
    """Yield the rows as a spreadsheet has them: amounts in units, instants in UTC without saying so."""
    from skypurser.access.acting import acting_for  # noqa: PLC0415 — needs Django
    from skypurser.documents.table import Kind  # noqa: PLC0415

    of = wanted(carrier_id, "xlsx")
    with acting_for(carrier_id):
        table = of.of.read(of.asked, **of.variables).table
        for row in table.rows:
            yield [
                value / 100
                if value is not None and column.kind is Kind.AMOUNT
                else value.replace(tzinfo=None)
                if column.kind is Kind.INSTANT
                else value
                for column, value in zip(table.columns, row, strict=True)
            ]


def plain(path: str) -> None:
    """Write the cells of a file by xlsxwriter alone, and print the seconds."""
    import xlsxwriter  # noqa: PLC0415

    rows = pickle.loads(Path(path).read_bytes())  # noqa: S301 — written by ourselves
    with tempfile.TemporaryFile() as target:
        started = time.perf_counter()
        workbook = xlsxwriter.Workbook(target, {"constant_memory": True})
        sheet = workbook.add_worksheet()
        shapes = {
            str: workbook.add_format({"num_format": "@"}),
            int: workbook.add_format({"num_format": "#,##0"}),
            float: workbook.add_format({"num_format": "#,##0.00"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: workbook.add_format({"num_format": 'yyyy-mm-dd hh:mm:ss"Z"'}),
        }
        writes = {
            str: sheet.write_string,
            int: sheet.write_number,
            float: sheet.write_number,
            date: sheet.write_datetime,
            datetime: sheet.write_datetime,
        }
        for number, row in enumerate(rows):
            for at, value in enumerate(row):
                if value is not None:
                    kind = type(value)
                    writes[kind](number, at, value, shapes[kind])
        workbook.close()
    print(time.perf_counter() - started)


def _measured(stage_: Stage, *arguments: object) -> list[float]:
    command = [sys.executable, "-m", "bench.exports", *map(str, arguments)]
    environment = {**os.environ, "DATABASE_URL": stage_.app_url}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [float(word) for word in done.stdout.splitlines()[-1].split()]


def measure(stage_: Stage, *, movements: int, rounds: int) -> None:
    """Print the medians of some rounds by turns."""
    from skypurser.access.actors import operator  # noqa: PLC0415 — needs Django
    from skypurser.administration.carriers import create_carrier  # noqa: PLC0415
    from skypurser.backlog.queries import job  # noqa: PLC0415

    now = carrier.moment()
    of = create_carrier(
        code="BENCH", name="Bench Air", country="US", time_zone="America/New_York", currency="USD", now=now
    ).id
    carrier.fill(stage_.superuser_url, carrier_id=of, accounts=100, movements=movements, now=now)
    took: dict[str, list[float]] = {"plain": [], "xlsx": [], "csv": []}
    most = 0.0
    with tempfile.NamedTemporaryFile(prefix="skypurser-bench-") as file:
        Path(file.name).write_bytes(pickle.dumps(list(cells(of))))
        for _ in range(rounds):
            took["plain"] += _measured(stage_, "--plain", file.name)
            for format_ in ("xlsx", "csv"):
                job_id = ask(of, format_)
                seconds, memory = _measured(stage_, "--work", of, job_id)
                took[format_].append(seconds)
                most = max(most, memory)
                ended = job(job_id, actor=operator(of))
                assert ended.facts == {"rows": movements}, (ended.state, ended.error_code)
                assert ended.result is not None
                print(f"{format_}: {seconds:.2f} s, {memory:.0f} MB, a file of {ended.result.size:,} bytes")
    medians = {name: statistics.median(found) for name, found in took.items()}
    print(f"plain xlsxwriter: {medians['plain']:.2f} s")
    for format_ in ("xlsx", "csv"):
        print(f"{format_}: {medians[format_] / medians['plain']:.2f} times as long as plain xlsxwriter")
    print(f"at most {most:.0f} MB")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--plain", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(*arguments.work)
    elif arguments.plain:
        plain(arguments.plain)
    else:
        with stage() as stage_:
            measure(stage_, movements=arguments.movements, rounds=arguments.rounds)


if __name__ == "__main__":
    main()
