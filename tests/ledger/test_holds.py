"""Holds: authorised, extended, captured, released, expired."""

from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.ledger.held import OpenHold, still_open
from skypurser.ledger.requests import Request
from skypurser.ledger.states import Outcome, Status
from tests import cast
from tests.databases import post_together, unchanged

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def holding(account: cast.Account, amount: int, **how: timedelta) -> int:
    answer = cast.post(cast.hold(account, amount, **how))  # type: ignore[arg-type]
    return int(answer.raise_if_refused().facts["hold"])


def with_1000() -> cast.Account:
    return cast.agency(cast.carrier(), credit_limit=1_000)


def row(superuser: psycopg.Connection, hold_id: int) -> tuple[object, ...]:
    found = superuser.execute(
        "SELECT status, amount, captured, entry_id IS NOT NULL, resolved_at FROM ledger_hold WHERE id = %s", [hold_id]
    ).fetchone()
    assert found is not None
    return tuple(found)


def test_worked_example_hold() -> None:
    agency = with_1000()
    first = holding(agency, 700)

    second = cast.post(cast.hold(agency, 400))
    captured = cast.post(cast.capture(agency, first, 650))

    assert (second.code, second.facts) == ("insufficient_funds", {"available": 300, "shortfall": 100})
    assert (captured.facts["net"], captured.facts["available"], captured.facts["held"]) == (-650, 350, 0)


def test_an_open_hold_lowers_what_is_available_at_once_and_posts_nothing() -> None:
    agency = with_1000()

    answer = cast.post(cast.hold(agency, 700))

    assert (answer.outcome, answer.facts["held"], answer.facts["available"]) == (Outcome.RECORDED, 700, 300)
    assert cast.statement(agency) == []


def test_an_exact_fit_is_held() -> None:
    agency = with_1000()

    answer = cast.post(cast.hold(agency, 1_000))

    assert answer.facts["available"] == 0


def test_a_capture_beyond_the_hold_needs_the_difference() -> None:
    agency = with_1000()
    first, second = holding(agency, 700), holding(agency, 100)

    too_much = cast.post(cast.capture(agency, first, 901))
    exact = cast.post(cast.capture(agency, first, 900))

    assert (too_much.code, too_much.facts) == ("insufficient_funds", {"available": 200, "shortfall": 1})
    assert (exact.facts["net"], exact.facts["held"], exact.facts["available"]) == (-900, 100, 0)
    assert cast.post(cast.capture(agency, second, 100)).facts["available"] == 0


def test_a_capture_within_the_hold_is_honoured_after_the_limit_was_cut() -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)
    cast.post(cast.limit(agency, 0))

    answer = cast.post(cast.capture(agency, hold_id, 650))

    assert (answer.outcome, answer.facts["available"]) == (Outcome.POSTED, -650)


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_what_was_held_before_is_captured_and_released_whatever_the_status(status: Status) -> None:
    agency = with_1000()
    first, second, third = (holding(agency, 100) for _ in range(3))
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.INHIBITED:
        cast.post(cast.status(agency, Status.INHIBITED))

    captured = cast.post(cast.capture(agency, first, 100))
    released = cast.post(cast.release(agency, second))
    extended = cast.post(cast.extend(agency, third, cast.NOON + 2 * HOUR))
    placed = cast.post(cast.hold(agency, 1))

    assert (captured.code, released.code) == (None, None)
    assert {extended.code, placed.code} == {f"account_{status.lower()}"}


def test_a_released_hold_gives_everything_back(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)

    answer = cast.post(cast.release(agency, hold_id))

    assert (answer.outcome, answer.facts["available"]) == (Outcome.RECORDED, 1_000)
    assert row(superuser, hold_id) == ("RELEASED", 700, 0, False, cast.NOON)


def test_a_captured_hold_says_what_was_captured(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)

    cast.post(cast.capture(agency, hold_id, 650))

    assert row(superuser, hold_id) == ("CAPTURED", 700, 650, True, cast.NOON)


@pytest.mark.parametrize("first", ["capture", "release"])
@pytest.mark.parametrize("then", ["capture", "release", "extend"])
def test_a_hold_resolves_at_most_once(superuser: psycopg.Connection, first: str, then: str) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)

    def ask(what: str) -> Request:
        if what == "capture":
            return cast.capture(agency, hold_id, 10)
        return cast.release(agency, hold_id) if what == "release" else cast.extend(agency, hold_id, cast.NOON + HOUR)

    cast.post(ask(first))

    with unchanged(superuser, agency.carrier.id):
        answer = cast.post(ask(then))

    status = "CAPTURED" if first == "capture" else "RELEASED"
    assert (answer.code, answer.facts) == ("hold_resolved", {"hold_status": status})


