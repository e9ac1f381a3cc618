"""A server for each test, in a home of its own that is a copy of one with opened books, and a recorder beside it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from skypurser.config import embedded
from tests.durability.recording import Recording
from tests.durability.stage import Stage, process, run
from tests.durability.wire import Account, decode_accounts


@pytest.fixture(scope="session")
def opened() -> Iterator[tuple[Path, Sequence[Account]]]:
    """A home in which the books were opened and the server has stopped, and the accounts in them."""
    folder = _new_home()
    try:
        with embedded.lease(folder) as server:
            run(server, "django", "migrate", "--database", "owner", "-v", "0")
            accounts = decode_accounts(run(server, "tests.durability.books", "open"))
        embedded.wait_until_stopped(folder)
        yield folder, accounts
    finally:
        embedded.wait_until_stopped(folder)
        shutil.rmtree(folder)


@pytest.fixture
def stage(opened: tuple[Path, Sequence[Account]]) -> Iterator[Stage]:
    """A running server with opened books, and a recorder."""
    template, accounts = opened
    home, desk = _new_home(), Path(tempfile.mkdtemp(prefix="skypurser-recorder-"))
    try:
        subprocess.run(["/bin/cp", "-a", template / "data", home / "data"], check=True)  # owners too
        socket, file = desk / "socket", desk / "events"
        with embedded.lease(home) as server, ExitStack() as processes:
            recorder = processes.enter_context(process("tests.durability.recorder", str(socket), str(file)))
            assert recorder.stdout is not None
            assert recorder.stdout.readline() == b"ready\n"
            yield Stage(server, accounts, str(socket), Recording(file), processes)
    finally:
        embedded.wait_until_stopped(home)
        shutil.rmtree(home)
        shutil.rmtree(desk)


def _new_home() -> Path:
    # Not pytest's tmp_path: that lies below a folder that only the test's own user may enter.
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    return folder
