"""Whatever is sent to the counter's own server, the answer is one that the document tells, and the books stay right."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from skypurser.api.v1.document import openapi
from skypurser.contract.operations import ALWAYS, OPERATIONS, Operation
from tests import cast
from tests.conformance import CHECKS
from tests.counter.keys import make_key
from tests.counter.stage import Running, sale

# What the reading of a body may be told.
_OF_BODIES = {"idempotency_key_required", "key_reused", "body_too_large", "length_required", "unsupported_media_type"}

schema = schemathesis.openapi.from_dict(openapi()).include(operation_id=[one.name for one in OPERATIONS])


@dataclass(frozen=True)
class Stage:
    """An account that sells today, its carrier's program, and who sends."""

    token: str
    account: cast.Account
    client: httpx.Client

    def there(self) -> dict[str, Any]:
        """What paths lead to: the account, and a sale and a hold that nobody has touched."""
        sale = cast.issue(self.account, fare=1_000, taxes=100, now=None)
        cast.post(sale)
        held = cast.post(cast.hold(self.account, 100, now=None, expires_at=datetime(2999, 1, 1, tzinfo=UTC)))
        return {"account_id": self.account.id, "document_number": sale.document, "hold_id": held.facts["hold"]}


@pytest.fixture(scope="module")
def stage(running: Running) -> Iterator[Stage]:
    of = cast.carrier()
    agency = cast.agency(of, airport=cast.daytime_airport(), credit_limit=10**11)
    with running.client() as client:
        yield Stage(make_key(of), agency, client)


@schema.parametrize()
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_no_answer_of_the_counter_is_undocumented(case: schemathesis.Case[Any], stage: Stage) -> None:
    """Half of the time the path leads to something that is there, and so does the body's account."""
    there = stage.there() if case.path_parameters else {}
    for name, value in case.path_parameters.items():
        if len(repr(value)) % 2:
            case.path_parameters[name] = there[name]
    for one in _objects(case.body):
        if {"account", "account_id"} & one.keys() and len(repr(one)) % 2:
            one.pop("account", None)
            one["account_id"] = stage.account.id

    case.call_and_validate(
        base_url=str(stage.client.base_url),
        headers={"Authorization": f"Bearer {stage.token}"},
        checks=CHECKS,
        timeout=30,
    )


def _objects(body: Any) -> list[dict[str, Any]]:
    """Return the body and what may be its tickets, as far as they are objects."""
    if not isinstance(body, dict):
        return []
    tickets = body.get("tickets")
    return [body, *(one for one in tickets if isinstance(one, dict))] if isinstance(tickets, list) else [body]


#: Good bodies by operation; `account` and `tickets` are filled in.
_GOOD: dict[str, dict[str, Any]] = {
    "issue_ticket": {},
    "issue_tickets": {"tickets": []},
    "void_ticket": {"reference": "wrong date"},
    "refund_ticket": {"fare": "1.00", "taxes": "0.00", "penalty": "0.50", "reference": "illness"},
    "place_hold": {"amount": "10.00", "expires_at": "2999-01-01T00:00:00Z", "document": "PNR1", "reference": "trip"},
    "extend_hold": {"expires_at": "2999-06-30T12:00:00.5Z", "reference": "waits"},
    "capture_hold": {"amount": "0.50", "reference": "flown"},
    "release_hold": {"reference": "not flown"},
}

#: What no field takes, and what only some do.
_HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, 0, -1, 1.5, 10**400, 2**63, 1e308, [], {}, [[]], {"a": {}}, "", " ", "0", "-0.01", "1e5", "NaN"),
        *(
            "1" * 5_000,
            "1.",
            ".1",
            "1,000.00",
            "١.٠٠",
            "\0",
            "a\0b",
            "\ud800",
            "\udc00\ud800",
            "\u202e",
            "\ufeff",
            "é" * 300,
        ),
        *(
            "'; DROP TABLE ledger_entry; --",
            "{{7*7}}",
            "../../etc/passwd",
            "2026-02-30T00:00:00Z",
            "99999-01-01T00:00:00Z",
        ),
        *("2026-01-01T00:00:00", "card", "account", "JFK", "USD", "XXX", "12.00", "99999999999999999999.99"),
    ]
).map(deepcopy)  # a place in it may be bent next
_NAMES = st.sampled_from(["fare", "reference", "account", "account_id", "a/b~c", "__proto__", "\0", "", "x" * 3_000])
_KEYS = st.one_of(
    st.none(),  # one of its own
    st.sampled_from([b"", b"a b", b"\xff", b"\xc3\xa9", b"k" * 255, b"k" * 256, b"k" * 4_000, b'"quoted"', b"k,k"]),
)


