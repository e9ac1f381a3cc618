"""A worker killed with SIGKILL in the middle of each kind of job that is asked for leaves nothing half-done."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import pytest

from skypurser.backlog import queries
from skypurser.electronic.queries import named
from skypurser.exports import making
from skypurser.importing.asking import confirm
from skypurser.jobs.asked import KINDS
from skypurser.statements.queries import statements
from tests import cast
from tests.databases import Database, throwaway_database, unchanged
from tests.electronic.masses import asked, asked_to_undo, changed, rates, wanted
from tests.exports.files import asked as asked_export
from tests.exports.files import cells
from tests.exports.files import wanted as wanted_list
from tests.importing.files import brought
from tests.jobs.workers import wait_until, waiting, wake, working
from tests.mail.postoffice import post_office
from tests.statements.masses import addressed
from tests.statements.masses import asked as asked_to_cut_off


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's jobs are in its queue."""
    with throwaway_database() as database, database.behind_django():
        yield database


@dataclass(frozen=True)
class Middle:
    """A kind of job, stopped in the middle: it waits for a lock on a table that it writes to late."""

    ask: Callable[[cast.Airline], int]
    table: str
    is_done: Callable[[cast.Airline], bool]
    rows: int = 1
    has_file: bool = True


#: What a worker writes besides: that the job is under way, events of what happened before, sums of it.
ELSEWHERE = ("backlog_job", "history_event", "overview_exposure", "overview_madeat", "overview_sales")


def _change(airline: cast.Airline) -> int:
    return asked(airline.actor, wanted(domestic="FIXED 7.00"))


def _import(airline: cast.Airline) -> int:
    now = datetime.now(UTC)  # the worker deletes what has waited for a day, by its own clock
    upload = brought(airline, "MOVED1", now=now).id
    return int(confirm(upload, key=cast.fresh_key(), actor=airline.actor, now=now).facts["job"])


def _is_imported(airline: cast.Airline) -> bool:
    return [one.standing.credits for one in named("MOVED1", actor=airline.actor)] == [25_000]


def _undo(airline: cast.Airline) -> int:
    return asked_to_undo(airline.actor, changed(airline.actor, domestic="FIXED 7.00").id)


MIDDLES = {
    "import": Middle(_import, "ledger_entry", _is_imported, rows=3, has_file=False),
    "mass_change": Middle(_change, "history_act", lambda airline: rates(airline.agency)[0] == "FIXED 7.00"),
    "mass_undo": Middle(_undo, "history_act", lambda airline: rates(airline.agency)[0] == "FIXED 8.00"),
}


#: The kind whose claim runs out by itself, in its own time; those of the others are taken back a little earlier.
BY_ITSELF = "mass_change"


def run_out(superuser: psycopg.Connection) -> None:
    """Let the claims of the killed worker run out now."""
    superuser.execute("UPDATE backlog_job SET leased_until = now() WHERE state = 'running'")
    # Where the queue had it twice, the second time waits for the claim's end.
    superuser.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


def has_ended(job_id: int, airline: cast.Airline, superuser: psycopg.Connection) -> bool:
    """Tell whether the job has ended, and have the workers look for it if not."""
    wake(superuser)
    return queries.job(job_id, actor=airline.actor).has_ended


#: Kinds that make their own transactions; each has a test of its own below.
IN_STEPS = {"mass_cut_off", making.EXPORT}


def test_every_kind_is_killed() -> None:
    assert MIDDLES.keys() | IN_STEPS == KINDS.keys()
    assert {kind.name for kind in KINDS.values() if kind.in_steps} == IN_STEPS


@pytest.mark.parametrize("kind", sorted(MIDDLES))
def test_a_job_of_a_killed_worker_is_done_by_another_with_the_same_result(database: Database, kind: str) -> None:
    middle, airline = MIDDLES[kind], cast.airline()
    with database.superuser() as superuser:
        job_id = middle.ask(airline)
        with unchanged(superuser, airline.carrier.id, but=ELSEWHERE):
            holding = psycopg.connect(database.url("postgres"))
            holding.execute(f"LOCK TABLE {middle.table} IN SHARE MODE")
            with working(database) as worker:
                wait_until(lambda: waiting(superuser, middle.table))
                assert worker.end(signal.SIGKILL) == -signal.SIGKILL
            holding.close()
            wait_until(lambda: not waiting(superuser, middle.table))
        assert queries.job(job_id, actor=airline.actor).state == "running"
        if kind != BY_ITSELF:
            run_out(superuser)

        with working(database) as worker:
            wait_until(lambda: has_ended(job_id, airline, superuser))
            assert worker.end() == 0

    ended = queries.job(job_id, actor=airline.actor)
    assert (ended.state, ended.attempts, ended.done) == ("done", 2, middle.rows)
    assert ended.facts
    assert (ended.result is not None) == middle.has_file
    assert middle.is_done(airline)


