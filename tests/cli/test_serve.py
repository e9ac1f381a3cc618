"""The servers as an operator starts them: both answer, a key sells a ticket, and the end is clean."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from tests import cast
from tests.cli.files import COMMAND, run_process
from tests.counter.keys import make_key
from tests.counter.stage import free_port, key, sale
from tests.jobs.workers import wait_until
from tests.web.newcomers import PASSWORD, someone

from skypurser.config import embedded

_READY_SECONDS = 90


class Serving:
    """A `skypurser serve` (or `demo`) that runs."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log
        self.said = ""

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read standard output until the pattern is there."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + _READY_SECONDS
        while not (found := re.search(pattern, self.said)):
            line = self.process.stdout.readline()
            assert line, f"it ended before it said so: {self.log.read_text()}"
            assert time.monotonic() < deadline
            self.said += line
        return found

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and wait."""
        self.process.send_signal(number)
        return self.process.wait(timeout=90)


@contextmanager
def serving(log: Path, *arguments: str | Path, **environment: str | None) -> Iterator[Serving]:
    """Run the command until the block ends."""
    variables = {**os.environ, **environment}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            env={name: value for name, value in variables.items() if value is not None},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield Serving(process, log)
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=90)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def sign_in_at(desk: str, email: str, password: str) -> tuple[httpx.Response, dict[str, str]]:
    """Type address and password into the desk's page; return the answer and the cookies."""
    with httpx.Client(timeout=30) as client:
        page = client.get(f"{desk}account/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        typed = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        return client.post(f"{desk}account/login/", data=typed), dict(client.cookies)


def test_both_addresses_are_told_when_they_answer_and_a_key_sells_at_both(tmp_path: Path) -> None:
    agency = cast.airline().agency
    token = make_key(agency.carrier)
    elsewhere = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "of another program")}
    arguments = ("serve", "--port", "0", "--counter-port", "0", "--logs", "json")
    with serving(tmp_path / "log", *arguments, **elsewhere) as server:
        pages = server.wait_for(r"pages and resources: (\S+)\n")[1]
        counter = server.wait_for(r"counter: (\S+)\n")[1]
        headers = {"Authorization": f"Bearer {token}"}

        with httpx.Client(headers=headers, timeout=30) as client:
            document = cast.fresh_document()
            sold = client.post(f"{counter}/api/v1/tickets", json=sale(agency, document), headers=key("one"))
            again = client.post(f"{pages}/api/v1/tickets", json=sale(agency, document), headers=key("one"))
            probes = [client.get(f"{at}/{probe}") for at in (pages, counter) for probe in ("healthz", "readyz")]
            measured = [client.get(f"{at}/metrics").text for at in (pages, counter)]
        code = server.end()

    assert (sold.status_code, again.status_code) == (201, 201)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (sold.json(), "true")
    assert [probe.status_code for probe in probes] == [200] * 4
    assert all(
        'skypurser_counter_requests_total{operation="issue_ticket",status="201"} 1.0' in page for page in measured
    )
    assert "skypurser_counter_commit_seconds_count 1.0" in measured[1]
    assert code == 0
    log = (tmp_path / "log").read_text()
    assert token not in log
    assert sold.headers["X-Request-Id"]
    assert f'"request_id": "{again.headers["X-Request-Id"]}"' in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_running(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "log", "serve", "--port", "0", "--counter-port", "0") as server:
        server.wait_for(r"counter: (\S+)\n")
        started = psutil.Process(server.process.pid).children(recursive=True)
        code = server.end(number)

    assert len(started) >= 3
    _, alive = psutil.wait_procs(started, timeout=10)
    assert (code, alive) == (0, [])


