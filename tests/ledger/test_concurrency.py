"""Many at once: threads, processes and batchers that want the same money, key, hold or document.

Every race is run twice: as the ledger is, where the books must hold, and in a database of its own with the lock (or
the constraint) that settles it taken away, where they must break. What never breaks proves nothing.

The races are no matter of luck: `at_once` lets nobody write before everybody has come as far as the locks let them.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import pytest

from skypurser.electronic import managing
from skypurser.history import acts
from skypurser.ledger import posting
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Outcome
from tests import cast
from tests.audits import assert_books_hold
from tests.databases import (
    Database,
    at_once,
    hold_back,
    post_alone,
    post_batch,
    this_database,
    throwaway_database,
    wait_until_gone,
    wait_until_waiting,
)

HOUR = timedelta(hours=1)

#: Through Django in the caller's transaction, or through a poster of one's own.
WAYS = ("django", "poster")

#: How often a race without its lock may end well before that counts as a proof that it is none.
ROUNDS = 5


@pytest.fixture(scope="module")
def ours() -> Database:
    """The worker's database, guarded as in production."""
    return this_database()


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Database]:
    """A database in which only the ledger's own lock stands between two sales and the same money."""
    with throwaway_database(
        without=[
            "DROP TRIGGER check_entries ON ledger_entry",
            "DROP INDEX movement_item_once",
            "ALTER TABLE tickets_ticket DROP CONSTRAINT tickets_ticket_pkey",
            "ALTER TABLE ledger_key DROP CONSTRAINT ledger_key_pkey",
        ]
    ) as database:
        yield database


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch, unguarded: Database) -> Database:
    """The unguarded database, and a ledger that reads without locking."""
    without = posting.LOCK.replace("FOR NO KEY UPDATE", "")
    assert without != posting.LOCK
    monkeypatch.setattr(posting, "LOCK", without)
    return unguarded


def posting_of(database: Database, request: Request, way: str) -> Callable[[], Answer | Exception]:
    return partial(cast.post, request) if way == "django" else partial(post_alone, database, request)


def race(database: Database, requests: Sequence[Request], way: str) -> list[Answer | Exception]:
    return at_once(database, [posting_of(database, request, way) for request in requests])


def post_all(requests: Sequence[Request]) -> list[Answer | Exception]:
    """Post them one after the other through Django."""
    return [cast.post(request) for request in requests]


def batches_at_once(
    database: Database, works: Sequence[Callable[[], list[Answer | Exception]]]
) -> list[list[Answer | Exception]]:
    return [[result] if isinstance(result, Exception) else result for result in at_once(database, works)]


def told(answers: Sequence[Answer | Exception]) -> Counter[str]:
    """How many passed, were replayed, were refused for what, or failed with what."""

    def one(answer: Answer | Exception) -> str:
        if isinstance(answer, Exception):
            return type(answer).__name__
        if answer.replayed:
            return "replayed"
        return answer.code or "passed"

    return Counter(map(one, answers))


def must_break(attempt: Callable[[], bool]) -> None:
    """Assert that the books break within some rounds."""
    assert any(attempt() for _ in range(ROUNDS)), "without its lock the race must break the books, or it is no race"


# --------------------------------------------------------------------------------------------------- the last money


def spend(database: Database, way: str, *, buyers: int, affordable: int) -> tuple[Counter[str], int]:
    """Let the buyers pay 1.00 each at once from an account that can afford some; return what they were told, and what
    is left.
    """
    with database.behind_django():
        agency = cast.agency(cast.carrier(), credit_limit=100 * affordable)
        answers = race(database, [cast.issue(agency, fare=0, taxes=100) for _ in range(buyers)], way)
        return told(answers), cast.standing(agency).available


@pytest.mark.parametrize("way", WAYS)
def test_of_twenty_threads_spending_the_last_money_exactly_as_many_succeed_as_can_be_afforded(
    ours: Database, way: str
) -> None:
    answers, left = spend(ours, way, buyers=20, affordable=7)

    assert (answers, left) == ({"passed": 7, "insufficient_funds": 13}, 0)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_lock_they_overspend(unlocked: Database, way: str) -> None:
    must_break(lambda: spend(unlocked, way, buyers=20, affordable=7)[0]["passed"] > 7)


