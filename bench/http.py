"""How fast is the counter over HTTP, as ratios within the same run?

    python -m bench.http              the table below, about six minutes

One process serves the counter and another one Django; PostgreSQL and the load generator (`wrk`, which must be on the
path) share the machine with them. Measured: the server's empty answer; issuance at 8, 32, 128 and 512 connections, on
one hot account and over 1,000; batches of 100; reads of availability and movements; the floor of `bench.posting`; and
an open loop, since callers that wait for an answer before they ask again hide stalls. Then some of it again with two
processes of the counter, as `skypurser serve --counters 2` runs them.

Machines are shared and noisy: rounds are interleaved, and the median round counts.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import math
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import floor
from bench.stage import Seller, Stage, sellers, stage
from skypurser.config.serving.plan import metrics_folder

CONNECTIONS = (8, 32, 128, 512)
_SCRIPT = Path(__file__).parent / "wrk" / "request.lua"
_BATCH = 100

#: Each run of wrk takes its documents from a range of its own.
_ranges = itertools.count(10_000_000, 10_000_000)


@contextlib.contextmanager
def server(
    stage_: Stage, *arguments: str, beside: str = "", environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run granian on the stage's database, at a free port or `beside` another at its address; yields the address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(beside.rpartition(":")[2] or listener.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    # Logs are written as in production, and thrown away.
    settings = {"DATABASE_URL": stage_.app_url, "SKYPURSER_CONNECTIONS": "4", "SKYPURSER_LOGS": "json"}
    process = subprocess.Popen(
        [*command, "--log-level", "warning", *arguments],
        env={**os.environ, **settings, **(environment or {})},
        stderr=subprocess.DEVNULL,
    )
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while not _is_ready(address):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 — our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def load(
    address: str, operation: str, token: str, of: Sequence[Seller], *, connections: int, seconds: float
) -> tuple[float, float]:
    """Return answers a second and the 99th percentile in milliseconds, from callers that wait for their answers."""
    result = subprocess.run(
        [
            *("wrk", "-t", "2", "-c", str(connections), "-d", f"{seconds:.0f}s", "--timeout", "20s"),
            *("-s", str(_SCRIPT), address, "--", operation, str(next(_ranges)), token),
            *(str(seller.account_id) for seller in of),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(result.stdout.partition("RESULT ")[2])
    assert not found["failed"], result.stdout
    return found["requests"] / found["microseconds"] * 1e6, found["p99"] / 1_000


class _Line(asyncio.Protocol):
    """A connection that asks for one sale at a time; answers are counted, and read no further than their length."""

    def __init__(self, idle: "list[_Line]", latencies: list[float]) -> None:
        self._idle, self._latencies = idle, latencies
        self._due = 0.0
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._received = b""
        is_sold = head.startswith(b"HTTP/1.1 201")
        self._latencies.append(time.perf_counter() - self._due if is_sold else math.inf)
        self._idle.append(self)


async def open_loop(address: str, token: str, of: Sequence[Seller], *, rate: float, seconds: float) -> list[float]:
    """Return latencies in seconds from the intended arrival, with arrivals at a constant rate; infinite if refused."""
    host, _, port = address.removeprefix("http://").partition(":")
    loop, number = asyncio.get_running_loop(), next(_ranges)
    idle: list[_Line] = []
    latencies: list[float] = []
    lines = [(await loop.create_connection(lambda: _Line(idle, latencies), host, int(port)))[1] for _ in range(512)]
    idle.extend(lines)
    started, asked, arrivals = time.perf_counter(), 0, int(rate * seconds)
    while len(latencies) < arrivals:
        due = min(int((time.perf_counter() - started) * rate) + 1, arrivals)
        while asked < due and idle:
            account = of[asked % len(of)].account_id
            idle.pop().ask(_sale(token, account, number + asked), started + asked / rate)
            asked += 1
        await asyncio.sleep(0.0005)
    for line in lines:
        line._transport.close()  # noqa: SLF001 — its own protocol
    return latencies


def _sale(token: str, account_id: int, number: int) -> bytes:
    body = (
        f'{{"account_id":{account_id},"document_number":"279{number:010}","form_of_payment":"account",'
        '"route":["JFK","LAX"],"fare":"400.00","taxes":"80.00","passenger":"DOE/JANE","reference":"PNR 8F0D1BE9"}'
    )
    return (
        f"POST /api/v1/tickets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: open-{number}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def token_of(carrier_id: int) -> str:
    """Return the token of a new key with which a benchmark meets no limit."""
    from datetime import UTC, datetime  # noqa: PLC0415 — needs Django, as the others

    from skypurser.access import api_keys  # noqa: PLC0415
    from skypurser.access.actors import operator  # noqa: PLC0415
    from skypurser.access.callers import Scope  # noqa: PLC0415

    return api_keys.create_key(
        name="bench",
        scopes=frozenset(Scope),
        actor=operator(carrier_id),
        now=datetime.now(UTC),
        rate_limit=api_keys.HIGHEST_RATE_LIMIT,
        concurrency_limit=api_keys.HIGHEST_CONCURRENCY_LIMIT,
    ).token


def measure(stage_: Stage, rounds: int, seconds: float) -> dict[str, float]:
    """Run all parts, interleaved, and return the medians."""
    spread = sellers(1_000)
    hot, token = spread[:1], token_of(spread[0].carrier_id)
    asyncio.run(floor.prepare(stage_.superuser_url))
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)
        print(f"  {name:36} {value:10.1f}", file=sys.stderr)

    def both(name: str, measured: tuple[float, float]) -> None:
        note(name, measured[0])
        note(f"{name} p99 ms", measured[1])

    rsgi = ("--interface", "rsgi", "--factory", "skypurser.config.counter:rsgi")
    wsgi = ("--interface", "wsgi", "--blocking-threads", "4", "skypurser.config.wsgi:application")
    with (
        metrics_folder(2) as metrics,
        server(stage_, *rsgi) as counter,
        server(stage_, *rsgi, environment={"SKYPURSER_COUNTER_METRICS": f"{metrics}/1"}) as two,
        server(stage_, *rsgi, beside=two, environment={"SKYPURSER_COUNTER_METRICS": f"{metrics}/2"}),
        server(stage_, *wsgi) as web,
    ):
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            rate = asyncio.run(floor.run(stage_.superuser_url, accounts=1, connections=32, seconds=seconds))
            note("floor hot 32", rate)
            both("empty 128", load(counter, "empty", token, hot, connections=128, seconds=seconds))
            for connections in CONNECTIONS:
                for name, of in (("hot", hot), ("spread", spread)):
                    part = load(counter, "issue", token, of, connections=connections, seconds=seconds)
                    both(f"issue {name} {connections}", part)
            rate, p99 = load(counter, "batch", token, spread, connections=8, seconds=seconds)
            both("batch", (rate * _BATCH, p99))
            for name, of in (("hot", hot), ("spread", spread)):
                both(f"two issue {name} 128", load(two, "issue", token, of, connections=128, seconds=seconds))
            rate, p99 = load(two, "batch", token, spread, connections=8, seconds=seconds)
            both("two batch", (rate * _BATCH, p99))
            both("availability", load(counter, "availability", token, spread, connections=32, seconds=seconds))
            both("movements", load(web, "movements", token, spread, connections=4, seconds=seconds))
            peak = max(found[f"issue {name} {n}"][-1] for name in ("hot", "spread") for n in CONNECTIONS)
            for share in (25, 50, 80):
                rate = peak * share / 100
                latencies = asyncio.run(open_loop(counter, token, spread, rate=rate, seconds=seconds))
                latencies.sort()
                note(f"open {share} rate", rate)
                for percent in (50, 99):
                    note(f"open {share} p{percent} ms", 1_000 * latencies[len(latencies) * percent // 100])
                note(f"open {share} refused", sum(map(math.isinf, latencies)))
    return {name: statistics.median(values) for name, values in found.items()}


def ratios(medians: dict[str, float]) -> list[tuple[str, float, str, bool]]:
    """Return what was to be reached: name, value, goal, whether it is."""
    hot = medians["issue hot 128"]
    wanted = [
        ("issuance at 128 / empty answer", hot / medians["empty 128"], 0.25),
        ("issuance at 128, hot / spread", hot / medians["issue spread 128"], 0.8),
        ("issuance at 128 / hot floor", hot / medians["floor hot 32"], 4.0),
        ("batches of 100 / single, in sales", medians["batch"] / max(hot, medians["issue spread 128"]), 2.0),
    ]
    found = [(name, value, f"≥ {goal}", value >= goal) for name, value, goal in wanted]
    p99 = medians["open 50 p99 ms"]
    return [*found, ("p99 at half of the peak, ms", p99, "≤ 15", p99 <= 15)]


def report(settings: dict[str, str], medians: dict[str, float]) -> str:
    """Return the tables, in Markdown."""

    def cell(name: str) -> str:
        return f"{medians[name]:,.0f} (p99 {medians[name + ' p99 ms']:.1f} ms)"

    lines = [", ".join(f"{name} = {value}" for name, value in settings.items()), ""]
    lines += ["| a second | hot account | 1,000 accounts |", "| --- | ---: | ---: |"]
    lines += [
        f"| sales, {n} connections | {cell(f'issue hot {n}')} | {cell(f'issue spread {n}')} |" for n in CONNECTIONS
    ]
    lines += [
        f"| sales, 128 connections, two processes | {cell('two issue hot 128')} | {cell('two issue spread 128')} |",
        f"| sales in batches of {_BATCH}, 8 connections | | {cell('batch')} |",
        f"| sales in batches of {_BATCH}, 8 connections, two processes | | {cell('two batch')} |",
        f"| availability, 32 connections | | {cell('availability')} |",
        f"| movements (Django), 4 connections | | {cell('movements')} |",
        f"| empty answer, 128 connections | {cell('empty 128')} | |",
        f"| floor, 32 connections of SQL | {medians['floor hot 32']:,.0f} | |",
    ]
    lines += ["", "| open loop, of the peak | arrivals a second | p50 | p99 |", "| --- | ---: | ---: | ---: |"]
    for share in (25, 50, 80):
        p50, p99 = medians[f"open {share} p50 ms"], medians[f"open {share} p99 ms"]
        lines.append(f"| {share} % | {medians[f'open {share} rate']:,.0f} | {p50:.1f} ms | {p99:.1f} ms |")
    lines += ["", "| ratio | measured | goal |", "| --- | ---: | ---: |"]
    lines += [
        f"| {name} | {value:.2f}{'' if reached else ' (short)'} | {goal} |"
        for name, value, goal, reached in ratios(medians)
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print the tables, and write `bench/results/http.json`."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=4.0, help="for each part of a round")
    chosen = arguments.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("This benchmark needs wrk on the path (Debian: apt-get install wrk).")
    with stage() as stage_:
        medians = measure(stage_, chosen.rounds, chosen.seconds)
        settings = stage_.settings
    print(report(settings, medians))
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "http.json").write_text(json.dumps({"settings": settings, "medians": medians}, indent=1))


if __name__ == "__main__":
    main()
