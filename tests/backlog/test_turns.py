"""In which order the jobs of several carriers are begun."""

from collections.abc import Iterator

import psycopg
import pytest

from skypurser.backlog.queueing import QUEUE, enqueue
from skypurser.backlog.turns import READING
from skypurser.exports.making import EXPORT
from skypurser.jobs.asked import KINDS
from skypurser.jobs.resuming import put_back
from tests import cast
from tests.backlog.kinds import asked
from tests.databases import Database, throwaway_database


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's jobs are in its queue."""
    with throwaway_database() as database, database.behind_django():
        yield database


def begun(superuser: psycopg.Connection) -> list[int]:
    """The jobs in the order in which a worker takes them out of the queue, one after the other."""
    worker = superuser.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id").fetchone()
    assert worker is not None
    found = list[int]()
    while True:
        row = superuser.execute(
            "SELECT (args->>'job_id')::bigint FROM procrastinate_fetch_job_v2(ARRAY[%s]::varchar[], %s)",
            [QUEUE, worker[0]],
        ).fetchone()
        if row is None or row[0] is None:
            return found
        found.append(row[0])


def test_many_jobs_of_one_carrier_keep_no_other_carriers_waiting(database: Database) -> None:
    one, other = cast.airline().actor, cast.airline().actor
    first, second, third = (asked(one, "import").id for _ in range(3))
    late, later = (asked(other, "import").id for _ in range(2))

    with database.superuser() as superuser:
        assert begun(superuser) == [first, late, second, later, third]


def test_files_wait_for_what_changes_something(database: Database) -> None:
    one, other = cast.airline().actor, cast.airline().actor
    exports = [asked(one, EXPORT).id for _ in range(3)]
    urgent, elsewhere, theirs = asked(one, "mass_cut_off").id, asked(other, EXPORT).id, asked(other, "import").id

    with database.superuser() as superuser:
        assert begun(superuser) == [urgent, theirs, exports[0], elsewhere, exports[1], exports[2]]


def test_what_is_put_back_comes_at_its_turn(database: Database) -> None:
    one, other = cast.airline().actor, cast.airline().actor
    first, second = (asked(one, "import").id for _ in range(2))
    theirs = asked(other, "import").id
    with database.superuser() as superuser:
        superuser.execute("DELETE FROM procrastinate_jobs")
        enqueue(carrier_id=one.carrier_id, job_id=second)

        assert put_back() == 2
        assert begun(superuser) == [first, theirs, second]


def test_what_only_reads_is_a_kind_of_job() -> None:
    assert set(READING) <= KINDS.keys()
    assert READING == (EXPORT,)
