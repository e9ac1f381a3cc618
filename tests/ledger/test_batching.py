"""Group commit: what arrives while a commit is under way is posted together in the next one."""

import asyncio
import os
import select
import socket
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.electronic.requests import ManualCredit
from skypurser.errors import InvalidRequest
from skypurser.ledger import control, poster
from skypurser.ledger.batching import Batcher, Overloaded, Stopping
from skypurser.ledger.intents import AccountState, Intent, Refused
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Control, Outcome
from tests import cast
from tests.clusters import RESTORED, another_cluster, restore
from tests.databases import (
    Database,
    hold_back,
    post_together,
    sessions,
    this_database,
    throwaway_database,
    wait_until_gone,
    wait_until_waiting,
)

APPLICATION = "skypurser-posting"


def batcher(**how: Any) -> Batcher:
    return Batcher(this_database().url("skypurser_app"), **how)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run it, and fail instead of waiting for ever for an answer that never comes."""

    async def limited() -> T:
        async with asyncio.timeout(60):
            return await work

    return asyncio.run(limited())


@contextmanager
def nobody_commits(gate: psycopg.Connection) -> Iterator[None]:
    """While this lasts, a batch that was begun waits before it writes, and the next one grows."""
    with gate.transaction():
        hold_back(gate)
        yield


async def outcome(future: asyncio.Future[Answer]) -> Answer | Exception:
    try:
        return await future
    except Exception as error:  # noqa: BLE001 — it is the outcome
        return error


def facts(answer: Answer | Exception) -> dict[str, Any]:
    assert isinstance(answer, Answer), answer
    assert answer.outcome is Outcome.POSTED, answer
    return answer.facts


# -------------------------------------------------------------------------------------------------- group commit


@pytest.mark.parametrize(("largest", "sizes"), [(1_000, [1, 20]), (7, [1, 7, 7, 6]), (20, [1, 20])])
def test_what_arrives_during_a_commit_is_posted_together_in_the_next(
    superuser: psycopg.Connection, largest: int, sizes: list[int]
) -> None:
    agency, seen = cast.airline().agency, list[int]()

    async def work() -> int:
        async with batcher(largest_batch=largest, observe=lambda size, _: seen.append(size)) as posting:
            with nobody_commits(superuser):
                futures = [posting.submit(cast.credit(agency, 1))]
                wait_until_waiting(this_database(), 1)
                futures += [posting.submit(cast.credit(agency, 1)) for _ in range(20)]
            await asyncio.gather(*futures)
        return posting.batches

    assert (run(work()), seen) == (len(sizes), sizes)
    assert cast.standing(agency).net == 21


def test_each_caller_gets_the_answer_to_its_own_request_in_the_order_of_arrival() -> None:
    agency = cast.airline().agency

    async def work() -> list[Answer]:
        async with batcher() as posting:
            return await asyncio.gather(*[posting.submit(cast.credit(agency, amount)) for amount in range(1, 301)])

    answers = run(work())

    assert [(answer.facts["item"], answer.facts["credit"]) for answer in answers] == [(n, n) for n in range(1, 301)]


def test_many_submits_from_many_tasks_make_few_batches() -> None:
    agency = cast.airline().agency

    async def work() -> int:
        async with batcher() as posting:

            async def one() -> Answer:
                return await posting.submit(cast.issue(agency, fare=1, taxes=0))

            answers = await asyncio.gather(*[one() for _ in range(400)])
            assert {answer.outcome for answer in answers} == {Outcome.POSTED}
        return posting.batches

    assert run(work()) < 100


def test_one_after_the_other_works_too() -> None:
    agency = cast.airline().agency

    async def work() -> list[int]:
        async with batcher() as posting:
            return [(await posting.submit(cast.credit(agency, 1))).facts["item"] for _ in range(25)]

    assert run(work()) == list(range(1, 26))


def test_several_carriers_share_a_batch(superuser: psycopg.Connection) -> None:
    airlines, seen = [cast.airline(), cast.outsider(), cast.airline()], list[int]()

    async def work() -> None:
        async with batcher(observe=lambda size, _: seen.append(size)) as posting:
            with nobody_commits(superuser):
                first = posting.submit(cast.credit(airlines[0].agency, 1))
                wait_until_waiting(this_database(), 1)
                futures = [posting.submit(cast.issue(airline.agency)) for airline in airlines]
            await asyncio.gather(first, *futures)

    run(work())

    assert seen == [1, 3]
    assert [cast.standing(airline.agency).net for airline in airlines] == [-44_799, -44_800, -44_800]


def test_money_spent_in_a_batch_is_spent_for_the_rest_of_it() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)

    answers = post_together([cast.issue(agency) for _ in range(4)])

    assert [getattr(answer, "code", answer) for answer in answers] == [None, None, *["insufficient_funds"] * 2]


def test_a_key_twice_in_one_batch_is_judged_once() -> None:
    agency = cast.airline().agency
    request = cast.issue(agency)

    first, again, other = post_together(
        [request, cast.issue(agency, document=request.document, key=request.key), cast.issue(agency, key=request.key)]
    )

    assert isinstance(first, Answer)
    assert again == replace(first, replayed=True)
    assert isinstance(other, Answer)
    assert other.code == "key_reused"
    assert len(cast.statement(agency)) == 1


def test_a_document_twice_in_one_batch_is_sold_once() -> None:
    airline = cast.airline()
    request = cast.issue(airline.agency)

    answers = post_together([request, cast.issue(airline.client, document=request.document)])

    assert [getattr(answer, "code", answer) for answer in answers] == [None, "duplicate_document"]


# -------------------------------------------------------------------------------------------------------- poison


@dataclass(slots=True, kw_only=True)
class PlanRaises(ManualCredit):
    def plan(self, *_: Any, **__: Any) -> Intent | Refused:
        raise ZeroDivisionError


@dataclass(slots=True, kw_only=True)
class RecordRaises(ManualCredit):
    def record(self, *_: Any, **__: Any) -> None:
        raise ZeroDivisionError


@dataclass(slots=True, kw_only=True)
class PlansNonsense(ManualCredit):
    def plan(self, *_: Any, **__: Any) -> Any:
        return "pay me"


@dataclass(slots=True, kw_only=True)
class Unbalanced(ManualCredit):
    def intend(self, account: AccountState, terms: Any, book: Any, now: datetime) -> Any:
        movement: Any = ManualCredit.intend(self, account, terms, book, now)
        return replace(movement, contra=((Control.SALES, self.amount + 1, 0),))


def spoiled(agency: cast.Account, kind: type[ManualCredit]) -> ManualCredit:
    plain = cast.credit(agency, 1)
    return kind(**{field.name: getattr(plain, field.name) for field in fields(plain)})


@dataclass(slots=True, kw_only=True)
class BeyondBigint(ManualCredit):
    def intend(self, account: AccountState, terms: Any, book: Any, now: datetime) -> Any:
        movement: Any = ManualCredit.intend(self, account, terms, book, now)
        return replace(movement, credit=2**63, contra=((Control.BANK_CLEARING, 2**63, 0),))


POISONS: dict[str, Callable[[cast.Account], Request]] = {
    "a lone surrogate as key": lambda agency: cast.credit(agency, 1, key="\udfff"),
    "an account id beyond bigint": lambda agency: replace(cast.credit(agency, 1), account_id=2**70),
    "an amount beyond bigint": lambda agency: spoiled(agency, BeyondBigint),
    "a plan that raises": lambda agency: spoiled(agency, PlanRaises),
    "a record that raises": lambda agency: spoiled(agency, RecordRaises),
    "a plan of nonsense": lambda agency: spoiled(agency, PlansNonsense),
    "an entry that does not balance": lambda agency: spoiled(agency, Unbalanced),
}


@pytest.mark.parametrize(
    "make",
    [
        lambda agency: cast.credit(agency, 2**63),
        lambda agency: cast.credit(agency, 10**40),
        lambda agency: cast.credit(agency, 0),
        lambda agency: cast.credit(agency, -5),
        lambda agency: cast.hold(agency, 0),
        lambda agency: cast.capture(agency, 1, 0),
        lambda agency: cast.refund(agency, "2790000000001", fare=0),
        lambda agency: cast.refund(agency, "2790000000001", fare=10, taxes=-5),
        lambda agency: cast.refund(agency, "2790000000001", fare=10, penalty=-5),
        lambda agency: cast.refund(agency, "279-2400001001", fare=10),
        lambda agency: cast.issue(agency, fare=-100),
        lambda agency: cast.issue(agency, fare=10**17),
        lambda agency: cast.issue(agency, route=()),
        lambda agency: cast.issue(agency, route=("JFK", "QQQ")),
        lambda agency: replace(cast.issue(agency), passenger="\ud800"),
        lambda agency: replace(cast.credit(agency, 1), reference="a\0b"),
        lambda agency: replace(cast.credit(agency, 1), reference="x" * 501),
        lambda agency: replace(cast.credit(agency, 1), account_named="\ud800"),
        lambda agency: cast.credit(agency, 1, now=datetime(2026, 1, 15, 17)),  # noqa: DTZ001 — that is the point
    ],
)
def test_what_is_malformed_never_becomes_a_request(make: Callable[[cast.Account], Request]) -> None:
    agency = cast.airline().agency

    with pytest.raises(InvalidRequest):
        make(agency)

    assert cast.statement(agency) == []


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_request_harms_no_neighbour(superuser: psycopg.Connection, poison: str) -> None:
    airline = cast.airline()
    neighbours = [cast.credit(airline.agency, 10), cast.issue(airline.client), cast.credit(airline.agency, 20)]
    bad = POISONS[poison](airline.agency)

    async def work() -> list[Answer | Exception]:
        async with batcher() as posting:
            with nobody_commits(superuser):
                first = posting.submit(cast.credit(airline.client, 1))
                wait_until_waiting(this_database(), 1)
                futures = [posting.submit(request) for request in (*neighbours[:2], bad, neighbours[2])]
            await first
            answers = [await outcome(future) for future in futures]
            answers.append(await posting.submit(cast.credit(airline.agency, 30)))
            return answers

    *before, told, after, later = run(work())

    assert isinstance(told, Exception), told
    assert not isinstance(told, OutcomeUnknown), told
    assert [facts(answer)["item"] for answer in (*before, after, later)] == [1, 2, 2, 3]
    assert cast.standing(airline.agency).net == 60
    assert cast.standing(airline.agency).held == 0


def test_a_poisoned_request_binds_no_key() -> None:
    agency = cast.airline().agency
    bad = spoiled(agency, BeyondBigint)

    (told,) = post_together([bad])
    (cured,) = post_together([cast.credit(agency, 1, key=bad.key)])

    assert isinstance(told, Exception)
    assert facts(cured)["item"] == 1


def test_a_batch_of_nothing_but_poison_answers_each() -> None:
    agency = cast.airline().agency

    answers = post_together([spoiled(agency, BeyondBigint) for _ in range(3)])

    assert all(isinstance(answer, Exception) for answer in answers)
    assert cast.statement(agency) == []


# ----------------------------------------------------------------------------------------- overload and stopping


def test_a_full_queue_refuses_at_once_and_answers_what_it_accepted(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    refused = cast.credit(agency, 1)

    async def work() -> None:
        async with batcher(longest_queue=3) as posting:
            with nobody_commits(superuser):
                futures = [posting.submit(cast.credit(agency, 1))]
                wait_until_waiting(this_database(), 1)
                futures += [posting.submit(cast.credit(agency, 1)) for _ in range(3)]
                with pytest.raises(Overloaded):
                    posting.submit(refused)
            await asyncio.gather(*futures)
            again = await posting.submit(refused)
            assert not again.replayed

    run(work())

    assert cast.standing(agency).net == 5


def test_those_that_wait_together_are_judged_in_their_order_with_nobody_in_between(
    superuser: psycopg.Connection,
) -> None:
    agency = cast.airline().agency
    bad = spoiled(agency, BeyondBigint)

    async def work() -> list[Any]:
        async with batcher() as posting:
            with nobody_commits(superuser):
                first = posting.submit(cast.credit(agency, 1))
                wait_until_waiting(this_database(), 1)
                group = posting.submit_all([cast.credit(agency, 1), bad, cast.credit(agency, 1)])
                after = posting.submit(cast.credit(agency, 1))
                assert group.answers == [None, None, None]
            await asyncio.gather(first, group.done, after)
            return [*group.answers, await after]

    one, told, two, after = run(work())

    assert [facts(answer)["item"] for answer in (one, two, after)] == [2, 3, 4]
    assert isinstance(told, Exception)


def test_of_those_that_wait_together_as_many_are_taken_as_there_is_room_for(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    async def work() -> int:
        async with batcher(longest_queue=3) as posting:
            with nobody_commits(superuser):
                posting.submit(cast.credit(agency, 1))
                wait_until_waiting(this_database(), 1)
                posting.submit(cast.credit(agency, 1))
                group = posting.submit_all([cast.credit(agency, 1) for _ in range(5)])
                with pytest.raises(Overloaded):
                    posting.submit_all([cast.credit(agency, 1)])
            await group.done
            return len(group.answers)

    assert run(work()) == 2
    assert cast.standing(agency).net == 4


def test_whoever_waits_for_several_no_longer_harms_nobody(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    async def work() -> None:
        async with batcher() as posting:
            with nobody_commits(superuser):
                group = posting.submit_all([cast.credit(agency, 1) for _ in range(3)])
                wait_until_waiting(this_database(), 1)
                group.done.cancel()
                later = posting.submit(cast.credit(agency, 1))
            assert facts(await later)["item"] == 4
        with pytest.raises(Stopping):
            posting.submit_all([cast.credit(agency, 1)])

    run(work())

    assert cast.standing(agency).net == 4


def test_leaving_answers_everything_that_was_accepted(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    async def work() -> list[bool]:
        posting = batcher(largest_batch=2)
        async with posting:
            with nobody_commits(superuser):
                futures = [posting.submit(cast.credit(agency, 1)) for _ in range(9)]
                wait_until_waiting(this_database(), 1)
        with pytest.raises(Stopping):
            posting.submit(cast.credit(agency, 1))
        return [future.done() for future in futures]

    assert run(work()) == [True] * 9
    assert cast.standing(agency).net == 9


def test_one_that_was_never_entered_takes_nothing() -> None:
    agency = cast.airline().agency

    with pytest.raises(Stopping):
        batcher().submit(cast.credit(agency, 1))


def test_an_idle_one_leaves_and_closes_its_connection() -> None:
    agency, others = cast.airline().agency, sessions(this_database(), APPLICATION)

    async def work() -> int:
        async with batcher() as posting:
            await posting.submit(cast.credit(agency, 1))
            assert len(sessions(this_database(), APPLICATION) - others) == 1
        return posting.batches

    assert run(work()) == 1
    wait_until_gone(this_database(), APPLICATION, but=others)


def test_how_long_the_batch_in_flight_has_been_is_known_and_whether_anybody_posts(
    superuser: psycopg.Connection,
) -> None:
    agency = cast.airline().agency

    async def work() -> tuple[Batcher, float, float]:
        async with batcher() as posting:
            with nobody_commits(superuser):
                future = posting.submit(cast.credit(agency, 1))
                wait_until_waiting(this_database(), 1)
                await asyncio.sleep(0.1)
                stuck = posting.seconds_under_way()
            await future
            assert posting.is_alive
            while posting.seconds_under_way():
                await asyncio.sleep(0.001)
            return posting, stuck, posting.seconds_under_way()

    posting, stuck, afterwards = run(work())

    assert stuck >= 0.1
    assert (afterwards, posting.is_alive) == (0.0, False)


def test_a_caller_who_gives_up_harms_nobody_and_the_key_tells(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    requests = [cast.credit(agency, amount) for amount in (1, 10, 100)]

    async def work() -> tuple[list[Answer], Answer]:
        async with batcher() as posting:
            with nobody_commits(superuser):
                futures = [posting.submit(request) for request in requests]
                wait_until_waiting(this_database(), 1)
                futures[1].cancel()
            answers = [await futures[0], await futures[2]]
            return answers, await posting.submit(requests[1])

    answers, told = run(work())

    assert [answer.outcome for answer in answers] == [Outcome.POSTED] * 2
    assert (told.replayed, told.facts["credit"]) == (True, 10)
    assert cast.standing(agency).net == 111


def test_an_observer_that_fails_stops_nobody() -> None:
    agency = cast.airline().agency

    def observe(size: int, seconds: float) -> None:
        raise ZeroDivisionError

    async def work() -> list[int]:
        async with batcher(observe=observe) as posting:
            return [(await asyncio.wait_for(posting.submit(cast.credit(agency, 1)), 3)).facts["item"] for _ in range(3)]

    assert run(work()) == [1, 2, 3]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_comes_while_the_posting_thread_ends_is_turned_away() -> None:
    """The thread looks for the last time between the question whether it lives and the request's place in the queue."""
    agency, may_end = cast.airline().agency, threading.Event()

    def end(_size: int, _seconds: float) -> None:
        may_end.wait(10)
        raise SystemExit

    class Late(deque[Any]):
        def append(self, item: Any) -> None:
            may_end.set()
            posting._thread.join(10)
            super().append(item)

    posting = batcher(observe=end)

    async def work() -> Answer | Exception:
        async with posting:
            await posting.submit(cast.credit(agency, 1))
            posting._waiting = Late()
            return await asyncio.wait_for(outcome(posting.submit(cast.credit(agency, 1))), 3)

    assert isinstance(run(work()), Stopping)
    assert cast.standing(agency).net == 1


