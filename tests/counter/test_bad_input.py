"""All input is hostile: what is malformed, unknown, too large or not allowed gets its 4xx and writes nothing."""

import json
from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from tests import cast
from tests.counter.conftest import Way
from tests.counter.keys import make_key
from tests.counter.stage import sale
from tests.databases import rows_of

DOCUMENT = "2792400001001"
NAME = {"type": "agency", "code": "NYC100", "currency": "USD"}
GOOD: dict[str, Any] = {
    "account": NAME,
    "document_number": DOCUMENT,
    "form_of_payment": "account",
    "route": ["JFK", "LAX"],
    "fare": "400.00",
    "taxes": "80.00",
}


def changed(**changes: Any) -> bytes:
    """A good body with something changed; None takes it away."""
    return json.dumps({name: value for name, value in {**GOOD, **changes}.items() if value is not None}).encode()


MALFORMED = [
    pytest.param(b"", "", id="nothing"),
    pytest.param(b"{", "", id="truncated"),
    pytest.param(changed()[:-20], "", id="truncated in a string"),
    pytest.param(b"[]", "", id="another type"),
    pytest.param(b"\xef\xbb\xbf" + changed(), "", id="a byte order mark"),
    pytest.param(changed().replace(b"NYC100", b"NYC\xff"), "", id="not UTF-8"),
    pytest.param(changed().replace(b"NYC100", b"NYC\\ud800"), "", id="an unpaired surrogate"),
    pytest.param(changed().replace(b"NYC100", b"NYC\\udc00\\ud800"), "", id="surrogates in the wrong order"),
    pytest.param(changed().replace(b'"400.00"', b"NaN"), "", id="NaN"),
    pytest.param(b'{"account":' + b"[" * 100_000, "/account", id="nested deep"),
    pytest.param(changed(account={**NAME, "code": "NYC\0100"}), "/account/code", id="NUL in a code"),
    pytest.param(changed(account={**NAME, "code": "NYÇ100"}), "/account/code", id="a code in another alphabet"),
    pytest.param(changed(account={**NAME, "city": "\0"}), "/account/city", id="NUL in a city"),
    pytest.param(changed(reference="a\0b"), "/reference", id="NUL in a reference"),
    pytest.param(changed(passenger="a\nb"), "/passenger", id="a line break in a name"),
    pytest.param(changed(passenger="x" * 501), "/passenger", id="a long name"),
    pytest.param(changed(tip="1.00"), "/tip", id="an unknown field"),
    pytest.param(changed(account={**NAME, "a/b~c": 1}), "/account/a~1b~0c", id="an unknown field inside"),
    pytest.param(changed(fare=400), "/fare", id="a number for an amount"),
    pytest.param(changed(fare="400"), "/fare", id="too few digits"),
    pytest.param(changed(fare="400.000"), "/fare", id="too many digits"),
    pytest.param(changed(fare="-400.00"), "/fare", id="a sign"),
    pytest.param(changed(fare="+400.00"), "/fare", id="a plus"),
    pytest.param(changed(fare=" 400.00"), "/fare", id="a blank"),
    pytest.param(changed(fare="0400.00"), "/fare", id="a leading zero"),
    pytest.param(changed(fare="4e2"), "/fare", id="an exponent"),
    pytest.param(changed(fare="4,000.00"), "/fare", id="a separator"),
    pytest.param(changed(fare="٤٠٠.٠٠"), "/fare", id="other digits"),
    pytest.param(changed(fare="99999999999999.00"), "/fare", id="beyond all bounds"),
    pytest.param(changed(fare="1" * 1000), "/fare", id="a long amount"),
    pytest.param(changed(taxes=None), "/taxes", id="no taxes"),
    pytest.param(changed(commission_percent="8.001"), "/commission_percent", id="three decimals"),
    pytest.param(changed(commission_percent="100.01"), "/commission_percent", id="more than all"),
    pytest.param(changed(commission_percent=8), "/commission_percent", id="a number for a percentage"),
    pytest.param(changed(form_of_payment="cash"), "/form_of_payment", id="another form of payment"),
    pytest.param(changed(route=["JFK", "XXX"]), "/route", id="an unknown airport"),
    pytest.param(changed(route=[]), "/route", id="no airport"),
    pytest.param(changed(route=["JFK"] * 21), "/route", id="many airports"),
    pytest.param(changed(route=["JFK", 3]), "/route/1", id="a number for an airport"),
    pytest.param(changed(route="JFK-LAX"), "/route", id="a string for a list"),
    pytest.param(changed(account=None), "/account", id="no account"),
    pytest.param(changed(account_id=1), "/account", id="a name and an id"),
    pytest.param(changed(account={**NAME, "currency": "XYZ"}), "/account/currency", id="no currency"),
    pytest.param(changed(account={**NAME, "type": "bank"}), "/account/type", id="another type of account"),
    pytest.param(changed(account=None, account_id=2**63), "/account_id", id="an id that no row has"),
    pytest.param(changed(account=None, account_id="1"), "/account_id", id="a string for an id"),
    pytest.param(changed(account=None, account_id=1.5), "/account_id", id="a fraction for an id"),
    pytest.param(changed(document_number="1" * 65), "/document_number", id="a long document"),
]


