"""How long do the questions and the whole pages of the desk take, with few accounts and with many?

    python -m bench.desk --accounts 100000 --movements 1000000

Fills a carrier (`bench.carrier`) twice, small and large, each in a process and on a server of its own, asks each
question and each page (`bench.pages`) some times, and prints the median of both, their ratio, and how many queries it
takes; and all as JSON. The books are audited first unless `--no-audit`. Loading a million movements takes some minutes.
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
from typing import Any

from bench import carrier
from bench.pages import browser, pages
from bench.stage import stage

SMALL = (1_000, 10_000)
ROUNDS = 21


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


def measure(accounts: int, movements: int, *, is_audited: bool) -> dict[str, dict[str, float]]:
    """Fill a carrier and return median and 95th percentile in milliseconds, and the number of queries, by question."""
    with stage() as stage_:
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
        carrier.fill(stage_.superuser_url, carrier_id=of.id, accounts=accounts, movements=movements, now=now)
        print(f"  filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        if is_audited:
            breaks = [*audit_carrier(of.id), *audit_tickets(of.id)]
            assert not breaks, breaks[:5]
            print("  the books hold", file=sys.stderr)
        actor, took = operator(of.id), {}
        for name, roll_up in (("roll-up: exposure", roll_up_exposure), ("roll-up: sales", roll_up_sales)):
            roll_up(carrier_id=of.id, now=now)
            took[name] = _times(lambda roll_up=roll_up: roll_up(carrier_id=of.id, now=now), rounds=3)  # type: ignore[misc]
        facts = _facts(of.id)
        asked = {**questions(actor, now, facts), **pages(browser(carrier_id=of.id, now=now), now, facts)}
        for name, ask in asked.items():
            took[name] = _times(ask, rounds=ROUNDS)
    return took


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


def _times(ask: Callable[[], Any], *, rounds: int) -> dict[str, float]:
    from django.db import connection  # noqa: PLC0415 — needs Django

    asked = 0

    def counted(execute: Any, *how: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*how)

    with connection.execute_wrapper(counted):
        ask()
    ask()
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        took.append(1_000 * (time.perf_counter() - started))
    took.sort()
    return {"median ms": statistics.median(took), "p95 ms": took[int(rounds * 0.95)], "queries": asked}


def main() -> None:
    """Measure small and large, each in a process of its own, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--movements", type=int, default=1_000_000, help="on the one busy account")
    parser.add_argument("--no-audit", action="store_true")
    parser.add_argument("--one", action="store_true", help="measure this size only, and print JSON only")
    given = parser.parse_args()
    if given.one:
        with contextlib.redirect_stdout(sys.stderr):  # the log of requests
            measured = measure(given.accounts, given.movements, is_audited=not given.no_audit)
        print(json.dumps(measured))
        return
    found = {}
    for accounts, movements in (SMALL, (given.accounts, given.movements)):
        print(f"{accounts:,} accounts, {movements:,} movements on one", file=sys.stderr)
        size = ["--accounts", str(accounts), "--movements", str(movements)]
        command = [sys.executable, "-m", "bench.desk", "--one", *size, *(["--no-audit"] if given.no_audit else [])]
        found[accounts] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    few, many = found.values()
    print(f"{'median ms':36} {SMALL[0]:>9,} {given.accounts:>9,}  ratio  p95 ms  queries")
    for name, took in many.items():
        small, large = few[name]["median ms"], took["median ms"]
        print(f"{name:36} {small:9.1f} {large:9.1f} {large / small:6.1f} {took['p95 ms']:7.1f} {took['queries']:8.0f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