def test_threads_and_batches_spending_together_never_overspend(ours: Database) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_700)
    sales = [cast.issue(agency, fare=0, taxes=100) for _ in range(40)]

    lone = [partial(post_all, [sale]) for sale in sales[:10]]
    batches = [partial(post_batch, ours, sales[at : at + 10]) for at in (10, 20, 30)]
    answers = list(chain.from_iterable(batches_at_once(ours, [*lone, *batches])))

    assert told(answers) == {"passed": 17, "insufficient_funds": 23}
    assert cast.standing(agency).available == 0
    assert [m.item for m in cast.statement(agency)] == list(range(1, 18))


# -------------------------------------------------------------------------------------------------------- processes


def spend_in_processes(database: Database, *flags: str) -> tuple[Counter[str], int]:
    """Let three processes make ten sales each for money that suffices for seven."""
    environment = {
        **os.environ,
        "DATABASE_URL": database.url("skypurser_app"),
        "DJANGO_SETTINGS_MODULE": "skypurser.config.settings",
    }
    with ExitStack() as stack, database.behind_django():
        spenders = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.ledger.spender", *flags],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=environment,
                    cwd=Path(__file__).parents[2],
                )
            )
            for _ in range(3)
        ]
        assert [_line(spender) for spender in spenders] == ["ready\n"] * 3
        agency = cast.agency(cast.carrier(), credit_limit=700)
        with database.superuser() as gate, gate.transaction():
            hold_back(gate)
            for number, spender in enumerate(spenders):
                order = {"carrier": agency.carrier.id, "account": agency.id, "sales": 10, "amount": 100}
                _tell(spender, {**order, "documents": f"{279_000_000 + number}"})
            wait_until_waiting(database, len(spenders))
        codes = [code for spender in spenders for code in json.loads(_line(spender))]
        for spender in spenders:
            spender.communicate()
        return Counter(code or "passed" for code in codes), cast.standing(agency).available


def _tell(spender: subprocess.Popen[str], order: dict[str, object]) -> None:
    assert spender.stdin is not None
    spender.stdin.write(json.dumps(order) + "\n")
    spender.stdin.flush()


def _line(spender: subprocess.Popen[str]) -> str:
    assert spender.stdout is not None
    return spender.stdout.readline()


def test_of_several_processes_exactly_as_many_sales_pass_as_can_be_afforded(ours: Database) -> None:
    answers, left = spend_in_processes(ours)

    assert (answers, left) == ({"passed": 7, "insufficient_funds": 23}, 0)


def test_without_the_lock_processes_overspend(unguarded: Database) -> None:
    must_break(lambda: spend_in_processes(unguarded, "unlocked")[0]["passed"] > 7)


# ---------------------------------------------------------------------------------------------------------- one key


def send_one_key(database: Database, way: str) -> list[Answer | Exception]:
    with database.behind_django():
        agency = cast.airline().agency
        document, key = cast.fresh_document(), cast.fresh_key()
        return race(database, [cast.issue(agency, document=document, key=key) for _ in range(10)], way)


@pytest.mark.parametrize("way", WAYS)
def test_one_key_from_ten_threads_posts_once_and_is_replayed_nine_times(ours: Database, way: str) -> None:
    answers = send_one_key(ours, way)

    assert told(answers) == {"passed": 1, "replayed": 9}
    facts = [answer.facts for answer in answers if isinstance(answer, Answer)]
    assert facts == [facts[0]] * 10


@pytest.mark.parametrize("way", WAYS)
def test_without_the_lock_one_key_is_judged_several_times(unlocked: Database, way: str) -> None:
    must_break(lambda: told(send_one_key(unlocked, way)) != {"passed": 1, "replayed": 9})


# -------------------------------------------------------------------------------------------------------------- holds


def resolve_one_hold(database: Database, way: str) -> tuple[Counter[str], int]:
    """Capture and release one hold at once; return what everybody was told, and the account's held sum."""
    with database.behind_django():
        agency = cast.agency(cast.carrier(), credit_limit=1_000)
        hold_id = cast.post(cast.hold(agency, 700)).facts["hold"]
        captures = [cast.capture(agency, hold_id, 650) for _ in range(5)]
        releases = [cast.release(agency, hold_id) for _ in range(5)]
        answers = race(database, [request for pair in zip(captures, releases, strict=True) for request in pair], way)
        return told(answers), cast.standing(agency).held


@pytest.mark.parametrize("way", WAYS)
def test_a_hold_that_many_capture_and_release_is_resolved_once(ours: Database, way: str) -> None:
    answers, held = resolve_one_hold(ours, way)

    assert (answers, held) == ({"passed": 1, "hold_resolved": 9}, 0)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_lock_a_hold_is_resolved_several_times(unlocked: Database, way: str) -> None:
    must_break(lambda: resolve_one_hold(unlocked, way)[0]["passed"] > 1)


