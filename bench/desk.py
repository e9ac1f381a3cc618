"""How long do the questions and the whole pages of the desk take, with few accounts and with many?

    python -m bench.desk --accounts 100000 --movements 1000000

Fills a carrier (`bench.carrier`) twice, small and large, each in a process and on a server of its own, asks each
question and each page (`bench.pages`) of the one and the other by turns, so that a machine's mood meets both, and
prints the median of both, their ratio, and how many queries it takes. The books are audited first unless `--no-audit`.
Loading a million movements takes some minutes.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TextIO

from bench import carrier
from bench.pages import browser, pages
from bench.stage import stage

SMALL = (1_000, 10_000)
#: How often each is asked, and how often of those in a row.
ROUNDS, AT_ONCE = 21, 3


def questions(actor: Any, now: Any, facts: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return the questions by name.

    Args:
        facts: A reference, a document, an amount, an account in the middle of the list, the last item and the newest
            document of the busy account.
    """
    from skypurser.electronic import movements, queries  # noqa: PLC0415 — needs Django
    from skypurser.electronic.filtering import SUSPENDED, Filters, Order  # noqa: PLC0415
    from skypurser.finding.searching import search  # noqa: PLC0415
    from skypurser.ledger.paging import Way  # noqa: PLC0415
    from skypurser.ledger.queries import MovementFilters  # noqa: PLC0415
    from skypurser.ledger.states import Status  # noqa: PLC0415
    from skypurser.overview import questions as overview  # noqa: PLC0415

    everyone = {"type": None, "statuses": frozenset(Status)}
    middle, last = facts["middle"], facts["last_item"]
    week = {"first_date": now.date() - timedelta(days=180), "last_date": now.date() - timedelta(days=174)}

    def listed(how: dict[str, Any] | None = None, **which: Any) -> Callable[[], Any]:
        return lambda: queries.accounts(Filters(**{**everyone, **which}), actor=actor, limit=51, **(how or {}))

    def moved(how: dict[str, Any] | None = None, **which: Any) -> Callable[[], Any]:
        filters = MovementFilters(**which)
        return lambda: movements.movements(carrier.BUSY, actor=actor, filters=filters, **(how or {}))

    def summed(**which: Any) -> Callable[[], Any]:
        return lambda: movements.totals(carrier.BUSY, actor=actor, filters=MovementFilters(**which))

    def sought(text: str) -> Callable[[], Any]:
        return lambda: search(text, actor=actor)

    return {
        "list: first page": listed(),
        "list: from the middle": listed({"after": middle}),
        "list: back from the middle": listed({"before": middle}),
        "list: by city": listed({"after": middle, "order": Order.CITY}),
        "list: suspended": listed(statuses=SUSPENDED),
        "list: near the limit": listed(near_limit=10),
        "list: over the limit": listed(is_over_limit=True),
        "list: low": listed(is_low=True),
        "list: prepaid": listed(has_credit_limit=False),
        "list: a rare text": listed(text="Tours 77"),
        "list: a common text": listed(text="travel"),
        "list: a text that nobody has": listed(text="zzqq"),
        "list: a city": listed(city=middle.city),
        "count: up to 1,000": lambda: queries.count(Filters(), actor=actor, most=1_000),
        "choices": lambda: queries.choices(actor=actor),
        "movements: newest": moved(),
        "movements: oldest": moved({"way": Way.OLDEST}),
        "movements: from the middle": moved({"after": last // 2}),
        "movements: a page by its number": moved({"number": last // 100}),
        "movements: a week half a year ago": moved(**week),
        "movements: a kind": moved(kinds=frozenset({"credit"})),
        "movements: a text that nobody has": moved(text="zzqq"),
        "totals: all": summed(),
        "totals: a week": summed(**week),
        "home: exposure": lambda: overview.exposures(actor=actor),
        "home: attention": lambda: overview.attention_rows(actor=actor),
        "home: sales": lambda: overview.recent_sales(actor=actor, now=now),
        "home: refusals": lambda: overview.refusals_today(actor=actor, now=now),
        "search: a code": sought(middle.code),
        "search: a document": sought(facts["document"]),
        "search: the beginning of a document": sought(facts["document"][:8]),
        "search: a reference": sought(facts["reference"]),
        "search: an amount": sought(f"{facts['debit'] / 100:,.2f}"),
        "search: a common name": sought("travel"),
        "search: nothing": sought("zzqq xx"),
    }


def serve(accounts: int, movements: int, *, is_audited: bool) -> None:
    """Fill a carrier; then, for each name of a question on standard input, ask it and print the milliseconds as JSON.

    The first line printed has the number of queries by the names of all questions.
    """
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr), stage() as stage_:  # standard output has the log of requests
        asked = _filled(stage_.superuser_url, accounts, movements, is_audited=is_audited)
        _tell({name: _queries(ask) for name, ask in asked.items()}, answers)
        for line in sys.stdin:
            _tell(_times(asked[line.strip()], rounds=AT_ONCE), answers)


def _filled(superuser_url: str, accounts: int, movements: int, *, is_audited: bool) -> dict[str, Callable[[], Any]]:
    from skypurser.access.actors import operator  # noqa: PLC0415 — needs Django
    from skypurser.administration.carriers import create_carrier  # noqa: PLC0415
    from skypurser.ledger.audit import audit_carrier  # noqa: PLC0415
    from skypurser.overview.rolling_up import roll_up_exposure, roll_up_sales  # noqa: PLC0415
    from skypurser.tickets.audit import audit_tickets  # noqa: PLC0415

    now = carrier.moment()
    of = create_carrier(
        code="BENCH", name="Bench Air", country="US", time_zone="America/New_York", currency="USD", now=now
    )
    started = time.perf_counter()
    carrier.fill(superuser_url, carrier_id=of.id, accounts=accounts, movements=movements, now=now)
    print(f"{accounts:,} accounts, {movements:,} movements on one: {time.perf_counter() - started:.0f} s to fill")
    if is_audited:
        breaks = [*audit_carrier(of.id), *audit_tickets(of.id)]
        assert not breaks, breaks[:5]
        print("  the books hold")
    rolls_up: dict[str, Callable[[], Any]] = {
        "roll-up: exposure": lambda: roll_up_exposure(carrier_id=of.id, now=now),
        "roll-up: sales": lambda: roll_up_sales(carrier_id=of.id, now=now),
    }
    for roll_up in rolls_up.values():
        roll_up()
    facts = _facts(of.id)
    return {
        **rolls_up,
        **questions(operator(of.id), now, facts),
        **pages(browser(carrier_id=of.id, now=now), now, facts),
    }


def _facts(carrier_id: int) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415 — needs Django

    from skypurser.access.acting import acting_for  # noqa: PLC0415
    from skypurser.electronic.filtering import Position  # noqa: PLC0415

    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference, document, debit FROM ledger_entry WHERE account_id = %s AND kind = 'ticket'"
            " AND item > (SELECT last_item / 2 FROM ledger_account WHERE id = %s) ORDER BY item LIMIT 1",
            [carrier.BUSY, carrier.BUSY],
        )
        reference, document, debit = cursor.fetchone()
        cursor.execute(
            "SELECT type, code, currency, account_id, city FROM electronic_electronicaccount ORDER BY type, code"
            " OFFSET (SELECT count(*) / 2 FROM ledger_account) LIMIT 1"
        )
        middle = Position(*cursor.fetchone())
        cursor.execute("SELECT last_item FROM ledger_account WHERE id = %s", [carrier.BUSY])
        (last_item,) = cursor.fetchone()
        cursor.execute(
            "SELECT document FROM ledger_entry WHERE account_id = %s AND kind = 'ticket' ORDER BY item DESC LIMIT 1",
            [carrier.BUSY],
        )
        (newest,) = cursor.fetchone()
    return {
        "reference": reference,
        "document": document,
        "debit": debit,
        "middle": middle,
        "last_item": last_item,
        "newest": newest,
    }


def _queries(ask: Callable[[], Any]) -> int:
    from django.db import connection  # noqa: PLC0415 — needs Django

    asked = 0

    def counted(execute: Any, *how: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*how)

    with connection.execute_wrapper(counted):
        ask()
    return asked


def _times(ask: Callable[[], Any], *, rounds: int) -> list[float]:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        took.append(1_000 * (time.perf_counter() - started))
    return took


def _tell(what: Any, where: TextIO) -> None:
    print(json.dumps(what), file=where, flush=True)


class Size:
    """A process with a carrier of this size, and what it took to answer."""

    def __init__(self, accounts: int, movements: int, *, is_audited: bool) -> None:
        size = ["--accounts", str(accounts), "--movements", str(movements)]
        command = [sys.executable, "-m", "bench.desk", "--serve", *size, *([] if is_audited else ["--no-audit"])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.queries: dict[str, int] = self._read()
        self.took: dict[str, list[float]] = {name: [] for name in self.queries}

    def ask(self, name: str) -> None:
        """Ask a question some times."""
        assert self._process.stdin is not None
        print(name, file=self._process.stdin, flush=True)
        self.took[name] += self._read()

    def end(self) -> None:
        """Let the process stop its server."""
        self._process.communicate()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"a carrier's process ended with {self._process.wait()}")
        return json.loads(line)


def main() -> None:
    """Measure small and large by turns, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--movements", type=int, default=1_000_000, help="on the one busy account")
    parser.add_argument("--no-audit", action="store_true")
    parser.add_argument("--serve", action="store_true", help="answer for this size, as told on standard input")
    given = parser.parse_args()
    if given.serve:
        serve(given.accounts, given.movements, is_audited=not given.no_audit)
        return
    _, many = sizes = [
        Size(*size, is_audited=not given.no_audit) for size in (SMALL, (given.accounts, given.movements))
    ]
    for _ in range(ROUNDS // AT_ONCE):
        for name in many.took:
            for size in sizes:
                size.ask(name)
    print(f"{'median ms':36} {SMALL[0]:>9,} {given.accounts:>9,}  ratio  p95 ms  queries")
    for name, took in many.took.items():
        small, large = (statistics.median(size.took[name]) for size in sizes)
        p95 = sorted(took)[int(ROUNDS * 0.95)]
        print(f"{name:36} {small:9.1f} {large:9.1f} {large / small:6.1f} {p95:7.1f} {many.queries[name]:8}")
    for size in sizes:
        size.end()


if __name__ == "__main__":
    main()
