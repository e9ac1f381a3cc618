"""Another cluster than the one that the tests share, for what concerns a whole one, and copies of databases in it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from skypurser.config import embedded, schema
from tests.databases import Database

_PROGRAMS = Path(schema._pg_dump()).parent

#: What a copy is called.
RESTORED = "restored"


@contextmanager
def another_cluster() -> Iterator[embedded.Server]:
    """A server with folders of its own, stopped and removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="skypurser-elsewhere-"))
    home.chmod(0o711)
    with embedded.lease(home) as server:
        yield server
    embedded.wait_until_stopped(home)
    shutil.rmtree(home)


def restore(database: Database, server: embedded.Server) -> None:
    """Copy the database to another cluster, as a dump that is restored there."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        subprocess.run([_PROGRAMS / "pg_dump", "-Fc", "-f", dump, database.url("postgres")], check=True)
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as superuser:
            superuser.execute(f"CREATE DATABASE {RESTORED} OWNER skypurser_owner")
        subprocess.run([_PROGRAMS / "pg_restore", "-d", server.url("postgres", RESTORED), dump], check=True)
