"""One counter for the tests that need nothing of their own, and the two ways in."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.test import Client, override_settings

from tests.counter.stage import Running, counter


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A counter on this worker's database."""
    with counter() as started:
        yield started


#: A response, whoever gave it: httpx's or Django's.
type Told = Any


class Way:
    """One of the two ways in."""

    def __init__(self, send: Callable[[str, str, bytes | None, dict[str, str]], Told], name: str) -> None:
        self._send = send
        self.name = name

    def __call__(self, method: str, path: str, json: Any = None, token: str = "", **headers: str) -> Told:
        """Send JSON; `key` is the idempotency key."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        if "key" in headers:
            sent["Idempotency-Key"] = headers.pop("key")
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if json is None:
            return self._send(method, path, None, sent)
        body = json if isinstance(json, bytes) else httpx.Request("POST", "http://x", json=json).content
        return self._send(method, path, body, {"Content-Type": "application/json", **sent})


@pytest.fixture(params=["counter", "django"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    """The counter's own server, and Django at the same paths."""
    if request.param == "counter":
        started: Running = request.getfixturevalue("running")
        with started.client() as client:
            yield Way(
                lambda method, path, body, headers: client.request(method, path, content=body, headers=headers),
                "counter",
            )
        return
    with override_settings(ROOT_URLCONF="skypurser.counter.urls"):
        inside = Client(raise_request_exception=True)

        def send(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
            media_type = headers.pop("Content-Type", "")
            return inside.generic(method, path, body or b"", content_type=media_type, headers=headers)

        yield Way(send, "django")
