"""How long does a mass change of 100,000 accounts take while sales go on, and how long does a sale wait?

    python -m bench.mass              about a minute; wants a quiet machine

The job runs in a process of its own, as a worker runs it: rates of all accounts, the history of each, the file. Sales
go through the batcher all the while, eight in flight over a thousand of the accounts that are changed.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg

from bench.stage import Sales, Seller, Stage, sellers, stage

SELLING, IN_FLIGHT = 1_000, 8

#: How long the job may take for 100,000 accounts, and a sale meanwhile, in seconds.
GOAL, SALE_GOAL = 10.0, 1.0

# Copies of the first account, each with an office of its own.
_MORE = """
WITH first AS (
    SELECT e, o, l FROM electronic_electronicaccount e
      JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
      JOIN ledger_account l ON l.carrier_id = e.carrier_id AND l.id = e.account_id
     WHERE e.account_id = %(first)s
), ids AS MATERIALIZED (
    SELECT number, (SELECT max(id) FROM ledger_account) + number AS account_id,
           (SELECT max(id) FROM parties_office) + number AS office_id
      FROM generate_series(1, %(more)s) number
), accounts AS (
    INSERT INTO ledger_account
    SELECT (jsonb_populate_record(l, jsonb_build_object('id', account_id))).* FROM first, ids
), offices AS (
    INSERT INTO parties_office
    SELECT (jsonb_populate_record(o, jsonb_build_object('id', office_id, 'code', 'MORE' || number))).* FROM first, ids
)
INSERT INTO electronic_electronicaccount
SELECT (jsonb_populate_record(e, jsonb_build_object(
           'account_id', account_id, 'office_id', office_id, 'code', 'MORE' || number))).* FROM first, ids
"""


def populate(stage_: Stage, accounts: int) -> list[Seller]:
    """Open so many agencies, and return those that sell."""
    selling = sellers(min(SELLING, accounts))
    with psycopg.connect(stage_.superuser_url, autocommit=True) as connection:
        if accounts > len(selling):
            connection.execute(_MORE, {"first": selling[0].account_id, "more": accounts - len(selling)})
        connection.execute("VACUUM ANALYZE")
    return selling


def ask(carrier_id: int) -> int:
    """Preview and confirm a change of two rates on all accounts, and return the job's number."""
    from skypurser.access.actors import operator  # noqa: PLC0415 — needs Django
    from skypurser.commissions.rules import Rule  # noqa: PLC0415
    from skypurser.electronic import mass, massasking  # noqa: PLC0415

    actor = operator(carrier_id)
    rates = {"domestic": Rule.parse("FIXED 7.00"), "international": Rule.parse("MAX 9.00")}
    change = mass.MassChange(type="agency", rates=rates)
    started = time.perf_counter()
    shown = mass.preview(change, actor=actor)
    print(f"preview of {shown.count:,} accounts: {time.perf_counter() - started:.2f} s")
    answer = massasking.change(
        change,
        confirmation=shown.confirmation,
        reference="bench",
        language="en",
        key="bench",
        actor=actor,
        now=datetime.now(UTC),
    )
    return int(answer.facts["job"])


def work(carrier_id: int, job_id: int) -> None:
    """Do the job in this process, and print its seconds."""
    import django  # noqa: PLC0415

    django.setup()
    from skypurser.backlog.running import run  # noqa: PLC0415
    from skypurser.jobs.asked import KINDS  # noqa: PLC0415

    started = time.perf_counter()
    run(carrier_id=carrier_id, job_id=job_id, kinds=KINDS)
    print(f"SECONDS {time.perf_counter() - started:.2f}")


async def sell(stage_: Stage, of: Sequence[Seller], carrier_id: int, job_id: int) -> None:
    """Sell for some seconds, then while the job runs, and print how long sales took."""
    from skypurser.ledger.batching import Batcher  # noqa: PLC0415 — needs Django

    sales, took, stop = Sales(), list[float](), asyncio.Event()
    async with Batcher(stage_.app_url) as batcher:

        async def caller(number: int) -> None:
            at = number
            while not stop.is_set():
                asked = time.perf_counter()
                answer = await batcher.submit(sales.on(of[at % len(of)]))
                assert answer.code is None, answer
                took.append(time.perf_counter() - asked)
                at += IN_FLIGHT

        callers = [asyncio.create_task(caller(number)) for number in range(IN_FLIGHT)]
        await asyncio.sleep(5)
        _tell("sales alone", took, 5)
        took.clear()
        command = [sys.executable, "-m", "bench.mass", "--work", str(carrier_id), str(job_id)]
        environment = {**os.environ, "DATABASE_URL": stage_.app_url}
        started = time.perf_counter()
        worker = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE)
        out, _ = await worker.communicate()
        _tell("sales meanwhile", took, time.perf_counter() - started)
        longest = max(took)
        stop.set()
        await asyncio.gather(*callers)
    seconds = next(line for line in out.decode().splitlines() if line.startswith("SECONDS")).split()[1]
    print(against("the job", float(seconds), GOAL))
    print(against("the longest sale meanwhile", longest, SALE_GOAL))


def against(name: str, seconds: float, goal: float) -> str:
    """Return a line with a figure beside its goal, both in seconds; a figure beyond it says so."""
    return f"{name}: {seconds:.2f} s (goal: at most {goal:g} s){'' if seconds <= goal else ' (short)'}"


def _tell(name: str, took: Sequence[float], seconds: float) -> None:
    p99 = 1_000 * statistics.quantiles(took, n=100)[98]
    print(f"{name}: {len(took) / seconds:,.0f} a second, p99 {p99:.1f} ms, longest {1_000 * max(took):.0f} ms")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--work", type=int, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(*arguments.work)
        return
    with stage() as stage_:
        of = populate(stage_, arguments.accounts)
        job_id = ask(of[0].carrier_id)
        asyncio.run(sell(stage_, of, of[0].carrier_id, job_id))
        from skypurser.access.actors import operator  # noqa: PLC0415
        from skypurser.backlog.queries import job  # noqa: PLC0415

        ended = job(job_id, actor=operator(of[0].carrier_id))
        print(f"{ended.state}: {ended.facts}, file of {ended.result.size if ended.result else 0:,} bytes")


if __name__ == "__main__":
    main()
