"""A dump that was restored into another cluster, whose transactions have other numbers."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from skypurser.config import embedded
from skypurser.events.relaying import relay
from tests import cast
from tests.clusters import RESTORED, another_cluster, restore
from tests.databases import throwaway_database

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
    with another_cluster() as server:
        yield server


def told(url: str) -> list[tuple[int, str, str]]:
    with psycopg.connect(url) as superuser:
        return superuser.execute("SELECT id, type, data ->> 'reference' FROM history_event ORDER BY id").fetchall()


@pytest.mark.slow
def test_after_a_dump_was_restored_elsewhere_each_fact_is_told_once(elsewhere: embedded.Server) -> None:
    with throwaway_database() as database, database.behind_django(), database.superuser() as superuser:
        agency = cast.airline().agency
        cast.post(cast.credit(agency, 100))
        relay()
        superuser.execute(_CREDIT, [agency.carrier.id, agency.id, "untold at the dump"])
        before = told(database.url("postgres"))
        restore(database, elsewhere)
    there = elsewhere.url("postgres", RESTORED)

    def relay_there() -> int:
        ended = subprocess.run(
            [sys.executable, "-c", _RELAY],
            env={
                **os.environ,
                "DATABASE_URL": elsewhere.url("skypurser_app", RESTORED),
                "DATABASE_OWNER_URL": elsewhere.url("skypurser_owner", RESTORED),
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
