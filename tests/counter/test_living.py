"""How the application begins and ends, by the lifespan of ASGI."""

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from skypurser.config import counter as factories
from skypurser.config.counter import CounterMisconfigured
from skypurser.config.database import NotDurable
from skypurser.counter.application import Counter
from skypurser.counter.asgi import AsgiCounter
from skypurser.counter.desk import Unavailable
from tests import cast
from tests.counter.keys import make_key
from tests.counter.stage import sale
from tests.databases import hold_back, this_database, wait_until_waiting


def live(check: Any) -> list[dict[str, Any]]:
    """What the application says when it is started and at once stopped."""
    said: list[dict[str, Any]] = []
    events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(events)

    async def send(message: Any) -> None:
        said.append(message)

    asyncio.run(AsgiCounter(Counter(os.environ["DATABASE_URL"], check=check))({"type": "lifespan"}, receive, send))
    return said


def test_it_begins_and_ends() -> None:
    assert [one["type"] for one in live(lambda: None)] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_it_does_not_begin_on_a_server_that_forgets() -> None:
    def check() -> None:
        raise NotDurable("fsync is off")

    assert live(check) == [{"type": "lifespan.startup.failed", "message": "fsync is off"}]


def test_it_begins_before_its_database_does() -> None:
    def check() -> None:
        raise Unavailable

    assert live(check)[0]["type"] == "lifespan.startup.complete"


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", ""), ("SKYPURSER_COUNTER_DEADLINE", "soon"), ("SKYPURSER_COUNTER_QUEUE", "0")],
)
@pytest.mark.parametrize("make", [factories.rsgi, factories.asgi])
def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], object], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(CounterMisconfigured, match=name):
        make()


def test_it_ends_after_everybody_has_been_answered() -> None:
    agency, database = cast.airline().agency, this_database()
    token, said = make_key(agency.carrier), list[str]()
    headers = {
        "authorization": f"Bearer {token}",
        "idempotency-key": "sale",
        "content-type": "application/json",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/tickets",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    body = json.dumps(sale(agency, cast.fresh_document())).encode()

    async def story() -> None:
        events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        app = AsgiCounter(Counter(os.environ["DATABASE_URL"], check=lambda: None))

        async def receive_body() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            await asyncio.sleep(0.2)  # a slow line
            said.append(str(message.get("status", message["type"])))

        life = asyncio.create_task(app({"type": "lifespan"}, events.get, send))
        await events.put({"type": "lifespan.startup"})
        while not said:
            await asyncio.sleep(0.01)
        with database.superuser() as gate, gate.transaction():
            hold_back(gate)
            accepted = asyncio.create_task(app(dict(scope), receive_body, send))
            await asyncio.to_thread(wait_until_waiting, database, 1)
            await events.put({"type": "lifespan.shutdown"})
            await asyncio.sleep(0.1)
            assert said == ["lifespan.startup.complete"]
            await app(dict(scope), receive_body, send)  # too late
        await asyncio.gather(accepted, life)

    asyncio.run(story())

    assert said == [
        "lifespan.startup.complete",
        "503",
        "http.response.body",
        "201",
        "http.response.body",
        "lifespan.shutdown.complete",
    ]
    assert len(cast.statement(agency)) == 1