#: So many that a worker takes seconds over them.
LONG = 30_000

_ACTS = """
INSERT INTO history_act (carrier_id, at, actor, action, account_id, reference)
SELECT %s, %s, 'desk', 'account.changed', %s, 'change ' || number FROM generate_series(1, %s) number
"""


def test_an_export_of_a_killed_worker_is_made_by_another_from_the_beginning(database: Database) -> None:
    airline = cast.airline()
    with database.superuser() as superuser:
        superuser.execute(_ACTS, [airline.carrier.id, cast.NOON, airline.agency.id, LONG])
    of = wanted_list("account_history", airline.actor, account_id=airline.agency.id)
    asked_for = asked_export(of)

    def made() -> queries.JobView:
        return queries.job(asked_for.id, actor=airline.actor)

    with working(database) as worker:
        wait_until(lambda: made().done > 0)
        assert worker.end(signal.SIGKILL) == -signal.SIGKILL
    assert (made().state, made().result) == ("running", None)
    assert made().done < LONG
    with database.superuser() as superuser, working(database) as worker:
        run_out(superuser)
        wait_until(lambda: has_ended(asked_for.id, airline, superuser), seconds=90)
        assert worker.end() == 0

    ended = made()
    assert (ended.state, ended.attempts, ended.done) == ("done", 2, LONG + 1)
    rows = cells(queries.result(ended.id, actor=airline.actor, now=cast.NOON).content)
    assert [row[-1] for row in rows[1:]] == [*(f"change {number}" for number in range(LONG, 0, -1)), "by contract"]


def test_a_mass_cut_off_of_a_killed_worker_ends_with_one_statement_and_one_letter_of_each(database: Database) -> None:
    airline = cast.airline()
    accounts = [addressed(airline.agency), *(addressed(cast.agency(airline.carrier)) for _ in range(4))]
    job_id = asked_to_cut_off(airline.actor)
    accounts.sort(key=lambda one: one.id)

    def numbers() -> list[list[int]]:
        return [[one.number for one in statements(one.id, actor=airline.actor)] for one in accounts]

    with post_office() as office:
        mail = {
            "SKYPURSER_MAIL_URL": f"smtp+plain://127.0.0.1:{office.port}",
            "SKYPURSER_MAIL_FROM": "desk@skypurser.example.org",
        }
        with database.superuser() as superuser:
            holding = psycopg.connect(database.url("postgres"))
            holding.execute("SELECT FROM ledger_account WHERE id = %s FOR UPDATE", [accounts[2].id])
            with working(database, **mail) as worker:
                wait_until(lambda: numbers() == [[1], [1], [], [], []])
                wait_until(lambda: waiting_for_a_row(superuser))
                assert worker.end(signal.SIGKILL) == -signal.SIGKILL
            holding.close()
            wait_until(lambda: not waiting_for_a_row(superuser))
            run_out(superuser)
        assert numbers() == [[1], [1], [], [], []]

        with database.superuser() as superuser, working(database, **mail) as worker:
            wait_until(lambda: has_ended(job_id, airline, superuser))
            wait_until(lambda: len(office.taken) >= len(accounts))
            assert worker.end() == 0

    ended = queries.job(job_id, actor=airline.actor)
    assert (ended.state, ended.attempts, ended.done, ended.total) == ("done", 2, 5, 5)
    assert ended.facts == {"made": 5, "refused": 0, "left_out": 0}
    assert numbers() == [[1]] * 5
    assert sorted(recipient for recipient, _letter in office.taken) == sorted(
        f"{account.code.lower()}@example.org" for account in accounts
    )
    for _recipient, letter in office.taken:
        assert next(part.get_content_type() for part in letter.iter_attachments()) == "application/pdf"


def waiting_for_a_row(superuser: psycopg.Connection) -> bool:
    row = superuser.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'").fetchone()
    return bool(row and row[0])