# ------------------------------------------------------------------------------------------------------- unknown


def terminate(superuser: psycopg.Connection) -> None:
    superuser.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE application_name = %s AND datname = current_database()",
        [APPLICATION],
    )


def test_a_server_process_that_dies_before_the_commit_leaves_the_outcome_unknown_until_asked_again(
    superuser: psycopg.Connection,
) -> None:
    agency = cast.airline().agency
    requests = [cast.credit(agency, 1), cast.issue(agency)]

    async def work() -> tuple[list[Answer | Exception], list[Answer]]:
        async with batcher() as posting:
            with nobody_commits(superuser):
                futures = [posting.submit(request) for request in requests]
                wait_until_waiting(this_database(), 1)
                terminate(superuser)
            lost = [await outcome(future) for future in futures]
            return lost, await asyncio.gather(*[posting.submit(request) for request in requests])

    lost, told = run(work())

    assert isinstance(lost[0], OutcomeUnknown)
    assert [answer.replayed for answer in told] == [False, isinstance(lost[1], Answer)]
    assert [m.kind for m in cast.statement(agency)].count("credit") == 1
    assert cast.standing(agency).net == 1 - 44_800


def test_a_lock_that_is_not_to_be_had_fails_its_request_and_the_session_goes_on(superuser: psycopg.Connection) -> None:
    """The first round trip fails as a whole; nothing is left of the transaction that it began."""
    agency = cast.airline().agency

    async def work() -> tuple[Answer | Exception, list[int], Answer]:
        async with batcher(settings={"lock_timeout": "50ms"}) as posting:
            await posting.submit(cast.credit(agency, 1))
            pids = _posting_sessions(superuser)
            with superuser.transaction():
                superuser.execute("SELECT 1 FROM ledger_account WHERE id = %s FOR UPDATE", [agency.id])
                refused = await outcome(posting.submit(cast.credit(agency, 10)))
            told = await posting.submit(cast.credit(agency, 100))
            return refused, [*pids, *_posting_sessions(superuser)], told

    refused, pids, told = run(work())

    assert isinstance(refused, psycopg.errors.LockNotAvailable)
    assert len(set(pids)) == 1
    assert len(pids) == 2
    assert facts(told)["item"] == 2
    assert cast.standing(agency).net == 101


