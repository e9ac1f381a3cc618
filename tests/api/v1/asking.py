"""A program that asks the API, inside Django or over a socket, and a real server to ask."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.test import Client

from skypurser.access.api_keys import Scope
from skypurser.access.carriers import CarrierView
from tests import cast

_numbers = itertools.count(1)

AGENCY = {
    "type": "agency",
    "code": "NYC1AA",
    "name": "Big Apple Tours",
    "issue_id": "9549656",
    "city": "NYC",
    "airport": "JFK",
    "country": "US",
    "currency": "USD",
    "credit_limit": "10000.00",
    "credit_card": True,
    "commissions": {
        "domestic": {"mode": "FIXED", "percent": "8.00"},
        "international": {"mode": "MAX", "percent": "7.25"},
        "domestic_card": {"mode": "FREE", "percent": "0.00"},
        "international_card": {"mode": "FIXED", "percent": "5.00"},
    },
    "reference": "by contract",
}
CORPORATE = {
    **{name: value for name, value in AGENCY.items() if name not in {"issue_id", "credit_card"}},
    "type": "corporate",
    "code": "ACME",
    "name": "Acme Inc.",
    "commissions": {name: AGENCY["commissions"][name] for name in ("domestic", "international")},  # type: ignore[index]
}


@dataclass(frozen=True)
class Told:
    """A response."""

    status: int
    body: Any
    headers: Any
    content: bytes

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.body["code"])

    @property
    def pointers(self) -> list[str]:
        """Where the request is malformed."""
        return [error["pointer"] for error in self.body["errors"]]


class Program:
    """Asks with one token; a key is made up for whatever changes something, unless one is given."""

    def __init__(self, token: str) -> None:
        self._client = Client(raise_request_exception=True, SERVER_NAME="localhost")
        self.token = token

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        raw: bytes | None = None,
        **headers: str,
    ) -> Told:
        """Ask; the path is below `/api/v1`."""
        sent = {"Authorization": f"Bearer {self.token}"}
        if method != "GET":
            sent["Idempotency-Key"] = f"api-{next(_numbers)}" if key is None else key
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        media_type = sent.pop("Content-Type", "application/json")
        response = self._client.generic(method, f"/api/v1{path}", content, content_type=media_type, headers=sent)
        text = bytes(response.content)
        is_json = "json" in response.headers.get("Content-Type", "")
        return Told(response.status_code, json.loads(text) if is_json else None, response.headers, text)


def program(of: CarrierView, *scopes: Scope, **limits: Any) -> Program:
    """A program of this carrier; with all scopes unless some are named."""
    return Program(cast.api_key(of, *scopes, **{"rate_limit": 100_000, "concurrency_limit": 10_000, **limits}).token)


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def server(**environment: str) -> Iterator[Running]:
    """Run the WSGI application on this worker's database, and stop it at the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--log-level", "warning", "--blocking-threads", "4", "skypurser.config.wsgi:application"]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, "the server ended before it began"
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/v1/openapi.json")
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield Running(f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
