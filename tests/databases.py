"""Looking behind the policies, and databases of one's own to break."""

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connections
from django.db.utils import load_backend
from psycopg.conninfo import conninfo_to_dict

from skypurser.ledger.poster import Poster
from skypurser.ledger.requests import Answer, Request

TEMPLATE = "skypurser_template"

#: What a refused operation may add to: the refusal itself, and its key.
REFUSAL_TABLES = ("history_refusedattempt", "ledger_key")

_numbers = count(1)


#: Tables of the installation, without rows of any carrier: users and their sessions, how far the relay is, the queue of
#: jobs. The application writes them, so what it puts there must tell nothing of a carrier but its id.
INSTALLATION = (
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_session",
    "history_relay",
    "identity_cache",
    "identity_user",
    "mfa_authenticator",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "usersessions_usersession",
)


def tables(connection: psycopg.Connection) -> list[str]:
    """Every ordinary table of ours, from the catalogue."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') ORDER BY relname"
    ).fetchall()
    return [row[0] for row in rows]


def rows_of(
    connection: psycopg.Connection, carrier_id: int, *, leave_out: Collection[str] = ()
) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a carrier, with the transaction that wrote it: an UPDATE that changes nothing shows too."""
    dump = {}
    for table in tables(connection):
        if table in {"django_migrations", *INSTALLATION, *leave_out}:
            continue
        column = "id" if table == "access_carrier" else "carrier_id"
        dump[table] = connection.execute(
            f"SELECT t::text, xmin::text FROM {table} t WHERE {column} = %s ORDER BY 1", [carrier_id]
        ).fetchall()
    return dump


@contextmanager
def unchanged(
    connection: psycopg.Connection, carrier_id: int, *, but: Collection[str] = REFUSAL_TABLES
) -> Iterator[None]:
    """Assert that the block leaves every row of the carrier as it was."""
    before = rows_of(connection, carrier_id, leave_out=but)
    yield
    after = rows_of(connection, carrier_id, leave_out=but)
    changed = {table: (before[table], rows) for table, rows in after.items() if rows != before[table]}
    assert not changed, changed


@dataclass(frozen=True)
class Database:
    """A database of the test's server."""

    name: str

    def url(self, role: str) -> str:
        """Where it is; roles as in the conftest."""
        parts = {**conninfo_to_dict(os.environ["SKYPURSER_TEST_SUPERUSER_URL"]), "user": role, "dbname": self.name}
        return "postgresql://?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parts.items())

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection]:
        """A connection that nothing binds."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            yield connection

    @contextmanager
    def behind_django(self) -> Iterator[None]:
        """Let this thread's Django work on this database."""
        before = connections["default"]
        settings = {**connections.settings["default"], "NAME": self.name}
        connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = before

    @contextmanager
    def poster(self, **settings: str) -> Iterator[Poster]:
        """A poster of one's own; `settings` are its session's."""
        one = Poster(self.url("skypurser_app"), settings=settings)
        try:
            yield one
        finally:
            one.close()


def this_database() -> Database:
    """The one that this worker's tests share."""
    return Database(str(conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"]))


@contextmanager
def throwaway_database(*, without: Sequence[str] = ()) -> Iterator[Database]:
    """A database fresh from the template; `without` are statements that take guards away."""
    database = Database(f"throwaway_{os.getpid()}_{next(_numbers)}")
    with psycopg.connect(os.environ["SKYPURSER_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database.name} TEMPLATE {TEMPLATE} OWNER skypurser_owner")
        try:
            with database.superuser() as inside:
                for statement in without:
                    inside.execute(statement)
            yield database
        finally:
            connection.execute(f"DROP DATABASE {database.name} WITH (FORCE)")


def post_together(requests: Sequence[Request]) -> list[Answer | Exception]:
    """Post the requests as one batch of the batcher's."""
    return post_batch(this_database(), requests)


def at_once[T](
    database: Database, works: Sequence[Callable[[], T]], *, writing: str = "ledger_key"
) -> list[T | Exception]:
    """Run all works at the same time, each in a thread with connections of its own, and return what became of each.

    Nobody writes to the table `writing` before everybody has come as far as the locks let them, so each of the works
    must want to: every posting binds its key.
    """
    with database.superuser() as gate, ThreadPoolExecutor(len(works)) as pool:
        with gate.transaction():
            hold_back(gate, writing=writing)
            results = [pool.submit(alone, database, work) for work in works]
            wait_until_waiting(database, len(works))
        return [result.result() for result in results]


def hold_back(gate: psycopg.Connection, *, writing: str = "ledger_key") -> None:
    """Until this transaction ends let everybody lock and read, but nobody write: every posting writes its key."""
    gate.execute(f"LOCK TABLE {writing} IN SHARE MODE")


def wait_until_waiting(database: Database, sessions: int) -> None:
    """Return when so many sessions of the database wait for a lock."""
    _wait(database, "wait_event_type = 'Lock'", lambda found: found >= sessions)


def end_whoever_waits(database: Database, *, writing: str) -> None:
    """Wait until a session waits to write to the table, and end that session, as a failing machine would.

    A session may wait for another lock for an instant (a relation that grows), so one to end is looked for until found.
    """
    deadline = time.monotonic() + 60
    with database.superuser() as watch:
        while not watch.execute(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
            " WHERE a.datname = %s AND NOT l.granted AND l.locktype = 'relation' AND l.relation = %s::regclass",
            [database.name, writing],
        ).fetchall():
            assert time.monotonic() < deadline, f"waited in vain for a session that writes {writing}"
            time.sleep(0.005)


def sessions(database: Database, application: str) -> set[int]:
    """The processes of the server that serve sessions of this application."""
    with database.superuser() as watch:
        found = watch.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = %s",
            [database.name, application],
        ).fetchall()
    return {row[0] for row in found}


def wait_until_gone(database: Database, application: str, *, but: AbstractSet[int] = frozenset()) -> None:
    """Return when the database has no session of this application left, but for these."""
    deadline = time.monotonic() + 60
    while sessions(database, application) - but:
        assert time.monotonic() < deadline, f"waited in vain for {application} to go"
        time.sleep(0.005)


def _wait(database: Database, sessions: str, enough: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + 60
    with database.superuser() as watch:
        while True:
            row = watch.execute(
                f"SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND {sessions}", [database.name]
            ).fetchone()
            assert row is not None
            if enough(row[0]):
                return
            assert time.monotonic() < deadline, f"waited in vain for {sessions}; {row[0]} there"
            time.sleep(0.005)


def alone[T](database: Database, work: Callable[[], T]) -> T | Exception:
    """Do it with connections of one's own, and return what became of it."""
    try:
        with database.behind_django():
            return work()
    except Exception as error:  # noqa: BLE001 — it is the result
        return error


def post_alone(database: Database, request: Request) -> Answer | Exception:
    """Post it through a poster of its own."""
    return post_batch(database, [request])[0]


def post_batch(database: Database, requests: Sequence[Request], **settings: str) -> list[Answer | Exception]:
    """Post the requests as one batch through a poster of its own."""
    with database.poster(**settings) as poster:
        return poster.post(requests)
