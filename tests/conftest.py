"""One PostgreSQL for the whole run, one database per worker, and an audit of the ledger after every test.

Nothing is rolled back or truncated: tests commit for real, and each works with carriers of its own, which the
database keeps apart. The server is the embedded one, with its durability on.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from tools.catalogues import compile_all

from skypurser.config import embedded

_TEMPLATE = "skypurser_template"
_stack = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and build the template (once), then this worker's own database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "skypurser.config.settings"
    os.environ["SKYPURSER_SECRET_KEY"] = "a key for tests, the same in all of their processes"
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        compile_all()
        home = tempfile.mkdtemp(prefix="skypurser-tests-")
        Path(home).chmod(0o711)
        os.environ["SKYPURSER_TEST_HOME"] = home
        _stack.callback(shutil.rmtree, home, ignore_errors=True)
        server = _stack.enter_context(embedded.lease(Path(home)))
        _create(server, _TEMPLATE)
        _point_at(server, _TEMPLATE)
        subprocess.run([sys.executable, "-m", "django", "migrate", "--database", "owner", "-v", "0"], check=True)
        if config.getoption("numprocesses", None):
            return
    server = embedded.Server(Path(os.environ["SKYPURSER_TEST_HOME"]))
    name = f"skypurser_{worker or 'alone'}"
    _create(server, name, template=_TEMPLATE)
    _point_at(server, name)
    import django
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the real browser last: while it is there, its loop runs in the worker's thread, and no other can."""
    items.sort(key=lambda item: item.path.parent.name == "browser")


def pytest_unconfigure() -> None:
    """Stop the server."""
    if "django" in sys.modules and os.environ.get("DATABASE_URL"):
        from django.db import connections

        connections.close_all()
    _stack.close()


def _create(server: embedded.Server, name: str, template: str = "template1") -> None:
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER skypurser_owner")


def _point_at(server: embedded.Server, name: str) -> None:
    os.environ["DATABASE_URL"] = server.url("skypurser_app", name)
    os.environ["DATABASE_OWNER_URL"] = server.url("skypurser_owner", name)
    os.environ["SKYPURSER_TEST_SUPERUSER_URL"] = server.url("postgres", name)


#: The carriers that were there when this worker last looked.
_seen: set[int] = set()


@pytest.fixture(autouse=True)
def ledger_audit() -> Iterator[None]:
    """Audit the books of every carrier that the test created; without touching the database where it did not."""
    from django.db import connection

    from skypurser.access.carriers import all_carrier_ids

    if connection.connection is not None:
        _seen.update(all_carrier_ids())
    yield
    if connection.connection is None:
        return
    from tests.audits import assert_books_hold

    new = set(all_carrier_ids()) - _seen
    _seen.update(new)
    assert_books_hold(sorted(new))


@pytest.fixture
def superuser() -> Iterator[psycopg.Connection]:
    """A connection that nothing binds: for looking behind the policies, and for tampering."""
    with psycopg.connect(os.environ["SKYPURSER_TEST_SUPERUSER_URL"], autocommit=True) as connection:
        yield connection
