"""Many at once on one card. Each race runs twice: with the lock, where it holds, and without, where it breaks."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.charter import closing
from skypurser.jetcards import adding, funding
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger import accounts, posting
from skypurser.ledger.requests import Answer, RequestRefused
from tests import cast
from tests.databases import Database, alone, at_once, this_database, throwaway_database
from tests.jetcards import spending

#: How often a race without its lock may end well before that counts as a proof that it is none.
ROUNDS = 5


@pytest.fixture(scope="module")
def ours() -> Database:
    return this_database()


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Database]:
    """A database in which only the ledger's own lock stands between two postings and the same money."""
    with throwaway_database(
        without=["DROP TRIGGER check_entries ON ledger_entry", "DROP INDEX movement_item_once"]
    ) as database:
        yield database


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch, unguarded: Database) -> Database:
    """The unguarded database, and a ledger that reads without locking."""
    without = posting.LOCK.replace("FOR NO KEY UPDATE", "")
    assert without != posting.LOCK
    monkeypatch.setattr(posting, "LOCK", without)
    return unguarded


def must_break(attempt: Callable[[], bool]) -> None:
    assert any(attempt() for _ in range(ROUNDS)), "without its lock the race must break the books, or it is no race"


def outcome(result: Answer | Exception) -> str:
    if isinstance(result, RequestRefused):
        return result.code
    return type(result).__name__ if isinstance(result, Exception) else (result.code or "passed")


def about(card: cast.Account, **more: Any) -> dict[str, Any]:
    return {
        "card_id": card.id,
        "reference": "race",
        "key": cast.fresh_key("race"),
        "actor": card.actor,
        "now": cast.NOON,
        **more,
    }


# ------------------------------------------------------------------------------------- two removals, the same money


def remove_twice(database: Database) -> tuple[list[str], int]:
    with database.behind_django():
        card = cast.charter_operator(balance=100_000).card
        works = [partial(funding.remove_funds, **about(card, amount=60_000)) for _ in range(2)]
        return sorted(map(outcome, at_once(database, works))), cast.standing(card).net


def test_of_two_removals_of_the_same_money_one_wins(ours: Database) -> None:
    assert remove_twice(ours) == (["insufficient_funds", "passed"], 40_000)


def test_without_the_lock_both_would_win(unlocked: Database) -> None:
    must_break(lambda: remove_twice(unlocked)[0] == ["passed", "passed"])


# ------------------------------------------------------------------------------------------ closing, and a deduction


def close_while_paying(database: Database) -> tuple[str, str, int]:
    with database.behind_django():
        card = cast.charter_operator(balance=100_000).card
        close = partial(closing.close, **about(card))
        pay = partial(spending.pay, **about(card, amount=60_000))
        closed, paid = at_once(database, [close, pay])
        return outcome(closed), outcome(paid), cast.standing(card).net


def test_a_payment_comes_before_the_end_of_a_card_or_not_at_all(ours: Database) -> None:
    closed, paid, net = close_while_paying(ours)

    assert closed == "passed"
    assert paid in {"passed", "account_closed"}
    assert net == 0


def test_without_the_lock_the_money_would_be_paid_back_and_spent(unlocked: Database) -> None:
    must_break(lambda: close_while_paying(unlocked)[:2] == ("passed", "passed"))


# -------------------------------------------------------------------------------- taking the card from who uses it


def assign_while_paying(database: Database) -> str:
    """Ann gets the card for herself while Bob pays by it; return what Bob was told, who came second."""
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        card = operator.card
        change = partial(
            adding.change_card,
            card_id=card.id,
            changes=CardChanges(person_ids=frozenset({operator.ann.id})),
            actor=operator.actor,
            now=cast.NOON,
        )

        pay = partial(spending.pay, **about(card, amount=60_000, person_id=operator.bob.id))
        with acting_for(operator.carrier.id):
            change()
            paid = begun(database, pay)  # before the change is committed
        return outcome(paid())


def begun(database: Database, work: Callable[[], Answer]) -> Callable[[], Answer | Exception]:
    """Begin the work in another session and return, once it waits for a lock or is done, how to get its result."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(alone, database, work)
    deadline = time.monotonic() + 30
    with database.superuser() as watch:
        while not future.done():
            row = watch.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                [database.name],
            ).fetchone()
            if row is not None and row[0]:
                break
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def result() -> Answer | Exception:
        with pool:
            return future.result()

    return result


def test_who_pays_while_the_card_is_given_to_another_waits_and_is_refused(ours: Database) -> None:
    assert assign_while_paying(ours) == "card_not_for_person"


def test_without_the_lock_bob_would_pay_by_anns_card(ours: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "lock", lambda **_: None)

    assert assign_while_paying(ours) == "passed"


def test_the_same_name_at_once_makes_one_card(ours: Database) -> None:
    operator = cast.charter_operator()
    add = partial(adding.add_card, customer_id=operator.customer.id, name="Gold", actor=operator.actor, now=cast.NOON)

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(alone, ours, add) for _ in range(4)]]

    assert sorted(type(result).__name__ for result in results) == ["CardExists"] * 3 + ["Found"]