# -------------------------------------------------------------------------------------------------------- expiry


def test_a_hold_counts_until_its_expiry_exclusive() -> None:
    agency = with_1000()
    holding(agency, 700, lasts=HOUR)

    before = cast.post(cast.hold(agency, 301, now=cast.NOON + HOUR - TICK))
    at_expiry = cast.post(cast.hold(agency, 1_000, now=cast.NOON + HOUR))

    assert (before.code, before.facts["shortfall"]) == ("insufficient_funds", 1)
    assert (at_expiry.outcome, at_expiry.facts["held"]) == (Outcome.RECORDED, 1_000)


def test_an_expired_hold_never_counts_even_when_no_job_has_run() -> None:
    agency = with_1000()
    holding(agency, 700, lasts=HOUR)

    shown = cast.standing(agency, now=cast.NOON + HOUR)

    assert (shown.held, shown.available) == (0, 1_000)
    assert cast.standing(agency, now=cast.NOON + HOUR - TICK).held == 700


@pytest.mark.parametrize("what", ["capture", "release", "extend"])
def test_an_expired_hold_is_gone(superuser: psycopg.Connection, what: str) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700, lasts=HOUR)
    late = cast.NOON + HOUR
    requests = {
        "capture": cast.capture(agency, hold_id, 1, now=late),
        "release": cast.release(agency, hold_id, now=late),
        "extend": cast.extend(agency, hold_id, late + HOUR, now=late),
    }

    with unchanged(superuser, agency.carrier.id):
        answer = cast.post(requests[what])

    assert (answer.code, answer.facts) == ("hold_expired", {"hold_status": "EXPIRED", "expires_at": late.isoformat()})


def test_whoever_touches_the_account_resolves_its_expired_holds(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700, lasts=HOUR)

    answer = cast.post(cast.debit(agency, 1, now=cast.NOON + 2 * HOUR))

    assert (answer.facts["held"], answer.facts["available"]) == (0, 999)
    assert row(superuser, hold_id) == ("EXPIRED", 700, 0, False, cast.NOON + 2 * HOUR)


def test_a_hold_that_would_expire_at_once_is_refused() -> None:
    agency = with_1000()

    answer = cast.post(cast.hold(agency, 700, lasts=timedelta()))

    assert answer.code == "hold_expired"


def test_an_extended_hold_counts_until_its_new_expiry() -> None:
    agency = with_1000()
    hold_id = holding(agency, 700, lasts=HOUR)

    cast.post(cast.extend(agency, hold_id, cast.NOON + 3 * HOUR))

    assert cast.standing(agency, now=cast.NOON + 2 * HOUR).held == 700
    late = cast.post(cast.capture(agency, hold_id, 700, now=cast.NOON + 3 * HOUR - TICK))
    assert late.outcome is Outcome.POSTED


def test_an_extension_may_also_shorten_but_never_into_the_past() -> None:
    agency = with_1000()
    hold_id = holding(agency, 700, lasts=3 * HOUR)

    into_the_past = cast.post(cast.extend(agency, hold_id, cast.NOON))
    shorter = cast.post(cast.extend(agency, hold_id, cast.NOON + HOUR))

    assert (into_the_past.code, shorter.code) == ("hold_expired", None)
    assert cast.standing(agency, now=cast.NOON + HOUR).held == 0


def test_no_clock_but_the_databases_is_needed() -> None:
    agency = with_1000()

    placed = cast.post(cast.hold(agency, 700, now=None, expires_at=cast.NOON + timedelta(days=36_500)))
    refused = cast.post(cast.hold(agency, 1, now=None, expires_at=cast.NOON - timedelta(days=3_650)))

    assert (placed.code, refused.code) == (None, "hold_expired")


# --------------------------------------------------------------------------------------------- in a single batch


