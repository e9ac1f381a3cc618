"""A file waits between its trial and its confirmation; a job imports it once. Large balances take a second member."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.members import add_member
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.backlog.cancelling import cancel
from skypurser.backlog.queries import JobView, job
from skypurser.backlog.running import run
from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.importing import asking, uploads
from skypurser.importing.flaws import ImportRefused, flaws_in
from skypurser.importing.report import report_in
from skypurser.importing.uploads import KEPT, KEPT_CONFIRMED, MOST_WAITING, TooManyUploads, UploadNotFound
from skypurser.importing.writing import write
from skypurser.jobs.asked import KINDS
from skypurser.ledger.requests import RequestRefused
from tests import cast
from tests.databases import alone, at_once, this_database, unchanged
from tests.importing.files import agencies, brought, file, imported


def member(airline: cast.Airline, name: str, *permissions: Permission) -> Actor:
    return add_member(
        email=f"{name}@example.org", name=name, permissions=permissions or ALL, actor=airline.actor, now=cast.NOON
    )


def confirmed(upload_id: int, actor: Actor, **differently: Any) -> int:
    how: dict[str, Any] = {"key": cast.fresh_key("import"), "now": cast.NOON, **differently}
    return int(asking.confirm(upload_id, actor=actor, **how).facts["job"])


def done(job_id: int, actor: Actor) -> JobView:
    run(carrier_id=actor.carrier_id, job_id=job_id, kinds=KINDS)
    return job(job_id, actor=actor)


def test_a_confirmed_file_is_imported_by_a_job_and_is_gone_then() -> None:
    airline = cast.airline()
    kept = brought(airline, "MOVED1", "MOVED2")

    ended = done(confirmed(kept.id, airline.actor), airline.actor)

    assert (ended.state, ended.done, ended.total) == ("done", 6, 6)
    assert report_in(ended.facts) == kept.report
    assert queries.named("MOVED2", actor=airline.actor)[0].standing.credits == 25_000
    with pytest.raises(UploadNotFound):
        uploads.shown(kept.id, actor=airline.actor, now=cast.NOON)


def test_a_form_sent_twice_is_one_job_and_another_form_none() -> None:
    airline = cast.airline()
    kept = brought(airline)

    first, again = (confirmed(kept.id, airline.actor, key="form") for _ in range(2))

    assert first == again
    with pytest.raises(RequestRefused, match="upload not found"):
        confirmed(kept.id, airline.actor, key="another form")


def test_what_was_opened_meanwhile_refuses_the_job_and_changes_nothing(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    kept = brought(airline, "MOVED1", "MOVED2")
    imported(agencies("MOVED2"), airline.actor)
    job_id = confirmed(kept.id, airline.actor)

    with unchanged(superuser, airline.carrier.id, but=("backlog_job",)):
        ended = done(job_id, airline.actor)

    assert (ended.state, ended.error_code) == ("failed", "import_refused")
    assert [(flaw.sheet, flaw.row, flaw.code) for flaw in flaws_in(ended.error_facts)] == [
        ("accounts", 3, "account_exists"),
        ("balances", 3, "account_has_movements"),
    ]


def test_a_file_with_flaws_is_not_kept(superuser: psycopg.Connection) -> None:
    airline = cast.airline()

    with unchanged(superuser, airline.carrier.id, but=()), pytest.raises(ImportRefused):
        brought(airline, "not a code")


def test_balances_at_the_threshold_are_confirmed_by_another_member_who_may_approve() -> None:
    airline = cast.airline()
    set_approval_threshold(currency="USD", amount=25_000, actor=airline.actor, now=cast.NOON)
    ann, bob = member(airline, "ann"), member(airline, "bob")
    carl = member(airline, "carl", Permission.NEW_ACCOUNT, Permission.CREDIT_AND_DEBIT)
    kept = brought(airline, "MOVED1", actor=ann)

    with pytest.raises(RequestRefused, match="own request"):
        confirmed(kept.id, ann)
    with pytest.raises(PermissionDenied):
        confirmed(kept.id, carl)
    ended = done(confirmed(kept.id, bob), bob)

    assert (kept.report.above_threshold, ended.state) == (1, "done")
    (told,) = (one for one in acts.of_carrier(carrier_id=airline.carrier.id) if one.action == "accounts.imported")
    assert told.actor == bob.name
    assert told.changes is not None
    assert told.changes["uploaded_by"] == [None, ann.name]


def test_a_threshold_that_was_lowered_since_is_asked_for_again(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    ann = member(airline, "ann")
    kept = brought(airline, "MOVED1", actor=ann)
    job_id = confirmed(kept.id, ann)
    set_approval_threshold(currency="USD", amount=1, actor=airline.actor, now=cast.NOON)

    with unchanged(superuser, airline.carrier.id, but=("backlog_job",)):
        ended = done(job_id, ann)

    assert (ended.state, ended.error_code) == ("failed", "own_request")


def test_files_expire_are_discarded_and_are_bounded() -> None:
    airline = cast.airline()
    first = brought(airline)
    later = cast.NOON + KEPT

    uploads.discard(brought(airline).id, actor=airline.actor, now=cast.NOON)
    for _ in range(MOST_WAITING - 1):
        brought(airline)
    with pytest.raises(TooManyUploads):
        brought(airline)

    assert len(uploads.waiting(actor=airline.actor, now=cast.NOON)) == MOST_WAITING
    assert uploads.waiting(actor=airline.actor, now=later) == []
    with pytest.raises(UploadNotFound):
        uploads.shown(first.id, actor=airline.actor, now=later)
    assert uploads.purge(carrier_id=airline.carrier.id, now=later - timedelta(seconds=1)) == 0
    assert uploads.purge(carrier_id=airline.carrier.id, now=later) == MOST_WAITING


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_a_file_whose_job_came_to_nothing_is_confirmed_anew_discarded_or_gone_after_its_day(how: str) -> None:
    airline, later = cast.airline(), cast.NOON + KEPT
    kept, other, third = brought(airline, "MOVED1"), brought(airline, "MOVED2"), brought(airline, "MOVED3")
    jobs = [confirmed(one.id, airline.actor) for one in (kept, other, third)]
    if how == "cancelled":
        for one in jobs:
            cancel(one, actor=airline.actor, now=cast.NOON)
    else:
        imported(agencies("MOVED1", "MOVED2", "MOVED3"), airline.actor)
        assert {done(one, airline.actor).state for one in jobs} == {"failed"}

    shown = uploads.shown(kept.id, actor=airline.actor, now=cast.NOON)
    again = confirmed(kept.id, airline.actor)
    uploads.discard(other.id, actor=airline.actor, now=cast.NOON)

    assert (shown.job_id, shown.given_up_by) == (None, jobs[0])
    assert again not in jobs
    with pytest.raises(RequestRefused):
        confirmed(kept.id, airline.actor)
    assert [one.id for one in uploads.waiting(actor=airline.actor, now=cast.NOON)] == [third.id]
    assert uploads.purge(carrier_id=airline.carrier.id, now=later) == 1
    assert uploads.purge(carrier_id=airline.carrier.id, now=later + KEPT_CONFIRMED) == 1


def test_another_carriers_files_are_not_there() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    kept = brought(airline)

    for ask in (uploads.shown, uploads.discard):
        with pytest.raises(UploadNotFound):
            ask(kept.id, actor=outsider.actor, now=cast.NOON)
    with pytest.raises(RequestRefused, match="upload not found"):
        confirmed(kept.id, outsider.actor)


def test_whoever_is_limited_to_places_sees_files_of_their_own_only() -> None:
    airline = cast.airline()
    ann = add_member(
        email="ann@example.org", name="Ann", permissions=ALL, cities={"NYC"}, actor=airline.actor, now=cast.NOON
    )
    kept, own = brought(airline), brought(airline, "MOVED2", actor=ann)

    assert [one.id for one in uploads.waiting(actor=ann, now=cast.NOON)] == [own.id]
    assert len(uploads.waiting(actor=airline.actor, now=cast.NOON)) == 2
    with pytest.raises(UploadNotFound):
        uploads.shown(kept.id, actor=ann, now=cast.NOON)


def test_an_api_key_brings_no_files() -> None:
    airline = cast.airline()
    program = Actor(carrier_id=airline.carrier.id, name="gds", permissions=ALL, key_id=1)

    with pytest.raises(PermissionDenied):
        uploads.upload(file(agencies("MOVED1")), reference="migration", actor=program, now=cast.NOON)


def race(actor: Actor, first: list[str], second: list[str]) -> list[Any]:
    def of(codes: list[str]) -> Callable[[], Any]:
        return lambda: imported(agencies(*codes), actor)

    return at_once(this_database(), [of(first), of(second)], writing="parties_office")


def test_of_two_imports_of_the_same_codes_one_wins_whole() -> None:
    actor = operator(cast.carrier().id)
    first, second = [f"A{n}" for n in range(30)], [f"A{n}" for n in range(29, 60)]

    outcomes = race(actor, first, second)

    (lost,) = (one for one in outcomes if isinstance(one, Exception))
    assert isinstance(lost, ImportRefused)
    assert [flaw["code"] for flaw in lost.facts["flaws"]] == ["account_exists", "account_has_movements"]
    there = [code for code in (*first, *second) if queries.named(code, actor=actor)]
    assert sorted(set(there)) in (sorted(first), sorted(second))


def test_what_is_opened_meanwhile_by_other_ways_is_told_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraints find it; then the file is held against what is there once more."""
    airline = cast.airline()
    looks = list[int]()

    def late(plan: Any, *, by: Any) -> Any:
        looks.append(1)
        if len(looks) == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(alone, this_database(), lambda: cast.agency(airline.carrier, code="MOVED1")).result()
        return write(plan, by=by)

    monkeypatch.setattr("skypurser.importing.carrying_out.write", late)

    with pytest.raises(ImportRefused) as refused:
        imported(agencies("MOVED0", "MOVED1"), airline.actor)

    assert {flaw["code"] for flaw in refused.value.facts["flaws"]} >= {"account_exists"}
    assert not queries.named("MOVED0", actor=airline.actor)