def sell_at_the_expiry(database: Database, way: str) -> tuple[Counter[str], int, int]:
    """Sell at the instant at which a hold expires; return what everybody was told, what is left, and how often the
    hold has expired.
    """
    with database.behind_django():
        agency = cast.agency(cast.carrier(), credit_limit=1_000)
        cast.post(cast.hold(agency, 700, lasts=HOUR))
        at = cast.NOON + HOUR
        answers = race(database, [cast.issue(agency, fare=0, taxes=100, now=at) for _ in range(14)], way)
        seen = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
        expired = [act for act in seen if act.action == "hold.expired"]
        return told(answers), cast.standing(agency, now=at).available, len(expired)


@pytest.mark.parametrize("way", WAYS)
def test_a_hold_expires_once_and_its_money_is_sold_once(ours: Database, way: str) -> None:
    assert sell_at_the_expiry(ours, way) == ({"passed": 10, "insufficient_funds": 4}, 0, 1)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_lock_a_hold_expires_several_times(unlocked: Database, way: str) -> None:
    must_break(lambda: sell_at_the_expiry(unlocked, way)[2] > 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_hold_is_either_captured_or_expired(ours: Database, way: str) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    hold_id = cast.post(cast.hold(agency, 700, lasts=HOUR)).facts["hold"]

    in_time = cast.capture(agency, hold_id, 700, now=cast.NOON + HOUR - timedelta(microseconds=1))
    late = cast.issue(agency, fare=0, taxes=1_000, now=cast.NOON + HOUR)
    answers = race(ours, [in_time, late], way)

    assert told(answers) in (
        {"passed": 1, "insufficient_funds": 1},
        {"passed": 1, "hold_expired": 1},
    )


# ------------------------------------------------------------------------------------------- many accounts, any order


def cross(database: Database, rounds: int, **settings: str) -> tuple[int, int]:
    """Let four posters post batches over the same accounts in opposite orders; return deadlocks and postings."""
    with database.behind_django():
        carriers = [cast.carrier(), cast.carrier()]
        accounts = [cast.agency(carriers[number % 2], credit_limit=0) for number in range(8)]
    before = deadlocks(database)

    def post_many(seed: int) -> int:
        order = random.Random(seed)  # noqa: S311 — a test's own order
        posted = 0
        with database.poster(**settings) as poster:
            for round_ in range(rounds):
                batch = accounts if (seed + round_) % 2 else accounts[::-1]
                if seed > 1:
                    batch = order.sample(accounts, len(accounts))
                answers = poster.post([cast.credit(account, 1) for account in batch])
                posted += sum(isinstance(answer, Answer) for answer in answers)
        return posted

    results = at_once(database, [partial(post_many, seed) for seed in range(4)])
    posted = sum(result for result in results if not isinstance(result, Exception))
    with database.behind_django():
        assert sum(cast.standing(account).credits for account in accounts) == posted
    return deadlocks(database) - before, posted


def deadlocks(database: Database) -> int:
    wait_until_gone(database, "skypurser-posting")  # what a session counted is told when it ends
    with database.superuser() as connection:
        found = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [database.name]
        ).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("settings", [{}, {"enable_sort": "off"}], ids=["as it is", "without sorting"])
def test_batches_over_accounts_in_opposite_orders_never_deadlock(ours: Database, settings: dict[str, str]) -> None:
    assert cross(ours, rounds=6, **settings) == (0, 4 * 6 * 8)