@pytest.mark.parametrize("processes", [1, 2, 4, 6])
def test_told_to_end_while_its_servers_start_it_ends_soon(processes: int, tmp_path: Path) -> None:
    with serving(tmp_path / "log", "serve", "--port", "0", "--counter-port", "0", "--no-worker") as server:
        supervisor = psutil.Process(server.process.pid)
        wait_until(lambda: len(supervisor.children(recursive=True)) >= processes)  # it is so far
        told = time.monotonic()
        code = server.end()

    assert (code, server.said) == (0, "")
    assert "was killed" not in (tmp_path / "log").read_text()
    assert time.monotonic() - told < 30  # half of what it would wait for one that does not end


def test_a_port_in_use_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "serve", "--port", "0", "--counter-port", "0", "--no-worker") as server:
        taken = server.wait_for(r"counter: \S+:(\d+)\n")[1]

        second = run_process("serve", "--port", taken, "--counter-port", str(free_port()))

    assert second.returncode == 1
    assert f"Nothing can be served at 127.0.0.1:{taken}" in second.stderr


@pytest.mark.slow
def test_the_demo_ends_with_a_line_that_sells_a_ticket_and_somebody_to_sign_in_as(home: Path, tmp_path: Path) -> None:
    alone: dict[str, str | None] = {"DATABASE_URL": None, "DATABASE_OWNER_URL": None}
    with serving(tmp_path / "log", "demo", "--home", home, **alone) as demo:
        command = demo.wait_for(r"(?s)  curl -i (.*\n)    -d (.*)\n")[0]
        desk, email, password = (demo.wait_for(rf"  {word} +(.+)\n")[1] for word in ("desk", "e-mail", "password"))

        signed_in, cookies = sign_in_at(desk, email, password)
        home_page = httpx.get(desk, cookies=cookies)
        result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)

    assert result.stdout.startswith("HTTP/1.1 201"), result.stdout
    assert (signed_in.headers["Location"], home_page.status_code) == ("/", 200)
    assert '"status":"issued"' in result.stdout.lower().replace(" ", "")


def test_nobody_else_gets_the_port_while_a_server_starts_again(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "serve", "--port", "0", "--counter-port", "0", "--no-worker") as server:
        port = server.wait_for(r"pages and resources: \S+:(\d+)\n")[1]
        web = next(
            child for child in psutil.Process(server.process.pid).children() if port in " ".join(child.cmdline())
        )
        web.kill()
        web.wait(30)

        second = run_process("serve", "--port", port, "--counter-port", "0")
        deadline = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline

    assert second.returncode == 1
    assert f"Nothing can be served at 127.0.0.1:{port}" in second.stderr
    assert "The web server ended with code -9; it starts again" in (tmp_path / "log").read_text()


def test_several_counters_sell_behind_one_address_and_one_that_is_killed_is_replaced(tmp_path: Path) -> None:
    agency = cast.airline().agency
    token = make_key(agency.carrier)
    documents = [cast.fresh_document() for _ in range(16)]
    arguments = ("serve", "--port", "0", "--counter-port", "0", "--no-worker", "--counters", "2")
    with serving(tmp_path / "log", *arguments) as server:
        found = server.wait_for(r"counter: (\S+:(\d+))\n")
        address, port = found[1], int(found[2])
        supervisor = psutil.Process(server.process.pid)
        wait_until(lambda: len(_listening(supervisor, port)) == 2)
        first = [_sold(address, token, agency, document) for document in documents]
        busy = _metrics(address)
        killed = _listening(supervisor, port)[0]
        folder = Path(killed.environ()["SKYPURSER_COUNTER_METRICS"]).parent
        killed.kill()
        killed.wait(30)
        others = [_sold(address, token, agency, document) for document in documents]
        wait_until(lambda: len(_listening(supervisor, port)) == 2 and killed not in _listening(supervisor, port))
        again = [_sold(address, token, agency, document) for document in documents]
        after = _metrics(address)
        code = server.end()

    assert [answer.status_code for answer in (*first, *others, *again)] == [201] * 48
    assert [answer.content for answer in (*others, *again)] == 2 * [answer.content for answer in first]
    assert {answer.headers.get("Idempotency-Replayed") for answer in (*others, *again)} == {"true"}
    assert (busy["requests"], after["requests"]) == (16, 48)  # whichever process was asked, and whichever had ended
    assert (busy["queue"], after["queue"]) == (0, 0)
    assert re.search(r"The counter [12] ended with code 1; it starts again", (tmp_path / "log").read_text())
    assert (code, folder.exists()) == (0, False)