def _paths(body: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to everything in a body."""
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [at, *(path for name, value in inside for path in _paths(value, (*at, name)))]


def _bent(body: Any, data: st.DataObject) -> Any:
    """Return the body with something replaced, taken away or added at a place in it, up to three times."""
    for _ in range(data.draw(st.integers(0, 3))):
        places = [path for path in _paths(body) if path]
        if not places:
            break
        *way, last = data.draw(st.sampled_from(places))
        within = body
        for name in way:
            within = within[name]
        match data.draw(st.sampled_from(["replace", "replace", "drop", "add"])):
            case "replace":
                within[last] = data.draw(_HOSTILE)
            case "drop":
                del within[last]
            case _ if isinstance(within, dict):
                within[data.draw(_NAMES)] = data.draw(_HOSTILE)
    return body


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.body is not None], ids=lambda one: one.name)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(data=st.data())
def test_a_good_request_bent_is_answered_as_documented(operation: Operation, stage: Stage, data: st.DataObject) -> None:
    """It is done, or refused with a documented code; what is malformed is pointed at."""
    account = stage.account
    body = {**_GOOD[operation.name]}
    if operation.name == "issue_ticket":
        body = sale(account, cast.fresh_document(), fare="1.00", taxes="0.20")
    elif operation.name == "issue_tickets":
        two = [sale(account, cast.fresh_document(), fare="1.00", taxes="0.20") for _ in range(2)]
        body = {"tickets": [{**one, "idempotency_key": f"fuzz-{one['document_number']}"} for one in two]}
    elif operation.name == "place_hold":
        body["account_id"] = account.id
    good = json.dumps(body).encode()
    sent = json.dumps(_bent(body, data)).encode()
    if data.draw(st.integers(0, 9)) == 0:
        sent = sent[: len(sent) * data.draw(st.integers(0, 99)) // 100]
    headers = {b"Authorization": f"Bearer {stage.token}".encode(), b"Content-Type": b"application/json"}
    drawn = data.draw(_KEYS)
    headers[b"Idempotency-Key"] = cast.fresh_key("fuzz").encode() if drawn is None else drawn
    path = operation.path.format_map(stage.there()) if "{" in operation.path else operation.path

    told = stage.client.request(operation.method, f"/api/v1{path}", content=sent, headers=headers)

    event(f"{told.status_code}")
    assert told.status_code < 500, told.text
    assert {"x-request-id", "ratelimit", "ratelimit-policy"} <= {*map(str.lower, told.headers)}
    if sent == good and drawn is None:
        assert told.status_code == operation.status, told.text
    if told.status_code < 300:
        assert told.status_code == operation.status
        return
    problem = told.json()
    assert told.headers["Content-Type"] == "application/problem+json"
    assert problem["code"] in {*ALWAYS, *_OF_BODIES, *operation.refusals}, problem
    assert problem["status"] == told.status_code
    if problem["code"] == "invalid_request":
        assert all({"pointer", "detail"} <= one.keys() for one in problem["errors"]), problem


def test_the_counter_lives_after_it(stage: Stage) -> None:
    """An ordinary sale still goes through; the carrier's books are audited behind each test."""
    before = len(cast.statement(stage.account))

    told = stage.client.post(
        "/api/v1/tickets",
        json=sale(stage.account, cast.fresh_document(), fare="4.00", taxes="0.80"),
        headers={"Authorization": f"Bearer {stage.token}", "Idempotency-Key": "an ordinary sale"},
    )

    assert told.status_code == 201
    assert len(cast.statement(stage.account)) == before + 1