def test_a_server_process_that_dies_while_its_batch_waits_for_a_lock_is_replaced(
    superuser: psycopg.Connection,
) -> None:
    """Nothing can have been committed by then, so nobody need be told of a doubt."""
    agency = cast.airline().agency

    async def work() -> tuple[Answer | Exception, list[int]]:
        async with batcher() as posting:
            await posting.submit(cast.credit(agency, 1))
            pids = _posting_sessions(superuser)
            with this_database().superuser() as gate, gate.transaction():
                gate.execute("SELECT 1 FROM ledger_account WHERE id = %s FOR UPDATE", [agency.id])
                future = posting.submit(cast.credit(agency, 10))
                wait_until_waiting(this_database(), 1)
                terminate(superuser)
                wait_until_waiting(this_database(), 1)
            return await outcome(future), [*pids, *_posting_sessions(superuser)]

    told, pids = run(work())

    assert facts(told)["item"] == 2
    assert len(set(pids)) == 2
    assert cast.standing(agency).net == 11


def _posting_sessions(superuser: psycopg.Connection) -> list[int]:
    rows = superuser.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()", [APPLICATION]
    )
    return [row[0] for row in rows]


def test_a_server_process_that_dies_in_between_is_replaced(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    async def work() -> list[Answer | Exception]:
        async with batcher() as posting:
            await posting.submit(cast.credit(agency, 1))
            terminate(superuser)
            lost = cast.credit(agency, 10)
            return [await outcome(posting.submit(lost)) for _ in range(2)]

    first, second = run(work())

    assert isinstance(first, Answer | OutcomeUnknown)
    assert facts(second)["credit"] == 10
    assert cast.standing(agency).net == 11


def test_no_server_at_all_is_unknown_too() -> None:
    agency = cast.airline().agency
    nowhere = make_conninfo(this_database().url("skypurser_app"), host="/nonexistent")

    async def work() -> Answer | Exception:
        async with Batcher(nowhere) as posting:
            return await outcome(posting.submit(cast.credit(agency, 1)))

    assert isinstance(run(work()), OutcomeUnknown)


class Wire:
    """A wire to the server that is cut when the server has confirmed a commit, before the client hears of it."""

    def __init__(self, folder: str) -> None:
        parts = conninfo_to_dict(os.environ["DATABASE_URL"])
        self._server = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
        self._folder = folder
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/.s.PGSQL.5432")
        self._listener.listen()
        self.cuts = 1

    @property
    def url(self) -> str:
        return make_conninfo(this_database().url("skypurser_app"), host=self._folder, port=5432)

    @contextmanager
    def up(self) -> Iterator["Wire"]:
        thread = threading.Thread(target=self._serve)
        thread.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(self._server)
                self._carry(client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            for side in select.select([client, server], [], [])[0]:
                data = side.recv(65_536)
                if not data:
                    return
                if side is server and b"COMMIT\0" in data and self.cuts:
                    self.cuts -= 1
                    return
                (server if side is client else client).sendall(data)


def test_a_commit_whose_answer_was_lost_is_confirmed_by_its_key() -> None:
    agency = cast.airline().agency
    requests = [cast.credit(agency, 1), cast.issue(agency)]

    with tempfile.TemporaryDirectory() as folder, Wire(folder).up() as wire:

        async def work() -> tuple[list[Answer | Exception], list[Answer | Exception]]:
            async with Batcher(wire.url) as posting:
                lost = [await outcome(posting.submit(requests[0]))]
                told = [await outcome(posting.submit(request)) for request in requests]
                return lost, told

        (lost,), told = run(work())

    assert isinstance(lost, OutcomeUnknown)
    assert [answer.replayed for answer in told if isinstance(answer, Answer)] == [True, False]
    assert [m.credit for m in cast.statement(agency)] == [1, 0]


@pytest.fixture(scope="module")
def doubtful() -> Iterator[Database]:
    """A database that chatters about each key, and fails when an entry with a telling reference is committed."""
    with throwaway_database(
        without=[
            """
            CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.reference = 'fail' THEN RAISE EXCEPTION 'not today'; END IF;
                RETURN NULL;
            END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER doubt AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION doubt()
            """,
            """
            CREATE FUNCTION chatter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                RAISE WARNING 'early'; RETURN NULL;
            END $$
            """,
            "CREATE TRIGGER chatter AFTER INSERT ON ledger_key EXECUTE FUNCTION chatter()",
        ]
    ) as database:
        yield database


def post_in(database: Database, requests: list[Request]) -> list[Answer | Exception]:
    async def work() -> list[Answer | Exception]:
        async with Batcher(database.url("skypurser_app")) as posting:
            return [await outcome(posting.submit(request)) for request in requests]

    return run(work())


@pytest.mark.slow
def test_a_commit_that_no_standby_confirmed_is_unknown_until_asked_again() -> None:
    with another_cluster() as elsewhere, throwaway_database() as database, database.behind_django():
        agency = cast.airline().agency
        restore(database, elsewhere)
        with psycopg.connect(elsewhere.url("postgres", RESTORED), autocommit=True) as superuser:

            def waits_for_a_standby() -> bool:
                found = superuser.execute("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                return found.fetchone() is not None

            async def work() -> tuple[Request, Answer | Exception, Answer | Exception]:
                async with Batcher(elsewhere.url("skypurser_app", RESTORED)) as posting:
                    superuser.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
                    superuser.execute("SELECT pg_reload_conf()")
                    while True:  # the server hears of the new setting a little later
                        request = cast.credit(agency, 1)
                        future = posting.submit(request)
                        while not future.done() and not waits_for_a_standby():
                            await asyncio.sleep(0.01)
                        if not future.done():
                            break
                    superuser.execute(
                        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                    )
                    first = await outcome(future)
                    superuser.execute("ALTER SYSTEM RESET synchronous_standby_names")
                    superuser.execute("SELECT pg_reload_conf()")
                    return request, first, await outcome(posting.submit(request))

            request, first, again = run(work())
            bound = superuser.execute("SELECT count(*) FROM ledger_key WHERE key = %s", [request.key]).fetchone()

    assert isinstance(first, OutcomeUnknown)
    assert "warning" in str(first)
    assert isinstance(again, Answer)
    assert again.replayed
    assert bound == (1,)


def test_a_warning_of_a_trigger_is_none_of_the_commits_business(doubtful: Database) -> None:
    with doubtful.behind_django():
        (answer,) = post_in(doubtful, [cast.credit(cast.airline().agency, 1)])

    assert facts(answer)["item"] == 1


def test_a_commit_that_fails_posts_nothing_and_never_says_done(doubtful: Database) -> None:
    with doubtful.behind_django():
        agency = cast.airline().agency
        request = replace(cast.credit(agency, 1), reference="fail")

        answers = post_in(doubtful, [request, request, cast.credit(agency, 10)])

        assert [isinstance(answer, Answer) for answer in answers] == [False, False, True]
        assert cast.standing(agency).net == 10


# ---------------------------------------------------------------------------------------------- control accounts


def test_the_control_accounts_are_exact_at_every_moment_while_parts_are_rolled_up(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster, "ROLL_UP_EVERY", 2)
    airline = cast.airline()
    carrier_id, seen = airline.carrier.id, list[int]()
    done = threading.Event()

    def watch() -> None:
        with psycopg.connect(this_database().url("postgres"), autocommit=True) as connection:
            while not done.is_set() or not seen:
                row = connection.execute(
                    "SELECT (SELECT sum(credits) - sum(debits) FROM ledger_account WHERE carrier_id = %(carrier)s)"
                    " - (SELECT coalesce(sum(debits) - sum(credits), 0) FROM ledger_controltotal"
                    "     WHERE carrier_id = %(carrier)s)",
                    {"carrier": carrier_id},
                ).fetchone()
                assert row is not None
                seen.append(int(row[0]))

    def roll_up() -> None:
        with this_database().poster() as poster:
            while not done.is_set():
                poster.roll_up([carrier_id])

    async def work() -> int:
        async with batcher(largest_batch=10) as posting:
            futures = [posting.submit(cast.issue(airline.agency, fare=100, taxes=10)) for _ in range(300)]
            futures += [posting.submit(cast.credit(airline.client, 7)) for _ in range(300)]
            await asyncio.gather(*futures)
        return posting.batches

    threads = [threading.Thread(target=watch), *[threading.Thread(target=roll_up) for _ in range(2)]]
    for thread in threads:
        thread.start()
    batches = run(work())
    done.set()
    for thread in threads:
        thread.join()

    assert (batches, set(seen)) == (60, {0})
    with acting_for(carrier_id):
        control.roll_up()
        assert control.balances() == {
            (Control.BANK_CLEARING, "USD"): (2_100, 0),
            (Control.COMMISSION_EXPENSE, "USD"): (2_400, 0),
            (Control.SALES, "USD"): (0, 30_000),
            (Control.TAXES_PAYABLE, "USD"): (0, 3_000),
        }
    parts = superuser.execute("SELECT count(*) FROM ledger_controltotal WHERE carrier_id = %s", [carrier_id])
    assert parts.fetchone() == (4,)


def test_the_batcher_rolls_up_by_itself(superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster, "ROLL_UP_EVERY", 5)
    agency = cast.airline().agency

    async def work() -> None:
        async with batcher() as posting:
            for _ in range(10):
                await posting.submit(cast.credit(agency, 1))

    run(work())

    row = superuser.execute(
        "SELECT count(*), sum(debits) FROM ledger_controltotal WHERE carrier_id = %s", [agency.carrier.id]
    ).fetchone()
    assert row == (1, 10)