def test_placed_extended_and_captured_in_one_batch(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 100)

    answers = post_together(
        [
            cast.extend(agency, hold_id, cast.NOON + 5 * HOUR),
            cast.capture(agency, hold_id, 60, now=cast.NOON + 4 * HOUR),
            cast.release(agency, hold_id, now=cast.NOON + 4 * HOUR),
        ]
    )

    assert [getattr(answer, "code", answer) for answer in answers] == [None, None, "hold_resolved"]
    assert row(superuser, hold_id)[:4] == ("CAPTURED", 100, 60, True)


def test_a_hold_placed_and_expired_in_one_batch_leaves_its_row(superuser: psycopg.Connection) -> None:
    agency = with_1000()

    placed, credited = post_together([cast.hold(agency, 700), cast.credit(agency, 1, now=cast.NOON + 2 * HOUR)])

    assert not isinstance(placed, Exception)
    assert not isinstance(credited, Exception)
    assert (credited.facts["held"], credited.facts["available"]) == (0, 1_001)
    assert row(superuser, placed.facts["hold"]) == ("EXPIRED", 700, 0, False, cast.NOON + 2 * HOUR)


def test_a_hold_extended_and_then_expired_in_one_batch_keeps_its_new_expiry(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700, lasts=HOUR)

    post_together(
        [
            cast.extend(agency, hold_id, cast.NOON + 2 * HOUR),
            cast.credit(agency, 1, now=cast.NOON + 2 * HOUR),
        ]
    )

    assert row(superuser, hold_id) == ("EXPIRED", 700, 0, False, cast.NOON + 2 * HOUR)
    found = superuser.execute("SELECT expires_at FROM ledger_hold WHERE id = %s", [hold_id]).fetchone()
    assert found == (cast.NOON + 2 * HOUR,)


# ----------------------------------------------------------------------------------------- not found, keys, rows


def test_a_hold_of_another_account_or_carrier_is_not_found() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    ours = holding(airline.agency, 700)

    answers = [cast.post(cast.release(account, ours)) for account in (airline.client, outsider.agency)]

    assert [answer.code for answer in answers] == ["hold_not_found", "hold_not_found"]
    assert cast.standing(airline.agency).held == 700


def test_a_repeated_hold_holds_once(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    request = cast.hold(agency, 700)
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(request)

    assert again == replace(first, replayed=True)


def test_a_repeated_capture_captures_once_even_after_the_expiry(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)
    request = cast.capture(agency, hold_id, 650)
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(replace(request, now=cast.NOON + 9 * HOUR))

    assert again == replace(first, replayed=True)


def test_invariant_5_a_refused_hold_leaves_every_row_as_it_was(superuser: psycopg.Connection) -> None:
    agency = with_1000()
    hold_id = holding(agency, 700)

    with unchanged(superuser, agency.carrier.id):
        codes = [
            cast.post(request).code
            for request in (
                cast.hold(agency, 301),
                cast.capture(agency, hold_id, 1_001),
                cast.extend(agency, hold_id, cast.NOON),
                cast.release(agency, hold_id + 1_000_000),
            )
        ]

    assert codes == ["insufficient_funds", "insufficient_funds", "hold_expired", "hold_not_found"]


@pytest.mark.parametrize(
    "change",
    [
        "status = 'CAPTURED'",
        "status = 'CAPTURED', resolved_at = now(), captured = 5",
        "status = 'RELEASED'",
        "status = 'RELEASED', resolved_at = now(), captured = 5",
        "resolved_at = now()",
        "amount = 0",
        "status = 'LOST'",
    ],
)
def test_the_database_itself_refuses_a_hold_that_contradicts_itself(superuser: psycopg.Connection, change: str) -> None:
    hold_id = holding(with_1000(), 700)

    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute(f"UPDATE ledger_hold SET {change} WHERE id = %s", [hold_id])


def test_a_hold_is_still_open_until_it_ends_or_expires() -> None:
    agency = with_1000()
    kept, released, captured = (holding(agency, amount) for amount in (1, 2, 3))
    cast.post(cast.release(agency, released))
    cast.post(cast.capture(agency, captured, 3))
    others = holding(with_1000(), 4)
    ids = [kept, released, captured, others]

    def still(now: datetime) -> dict[int, OpenHold]:
        with acting_for(agency.carrier.id):
            return still_open(carrier_id=agency.carrier.id, hold_ids=ids, now=now)

    assert still(cast.NOON) == {kept: OpenHold(kept, agency.id, 1, cast.NOON + HOUR)}
    assert still(cast.NOON + HOUR - TICK).keys() == {kept}
    assert still(cast.NOON + HOUR) == {}