def _listening(supervisor: psutil.Process, port: int) -> list[psutil.Process]:
    """The processes that take calls at the port; those that started them only keep it."""
    listening = []
    for process in supervisor.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            sockets = process.net_connections("tcp")
            if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets):
                listening.append(process)
    return listening


def _sold(address: str, token: str, agency: cast.Account, document: str) -> httpx.Response:
    """A sale over a connection of its own, so that chance decides which process takes it."""
    headers = {"Authorization": f"Bearer {token}", **key(document)}
    return httpx.post(f"{address}/api/v1/tickets", json=sale(agency, document), headers=headers, timeout=30)


def _metrics(address: str) -> dict[str, float]:
    page = httpx.get(f"{address}/metrics").text
    wanted = {"requests": 'requests_total{operation="issue_ticket",status="201"}', "queue": "queue"}
    metrics = {}
    for name, line in wanted.items():
        found = re.search(rf"^skypurser_counter_{re.escape(line)} (\S+)$", page, re.MULTILINE)
        assert found, page
        metrics[name] = float(found[1])
    return metrics


def test_a_session_outlives_the_process_that_made_it_without_a_key_being_set(home: Path, tmp_path: Path) -> None:
    one = someone()
    arguments = ("serve", "--port", "0", "--counter-port", "0", "--no-worker")
    keyless: dict[str, str | None] = {"SKYPURSER_SECRET_KEY": None, "SKYPURSER_HOME": str(home)}
    with serving(tmp_path / "log", *arguments, **keyless) as server:
        desk = server.wait_for(r"desk: (\S+)\n")[1]
        signed_in, cookies = sign_in_at(desk, one.user.email, PASSWORD)
        server.end()
    with serving(tmp_path / "log", *arguments, **keyless) as again:
        desk = again.wait_for(r"desk: (\S+)\n")[1]
        home_page = httpx.get(desk, cookies=cookies)

    assert signed_in.headers["Location"] == "/"
    assert home_page.status_code == 200
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "begun"),
    [
        pytest.param(("serve", "--port", "0", "--counter-port", "0", "--no-worker"), "ready", id="serve"),
        pytest.param(("worker",), "worker started", id="worker"),
    ],
)
def test_a_database_that_is_killed_is_started_again_for_who_needs_it(
    arguments: tuple[str, ...], begun: str, tmp_path: Path
) -> None:
    """As the kernel does where memory is short; no command comes along that would start it."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))  # a socket's path is short
    folder.chmod(0o711)
    own: dict[str, str | None] = {"SKYPURSER_HOME": str(folder), "DATABASE_URL": None, "DATABASE_OWNER_URL": None}
    log = tmp_path / "log"
    try:
        with serving(log, *arguments, **own) as running:
            counter = running.wait_for(r"counter: (\S+)\n")[1] if begun == "ready" else ""
            wait_until(lambda: bool(counter) or begun in log.read_text())
            killed = _postmaster(folder)
            os.kill(killed, signal.SIGKILL)

            wait_until(lambda: "The embedded PostgreSQL has ended; it starts again." in log.read_text())
            wait_until(lambda: _postmaster(folder) not in {0, killed} and _is_ready(counter))
            assert running.end() == 0
    finally:
        embedded.wait_until_stopped(folder)
        shutil.rmtree(folder)


def _postmaster(folder: Path) -> int:
    """Its process id; 0 while there is none."""
    try:
        return int((folder / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):  # between two servers, or while the file is written
        return 0


def _is_ready(counter: str) -> bool:
    return not counter or httpx.get(f"{counter}/readyz", timeout=30).status_code == 200
