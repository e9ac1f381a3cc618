"""One server for all who use it, and none when nobody does."""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from skypurser.config import embedded

Start = Callable[[Path], subprocess.Popen[str]]


def told_pid(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_the_first_lease_starts_a_server_and_the_end_of_the_last_stops_it(empty_home: Path) -> None:
    with embedded.lease(empty_home) as server:
        pid = server.pid()
        with psycopg.connect(server.url()) as connection:
            answer = connection.execute("SELECT current_user, current_database()").fetchone()
    embedded.wait_until_stopped(empty_home)

    assert answer == ("skypurser_app", "skypurser")
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert server.pid() is None


def test_the_server_stops_promptly_and_cleanly(home: Path) -> None:
    with embedded.lease(home):
        pass
    began = time.monotonic()
    embedded.wait_until_stopped(home)

    assert time.monotonic() - began < 3
    assert (home / "log" / "postgresql.log").read_text().rstrip().endswith("database system is shut down")


def test_two_processes_share_one_server_that_survives_the_end_of_the_first(home: Path, other_process: Start) -> None:
    first = other_process(home)
    first_pid = told_pid(first)
    second = other_process(home)
    second_pid = told_pid(second)

    first.communicate()  # its input ends, and with it the lease
    time.sleep(0.2)

    assert first_pid == second_pid
    assert psutil.pid_exists(first_pid)
    second.communicate()
    embedded.wait_until_stopped(home)
    assert not psutil.pid_exists(first_pid)


def test_processes_that_come_together_start_one_server(empty_home: Path, other_process: Start) -> None:
    together = [other_process(empty_home) for _ in range(4)]

    pids = {told_pid(process) for process in together}

    assert len(pids) == 1


def test_nested_leases_and_threads_share_one_server(home: Path) -> None:
    pids: list[int | None] = []

    def use() -> None:
        with embedded.lease(home) as mine, embedded.lease(home):
            pids.append(mine.pid())

    with embedded.lease(home) as outer:
        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outer.pid() is not None
        assert set(pids) == {outer.pid()}
        assert len(pids) == 4


def test_a_lease_that_comes_while_the_server_stops_gets_a_new_one(home: Path) -> None:
    for number in range(5):
        with (
            embedded.lease(home) as server,
            psycopg.connect(server.url("postgres", "postgres")) as connection,
        ):
            connection.execute("CREATE TABLE IF NOT EXISTS seen (number int)")
            connection.execute("INSERT INTO seen VALUES (%s)", [number])

    with embedded.lease(home) as server, psycopg.connect(server.url("postgres", "postgres")) as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (5,)


def test_a_command_killed_with_9_leaves_no_server_behind(home: Path, other_process: Start) -> None:
    command = other_process(home)
    pid = told_pid(command)

    command.kill()
    command.wait()
    embedded.wait_until_stopped(home)

    assert not psutil.pid_exists(pid)
    with embedded.lease(home) as server:
        assert server.pid() is not None


def test_a_program_started_during_a_lease_does_not_prolong_it(home: Path) -> None:
    with embedded.lease(home) as server:
        pid = server.pid()
        program = subprocess.Popen(["/bin/sleep", "60"], close_fds=False)
    embedded.wait_until_stopped(home)

    assert pid is not None
    assert not psutil.pid_exists(pid)
    program.kill()
    program.wait()


def test_the_server_and_its_keeper_inherit_no_lease(home: Path, other_process: Start) -> None:
    pid = told_pid(other_process(home))
    keeper = psutil.Process(pid).ppid()

    def open_locks(process: int) -> list[str]:
        targets = [link.readlink() for link in Path(f"/proc/{process}/fd").iterdir()]
        return sorted(target.name for target in targets if target.suffix == ".lock")

    while "users.lock" not in open_locks(keeper):
        time.sleep(0.01)  # it opens its own a moment after the server answers

    assert open_locks(pid) == []
    assert open_locks(keeper) == ["keeper.lock", "users.lock"]


def test_the_roles_can_do_no_more_than_they_should(server: embedded.Server) -> None:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        roles = connection.execute(
            """SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin
               FROM pg_roles WHERE rolname LIKE 'skypurser%' ORDER BY 1"""
        ).fetchall()
        owner, encoding, provider, locale = connection.execute(
            """SELECT datdba::regrole::text, pg_encoding_to_char(encoding), datlocprovider, datlocale
               FROM pg_database WHERE datname = 'skypurser'"""
        ).fetchone() or ("", "", "", "")
        open_to_all = connection.execute(
            """SELECT datname FROM pg_database, aclexplode(datacl)
               WHERE grantee = 0 AND datallowconn"""
        ).fetchall()

    assert roles == [
        ("skypurser_app", False, False, False, False, True),
        ("skypurser_owner", False, False, False, False, True),
    ]
    assert (owner, encoding, provider, locale) == ("skypurser_owner", "UTF8", "b", "C.UTF-8")
    assert open_to_all == []


def test_the_settings_are_ours(server: embedded.Server) -> None:
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "jit": "off",
        "max_connections": "200",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "TimeZone": "UTC",
        "log_statement": "none",
        "log_min_error_statement": "panic",
    }

    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        found = {
            name: (connection.execute("SELECT current_setting(%s)", [name]).fetchone() or [None])[0]
            for name in expected
        }
        compression = connection.execute("SHOW wal_compression").fetchone()

    assert found == expected
    assert compression in [("pglz",), ("lz4",)]
