"""A real counter in a process of its own, and somebody who calls it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

_APPLICATION = "skypurser.config.counter"


@dataclass(frozen=True)
class Running:
    """A counter that answers."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ask it to stop, as a supervisor does."""
        self.process.send_signal(signal.SIGTERM)

    def client(self, token: str = "") -> httpx.Client:
        """Somebody with this token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def counter(
    environment: Mapping[str, str] | None = None, *, interface: str = "rsgi", **settings: str
) -> Iterator[Running]:
    """Run a counter on this worker's database, or where the environment says, and stop it at the end.

    Args:
        interface: Through which the server calls it.
        settings: Of the counter: `deadline`, `queue`, `body_seconds`.
    """
    port = free_port()
    variables = {f"SKYPURSER_COUNTER_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--log-level", "warning", "--factory", f"{_APPLICATION}:{interface}"]
    process = subprocess.Popen(command, env={**os.environ, **(environment or {}), **variables})
    try:
        running = Running(f"http://127.0.0.1:{port}", process)
        _wait_until_alive(running)
        yield running
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=60)


def _wait_until_alive(running: Running) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert running.process.poll() is None, "the counter ended before it began"
        try:
            if httpx.get(f"{running.url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sale(account: Any, document: str, /, **changes: Any) -> dict[str, Any]:
    """The body of a sale: 400.00 and 80.00 taxes, domestic, on account."""
    body = {
        "account": {"type": "agency", "code": account.code, "currency": account.currency},
        "document_number": document,
        "form_of_payment": "account",
        "route": ["JFK", "LAX"],
        "fare": "400.00",
        "taxes": "80.00",
        "passenger": "DOE/JANE",
        "reference": "PNR ABC123",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def key(value: str) -> dict[str, str]:
    """The header with the idempotency key."""
    return {"Idempotency-Key": value}
