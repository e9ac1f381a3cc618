"""The counter under granian's own interface, as `skypurser serve` runs it, and under ASGI, as others would."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tests import cast
from tests.counter.keys import make_key
from tests.counter.stage import Running, counter, key, sale
from tests.databases import throwaway_database

INTERFACES = ("rsgi", "asgi")


@pytest.fixture(scope="module", params=INTERFACES)
def either(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A counter that waits for half a second for a body."""
    with counter(interface=request.param, body_seconds="0.5") as started:
        yield started


def head(token: str, *more: str) -> bytes:
    """The head of a sale's request."""
    lines = ["POST /api/v1/tickets HTTP/1.1", "Host: x", "Connection: close", f"Authorization: Bearer {token}", *more]
    return "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode()


def in_parts(*parts: bytes) -> bytes:
    """Parts of a body of unknown length, without its end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def tell(running: Running, sent: bytes, *, breaks_off: bool = False) -> bytes:
    """Send this, and return what is answered."""
    port = int(running.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(sent)
        if breaks_off:
            line.shutdown(socket.SHUT_WR)
        told = b""
        with contextlib.suppress(ConnectionError):
            while more := line.recv(65_536):
                told += more
        return told


def answered(running: Running, status: int) -> float:
    """How many sales were answered so."""
    page = httpx.get(f"{running.url}/metrics").text
    name = f'skypurser_counter_requests_total{{operation="issue_ticket",status="{status}"}} '
    return sum(float(line.removeprefix(name)) for line in page.splitlines() if line.startswith(name))


def test_both_say_the_same() -> None:
    airline = cast.airline()
    token, body = make_key(airline.carrier), sale(airline.agency, cast.fresh_document())
    told = []
    for interface in INTERFACES:
        with counter(interface=interface) as running, running.client(token) as client:
            client.post("/api/v1/tickets", json=body, headers=key("sale"))
            replayed = client.post("/api/v1/tickets", json=body, headers=key("sale"))
            odd = client.post("/api/v1/tickets?x=%20y", json={}, headers={b"Idempotency-Key": b"\xe9"})
            nowhere = client.get("/api/v1/a%20b/%C3%A9%ff")
            told.append([(one.status_code, said(one)) for one in (replayed, odd, nowhere)])

    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [201, 400, 404]
    assert told[0][0][1]["idempotency-replayed"] == "true"


def said(response: httpx.Response) -> dict[str, object]:
    """The headers and the body, but for what is another each time.

    The server closes a connection whose body nobody has read by then.
    """
    by_chance = ("date", "ratelimit", "x-request-id", "request_id", "connection")
    everything = {**response.headers, **response.json()}
    return {name: value for name, value in everything.items() if name not in by_chance}


def test_a_body_that_does_not_come_is_not_waited_for(either: Running) -> None:
    airline = cast.airline()
    port = int(either.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head(make_key(airline.carrier), "Idempotency-Key: slow", "Content-Length: 500") + b'{"acc')
        told = line.recv(65_536)

    assert told.startswith(b"HTTP/1.1 408")
    assert b'"request_timeout"' in told
    assert cast.statement(airline.agency) == []


def test_a_body_of_unknown_length_is_read(either: Running) -> None:
    airline = cast.airline()
    body = json.dumps(sale(airline.agency, cast.fresh_document())).encode()
    sent = in_parts(body[:20], body[20:]) + b"0\r\n\r\n"

    told = tell(either, head(make_key(airline.carrier), "Idempotency-Key: x", "Transfer-Encoding: chunked") + sent)

    assert told.startswith(b"HTTP/1.1 201")
    assert len(cast.statement(airline.agency)) == 1


def test_a_body_of_unknown_length_is_bounded_too(either: Running) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    with either.client(make_key(cast.carrier())) as client:
        told = client.post(
            "/api/v1/tickets", content=chunks(), headers={**key("sale"), "Content-Type": "application/json"}
        )

    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("is_measured", [True, False])
def test_a_request_that_breaks_off_sells_nothing_whatever_has_come(either: Running, *, is_measured: bool) -> None:
    airline = cast.airline()
    body = json.dumps(sale(airline.agency, cast.fresh_document())).encode()
    length = f"Content-Length: {len(body) + 1}" if is_measured else "Transfer-Encoding: chunked"
    before = answered(either, 408)

    sent = head(make_key(airline.carrier), "Idempotency-Key: x", length) + (body if is_measured else in_parts(body))
    tell(either, sent, breaks_off=True)

    deadline = time.monotonic() + 20
    while answered(either, 408) == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert cast.statement(airline.agency) == []


def test_two_keys_are_none(either: Running) -> None:
    airline = cast.airline()
    body = json.dumps(sale(airline.agency, cast.fresh_document())).encode()
    keys = ("Idempotency-Key: one", "Idempotency-Key: two", f"Content-Length: {len(body)}")

    told = tell(either, head(make_key(airline.carrier), *keys) + body)

    assert told.startswith(b"HTTP/1.1 400")
    assert b'"idempotency_key_required"' in told
    assert cast.statement(airline.agency) == []


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_server_that_forgets_is_told_at_the_start(interface: str) -> None:
    with throwaway_database() as database:
        with database.superuser() as inside:
            inside.execute(f"ALTER ROLE skypurser_app IN DATABASE {database.name} SET synchronous_commit = off")
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "granian", "--interface", interface, "--port", "0", "--no-ws"),
                *("--log-level", "warning", "--factory", f"skypurser.config.counter:{interface}"),
            ],
            env={**os.environ, "DATABASE_URL": database.url("skypurser_app")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert ended.returncode != 0
    assert "synchronous_commit is off" in ended.stderr + ended.stdout
