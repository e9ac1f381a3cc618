"""Real processes, kept running and stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest

from skypurser.config.serving.supervisor import Child, ChildFailed, Supervisor

# Notes its start, and its end where it is asked to; then does as it is told.
_NOTING = """
import os, pathlib, signal, subprocess, sys, time
notes, manner = pathlib.Path(sys.argv[1]), sys.argv[2]
def note(word):
    with notes.open("a") as file:
        file.write(f"{word} {os.getpid()}\\n")
def end(*_):
    note("asked")
    if manner != "deaf":
        time.sleep(0.2)
        note("finished")
        sys.exit(0)
signal.signal(signal.SIGTERM, end)
if manner == "parent":
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with notes.open("a") as file:
        file.write(f"grandchild {left.pid}\\n")
note("started")
if manner == "failing":
    sys.exit(3)
while True:
    time.sleep(0.02)
"""


def child(notes: Path, manner: str = "good", *, grace: float = 20.0) -> Child:
    command = [sys.executable, "-c", _NOTING, str(notes), manner]
    return Child(notes.stem, command, is_ready=lambda: notes.exists() and "started" in notes.read_text(), grace=grace)


def noted(notes: Path, word: str) -> list[int]:
    """The process ids that noted this word."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [int(line.split()[1]) for line in lines if line.split()[0] == word]


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run(children: Sequence[Child], during: Callable[[], None]) -> list[str]:
    """Supervise the children while `during` runs, once they are ready; what was said."""
    said: list[str] = []
    supervisor = Supervisor(children, say=said.append)
    failures: list[BaseException] = []

    def act() -> None:
        try:
            during()
        except BaseException as error:  # noqa: BLE001 — raised again below
            failures.append(error)
        finally:
            supervisor.stop()

    acting = threading.Thread(target=act)
    supervisor.run(ready=acting.start, seconds=30)
    acting.join()
    if failures:
        raise failures[0]
    return said


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_all_are_ready_before_it_says_so_and_all_finish_what_they_are_at(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    when_ready: list[int] = []

    said = run(
        [child(first), child(second)], lambda: when_ready.extend(noted(first, "started") + noted(second, "started"))
    )

    assert len(when_ready) == 2
    assert [len(noted(notes, word)) for notes in (first, second) for word in ("asked", "finished")] == [1, 1, 1, 1]
    assert said == []


def test_who_ends_is_started_again(tmp_path: Path) -> None:
    notes = tmp_path / "server"

    def kill() -> None:
        os.kill(noted(notes, "started")[0], signal.SIGKILL)
        wait_until(lambda: len(noted(notes, "started")) == 2)

    said = run([child(notes)], kill)

    assert len(noted(notes, "finished")) == 1
    assert said == ["The server ended with code -9; it starts again in 1.0 s."]


def test_what_a_killed_process_left_behind_ends_with_it(tmp_path: Path) -> None:
    notes = tmp_path / "server"

    def kill() -> None:
        os.kill(noted(notes, "started")[0], signal.SIGKILL)
        wait_until(lambda: is_gone(noted(notes, "grandchild")[0]))

    run([child(notes, "parent")], kill)

    assert all(is_gone(pid) for pid in noted(notes, "grandchild"))


def test_a_child_that_can_not_start_ends_everything(tmp_path: Path) -> None:
    good, failing = tmp_path / "good", tmp_path / "failing"
    command = child(failing, "failing")
    never = Child(command.name, command.command, is_ready=lambda: False)

    with pytest.raises(ChildFailed, match="The failing ended with code 3 before it was ready"):
        Supervisor([child(good), never], say=print).run(ready=lambda: pytest.fail("nothing is ready"), seconds=30)

    assert len(noted(good, "finished")) == 1


def test_a_child_that_is_never_ready_ends_everything(tmp_path: Path) -> None:
    never = Child("server", child(tmp_path / "server").command, is_ready=lambda: False)

    with pytest.raises(ChildFailed, match="was not ready in time"):
        Supervisor([never], say=print).run(ready=lambda: pytest.fail("nothing is ready"), seconds=0.5)


def test_who_does_not_finish_is_killed_after_its_grace(tmp_path: Path) -> None:
    notes = tmp_path / "server"

    said = run([child(notes, "deaf", grace=0.5)], lambda: None)

    assert said == ["The server did not finish in 0 s and was killed."]
    assert all(is_gone(pid) for pid in noted(notes, "started"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    notes = tmp_path / "server"
    program = (
        "import pathlib, sys\n"
        "from skypurser.config.serving.supervisor import Supervisor\n"
        "from tests.config.serving.test_supervisor import child\n"
        "Supervisor([child(pathlib.Path(sys.argv[1]))], say=print).run(ready=lambda: None)"
    )
    supervising = subprocess.Popen([sys.executable, "-c", program, str(notes)], cwd=Path(__file__).parents[3])
    wait_until(lambda: noted(notes, "started"))

    supervising.kill()
    supervising.wait()

    wait_until(lambda: is_gone(noted(notes, "started")[0]))
    assert len(noted(notes, "finished")) == 1


def test_signals_that_come_in_swarms_stop_it_as_one_does() -> None:
    program = """
import os, signal, subprocess, sys
from skypurser.config.serving.supervisor import Supervisor, stopped_by_signals

swarm = f'''
import os, time
deadline = time.monotonic() + 10
while time.monotonic() < deadline:
    os.kill({os.getpid()}, 15)
'''
supervisor = Supervisor([], say=print)
with stopped_by_signals(supervisor):
    senders = [subprocess.Popen([sys.executable, "-c", swarm], stderr=subprocess.DEVNULL) for _ in range(2)]
    supervisor.run(ready=lambda: None)
    for sender in senders:
        sender.kill()
        sender.wait()
print("stopped")
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)

    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr
