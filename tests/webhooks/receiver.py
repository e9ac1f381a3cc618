"""A real HTTP server on the loopback that keeps what it was sent and answers as the test says."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from skypurser.webhooks.reach import Reach
from skypurser.webhooks.sending import Sender

#: Of tests only: their receivers have no other address.
NEARBY = Reach(allow_private=True, allow_http=True)
SENDER = Sender(reach=NEARBY)


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float

    @property
    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.body)
        return message

    @property
    def reference(self) -> str:
        return str(self.message["data"]["reference"])


@dataclass
class Receiver:
    """The server's memory; `answer` gets each request's number on this server, from 0, and returns code and body."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Callable[[int], tuple[int, bytes]] = lambda _: (200, b"ok")
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: int = 0

    @property
    def references(self) -> list[str]:
        return [one.reference for one in self.received]

    def wait_for(self, count: int, *, seconds: float = 30) -> None:
        """Return when so many requests have come to their end."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"waited in vain for {count}; {len(self.received)} came"
            time.sleep(0.01)


@contextmanager
def receiving(*, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port, while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            began = time.monotonic()
            body = self.rfile.read(int(self.headers["content-length"]))
            with receiver.lock:
                number, receiver.begun = receiver.begun, receiver.begun + 1
            if receiver.pause:
                time.sleep(receiver.pause)
            code, answer = receiver.answer(number)
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                self.send_response(code)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:  # whoever sent it did not wait
                self.close_connection = True
            with receiver.lock:
                receiver.received.append(Received(self.path, headers, body, began, time.monotonic()))

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        receiver.url = f"http{'' if tls is None else 's'}://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
