"""The desk as it runs in earnest: the real WSGI application in granian, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

_PATIENCE = 30.0


@contextmanager
def served(*, database_url: str = "") -> Iterator[str]:
    """Serve this worker's database for as long as the block runs; its address. Sessions are those of this process."""
    port = _free_port()
    address = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "SKYPURSER_SECRET_KEY": str(settings.SECRET_KEY),
        "SKYPURSER_CONNECTIONS": "4",
        "SKYPURSER_LOGS": "json",
        **({"DATABASE_URL": database_url} if database_url else {}),
    }
    command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--interface", "wsgi"]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "skypurser.config.wsgi:application"]
    # To a file: a pipe that nobody reads fills up, and then the server waits.
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"{address}/healthz", server, log)
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: IO[str]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server ended: {log.read()}")
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 — our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
