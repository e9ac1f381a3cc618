"""Mass management and jobs for machines."""

from typing import Any

import psycopg
import pytest

from skypurser.access.api_keys import Scope
from skypurser.backlog.running import run
from skypurser.jobs.asked import KINDS
from tests import cast
from tests.api.v1.asking import Program, Told
from tests.databases import unchanged
from tests.electronic.masses import rates

CHANGE: dict[str, Any] = {
    "type": "agency",
    "commissions": {"domestic": {"mode": "FIXED", "percent": "7.00"}},
    "reference": "circular 7",
}


def program_of(airline: cast.Airline, *scopes: Scope) -> Program:
    return Program(cast.api_key(airline.carrier, *scopes).token)


def asked(ask: Program, *, key: str | None = None, **differently: Any) -> Told:
    body = {**CHANGE, **differently}
    shown = ask("POST", "/commission-changes", {**body, "dry_run": True}).body["preview"]
    return ask("POST", "/commission-changes", {**body, "confirmation": shown["confirmation"]}, key=key)


def work(airline: cast.Airline, job_id: int) -> None:
    run(carrier_id=airline.carrier.id, job_id=job_id, kinds=KINDS)


def test_a_dry_run_tells_what_would_change_and_changes_nothing(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MASS)

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        told = ask("POST", "/commission-changes", {**CHANGE, "dry_run": True})

    assert told.status == 202
    shown = told.body["preview"]
    assert (told.body["job"], shown["count"], shown["unchanged"], shown["left_out"]) == (None, 1, 0, 0)
    assert shown["samples"] == [
        {
            "id": airline.agency.id,
            "code": airline.agency.code,
            "name": f"Agency {airline.agency.code}",
            "city": "NYC",
            "currency": "USD",
            "commissions": {"domestic": {"old": "FIXED 8.00", "new": "FIXED 7.00"}},
        }
    ]


def test_a_change_is_a_job_that_is_followed_to_its_end_and_undone() -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MASS)

    first = asked(ask, key="change-1")
    job = first.body["job"]
    work(airline, job["id"])
    ended = ask("GET", f"/jobs/{job['id']}")
    file = ask("GET", f"/jobs/{job['id']}/result")
    again = ask("POST", "/commission-changes", {**CHANGE, "confirmation": "0" * 32}, key="change-2")

    assert (first.status, job["state"], job["kind"], job["total"]) == (202, "waiting", "mass_change", 1)
    assert (ended.body["state"], ended.body["outcome"], ended.body["done"]) == ("done", {"changed": 1}, 1)
    assert airline.agency.code.encode() in file.content
    assert again.code == "preview_outdated"
    assert rates(airline.agency)[0] == "FIXED 7.00"

    place = f"/commission-changes/{job['id']}/undo"
    shown = ask("POST", place, {"reference": "a mistake", "dry_run": True}).body["preview"]
    undone = ask("POST", place, {"reference": "a mistake", "confirmation": shown["confirmation"]})
    work(airline, undone.body["job"]["id"])
    assert rates(airline.agency)[0] == "FIXED 8.00"
    assert [one["kind"] for one in ask("GET", "/jobs?state=done").body["items"]] == ["mass_undo", "mass_change"]


def test_a_replay_tells_the_job_as_it_was_asked_for() -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MASS)
    shown = ask("POST", "/commission-changes", {**CHANGE, "dry_run": True}).body["preview"]
    body = {**CHANGE, "confirmation": shown["confirmation"]}
    first = ask("POST", "/commission-changes", body, key="one")
    work(airline, first.body["job"]["id"])

    again = ask("POST", "/commission-changes", body, key="one")

    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_job_is_cancelled_before_it_begins() -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MASS)
    first, second = (asked(ask, reference=f"{number}").body["job"]["id"] for number in range(2))
    work(airline, first)

    cancelled = ask("POST", f"/jobs/{second}/cancel")
    too_late = ask("POST", f"/jobs/{first}/cancel")

    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    assert (too_late.status, too_late.code) == (409, "job_begun")


def test_each_takes_its_scope_and_its_own_jobs() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    ask, other = program_of(airline, Scope.MASS), program_of(airline, Scope.SALES)
    admin, stranger = program_of(airline, Scope.ADMINISTRATION), program_of(outsider)
    job_id = asked(ask).body["job"]["id"]

    assert other("POST", "/commission-changes", {**CHANGE, "dry_run": True}).code == "permission_denied"
    assert other("GET", "/jobs").body["items"] == []
    for one in (other, stranger):
        for method, path in (("GET", ""), ("GET", "/result"), ("POST", "/cancel")):
            assert one(method, f"/jobs/{job_id}{path}").code == "job_not_found"
    assert [one["id"] for one in admin("GET", "/jobs").body["items"]] == [job_id]
    assert ask("GET", f"/jobs/{job_id}/result").code == "result_not_found"
    undoing = {"reference": "x", "dry_run": True}
    theirs = program_of(outsider, Scope.MASS)("POST", f"/commission-changes/{job_id}/undo", undoing)
    assert theirs.code == "job_not_found"


@pytest.mark.parametrize(
    ("broken", "pointer"),
    [
        ({"type": "other"}, "/type"),
        ({"country": "us"}, "/country"),
        ({"city": "N\0C"}, "/city"),
        ({"currency": 1}, "/currency"),
        ({"commissions": {}}, "/rates"),
        ({"commissions": {"domestic": {"mode": "FIXED", "percent": "100.01"}}}, "/commissions/domestic/percent"),
        ({"commissions": {"domestic": {"mode": "FREE", "percent": "1.00"}}}, "/commissions/domestic/percent"),
        ({"type": "corporate", "commissions": {"domestic_card": {"mode": "FREE"}}}, "/commissions"),
        ({"reference": ""}, "/reference"),
        ({"reference": "a\nb"}, "/reference"),
        ({"dry_run": "true"}, "/dry_run"),
        ({"confirmation": "x"}, "/confirmation"),
        ({"confirmation": "0" * 65}, "/confirmation"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_what_is_malformed_is_told_where(broken: dict[str, Any], pointer: str, superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    ask = program_of(airline, Scope.MASS)

    with unchanged(superuser, airline.carrier.id, but=("access_apikey",)):
        told = ask("POST", "/commission-changes", {**CHANGE, **broken})

    assert (told.status, told.pointers) == (422, [pointer])
