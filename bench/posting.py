"""How fast is posting, as ratios to the floor in the same run?

    python -m bench.posting              the table below, about four minutes
    python -m bench.posting --large      also the cost of a sale with five million movements in the tables

(a) The floor: the least SQL that checks a limit and writes one movement, one transaction each, prepared, over 32
connections; on one hot account and over 1,000. (b) `post_one` inside a Django transaction, one sale each, from several
processes, as a WSGI server runs them.
(c) The batcher with 1, 32, 256 and 1,000 sales in flight: complete ticket issuance (key, entry, four lines, digest,
ticket, history). (d) The same in an open loop: latency from the intended arrival at a quarter, half and four fifths of
the peak, since callers that wait for an answer before they ask again hide stalls.

Machines are shared and noisy: rounds of the parts are interleaved, and the median round counts.
"""

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import floor
from bench.stage import Sales, Seller, Stage, sellers, stage

IN_FLIGHT = (1, 32, 256, 1_000)
PROCESSES = 4


def post_one_rate(of: Sequence[Seller], *, processes: int, seconds: float) -> float:
    """Return sales a second through Django, each in a transaction of its own, from so many processes."""
    named = json.dumps([asdict(seller) for seller in of])
    callers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.caller", str(number), str(processes), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for caller in callers:
        assert caller.stdin is not None
        caller.stdin.write(named)
        caller.stdin.close()
    rates = []
    for caller in callers:
        assert caller.stdout is not None
        rates.append(float(caller.stdout.read()))
        assert caller.wait() == 0
    return sum(rates)


async def batcher_rate(
    stage_: Stage, of: Sequence[Seller], sales: Sales, *, in_flight: int, seconds: float
) -> tuple[float, float, float]:
    """Return sales a second, the 99th percentile of their latency in milliseconds, and the mean batch."""
    from skypurser.ledger.batching import Batcher  # noqa: PLC0415 — needs Django

    latencies: list[float] = []
    sizes: list[int] = []
    async with Batcher(stage_.app_url, observe=lambda size, _: sizes.append(size)) as batcher:
        await batcher.submit(sales.on(of[0]))
        until = time.perf_counter() + seconds

        async def caller(number: int) -> None:
            at = number
            while (asked := time.perf_counter()) < until:
                answer = await batcher.submit(sales.on(of[at % len(of)]))
                assert answer.code is None, answer
                latencies.append(time.perf_counter() - asked)
                at += in_flight

        started = time.perf_counter()
        await asyncio.gather(*(caller(number) for number in range(in_flight)))
        spent = time.perf_counter() - started
    return len(latencies) / spent, _percentile(latencies, 99), statistics.mean(sizes)


async def open_loop(stage_: Stage, of: Sequence[Seller], sales: Sales, *, rate: float, seconds: float) -> list[float]:
    """Return latencies in seconds from the intended arrival, with arrivals at a constant rate."""
    from skypurser.ledger.batching import Batcher  # noqa: PLC0415 — needs Django

    latencies: list[float] = []
    pending: set[asyncio.Future[Any]] = set()
    async with Batcher(stage_.app_url, longest_queue=200_000) as batcher:
        await batcher.submit(sales.on(of[0]))
        started = time.perf_counter()
        arrivals = int(rate * seconds)
        arrived = 0

        def settle(intended: float) -> Callable[[asyncio.Future[Any]], None]:
            def done(future: asyncio.Future[Any]) -> None:
                pending.discard(future)
                latencies.append(time.perf_counter() - intended)

            return done

        while arrived < arrivals:
            due = min(int((time.perf_counter() - started) * rate) + 1, arrivals)
            while arrived < due:
                future = batcher.submit(sales.on(of[arrived % len(of)]))
                pending.add(future)
                future.add_done_callback(settle(started + arrived / rate))
                arrived += 1
            await asyncio.sleep(0.0005)
        while pending:
            await asyncio.sleep(0.005)
    return latencies


def _percentile(values: Sequence[float], percent: int) -> float:
    return 1_000 * statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else 1_000 * values[0]


