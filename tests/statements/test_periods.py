"""The statement of any period: summed up now, from what the ledger has, and nothing is frozen."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from skypurser.access.actors import OutOfReach, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.ledger.accounts import AccountNotFound
from skypurser.statements import printing
from skypurser.statements.lines import lines
from skypurser.statements.periods import period
from skypurser.statements.previewing import preview
from skypurser.statements.views import Summary
from tests import cast
from tests.cast import NOON
from tests.statements.stage import TODAY, statement
from tests.statements.test_printing import as_csv

DAY = timedelta(days=1)


def asked(
    account: cast.Account, first: date | None = None, last: date | None = None, *, now: datetime = NOON
) -> Summary:
    return period(account.id, language="en", actor=account.actor, now=now, first_date=first, last_date=last)


def told(of: Summary) -> tuple[int, int, int, int, int]:
    """Opening, debits, credits, closing, and how many movements."""
    return of.opening, of.debits, of.credits, of.closing, of.movements


def test_a_period_has_what_bears_its_dates() -> None:
    agency = cast.agency(cast.carrier())
    for back, amount in ((4, 1_000), (2, 100), (3, 10), (0, 1)):
        cast.post(cast.debit(agency, amount, now=NOON - back * DAY))
    cast.post(cast.credit(agency, 7, now=NOON - 2 * DAY))

    some = asked(agency, TODAY - 3 * DAY, TODAY - 2 * DAY)

    assert told(some) == (-1_000, 110, 7, -1_103, 3)
    found = [(line.movement.item, line.balance) for line in lines(some, carrier_id=agency.carrier.id)]
    assert found == [(2, -1_100), (3, -1_110), (5, -1_103)]
    assert told(asked(agency)) == (0, 1_111, 7, -1_104, 5)
    assert told(asked(agency, TODAY, TODAY)) == (-1_103, 1, 0, -1_104, 1)
    assert told(asked(agency, None, TODAY - 9 * DAY)) == (0, 0, 0, 0, 0)


def test_opening_lines_and_closing_add_up_on_any_dates() -> None:
    agency, dice = cast.agency(cast.carrier()), random.Random(7)  # noqa: S311 — dice, no secret
    for number in range(60):
        make = cast.debit if number % 3 else cast.credit
        cast.post(make(agency, dice.randint(1, 999), now=NOON - dice.randint(0, 20) * DAY))
    movements = cast.statement(agency)

    for _ in range(20):
        first, last = sorted(TODAY - dice.randint(0, 21) * DAY for _ in range(2))
        found = asked(agency, first, last)

        listed = list(lines(found, carrier_id=agency.carrier.id))
        assert found.opening == sum(one.credit - one.debit for one in movements if one.business_date < first)
        assert found.closing == sum(one.credit - one.debit for one in movements if one.business_date <= last)
        assert [one.movement.item for one in listed] == [
            one.item for one in movements if first <= one.business_date <= last
        ]
        assert (listed[-1].balance if listed else found.opening) == found.closing
        assert found.movements == len(listed)


def test_held_limit_and_available_say_as_of_when() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=10_000)
    hold = cast.post(cast.hold(agency, 700, now=NOON - 2 * DAY, lasts=9 * DAY)).facts["hold"]
    cast.post(cast.release(agency, hold, now=NOON - DAY))
    cast.post(cast.limit(agency, 3_000, now=NOON - DAY))

    then, now = asked(agency, None, TODAY - 2 * DAY), asked(agency)

    assert (then.held, then.credit_limit, then.available) == (700, 10_000, 9_300)
    assert then.as_of == datetime(2026, 1, 14, 5, 0, tzinfo=UTC)
    assert (now.held, now.credit_limit, now.available, now.as_of) == (0, 3_000, 3_000, NOON)


def test_marks_of_cut_offs_are_no_movements_of_it() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    frozen = statement(agency)
    cast.post(cast.debit(agency, 70, now=NOON + DAY))

    whole = asked(agency, now=NOON + DAY)

    assert told(whole) == (0, 570, 0, -570, 2)
    assert [one.movement.kind for one in lines(whole, carrier_id=agency.carrier.id)] == ["debit", "debit"]
    assert told(asked(agency, None, TODAY, now=NOON + DAY)) == (0, 500, 0, -500, 1)
    assert frozen.closing == -500


def test_what_moves_after_a_cut_off_through_today_stands_in_a_period_that_ends_tomorrow() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    statement(agency, now=NOON - timedelta(hours=2))
    cast.post(sold := cast.issue(agency, now=NOON - timedelta(hours=1)))

    of = asked(agency)

    assert (of.last_date, of.debits, of.closing) == (TODAY + DAY, 44_800, -44_800)
    assert (of.available, of.as_of) == (100_000 - 44_800, NOON)
    assert [one.movement.document for one in lines(of, carrier_id=agency.carrier.id)] == [sold.document]


def test_what_is_available_now_is_without_what_is_dated_tomorrow() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    statement(agency, now=NOON - timedelta(hours=2))
    cast.post(cast.issue(agency, now=NOON - timedelta(hours=1)))

    of = asked(agency, None, TODAY)

    assert (of.debits, of.closing, of.available, of.as_of) == (0, 0, 100_000 - 44_800, NOON)


def test_a_cut_off_through_yesterday_lets_a_period_end_today() -> None:
    agency = cast.agency(cast.carrier())
    statement(agency, TODAY - DAY)

    assert asked(agency).last_date == TODAY
    with pytest.raises(InvalidRequest):
        asked(agency, None, TODAY + DAY)


def test_what_was_posted_since_is_no_part_of_it() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    before = asked(agency)

    cast.post(cast.debit(agency, 70))

    assert [one.movement.item for one in lines(before, carrier_id=agency.carrier.id)] == [1]


@pytest.mark.parametrize(
    ("first", "last"), [(None, TODAY + DAY), (TODAY, TODAY - DAY), (TODAY + DAY, None), (None, date.max)]
)
def test_a_period_that_is_none(first: date | None, last: date | None) -> None:
    agency = cast.agency(cast.carrier())

    with pytest.raises(InvalidRequest) as refusal:
        asked(agency, first, last)

    assert refusal.value.field == "last_date"


def test_from_the_first_day_of_the_calendar() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))

    assert told(asked(agency, date.min, TODAY)) == (0, 500, 0, -500, 1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_its_documents(language: str) -> None:
    agency = cast.agency(cast.carrier(), currency="JPY")
    cast.post(cast.debit(agency, 500))
    found, how = asked(agency), {"language": language, "carrier_id": agency.carrier.id}

    assert printing.pdf(found, **how).startswith(b"%PDF")  # type: ignore[arg-type]
    assert printing.workbook(found, **how).startswith(b"PK")  # type: ignore[arg-type]
    assert b",500,,-500," in as_csv(found, **how)


def test_who_may() -> None:
    agency, outsider = cast.agency(cast.carrier()), cast.outsider()
    closer = replace(agency.actor, permissions=frozenset({Permission.CUT_OFF}))

    for actor, refusal in (
        (closer, PermissionDenied),
        (replace(agency.actor, cities=frozenset({"BOS"})), OutOfReach),
        (outsider.actor, AccountNotFound),
    ):
        with pytest.raises(refusal):
            period(agency.id, language="en", actor=actor, now=NOON)


def test_the_carriers_country_is_told_in_the_documents_language() -> None:
    agency = cast.agency(cast.carrier())
    cast.issuer(agency.carrier)
    how: dict[str, Any] = {"actor": agency.actor, "now": NOON}

    told = {language: period(agency.id, language=language, **how).names.carrier[-2:] for language in ("en", "es")}
    shown = preview(agency.id, through=TODAY, language="es", **how)

    assert "United States" in told["en"]
    assert "Estados Unidos" in told["es"]
    assert "Estados Unidos" in shown.names.carrier
