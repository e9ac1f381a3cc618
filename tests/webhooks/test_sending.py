"""One attempt: what goes over the wire, and that no receiver can hold it up."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from skypurser.webhooks.reach import Reach
from skypurser.webhooks.sending import Sender
from tests.webhooks.receiver import NEARBY, SENDER, receiving

#: Of hook.example, signed by itself, with its key; made for these tests.
CERTIFICATE = Path(__file__).with_name("hook.example.pem")


@contextmanager
def speaking(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that reads nothing and says what it is told to, to the first who connects; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    connection.recv(65_536)
                    say(connection)
                except OSError:
                    return  # the other side hung up, as it should

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


def drip(connection: socket.socket, text: bytes) -> None:
    for at in range(len(text)):
        connection.sendall(text[at : at + 1])
        time.sleep(0.05)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nx: " + b"y" * 400, b"HTTP/1.1 100 Continue\r\n\r\n" * 20], ids=["header", "continue"]
)
def test_a_receiver_that_drips_its_answer_is_given_up_in_time(head: bytes) -> None:
    with speaking(lambda connection: drip(connection, head)) as url:
        began = time.monotonic()
        sent = Sender(reach=NEARBY, longest=0.5).send(url=url, body=b"{}", headers={})

    assert sent.outcome == "timeout"
    assert time.monotonic() - began < 1.5


def test_a_body_that_drips_is_cut_and_the_code_counts() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n"

    def say(connection: socket.socket) -> None:
        connection.sendall(head)
        drip(connection, b"z" * 400)

    with speaking(say) as url:
        began = time.monotonic()
        sent = Sender(reach=NEARBY, longest=0.5).send(url=url, body=b"{}", headers={})

    assert (sent.outcome, sent.response_code) == ("delivered", 200)
    assert sent.answer.startswith("zzz")
    assert time.monotonic() - began < 1.5


def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    def say(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"z" * 65_536)

    with speaking(say) as url:
        sent = SENDER.send(url=url, body=b"{}", headers={})

    assert (sent.outcome, len(sent.answer)) == ("delivered", 1_000)


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", b"\x16\x03\x01\x00"]
)
def test_an_answer_that_is_none_is_a_failed_attempt(answer: bytes) -> None:
    with speaking(lambda connection: connection.sendall(answer)) as url:
        sent = SENDER.send(url=url, body=b"{}", headers={})

    assert (sent.outcome, sent.response_code) == ("unreachable", None)


def test_nobody_there_is_a_failed_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    sent = SENDER.send(url=f"http://127.0.0.1:{port}/", body=b"{}", headers={})

    assert (sent.outcome, sent.answer) == ("unreachable", "ConnectError")


@contextmanager
def silent(host: str, port: int) -> Iterator[None]:
    """A machine that takes no further connection and does not say so: its queue is full."""
    with ExitStack() as held, socket.socket() as server:
        server.bind((host, port))
        server.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
        time.sleep(0.05)
        yield


def test_an_address_that_stays_silent_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skypurser.webhooks.sending.resolve", lambda *_args, **_kwargs: ["127.0.0.2", "127.0.0.1"])

    with receiving() as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        with silent("127.0.0.2", port):
            sent = Sender(reach=NEARBY, longest=2).send(url=f"http://hook.example:{port}/", body=b"{}", headers={})

    assert sent.is_delivered
    assert 900 <= sent.duration_ms < 2_000


def test_where_every_address_stays_silent_it_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skypurser.webhooks.sending.resolve", lambda *_args, **_kwargs: ["127.0.0.2", "127.0.0.2"])

    with receiving() as receiver:
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        with silent("127.0.0.2", port):
            sent = Sender(reach=NEARBY, longest=0.4).send(url=f"http://hook.example:{port}/", body=b"{}", headers={})

    assert (sent.outcome, receiver.begun) == ("timeout", 0)
    assert sent.duration_ms < 1_000


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)

        assert SENDER.send(url=receiver.url, body=b"{}", headers={}).is_delivered

    assert (len(receiver.received), proxy.received) == (1, [])


@pytest.mark.parametrize(
    ("host", "is_trusted", "is_delivered"),
    [
        ("hook.example", True, True),
        pytest.param("other.example", True, False, id="a certificate of another name"),
        pytest.param("hook.example", False, False, id="a certificate that nobody vouches for"),
    ],
)
def test_over_tls_the_name_asked_for_and_the_certificates_are_the_endpoints(
    monkeypatch: pytest.MonkeyPatch, host: str, is_trusted: bool, is_delivered: bool
) -> None:
    """Although the connection is made to an address."""
    asked: list[str | None] = []
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(CERTIFICATE)
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    trusting = ssl.create_default_context()
    if is_trusted:
        trusting.load_verify_locations(CERTIFICATE)
    monkeypatch.setattr("skypurser.webhooks.sending.resolve", lambda *_args, **_kwargs: ["127.0.0.1"])

    with receiving(tls=serving) as receiver:
        url = receiver.url.replace("127.0.0.1", host)
        sent = Sender(reach=Reach(allow_private=True), trusts=trusting).send(url=url, body=b"{}", headers={})

    assert sent.is_delivered == is_delivered
    assert asked == [host]
    assert len(receiver.received) == (1 if is_delivered else 0)
