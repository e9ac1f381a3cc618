"""State folders that the server's unprivileged account can reach, gone after each test with their server."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skypurser.config import embedded


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A home in which a server has run and stopped; copied, it spares a test the initdb."""
    folder = _new_home()
    with embedded.lease(folder):
        pass
    embedded.wait_until_stopped(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def empty_home() -> Iterator[Path]:
    """A home in which nothing has run yet."""
    folder = _new_home()
    yield folder
    _remove(folder)


@pytest.fixture
def home(initialised: Path) -> Iterator[Path]:
    """A home with a data folder of its own; no server runs."""
    folder = _new_home()
    _copy_as_it_is(initialised / "data", folder / "data")
    yield folder
    _remove(folder)


@pytest.fixture(scope="module")
def server(initialised: Path) -> Iterator[embedded.Server]:
    """A running server, shared by the tests of a module that leave it as it was."""
    folder = _new_home()
    _copy_as_it_is(initialised / "data", folder / "data")
    with embedded.lease(folder) as leased:
        yield leased
    _remove(folder)


_LEASE_UNTIL_INPUT_ENDS = """
import pathlib, sys
from skypurser.config import embedded
with embedded.lease(pathlib.Path(sys.argv[1])) as server:
    print(server.pid(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_process() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start another command that leases a home; it says the server's process id and ends with its input."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _LEASE_UNTIL_INPUT_ENDS, str(home)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _new_home() -> Path:
    # Not pytest's tmp_path: that lies below a folder that only the test's own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    return folder


def _copy_as_it_is(source: Path, target: Path) -> None:
    subprocess.run(["/bin/cp", "-a", source, target], check=True)  # owners too


def _remove(folder: Path) -> None:
    embedded.wait_until_stopped(folder)
    shutil.rmtree(folder)
