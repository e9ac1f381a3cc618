"""The database around a command: up to date, or a clear word about it."""

import os

import psycopg
import pytest
from tests.cli.files import run_process
from tests.databases import Database, throwaway_database


@pytest.fixture
def empty_database() -> Database:
    """A database of the test's server in which nothing is set up yet."""
    name = f"empty_{os.getpid()}"
    with psycopg.connect(os.environ["SKYPURSER_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER skypurser_owner")
    return Database(name)


def environment_of(database: Database) -> dict[str, str | None]:
    """The environment of a command that works on another database of the test's server."""
    return {"DATABASE_URL": database.url("skypurser_app"), "DATABASE_OWNER_URL": database.url("skypurser_owner")}


def test_a_database_that_was_never_set_up_is_told_to_migrate_and_migrates_once(empty_database: Database) -> None:
    environment = environment_of(empty_database)

    refused = run_process("carrier", "list", **environment)
    migrated = run_process("migrate", **environment)
    again = run_process("migrate", **environment)
    listed = run_process("carrier", "list", **environment)

    assert refused.returncode == 1
    assert "Run: skypurser migrate" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert migrated.returncode == 0, migrated.stderr
    assert "applied ledger.0001" in migrated.stdout
    assert again.stdout == "The tables are up to date.\n"
    assert listed.returncode == 0, listed.stderr
    assert "no carrier yet" in listed.stdout


def test_a_database_behind_is_not_changed_by_other_commands() -> None:
    with throwaway_database(without=["DELETE FROM django_migrations WHERE app = 'tickets'"]) as database:
        result = run_process("audit", **environment_of(database))

    assert result.returncode == 1
    assert "lacks" in result.stderr
    assert "tickets.0001_tables" in result.stderr
    assert "Run: skypurser migrate" in result.stderr


def test_a_database_of_a_newer_version_is_left_alone() -> None:
    future = "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999_future', now())"
    with throwaway_database(without=[future]) as database:
        result = run_process("audit", **environment_of(database))
        migrated = run_process("migrate", **environment_of(database))

    for refused in (result, migrated):
        assert refused.returncode == 1
        assert "newer version of Skypurser (ledger.9999_future)" in refused.stderr


def test_a_server_that_may_forget_is_refused() -> None:
    careless = "ALTER ROLE skypurser_app IN DATABASE {} SET synchronous_commit = off"
    with throwaway_database() as database:
        with database.superuser() as inside:
            inside.execute(careless.format(database.name))
        result = run_process("carrier", "list", **environment_of(database))

    assert result.returncode == 1
    assert "synchronous_commit is off" in result.stderr
