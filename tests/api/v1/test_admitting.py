"""What every request goes through: caller, limits, key, body; and what happens when the database is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import load_backend

from skypurser.access.acting import OutcomeUnknown
from skypurser.access.actors import operator
from skypurser.access.api_keys import authenticate, revoke_key
from skypurser.access.limits import Limits
from skypurser.api.v1 import admitting
from skypurser.events.relaying import relay
from skypurser.webhooks.fanning import fan_out
from tests import cast
from tests.api.v1.asking import AGENCY, Program, Told, program
from tests.doubts import AT_COMMIT, doubtful_database


def assert_is_problem(told: Told, status: int, code: str) -> None:
    assert (told.status, told.code) == (status, code)
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.headers["X-Request-Id"]
    assert told.body.keys() >= {"type", "title", "status", "detail", "code"}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer x", "Basic c3A6eA==", "Bearer sp_" + "a" * 43, "Bearer sp_" + "é" * 43]
)
def test_without_a_key_that_works_nobody_is_let_in(authorization: str) -> None:
    cast.carrier()

    told = Program("")("GET", "/accounts", Authorization=authorization)

    assert_is_problem(told, 401, "unauthenticated")
    assert told.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_stops_working_at_once_when_it_is_revoked() -> None:
    of = cast.carrier()
    key = cast.api_key(of)
    ask = Program(key.token)
    assert ask("GET", "/carrier").status == 200

    revoke_key(key_id=key.view.id, actor=operator(of.id), now=datetime.now(UTC))

    assert_is_problem(ask("GET", "/carrier"), 401, "unauthenticated")


def test_a_key_that_asks_too_fast_is_told_when_to_come_back() -> None:
    ask = program(cast.carrier(), rate_limit=2)

    told = [ask("GET", "/carrier") for _ in range(3)]

    assert told[0].headers["RateLimit-Policy"] == '"default";q=2;w=1'
    assert told[0].headers["RateLimit"].startswith('"default";r=1')
    assert_is_problem(told[2], 429, "rate_limited")
    assert told[2].headers["Retry-After"] == "1"


def test_a_key_has_so_many_requests_under_way_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    of = cast.carrier()
    key = cast.api_key(of, concurrency_limit=1)
    ask = Program(key.token)
    crowded = Limits()
    monkeypatch.setattr(admitting, "limits", crowded)
    caller = authenticate(token=key.token, now=datetime.now(UTC))

    with crowded.enter(caller, 0):
        told = ask("GET", "/carrier")

    assert_is_problem(told, 429, "too_many_concurrent")
    assert told.headers["RateLimit"].startswith('"default";r=')
    assert told.headers["RateLimit-Policy"].startswith('"default";q=')
    assert ask("GET", "/carrier").status == 200


def test_the_use_of_a_key_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admitting.uses, "_flushed_at", None)
    ask = program(cast.carrier())

    ask("GET", "/carrier")

    assert ask("GET", "/api-keys").body["items"][0]["last_used_at"] is not None


def test_a_request_id_comes_back() -> None:
    ask = program(cast.carrier())

    assert ask("GET", "/carrier", X_Request_Id="abc-1").headers["X-Request-Id"] == "abc-1"
    assert ask("GET", "/carrier", X_Request_Id="a b\x01").headers["X-Request-Id"] not in {"", "a b\x01"}


@pytest.mark.parametrize("key", ["", "k" * 129, "clé"])
def test_what_changes_something_needs_a_key(key: str) -> None:
    ask = program(cast.carrier())

    assert_is_problem(ask("POST", "/accounts", AGENCY, key=key), 400, "idempotency_key_required")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/accounts"), ("PATCH", "/accounts/1"), ("DELETE", "/accounts/1"), ("PUT", "/accounts/1/status")]
    + [("POST", f"/accounts/1/{kind}") for kind in ("credits", "debits")]
    + [("POST", "/webhooks"), ("PATCH", "/webhooks/1"), ("DELETE", "/webhooks/1")]
    + [("POST", f"/{path}") for path in ("webhooks/1/secret", "webhooks/1/replay", "deliveries/1/replay")],
)
def test_every_change_needs_a_key(method: str, path: str) -> None:
    assert_is_problem(program(cast.carrier())(method, path, {}, key=""), 400, "idempotency_key_required")


def test_what_is_not_there_is_a_problem_too() -> None:
    ask = program(cast.carrier())

    assert_is_problem(ask("GET", "/nothing"), 404, "not_found")
    assert_is_problem(ask("GET", "/accounts/abc"), 404, "not_found")
    assert_is_problem(ask("GET", f"/accounts/{2**63}"), 404, "not_found")
    refused = ask("PUT", "/accounts", {})
    assert_is_problem(refused, 405, "method_not_allowed")
    assert refused.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[]", ""),
        (b'"x"', ""),
        (b"null", ""),
        (b"\xff", ""),
        (b'{"name": "\\ud800"}', ""),
        (b"[" * 100_000, ""),
        (b'{"credit_limit": NaN}', ""),
        (b'{"credit_limit": 1e999}', ""),
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(body: bytes, pointer: str) -> None:
    told = program(cast.carrier())("POST", "/accounts", raw=body)

    assert_is_problem(told, 422, "invalid_request")
    assert told.pointers


def test_a_body_is_json_and_not_endless() -> None:
    ask = program(cast.carrier())

    assert_is_problem(ask("POST", "/accounts", raw=b" " * 1_000_001), 413, "body_too_large")
    typed = ask("POST", "/accounts", AGENCY, Content_Type="text/plain")
    assert_is_problem(typed, 415, "unsupported_media_type")


def test_a_parameter_that_does_not_exist_is_refused() -> None:
    ask = program(cast.carrier())

    assert ask("GET", "/accounts?curency=USD").pointers == ["/curency"]
    assert ask("GET", "/carrier?x=1").pointers == ["/x"]
    assert ask("GET", "/accounts?type=agency&type=corporate").pointers == ["/type"]
    assert ask("GET", "/accounts?" + "&".join(f"a{n}=1" for n in range(2_000))).status == 422


def test_a_bug_is_told_as_nothing_more(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(**_: Any) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr("skypurser.api.v1.carrier.get_carrier", lambda _: broken())

    told = program(cast.carrier())("GET", "/carrier", X_Request_Id="the-one")

    assert_is_problem(told, 500, "internal_error")
    assert b"secret" not in told.content
    assert b"Traceback" not in told.content
    assert "the-one" in caplog.text


def test_a_database_that_is_lost_in_the_commit_leaves_the_outcome_unknown_and_the_key_tells_it() -> None:
    agency = cast.airline().agency
    ask = program(agency.carrier)
    body = {"amount": "5.00", "reference": "wire"}

    ask("GET", "/carrier")
    raw = connection.connection
    assert raw is not None
    commit = raw.commit

    def commit_unheard() -> None:
        wrote = raw.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() != (None,)
        commit()
        if wrote:
            raw.close()  # it is done, and the answer does not arrive
            commit()

    raw.commit = commit_unheard
    lost = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-1")
    again = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-1")

    assert_is_problem(lost, 503, "outcome_unknown")
    assert lost.headers["Retry-After"] == "1"
    assert (again.status, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert cast.standing(agency).net == 500


def test_a_commit_that_comes_with_a_warning_leaves_the_outcome_unknown_and_the_key_tells_it() -> None:
    with doubtful_database() as doubtful, doubtful.behind_django():
        agency = cast.airline().agency
        ask = program(agency.carrier)
        body = {"amount": "5.00", "reference": AT_COMMIT}
        unknown = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-1")
        again = ask("POST", f"/accounts/{agency.id}/credits", body, key="wire-1")
        net = cast.standing(agency).net

    assert_is_problem(unknown, 503, "outcome_unknown")
    assert unknown.headers["Retry-After"] == "1"
    assert (again.status, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert net == 500


def test_a_doubt_about_the_note_that_a_key_was_used_is_no_doubt_about_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask = program(cast.carrier())

    def doubt(**_: Any) -> bool:
        raise OutcomeUnknown

    monkeypatch.setattr(admitting.uses, "flush_if_due", doubt)

    assert ask("GET", "/carrier").status == 200


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", AGENCY)])
def test_a_database_that_is_not_there_is_unavailable(method: str, body: Any) -> None:
    ask = program(cast.carrier())

    with nowhere():
        told = ask(method, "/accounts", body)

    assert_is_problem(told, 503, "unavailable")
    assert told.headers["Retry-After"] == "2"
    assert b"/nonexistent" not in told.content


@contextmanager
def nowhere() -> Iterator[None]:
    """Let Django look for the database where there is none."""
    before = connections["default"]
    settings = {**connections.settings["default"], "HOST": "/nonexistent"}
    connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
    try:
        yield
    finally:
        connections["default"] = before


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/accounts", 1),
        ("/accounts/{account}", 1),
        ("/accounts/{account}/movements", 2),
        ("/accounts/{account}/history", 2),
        ("/accounts/{account}/holds", 2),
        ("/accounts/{account}/refusals", 2),
        ("/refusals", 1),
        ("/tickets", 2),
        ("/api-keys", 1),
        ("/webhooks", 1),
        ("/webhooks/{webhook}/deliveries", 2),
        ("/events", 1),
    ],
)
def test_a_list_is_read_in_one_or_two_statements_however_long_it_is(path: str, statements: int) -> None:
    airline = cast.airline()
    ask = program(airline.carrier)
    webhook = ask("POST", "/webhooks", {"url": "https://example.com/"}).body["id"]
    for number in range(3):
        cast.post(cast.issue(airline.agency, now=cast.NOON + timedelta(days=number)))
        cast.post(cast.hold(airline.client, 1))
    relay(react=fan_out)
    ask("GET", "/carrier")
    asked: list[str] = []

    def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        asked.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        told = ask("GET", path.format(account=airline.agency.id, webhook=webhook))

    assert told.status == 200
    reads = [sql for sql in asked if " FROM " in sql.replace("\n", " ") and "access_find_api_key" not in sql]
    assert len(reads) == statements, reads
