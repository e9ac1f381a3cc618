"""Cut-offs of many accounts, and where statements go, for machines."""

from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from skypurser.statements import queries
from tests import cast
from tests.api.v1.asking import Program
from tests.databases import unchanged
from tests.statements.masses import addressed, done
from tests.statements.stage import letters_wait

WANTED: dict[str, Any] = {"type": "agency", "through": "2026-01-15"}
PREVIEW = "/cut-offs/preview?type=agency&through=2026-01-15"


def program_of(airline: cast.Airline, *scopes: Scope) -> Program:
    return Program(cast.api_key(airline.carrier, *scopes).token)


def test_a_preview_tells_what_would_be_done_and_changes_nothing(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    addressed(airline.agency)
    nowhere = cast.agency(airline.carrier)
    ask = program_of(airline, Scope.MONEY)

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        told = ask("GET", PREVIEW)

    of = {"city": "NYC", "currency": "USD"}
    ready = airline.agency
    assert (told.status, told.body["count"]) == (200, 1)
    assert told.body["samples"] == [
        {
            **of,
            "id": ready.id,
            "code": ready.code,
            "name": f"Agency {ready.code}",
            "recipient": f"{ready.code.lower()}@example.org",
            "language": "en",
        }
    ]
    (left_out,) = told.body["left_out"]
    assert (left_out["reason"], left_out["count"]) == ("no_address", 1)
    assert left_out["samples"] == [
        {
            **of,
            "id": nowhere.id,
            "code": nowhere.code,
            "name": f"Agency {nowhere.code}",
            "recipient": None,
            "language": None,
        }
    ]


def test_cut_offs_are_a_job_that_is_asked_for_once_and_followed_to_its_end() -> None:
    airline = cast.airline()
    addressed(airline.agency)
    ask = program_of(airline, Scope.MONEY)
    shown = ask("GET", PREVIEW).body
    body = {**WANTED, "reference": "January", "confirmation": shown["confirmation"]}

    with letters_wait():
        first, again = (ask("POST", "/cut-offs", body, key="one") for _ in range(2))
    done(first.body["id"], airline.actor)
    ended = ask("GET", f"/jobs/{first.body['id']}")
    file = ask("GET", f"/jobs/{first.body['id']}/result")

    assert (first.status, first.body["state"], first.body["kind"], first.body["total"]) == (
        202,
        "waiting",
        "mass_cut_off",
        1,
    )
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert ended.body["outcome"] == {"made": 1, "refused": 0, "left_out": 0}
    assert file.content[:2] == b"PK"
    assert [one.number for one in queries.statements(airline.agency.id, actor=airline.actor)] == [1]


def test_what_is_refused_is_told_by_its_code() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    ask = program_of(airline, Scope.MONEY)
    body = {**WANTED, "reference": "January", "confirmation": "0" * 32}

    no_mail = ask("POST", "/cut-offs", body)
    addressed(airline.agency)
    with letters_wait():
        outdated = ask("POST", "/cut-offs", body)
        closed = {**WANTED, "through": "2020-01-01", "type": "corporate"}
        confirmation = ask("GET", "/cut-offs/preview?type=corporate&through=2020-01-01").body["confirmation"]
        nothing = ask("POST", "/cut-offs", {**closed, "reference": "x", "confirmation": confirmation})
    theirs = ask("GET", f"/accounts/{outsider.agency.id}/statement-address")
    scopeless = program_of(airline, Scope.ACCOUNTS)("GET", PREVIEW)

    assert (no_mail.status, no_mail.code) == (409, "mail_not_configured")
    assert (outdated.status, outdated.code) == (409, "preview_outdated")
    assert (nothing.status, nothing.code) == (409, "nothing_to_cut_off")
    assert (theirs.status, theirs.code) == (404, "account_not_found")
    assert (scopeless.status, scopeless.code) == (403, "permission_denied")


def test_where_statements_go_is_read_and_set() -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MONEY)
    path = f"/accounts/{airline.agency.id}/statement-address"

    before = ask("GET", path)
    kept = ask("PUT", path, {"recipient": "books@example.org", "language": "es"})

    assert before.body == {"recipient": None, "language": None, "chosen": False}
    assert kept.body == {"recipient": "books@example.org", "language": "es", "chosen": True}
    assert ask("GET", path).body == kept.body


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("type=AGENCY&through=2026-01-15", "/type"),
        ("through=2026-01-15", "/type"),
        ("type=agency", "/through"),
        ("type=agency&through=2026-02-30", "/through"),
        ("type=agency&through=%00", "/through"),
        ("type=agency&through=2026-01-15&country=usa", "/country"),
        ("type=agency&through=2026-01-15&city=%00", "/city"),
        ("type=agency&through=2026-01-15&currency=usd", "/currency"),
        ("type=agency&through=2026-01-15&unknown=1", "/unknown"),
    ],
)
def test_a_parameter_that_is_malformed_is_pointed_at(query: str, pointer: str) -> None:
    told = program_of(cast.airline(), Scope.MONEY)("GET", f"/cut-offs/preview?{query}")

    assert (told.status, told.pointers) == (422, [pointer])