def test_without_the_one_order_batches_deadlock(unguarded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # Leaving ORDER BY out is not enough to see it: the index happens to return the rows in its order.
    monkeypatch.setattr(posting, "LOCK", posting.LOCK.replace("ORDER BY id", "ORDER BY random()"))
    with unguarded.superuser() as connection:
        connection.execute(f"ALTER DATABASE {unguarded.name} SET deadlock_timeout = '5ms'")

    must_break(lambda: cross(unguarded, rounds=6)[0] > 0)


# ---------------------------------------------------------------------------------- what no account's lock can settle


def sell_one_document_twice(database: Database, way: str, *, neighbours: int = 0) -> list[list[Answer | Exception]]:
    """Sell one document on two accounts at once, each amid neighbours in its batch."""
    with database.behind_django():
        airline = cast.airline()
        document = cast.fresh_document()
        batches = [
            [
                *[cast.issue(account) for _ in range(neighbours)],
                cast.issue(account, document=document),
                *[cast.issue(account) for _ in range(neighbours)],
            ]
            for account in (airline.agency, airline.client)
        ]
        post = post_all if way == "django" else partial(post_batch, database)
        return batches_at_once(database, [partial(post, batch) for batch in batches])


@pytest.mark.parametrize("way", WAYS)
def test_a_document_sold_on_two_accounts_at_once_is_sold_once_and_the_other_is_told_so(
    ours: Database, way: str
) -> None:
    answers = sell_one_document_twice(ours, way)

    assert told([answer for (answer,) in answers]) == {"passed": 1, "duplicate_document": 1}


def test_the_neighbours_of_a_document_sold_twice_are_unharmed(ours: Database) -> None:
    answers = sell_one_document_twice(ours, "poster", neighbours=3)

    assert told([batch[3] for batch in answers]) == {"passed": 1, "duplicate_document": 1}
    assert told(list(chain.from_iterable(answers))) == {"passed": 13, "duplicate_document": 1}


def test_without_the_constraint_a_document_is_sold_twice(unguarded: Database) -> None:
    must_break(lambda: told([a for (a,) in sell_one_document_twice(unguarded, "poster")])["passed"] == 2)


@pytest.mark.parametrize("way", WAYS)
def test_one_key_for_two_accounts_at_once_serves_one_of_them(ours: Database, way: str) -> None:
    airline, key = cast.airline(), cast.fresh_key()

    answers = race(ours, [cast.credit(account, 100, key=key) for account in (airline.agency, airline.client)], way)

    assert told(answers) == {"passed": 1, "key_reused": 1}
    assert sum(cast.standing(account).net for account in (airline.agency, airline.client)) == 100


@pytest.mark.parametrize("way", WAYS)
def test_one_key_for_an_unknown_account_sent_twice_at_once_is_refused_once(ours: Database, way: str) -> None:
    request = replace(cast.credit(cast.airline().agency, 100), account_id=None)

    answers = race(ours, [request, replace(request)], way)

    assert told(answers) == {"account_not_found": 1, "replayed": 1}


def test_the_neighbours_of_a_key_used_twice_are_unharmed(ours: Database) -> None:
    airline, key = cast.airline(), cast.fresh_key()
    batches = [
        [cast.credit(account, 1), cast.credit(account, 100, key=key), cast.credit(account, 1)]
        for account in (airline.agency, airline.client)
    ]

    answers = batches_at_once(ours, [partial(post_batch, ours, batch) for batch in batches])

    assert told(list(chain.from_iterable(answers))) == {"passed": 5, "key_reused": 1}
    assert sum(cast.standing(account).net for account in (airline.agency, airline.client)) == 104


def test_a_change_of_terms_and_a_sale_never_mix(ours: Database) -> None:
    """The account's lock covers its terms too: every sale has the old rate or the new one, and says which."""
    agency = cast.airline().agency
    sales = [cast.issue(agency, fare=10_000, taxes=0) for _ in range(6)]

    def change() -> Answer:
        managing.set_terms(
            account_id=agency.id, rates=cast.rates("FIXED 50.00"), reference="new", actor=agency.actor, now=cast.NOON
        )
        return cast.post(cast.credit(agency, 1))

    answers = at_once(ours, [*[posting_of(ours, sale, "django") for sale in sales], change])

    assert told(answers) == {"passed": 7}
    debits = [m.debit for m in cast.statement(agency) if m.kind == "ticket"]
    changed = next((at for at, debit in enumerate(debits) if debit == 5_000), len(debits))
    assert debits == [9_200] * changed + [5_000] * (6 - changed)


def test_the_books_hold_after_a_race_of_everything_with_everything(ours: Database) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    hold_id = cast.post(cast.hold(agency, 500)).facts["hold"]

    mixed = [
        *[cast.issue(agency, fare=0, taxes=100) for _ in range(6)],
        *[cast.capture(agency, hold_id, 400) for _ in range(2)],
        *[cast.credit(agency, 50) for _ in range(4)],
        *[cast.release(agency, hold_id) for _ in range(2)],
    ]
    answers = race(ours, mixed, "poster")

    assert all(isinstance(answer, Answer) and answer.outcome in set(Outcome) for answer in answers)
    assert_books_hold([agency.carrier.id])
