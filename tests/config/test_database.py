"""Which database a process talks to, as whom, and which it refuses."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from skypurser.config import embedded
from skypurser.config.database import (
    DatabaseUrlUnreadable,
    Facts,
    NotDurable,
    RoleTooPowerful,
    ServerTooOld,
    check_server,
    database,
    django_database,
    django_databases,
    judge,
    masked,
)

FIT = Facts(
    version_number=180_000,
    fsync="on",
    full_page_writes="on",
    synchronous_commit="on",
    role="skypurser_app",
    is_superuser=False,
    bypasses_row_security=False,
)


def test_a_database_url_prevents_the_embedded_start(monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    monkeypatch.setenv("SKYPURSER_HOME", str(empty_home))
    monkeypatch.setenv("DATABASE_URL", "postgresql://airline@db.example/ledger")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with database() as chosen:
        assert chosen.app_url == chosen.owner_url == "postgresql://airline@db.example/ledger"
        assert not chosen.embedded

    assert list(empty_home.iterdir()) == []


def test_the_owner_has_a_url_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://skypurser_app@db.example/ledger")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db.example/ledger")

    with database() as chosen:
        assert chosen.owner_url == "postgresql://owner@db.example/ledger"


def test_without_a_url_the_embedded_server_is_leased(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("SKYPURSER_HOME", str(home))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with (
        database() as chosen,
        psycopg.connect(chosen.app_url) as app,
        psycopg.connect(chosen.owner_url) as owner,
    ):
        assert chosen.embedded
        assert app.info.user == "skypurser_app"
        assert owner.info.user == "skypurser_owner"
        check_server(app)
        check_server(owner.cursor(), as_application=False)


def test_django_s_databases_point_to_the_embedded_server_without_starting_it(
    monkeypatch: pytest.MonkeyPatch, empty_home: Path
) -> None:
    monkeypatch.setenv("SKYPURSER_HOME", str(empty_home))

    databases = django_databases({})

    assert databases["default"]["HOST"] == str(empty_home / "run")
    assert databases["default"]["USER"] == "skypurser_app"
    assert databases["owner"]["USER"] == "skypurser_owner"
    assert list(empty_home.iterdir()) == []


def test_a_url_becomes_django_s_settings() -> None:
    url = "postgresql://airline:p%40ss@db.example:6432/ledger?sslmode=verify-full&application_name=x"

    entry = django_database(url, pool={"min_size": 1})

    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "ledger",
        "USER": "airline",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {
            "sslmode": "verify-full",
            "application_name": "x",
            "options": "-c role=skypurser_app",
            "pool": {"min_size": 1},
        },
    }
    assert "options" not in django_database(url, role=None)["OPTIONS"]
    assert "options" not in django_database("postgresql://skypurser_app@db.example/ledger")["OPTIONS"]


_DJANGO = """
import django, sys
from django.conf import settings
from skypurser.config.database import check_server, django_database

pool = sys.argv[2] == "pool"
settings.configure(DATABASES={"default": django_database(sys.argv[1], pool=pool)}, USE_TZ=True)
django.setup()
from django.db import connection

check_server(connection)
with connection.cursor() as cursor:
    check_server(cursor)
    cursor.execute("SELECT session_user::text, current_user::text")
    print(*cursor.fetchone())
connection.close()
if pool:
    connection.close_pool()
"""


@pytest.mark.parametrize("pool", ["pool", "one at a time"])
def test_django_acts_as_the_application_whoever_logs_in(server: embedded.Server, pool: str) -> None:
    command = [sys.executable, "-c", _DJANGO, server.url("postgres"), pool]  # a Django of its own

    told = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (told.stdout, told.stderr) == ("postgres skypurser_app\n", "")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://airline:se%cret@db.example/ledger",
        "postgresql://airline:secret@db.example/ledger?nonsense=secret",
        "secret",
    ],
)
def test_an_unreadable_url_is_refused_without_its_secret(url: str) -> None:
    with pytest.raises(DatabaseUrlUnreadable) as refused:
        django_database(url)

    assert "cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_url_is_shown_without_its_secrets() -> None:
    url = "postgresql://airline:secret@db.example:6432/ledger?sslpassword=secret"

    assert masked(url) == "postgresql://airline@db.example:6432/ledger"


def test_a_url_without_a_database_is_refused() -> None:
    with pytest.raises(DatabaseUrlUnreadable, match="names no database"):
        django_database("postgresql://airline:secret@db.example")


def test_a_fit_server_is_accepted() -> None:
    judge(FIT)
    judge(replace(FIT, synchronous_commit="remote_apply"))
    judge(replace(FIT, is_superuser=True), as_application=False)


def test_a_server_older_than_18_is_refused() -> None:
    with pytest.raises(ServerTooOld, match=r"17\.9"):
        judge(replace(FIT, version_number=170_009))


def test_a_server_that_may_forget_is_refused() -> None:
    with pytest.raises(NotDurable, match="fsync"):
        judge(replace(FIT, fsync="off"))
    with pytest.raises(NotDurable, match="full_page_writes"):
        judge(replace(FIT, full_page_writes="off"))
    with pytest.raises(NotDurable, match="synchronous_commit"):
        judge(replace(FIT, synchronous_commit="off"))


def test_a_role_above_row_level_security_is_refused() -> None:
    with pytest.raises(RoleTooPowerful, match="superuser"):
        judge(replace(FIT, is_superuser=True))
    with pytest.raises(RoleTooPowerful, match="BYPASSRLS"):
        judge(replace(FIT, bypasses_row_security=True))


def test_a_real_connection_as_superuser_is_refused(server: embedded.Server) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        with pytest.raises(RoleTooPowerful):
            check_server(connection)

        check_server(connection, as_application=False)


def test_a_real_server_with_fsync_off_is_refused(home: Path) -> None:
    with embedded.lease(home) as server:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")
            while admin.execute("SHOW fsync").fetchone() != ("off",):
                pass

        with psycopg.connect(server.url()) as connection, pytest.raises(NotDurable, match="fsync"):
            check_server(connection)


def test_a_role_for_which_commits_do_not_wait_is_refused(home: Path) -> None:
    with embedded.lease(home) as server:
        with psycopg.connect(server.url("postgres", "postgres")) as admin:
            admin.execute("ALTER ROLE skypurser_app SET synchronous_commit = off")

        refused = pytest.raises(NotDurable, match="synchronous_commit")
        with psycopg.connect(server.url()) as connection, refused:
            check_server(connection)
