"""A server that is killed in the middle of a run."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.files import COMMAND, Replay, act, agency_row, sale

from skypurser.config import embedded


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's own account can pass through, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    yield folder
    embedded.wait_until_stopped(folder)
    shutil.rmtree(folder)


def a_busy_morning() -> list[dict[str, str]]:
    """Sales on twenty accounts that run dry and get credit, with repetitions."""
    rows: list[dict[str, str]] = []
    for number in range(400):
        code = f"NYC{number % 20}00"
        rows += [sale(account_code=code) for _ in range(15)]
        rows += [rows[-number % len(rows)], act("credit", account_code=code, amount="2000.00")]
    return rows


def killed(home: Path) -> None:
    """Kill the embedded server as the kernel does when memory runs out."""
    pid = embedded.Server(home).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_run_whose_server_is_killed_twice_comes_out_like_an_undisturbed_one(home: Path, tmp_path: Path) -> None:
    (tmp_path / "quiet").mkdir()
    (tmp_path / "loud").mkdir()
    accounts, sales = [agency_row(f"NYC{number}00") for number in range(20)], a_busy_morning()
    quiet = Replay(tmp_path / "quiet", accounts, sales)
    loud = Replay(tmp_path / "loud", accounts, sales)
    assert quiet.run().exit_code == 0
    loud.write()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    process = subprocess.Popen(
        [COMMAND, *map(str, loud.arguments())],
        env={**environment, "SKYPURSER_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )

    for rows in (1_000, 4_000):
        _wait_for_rows(loud, rows)
        killed(home)
    _, complaint = process.communicate(timeout=120)

    assert process.returncode == 0, complaint
    assert loud.results_path.read_bytes() == quiet.results_path.read_bytes()
    assert loud.balances_path.read_bytes() == quiet.balances_path.read_bytes()


def _wait_for_rows(replay: Replay, rows: int) -> None:
    deadline = time.monotonic() + 60
    while not (replay.results_path.exists() and replay.results_path.read_bytes().count(b"\n") > rows):
        assert time.monotonic() < deadline
        time.sleep(0.002)
