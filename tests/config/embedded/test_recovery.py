"""Whatever was killed, the next lease works and what was committed is there."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from skypurser.config import embedded
from skypurser.config.embedded.logs import Log

Start = Callable[[Path], subprocess.Popen[str]]


def commit(server: embedded.Server, note: str) -> None:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS committed (note text)")
        connection.execute("INSERT INTO committed VALUES (%s)", [note])


def committed(server: embedded.Server) -> list[str]:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        return [note for (note,) in connection.execute("SELECT note FROM committed").fetchall()]


def use_it(home: Path) -> list[str]:
    """What a command finds that takes its own lease."""
    with embedded.lease(home) as mine:
        return committed(mine)


def postmaster_of(server: embedded.Server) -> psutil.Process:
    pid = server.pid()
    assert pid is not None
    return psutil.Process(pid)


def keeper_of(server: embedded.Server) -> psutil.Process:
    keeper = postmaster_of(server).parent()
    assert keeper is not None
    assert "skypurser.config.embedded.keeper" in keeper.cmdline()
    return keeper


def test_a_killed_keeper_takes_its_server_along_and_the_next_lease_recovers(home: Path) -> None:
    with embedded.lease(home) as server:
        commit(server, "before")
        old = postmaster_of(server)
        keeper_of(server).kill()
        old.wait(timeout=10)

    with embedded.lease(home) as server:
        assert committed(server) == ["before"]
        assert server.pid() != old.pid
    assert "was not properly shut down" not in (home / "log" / "postgresql.log").read_text()


def test_a_killed_server_ends_its_keeper_and_the_next_lease_recovers(home: Path) -> None:
    with embedded.lease(home) as server:
        commit(server, "before")
        keeper = keeper_of(server)
        postmaster_of(server).kill()
        keeper.wait(timeout=10)

        with embedded.lease(home) as again:
            assert committed(again) == ["before"]
            assert keeper_of(again).pid != keeper.pid


def test_a_lease_brings_back_the_server_that_died_under_it(home: Path) -> None:
    with embedded.lease(home) as server:
        commit(server, "before")
        old = postmaster_of(server)
        old.kill()

        server.ensure_running()

        assert committed(server) == ["before"]
        assert server.pid() != old.pid


def test_a_busy_orphan_of_a_killed_server_does_not_block_the_next(home: Path) -> None:
    with embedded.lease(home) as server:
        commit(server, "before")
        connection = psycopg.connect(server.url("postgres", "postgres"))
        backend = psutil.Process(connection.info.backend_pid)

        def never_ends() -> None:
            with pytest.raises(psycopg.OperationalError), connection:
                connection.execute("DO $$ BEGIN LOOP END LOOP; END $$")

        busy = threading.Thread(target=never_ends)
        busy.start()
        time.sleep(0.2)
        postmaster_of(server).kill()
        time.sleep(0.1)
        assert backend.is_running()

        server.ensure_running()

        assert committed(server) == ["before"]
        busy.join(timeout=5)
        assert not psutil.pid_exists(backend.pid) or backend.status() == psutil.STATUS_ZOMBIE


def test_a_lease_waits_for_an_orphaned_server_that_still_stops(home: Path) -> None:
    with embedded.lease(home) as server:
        commit(server, "before")
        slow = postmaster_of(server)
        slow.suspend()  # so that its shutdown takes as long as we like
        keeper = keeper_of(server)
        keeper.kill()
        keeper.wait(timeout=10)

    with ThreadPoolExecutor() as pool:
        found = pool.submit(use_it, home)
        time.sleep(0.5)
        assert not found.done()
        slow.resume()

        assert found.result() == ["before"]


def test_a_lease_does_not_take_a_server_whose_keeper_is_killed_while_it_asks(home: Path) -> None:
    with embedded.lease(home) as server, ThreadPoolExecutor() as pool:
        commit(server, "before")
        slow = postmaster_of(server)
        slow.suspend()
        keeper = keeper_of(server)
        found = pool.submit(use_it, home)
        time.sleep(0.5)  # now it has asked and waits for the reply
        keeper.kill()
        keeper.wait(timeout=10)
        assert not found.done()
        slow.resume()

        assert found.result() == ["before"]


def test_a_keeper_asked_to_terminate_shuts_its_server_down_cleanly(home: Path) -> None:
    with embedded.lease(home) as server:
        keeper = keeper_of(server)

        keeper.terminate()
        keeper.wait(timeout=10)

        assert server.pid() is None
        log = (home / "log" / "postgresql.log").read_text()
        assert log.rstrip().endswith("database system is shut down")


def test_a_stale_pid_file_whose_number_was_given_to_another_program_does_not_block(home: Path) -> None:
    owner = (home / "data").stat()
    # Of the server's own account: only such a process can be mistaken for a server by PostgreSQL.
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["/bin/sleep", "60"], **as_owner)  # type: ignore[call-overload] # partial
    pid_file = home / "data" / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{home / 'data'}\n1\n5432\n/nowhere\n\n 1 1\nready   \n")
    os.chown(pid_file, owner.st_uid, owner.st_gid)

    with embedded.lease(home) as server:
        assert server.pid() not in (None, stranger.pid)

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_an_initialisation_killed_half_way_is_begun_again(empty_home: Path, other_process: Start) -> None:
    command = other_process(empty_home)
    while not (begun := list(empty_home.glob("data.new-*/base"))):
        time.sleep(0.005)
    keepers = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(empty_home) in (process.info["cmdline"] or [])[4:5]
    ]
    for keeper in keepers:
        keeper.kill()
    command.kill()
    command.wait()
    assert keepers
    assert not (empty_home / "data").exists()

    with embedded.lease(empty_home) as server:
        assert postmaster_of(server).is_running()

    assert not begun[0].parent.exists()
    assert list(empty_home.glob("data.new-*")) == []


def test_data_of_another_major_version_are_refused(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("17\n")

    refused = pytest.raises(embedded.DataFolderOfAnotherVersion, match=r"PostgreSQL 17.*PostgreSQL 18")
    with refused, embedded.lease(home):
        pass

    assert (home / "data" / "PG_VERSION").read_text() == "17\n"


def test_a_server_that_does_not_start_says_why_and_holds_nothing(home: Path) -> None:
    own = home / "data" / "postgresql.auto.conf"
    own.write_text("no_such_setting = on\n")

    with pytest.raises(embedded.ServerDidNotStart, match="no_such_setting"), embedded.lease(home):
        pass

    own.write_text("")
    with embedded.lease(home) as server:
        assert server.pid() is not None


def test_the_log_stays_bounded_while_the_server_writes_to_it(tmp_path: Path) -> None:
    log = Log(tmp_path / "log" / "postgresql.log")
    with log.appending() as output:
        output.write("x" * 9_000_000)
        output.flush()

        log.shorten()
        output.write("later\n")
        output.flush()

    assert log.path.read_text() == "later\n"
    assert log.path.with_suffix(".old.log").stat().st_size == 9_000_000
    assert log.last_lines() == "later"
