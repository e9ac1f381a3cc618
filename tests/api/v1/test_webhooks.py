"""Webhooks and their deliveries as resources; what is sent arrives at a real receiver."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from skypurser.webhooks import endpoints
from tests import cast
from tests.api.v1.asking import Program, Told, program
from tests.databases import unchanged
from tests.webhooks.receiver import Receiver, receiving
from tests.webhooks.stage import credit, deliver

HOOK = {"url": "https://example.com/hook", "description": "billing", "event_types": ["account.credited"]}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver that the API accepts although it is nearby, as an operator may allow it."""
    monkeypatch.setenv("SKYPURSER_WEBHOOKS_ALLOW_PRIVATE", "1")
    monkeypatch.setenv("SKYPURSER_WEBHOOKS_ALLOW_HTTP", "1")
    with receiving() as one:
        yield one


def add(ask: Program, **differently: Any) -> dict[str, Any]:
    told = ask("POST", "/webhooks", {**HOOK, **differently})
    assert told.status == 201, told.body
    return dict(told.body)


def deliveries(ask: Program, webhook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    return list(ask("GET", f"/webhooks/{webhook['id']}/deliveries{query}").body["items"])


def test_a_webhook_is_added_and_its_secret_is_told_once() -> None:
    ask = program(cast.carrier(), Scope.EVENTS)

    added = ask("POST", "/webhooks", HOOK, key="add")
    again = ask("POST", "/webhooks", HOOK, key="add")

    secret = added.body.pop("secret")
    assert (added.status, secret[:6], len(secret)) == (201, "whsec_", 50)
    assert added.body == {
        "id": added.body["id"],
        **HOOK,
        "is_active": True,
        "deactivated_because": "",
        "created_at": added.body["created_at"],
        "old_secret_until": None,
    }
    assert added.body["created_at"].endswith("Z")
    assert (again.status, again.body) == (201, added.body | {"secret": None})
    assert (added.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    listed = ask("GET", "/webhooks")
    assert listed.body == {"items": [added.body], "next_cursor": None}
    assert ask("GET", f"/webhooks/{added.body['id']}").body == added.body
    assert secret not in (again.content + listed.content).decode()


def test_webhooks_are_listed_page_by_page() -> None:
    ask = program(cast.carrier(), Scope.EVENTS)
    ids = [add(ask)["id"] for _ in range(3)]

    first = ask("GET", "/webhooks?limit=2").body
    rest = ask("GET", f"/webhooks?limit=2&cursor={first['next_cursor']}").body

    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert rest["next_cursor"] is None


def test_a_webhook_is_changed_and_what_is_left_out_stays() -> None:
    ask = program(cast.carrier(), Scope.EVENTS)
    webhook = add(ask)
    del webhook["secret"]
    place = f"/webhooks/{webhook['id']}"

    stopped = ask("PATCH", place, {"is_active": False, "event_types": []}, key="stop")
    moved = ask("PATCH", place, {"url": "https://example.com/new", "is_active": True})
    again = ask("PATCH", place, {"is_active": False, "event_types": []}, key="stop")
    other = ask("PATCH", place, {"is_active": True}, key="stop")

    assert (stopped.status, stopped.body) == (200, webhook | {"is_active": False, "event_types": []})
    assert moved.body == webhook | {"event_types": [], "url": "https://example.com/new"}
    assert (again.content, again.headers["Idempotency-Replayed"]) == (stopped.content, "true")
    assert (other.status, other.code) == (409, "key_reused")
    assert ask("PATCH", place, {}).body == ask("GET", place).body == moved.body


def test_a_new_secret_is_told_once_and_the_old_one_signs_for_a_while() -> None:
    ask = program(cast.carrier(), Scope.EVENTS)
    webhook = add(ask)
    place = f"/webhooks/{webhook['id']}/secret"

    rotated = ask("POST", place, {}, key="rotate")
    again = ask("POST", place, {}, key="rotate")
    at_once = ask("POST", place, {"overlap_hours": 0})

    assert rotated.status == 200
    assert len({webhook["secret"], rotated.body["secret"], at_once.body["secret"]}) == 3
    until = datetime.fromisoformat(rotated.body["old_secret_until"])
    assert timedelta(hours=23) < until - datetime.now(tz=UTC) <= timedelta(hours=24)
    assert at_once.body["old_secret_until"] is None
    assert again.body == rotated.body | {"secret": None}
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_deleted_webhook_is_gone_and_the_deletion_can_be_asked_for_again() -> None:
    ask = program(cast.carrier(), Scope.EVENTS)
    place = f"/webhooks/{add(ask)['id']}"

    deleted = ask("DELETE", place, key="delete")
    again = ask("DELETE", place, key="delete")
    later = ask("DELETE", place)

    assert (deleted.status, deleted.content) == (204, b"")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (204, "true")
    assert (later.status, later.code) == (404, "endpoint_not_found")
    assert ask("GET", place).status == 404
    assert ask("GET", "/webhooks").body["items"] == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "scheme"),
        ("ftp://example.com/", "scheme"),
        ("https://127.0.0.1/", "address"),
        ("https://[::1]/", "address"),
        ("https://169.254.169.254/latest", "address"),
        ("https://localhost/", "address"),
        ("https://me:pw@example.com/", "credentials"),
        ("https://example.com/#x", "fragment"),
        ("https://[::1", "shape"),
        ("https://", "shape"),
        ("https://exämple.com/", "shape"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_under_its_key(url: str, reason: str) -> None:
    ask = program(cast.carrier(), Scope.EVENTS)
    webhook = add(ask)

    added = ask("POST", "/webhooks", {**HOOK, "url": url}, key="add")
    again = ask("POST", "/webhooks", {**HOOK, "url": url}, key="add")
    changed = ask("PATCH", f"/webhooks/{webhook['id']}", {"url": url})

    assert (added.status, added.code, added.body["reason"]) == (422, "endpoint_not_allowed", reason)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (added.content, "true")
    assert (changed.status, changed.code) == (422, "endpoint_not_allowed")
    assert [one["url"] for one in ask("GET", "/webhooks").body["items"]] == [HOOK["url"]]


def test_a_carrier_has_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST", 1)
    ask = program(cast.carrier(), Scope.EVENTS)
    add(ask)

    told = ask("POST", "/webhooks", HOOK)

    assert (told.status, told.code) == (409, "too_many_endpoints")


def test_deliveries_are_listed_newest_first_by_status_and_read_with_their_attempts(receiver: Receiver) -> None:
    airline = cast.airline()
    ask = program(airline.carrier, Scope.EVENTS)
    receiver.answer = lambda number: (500 if number == 0 else 200, b"thanks")
    webhook = add(ask, url=receiver.url)
    credit(airline.agency, 1)
    deliver(airline.carrier.id)
    credit(airline.client, 2)
    deliver(airline.carrier.id)

    both = deliveries(ask, webhook)
    newest, oldest = both
    read = ask("GET", f"/deliveries/{newest['id']}")

    assert [one["account_id"] for one in both] == [airline.client.id, airline.agency.id]
    assert [one["status"] for one in both] == ["delivered", "pending"]
    assert deliveries(ask, webhook, "?status=pending") == [oldest]
    assert deliveries(ask, webhook, "?status=failed") == []
    page = ask("GET", f"/webhooks/{webhook['id']}/deliveries?limit=1").body
    assert deliveries(ask, webhook, f"?cursor={page['next_cursor']}") == [oldest]
    assert (newest["tries"], newest["event_type"], newest["webhook_id"]) == (1, "account.credited", webhook["id"])
    assert (newest["next_attempt_at"], oldest["finished_at"]) == (None, None)
    assert newest["message_id"] == receiver.received[1].headers["webhook-id"]
    (attempt,) = read.body.pop("attempts")
    assert (read.status, read.body) == (200, newest)
    assert (attempt["outcome"], attempt["response_code"], attempt["answer"]) == ("delivered", 200, "thanks")
    (failed,) = ask("GET", f"/deliveries/{oldest['id']}").body["attempts"]
    assert failed["response_code"] == 500
    event = ask("GET", f"/events/{newest['event_id']}").body
    assert receiver.received[1].message["data"] == event["data"]


def test_a_delivery_is_sent_again_once_however_often_its_replay_is_asked_for(receiver: Receiver) -> None:
    airline = cast.airline()
    ask = program(airline.carrier, Scope.EVENTS)
    webhook = add(ask, url=receiver.url)
    credit(airline.agency, 1)
    deliver(airline.carrier.id)
    (delivery,) = deliveries(ask, webhook)
    place = f"/deliveries/{delivery['id']}/replay"

    first = ask("POST", place, key="replay")
    deliver(airline.carrier.id)
    again = ask("POST", place, key="replay")
    deliver(airline.carrier.id)

    assert (first.status, first.body["status"], first.body["tries"]) == (202, "pending", 0)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert receiver.references == ["1", "1"]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert len(ask("GET", f"/deliveries/{delivery['id']}").body["attempts"]) == 2


def test_events_are_sent_again_since_an_instant_or_after_an_event(receiver: Receiver) -> None:
    airline = cast.airline()
    ask = program(airline.carrier, Scope.EVENTS)
    credit(airline.agency, 1, 2, 3)
    webhook = add(ask, url=receiver.url)
    place = f"/webhooks/{webhook['id']}/replay"
    first = ask("GET", "/events?types=account.credited&limit=1").body["items"][0]

    after = ask("POST", place, {"after_event_id": first["id"]}, key="replay")
    deliver(airline.carrier.id)
    again = ask("POST", place, {"after_event_id": first["id"]}, key="replay")
    none = ask("POST", place, {"since": "2026-01-15T17:00:00.000001Z"})
    everything = ask("POST", place, {"since": "2026-01-15T17:00:00Z", "after_event_id": 0})
    deliver(airline.carrier.id)

    assert (after.status, after.body) == (202, {"replayed": 2})
    assert (again.content, again.headers["Idempotency-Replayed"]) == (after.content, "true")
    assert (none.body, everything.body) == ({"replayed": 0}, {"replayed": 3})
    assert receiver.references == ["2", "3", "1", "2", "3"]


ON_WEBHOOKS: list[tuple[str, str, Any]] = [
    ("GET", "/webhooks/{webhook}", None),
    ("PATCH", "/webhooks/{webhook}", {"is_active": False}),
    ("DELETE", "/webhooks/{webhook}", None),
    ("POST", "/webhooks/{webhook}/secret", {}),
    ("POST", "/webhooks/{webhook}/replay", {"after_event_id": 0}),
    ("GET", "/webhooks/{webhook}/deliveries", None),
]
ON_DELIVERIES: list[tuple[str, str, Any]] = [
    ("GET", "/deliveries/{delivery}", None),
    ("POST", "/deliveries/{delivery}/replay", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ON_WEBHOOKS + ON_DELIVERIES)
def test_another_carriers_webhooks_and_deliveries_are_not_there(
    method: str, path: str, body: Any, receiver: Receiver, superuser: psycopg.Connection
) -> None:
    airline = cast.airline()
    ask, stranger = program(airline.carrier), program(cast.carrier())
    webhook = add(ask, url=receiver.url)
    credit(airline.agency, 1)
    place = path.format(webhook=webhook["id"], delivery=deliveries(ask, webhook)[0]["id"])
    key = "" if method == "GET" else "k"

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        told = stranger(method, place, body, key=key)

    code = "delivery_not_found" if "delivery" in path else "endpoint_not_found"
    assert (told.status, told.code) == (404, code)
    if key:
        again: Told = stranger(method, place, body, key=key)
        assert (again.content, again.headers["Idempotency-Replayed"]) == (told.content, "true")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/webhooks"), ("POST", "/webhooks"), *((method, path) for method, path, _ in ON_WEBHOOKS + ON_DELIVERIES)],
)
def test_webhooks_take_the_scope_of_events(method: str, path: str) -> None:
    ask = program(cast.carrier(), *(set(Scope) - {Scope.EVENTS}))

    told = ask(method, path.format(webhook=1, delivery=1), None if method == "GET" else {})

    assert (told.status, told.code) == (403, "permission_denied")