def written(superuser: psycopg.Connection, carrier_id: int) -> Any:
    """Everything that the carrier has, but for the last use of its API keys."""
    return {table: rows for table, rows in rows_of(superuser, carrier_id).items() if table != "access_apikey"}


@pytest.mark.parametrize(("body", "pointer"), MALFORMED)
def test_what_is_malformed_is_pointed_at_and_writes_nothing(
    way: Way, superuser: psycopg.Connection, body: bytes, pointer: str
) -> None:
    carrier = cast.carrier()
    cast.agency(carrier, code="NYC100")
    token, before = make_key(carrier), written(superuser, carrier.id)

    told = way("POST", "/api/v1/tickets", body, token, key="sale")

    assert (told.status_code, told.json()["code"]) == (422, "invalid_request")
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json()["errors"][0]["pointer"] == pointer
    assert told.json()["errors"][0]["detail"]
    assert written(superuser, carrier.id) == before


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("POST", f"/tickets/{DOCUMENT}/refunds", {"fare": "1"}, "/fare"),
        ("POST", f"/tickets/{DOCUMENT}/refunds", {"fare": "0.00"}, "/fare"),
        ("POST", f"/tickets/{DOCUMENT}/refunds", {"fare": "1.00", "penalty": 1}, "/penalty"),
        ("POST", f"/tickets/{DOCUMENT}/void", {"why": "x"}, "/why"),
        ("POST", "/holds", {"account": NAME, "amount": "0.00", "expires_at": "2999-01-01T00:00:00Z"}, "/amount"),
        ("POST", "/holds", {"account": NAME, "amount": "1.00", "expires_at": "2999-01-01T00:00:00"}, "/expires_at"),
        ("POST", "/holds", {"account": NAME, "amount": "1.00", "expires_at": "2999-02-30T00:00:00Z"}, "/expires_at"),
        ("POST", "/holds", {"account": NAME, "amount": "1.00", "expires_at": 1}, "/expires_at"),
        ("POST", "/holds/abc/release", {}, "/hold_id"),
        ("POST", f"/holds/{2**63}/capture", {"amount": "1.00"}, "/hold_id"),
        ("POST", "/holds/1/capture", {"amount": "0.00"}, "/amount"),
        ("PATCH", "/holds/1", {}, "/expires_at"),
        ("POST", "/tickets:batch", {"tickets": []}, "/tickets"),
        ("POST", "/tickets:batch", {"tickets": [{}] * 1001}, "/tickets"),
        ("GET", "/accounts/0/availability?amount=1.00", None, "/account_id"),
        ("GET", "/accounts/abc/availability?amount=1.00", None, "/account_id"),
    ],
)
def test_the_other_operations_point_too(
    way: Way, superuser: psycopg.Connection, method: str, path: str, body: Any, pointer: str
) -> None:
    carrier = cast.carrier()
    agency = cast.agency(carrier, code="NYC100")
    cast.post(cast.issue(agency, document=DOCUMENT))
    token, before = make_key(carrier), written(superuser, carrier.id)

    told = way(method, f"/api/v1{path}", body, token, key="some key")

    assert (told.status_code, told.json()["code"]) == (422, "invalid_request")
    assert told.json()["errors"][0]["pointer"] == pointer
    assert written(superuser, carrier.id) == before


@pytest.mark.parametrize("query", ["", "?amount=", "?amount=1.00&amount=2.00", "?amount=1.00&x=1", "?amount=%ff"])
def test_a_query_is_as_strict_as_a_body(way: Way, query: str) -> None:
    agency = cast.airline().agency

    told = way("GET", f"/api/v1/accounts/{agency.id}/availability{query}", None, make_key(agency.carrier))

    assert (told.status_code, told.json()["code"]) == (422, "invalid_request")


def test_a_wrong_document_number_is_refused_and_binds_no_key(way: Way) -> None:
    agency = cast.airline().agency
    token = make_key(agency.carrier)

    told = way("POST", "/api/v1/tickets", sale(agency, f"{DOCUMENT}-5"), token, key="sale")
    void = way("POST", f"/api/v1/tickets/{DOCUMENT}-5/void", {}, token, key="void")

    assert (told.status_code, told.json()["code"]) == (422, "invalid_document_number")
    assert (void.status_code, void.json()["code"]) == (422, "invalid_document_number")
    assert way("POST", "/api/v1/tickets", sale(agency, DOCUMENT), token, key="sale").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 129, "a\tb"])
def test_without_a_proper_key_nothing_is_asked(way: Way, superuser: psycopg.Connection, key: str) -> None:
    carrier = cast.carrier()
    agency = cast.agency(carrier)
    token, before = make_key(carrier), written(superuser, carrier.id)

    told = way("POST", "/api/v1/tickets", sale(agency, DOCUMENT), token, key=key)

    assert (told.status_code, told.json()["code"]) == (400, "idempotency_key_required")
    assert written(superuser, carrier.id) == before


