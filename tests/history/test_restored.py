"""A dump that was restored into another cluster, whose transactions have other numbers."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from skypurser.config import embedded, schema
from skypurser.events.relaying import relay
from tests import cast
from tests.databases import throwaway_database

_PROGRAMS = Path(schema._pg_dump()).parent

_RELAY = """
import django
django.setup()
from skypurser.events.relaying import relay
print(relay())
"""

_CREDIT = (
    "INSERT INTO history_act (carrier_id, at, actor, action, account_id, reference)"
    " VALUES (%s, now(), 'desk', 'account.credited', %s, %s)"
)


@pytest.fixture
def elsewhere() -> Iterator[embedded.Server]:
    """Another cluster."""
    home = Path(tempfile.mkdtemp(prefix="skypurser-elsewhere-"))
    home.chmod(0o711)
    with embedded.lease(home) as server:
        yield server
    embedded.wait_until_stopped(home)
    shutil.rmtree(home)


def told(url: str) -> list[tuple[int, str, str]]:
    with psycopg.connect(url) as superuser:
        return superuser.execute("SELECT id, type, data ->> 'reference' FROM history_event ORDER BY id").fetchall()


@pytest.mark.slow
def test_after_a_dump_was_restored_elsewhere_each_fact_is_told_once(elsewhere: embedded.Server, tmp_path: Path) -> None:
    there = elsewhere.url("postgres", "restored")
    with throwaway_database() as database, database.behind_django(), database.superuser() as superuser:
        agency = cast.airline().agency
        cast.post(cast.credit(agency, 100))
        relay()
        superuser.execute(_CREDIT, [agency.carrier.id, agency.id, "untold at the dump"])
        before = told(database.url("postgres"))
        dump = tmp_path / "dump"
        subprocess.run([_PROGRAMS / "pg_dump", "-Fc", "-f", dump, database.url("postgres")], check=True)
    with psycopg.connect(elsewhere.url("postgres", "postgres"), autocommit=True) as superuser:
        superuser.execute("CREATE DATABASE restored OWNER skypurser_owner")
    subprocess.run([_PROGRAMS / "pg_restore", "-d", there, dump], check=True)

    def relay_there() -> int:
        ended = subprocess.run(
            [sys.executable, "-c", _RELAY],
            env={
                **os.environ,
                "DATABASE_URL": elsewhere.url("skypurser_app", "restored"),
                "DATABASE_OWNER_URL": elsewhere.url("skypurser_owner", "restored"),
            },
            stdout=subprocess.PIPE,
            check=True,
        )
        return int(ended.stdout)

    assert told(there) == before
    assert [relay_there(), relay_there()] == [1, 0]
    with psycopg.connect(there) as superuser:
        superuser.execute(_CREDIT, [agency.carrier.id, agency.id, "done there"])
    assert [relay_there(), relay_there()] == [1, 0]
    after = told(there)
    assert after[: len(before)] == before
    assert [reference for _, _, reference in after[len(before) :]] == ["untold at the dump", "done there"]