def measure(stage_: Stage, rounds: int, seconds: float) -> dict[str, Any]:
    """Run all parts, interleaved, and return the medians."""
    spread = sellers(1_000)
    hot, sales = spread[:1], Sales()
    raw = stage_.superuser_url
    asyncio.run(floor.prepare(raw))
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)
        print(f"  {name:36} {value:10.1f}", file=sys.stderr)

    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for name, accounts in (("hot", 1), ("spread", 1_000)):
            note(f"floor {name} 32", asyncio.run(floor.run(raw, accounts=accounts, connections=32, seconds=seconds)))
        for name, of in (("hot", hot), ("spread", spread)):
            note(f"post_one {name}", post_one_rate(of, processes=PROCESSES, seconds=seconds))
        for in_flight in IN_FLIGHT:
            for name, of in (("hot", hot), ("spread", spread)):
                gc.collect()
                gc.freeze()
                rate, p99, batch = asyncio.run(batcher_rate(stage_, of, sales, in_flight=in_flight, seconds=seconds))
                note(f"batcher {name} {in_flight}", rate)
                note(f"batcher {name} {in_flight} p99 ms", p99)
                note(f"batcher {name} {in_flight} batch", batch)
    medians = {name: statistics.median(values) for name, values in found.items()}
    peak = max(value for name, value in medians.items() if name.startswith("batcher") and name[-1].isdigit())
    for share in (25, 50, 80):
        latencies = asyncio.run(open_loop(stage_, spread, sales, rate=peak * share / 100, seconds=seconds * 2))
        medians[f"open loop {share} % rate"] = peak * share / 100
        medians[f"open loop {share} % p50 ms"] = _percentile(latencies, 50)
        medians[f"open loop {share} % p99 ms"] = _percentile(latencies, 99)
    return medians


def ratios(medians: dict[str, float]) -> list[tuple[str, float, float]]:
    """Return what was to be reached: name, ratio, goal."""
    hot, spread = medians["floor hot 32"], medians["floor spread 32"]
    wanted = [
        ("batcher at 32 / hot floor", medians["batcher hot 32"] / hot, 6.0),
        ("batcher at 32 / spread floor", medians["batcher spread 32"] / spread, 0.7),
        ("batcher at 256 / hot floor", medians["batcher hot 256"] / hot, 10.0),
        ("post_one hot / hot floor", medians["post_one hot"] / hot, 0.4),
        ("post_one spread / spread floor", medians["post_one spread"] / spread, 0.4),
    ]
    wanted += [
        (f"hot / spread at {n}", medians[f"batcher hot {n}"] / medians[f"batcher spread {n}"], 0.8) for n in IN_FLIGHT
    ]
    return wanted


def report(settings: dict[str, str], medians: dict[str, float]) -> str:
    """Return the table, in Markdown."""
    lines = [", ".join(f"{name} = {value}" for name, value in settings.items()), ""]
    lines += ["| sales or posts a second | hot account | 1,000 accounts |", "| --- | ---: | ---: |"]
    rows = [("(a) floor, 32 connections", "floor {} 32"), (f"(b) post_one, {PROCESSES} processes", "post_one {}")]
    rows += [(f"(c) batcher, {n} in flight", f"batcher {{}} {n}") for n in IN_FLIGHT]
    for row_title, name in rows:
        cells: list[str] = []
        for where in ("hot", "spread"):
            key = name.format(where)
            tail = f" (p99 {medians[key + ' p99 ms']:.1f} ms)" if f"{key} p99 ms" in medians else ""
            cells.append(f"{medians[key]:,.0f}{tail}")
        lines.append(f"| {row_title} | {cells[0]} | {cells[1]} |")
    lines += ["", "| open loop, of the peak | arrivals a second | p50 | p99 |", "| --- | ---: | ---: | ---: |"]
    for share in (25, 50, 80):
        p50, p99 = medians[f"open loop {share} % p50 ms"], medians[f"open loop {share} % p99 ms"]
        lines.append(f"| {share} % | {medians[f'open loop {share} % rate']:,.0f} | {p50:.1f} ms | {p99:.1f} ms |")
    lines += ["", "| ratio | measured | goal |", "| --- | ---: | ---: |"]
    lines += [
        f"| {ratio} | {value:.2f}{'' if value >= goal else ' (short)'} | {goal} |"
        for ratio, value, goal in ratios(medians)
    ]
    if "large ratio" in medians:
        lines += ["", f"A sale with 5 million movements costs {medians['large ratio']:.2f} × one with 5 thousand."]
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write `bench/results/posting.json`."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=4.0, help="for each part of a round")
    arguments.add_argument("--large", action="store_true", help="also measure with 5 million movements")
    chosen = arguments.parse_args()
    medians: dict[str, float] = {}
    with stage() as stage_:
        settings = stage_.settings
        medians.update(measure(stage_, chosen.rounds, chosen.seconds))
    if chosen.large:
        from bench import large  # noqa: PLC0415 — only when asked for

        medians.update(large.measure())
    print(report(settings, medians))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "posting.json").write_text(json.dumps({"settings": settings, "medians": medians}, indent=1))


if __name__ == "__main__":
    main()