def test_without_the_header_neither(way: Way) -> None:
    agency = cast.airline().agency

    told = way("POST", "/api/v1/tickets", sale(agency, DOCUMENT), make_key(agency.carrier))

    assert (told.status_code, told.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer sp_nobody", "Basic abc", f"Bearer {'x' * 300}"])
def test_who_has_no_key_is_not_let_in(way: Way, authorization: str) -> None:
    told = way("POST", "/api/v1/tickets", GOOD, key="sale", Authorization=authorization)

    assert (told.status_code, told.json()["code"]) == (401, "unauthenticated")
    assert told.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [(Scope.HOLDS, "/tickets", 403), (Scope.SALES, "/holds", 403), (Scope.ADMINISTRATION, "/tickets", 403)],
)
def test_who_lacks_the_scope_may_not(way: Way, scope: Scope, path: str, status: int) -> None:
    token = make_key(cast.carrier(), scopes={scope})

    told = way("POST", f"/api/v1{path}", GOOD, token, key="sale")

    assert (told.status_code, told.json()["code"]) == (status, "permission_denied")
    assert "RateLimit" in told.headers  # refusing costs a key's rate too


def test_another_carriers_things_are_not_found(way: Way) -> None:
    airline, outsider = cast.airline(), cast.outsider()
    ours, theirs = make_key(airline.carrier), make_key(outsider.carrier)
    way("POST", "/api/v1/tickets", sale(airline.agency, DOCUMENT), ours, key="sale")
    held = {"account_id": airline.agency.id, "amount": "1.00", "expires_at": "2999-01-01T00:00:00Z"}
    hold_id = way("POST", "/api/v1/holds", held, ours, key="hold").json()["id"]
    by_id = sale(airline.agency, "2792400001002", account=None, account_id=airline.agency.id)

    told = [
        way("POST", "/api/v1/tickets", by_id, theirs, key="1"),
        way("POST", "/api/v1/tickets", sale(airline.agency, "2792400001003"), theirs, key="2"),
        way("POST", f"/api/v1/tickets/{DOCUMENT}/void", {}, theirs, key="3"),
        way("POST", f"/api/v1/tickets/{DOCUMENT}/refunds", {"fare": "1.00"}, theirs, key="4"),
        way("POST", "/api/v1/holds", held, theirs, key="5"),
        way("POST", f"/api/v1/holds/{hold_id}/capture", {"amount": "1.00"}, theirs, key="6"),
        way("POST", f"/api/v1/holds/{hold_id}/release", {}, theirs, key="7"),
        way("PATCH", f"/api/v1/holds/{hold_id}", {"expires_at": "2999-01-02T00:00:00Z"}, theirs, key="8"),
        way("GET", f"/api/v1/accounts/{airline.agency.id}/availability?amount=1.00", None, theirs),
    ]

    assert [one.status_code for one in told] == [404] * 9
    assert cast.standing(airline.agency).net == -44_800
    assert cast.standing(airline.agency).held == 100


def test_a_body_is_json_and_says_so(way: Way) -> None:
    token = make_key(cast.carrier())

    told = way("POST", "/api/v1/tickets", changed(), token, key="sale", Content_Type="text/plain")

    assert (told.status_code, told.json()["code"]) == (415, "unsupported_media_type")


def test_a_charset_beside_the_media_type_does_no_harm(way: Way) -> None:
    agency = cast.airline().agency
    body = json.dumps(sale(agency, DOCUMENT)).encode()

    told = way(
        "POST",
        "/api/v1/tickets",
        body,
        make_key(agency.carrier),
        key="sale",
        Content_Type="application/json; charset=utf-8",
    )

    assert told.status_code == 201


def test_a_large_body_is_not_read(way: Way) -> None:
    token = make_key(cast.carrier())

    told = way("POST", "/api/v1/tickets", b'"' + b"x" * 1_000_000, token, key="sale")

    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")


def test_another_method_is_told_which_ones_there_are(way: Way) -> None:
    told = way("PUT", f"/api/v1/tickets/{DOCUMENT}/void", {}, make_key(cast.carrier()))

    assert (told.status_code, told.json()["code"], told.headers["Allow"]) == (405, "method_not_allowed", "POST")


def test_who_asks_too_fast_or_too_much_is_told_when_to_come_back(way: Way) -> None:
    agency = cast.airline().agency
    token = make_key(agency.carrier, rate_limit=1)
    path = f"/api/v1/accounts/{agency.id}/availability?amount=1.00"

    told = [way("GET", path, None, token) for _ in range(3)][-1]

    assert (told.status_code, told.json()["code"]) == (429, "rate_limited")
    assert int(told.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("given", ["", "gds-2026_01", "x" * 129, "a b", "<script>"])
def test_every_response_has_a_request_id_taken_over_when_it_is_sane(way: Way, given: str) -> None:
    told = way("POST", "/api/v1/tickets", GOOD, X_Request_Id=given)

    assert (told.headers["X-Request-Id"] == given) is (given == "gds-2026_01")
    assert told.headers["X-Request-Id"]
