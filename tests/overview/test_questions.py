"""The first page's questions, summed up now and from roll-ups: both must say the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import sleep
from typing import Any

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.ledger.states import Status
from skypurser.overview import questions
from skypurser.overview.questions import Attention, DaySales, Exposure, Refusals
from skypurser.overview.rolling_up import DAYS, roll_up_exposure, roll_up_sales
from tests import cast

NOW = cast.NOON


@pytest.fixture(params=["summed up now", "from roll-ups"])
def rolled_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "from roll-ups":
        monkeypatch.setattr(questions, "FEW_ACCOUNTS", 0)
        monkeypatch.setattr(questions, "FEW_TICKETS", 0)
    return bool(request.param == "from roll-ups")


def roll_up(carrier_id: int, *, now: datetime = NOW) -> None:
    roll_up_exposure(carrier_id=carrier_id, now=now)
    roll_up_sales(carrier_id=carrier_id, now=now)


def limited(actor: Actor, **limits: str) -> Actor:
    return replace(actor, **{name: frozenset({value}) for name, value in limits.items()})  # type: ignore[arg-type]


def test_exposure_is_told_by_currency(rolled_up: bool) -> None:
    airline = cast.airline()
    euro = cast.agency(airline.carrier, currency="EUR", credit_limit=100_000)
    cast.post(cast.issue(airline.agency))
    cast.post(cast.credit(airline.client, 5_000))
    cast.post(cast.hold(airline.client, 700, now=None, expires_at=datetime.now(UTC) + timedelta(hours=1)))
    cast.post(cast.hold(euro, 900, now=None, expires_at=datetime.now(UTC) + timedelta(seconds=0.01)))
    sleep(0.05)  # the second hold expires
    roll_up(airline.carrier.id)

    found = questions.exposures(actor=airline.actor)

    assert found.by_currency == (
        Exposure("EUR", 1, 0, 100_000, 0, 100_000),
        Exposure("USD", 2, 39_800, 2_000_000, 700, 1_959_500),
    )
    assert found.made_at == (NOW if rolled_up else None)
    assert questions.exposures(actor=cast.outsider().actor).by_currency == (
        Exposure("USD", 2, 0, 2_000_000, 0, 2_000_000),
    )


def test_what_wants_attention_is_counted_and_its_first_accounts_are_shown(rolled_up: bool) -> None:
    airline = cast.airline()
    carrier = airline.carrier
    near, over = (cast.agency(carrier, code=code, credit_limit=100_000) for code in ("NEAR", "OVER"))
    suspended, inhibited = (cast.agency(carrier, code=code) for code in ("SUSP", "INHI"))
    cast.post(cast.debit(near, 95_000))
    cast.post(cast.debit(over, 100_001))
    for account in (suspended, inhibited):
        cast.post(cast.status(account, Status.SUSPENDED))
    cast.post(cast.status(inhibited, Status.INHIBITED))
    roll_up(carrier.id)

    found = questions.exposures(actor=airline.actor).attention
    rows = questions.attention_rows(actor=airline.actor)

    assert found == Attention(near_limit=1, over_limit=1, low=2, suspended=1, inhibited=1)
    names = {kind: [view.code for view in getattr(rows, kind)] for kind in Attention.__dataclass_fields__}
    assert names == {
        "near_limit": ["NEAR", "OVER"],
        "over_limit": ["OVER"],
        "low": ["NEAR", "OVER"],
        "suspended": ["SUSP"],
        "inhibited": ["INHI"],
    }


def test_sums_stay_within_a_members_places(rolled_up: bool) -> None:
    airline = cast.airline()
    carrier = airline.carrier
    chicago = cast.agency(carrier, code="CHI1", airport="ORD")
    cast.agency(carrier, code="EZE1", airport="EZE", country="AR")
    for account, fare in ((airline.agency, 40_000), (chicago, 10_000), (airline.client, 5_000)):
        cast.post(cast.issue(account, fare=fare, taxes=0))
    roll_up(carrier.id)

    def seen(**limits: str) -> tuple[int, int]:
        actor = limited(airline.actor, **limits)
        (exposure,) = questions.exposures(actor=actor).by_currency
        return exposure.accounts, sum(day.amount for day in questions.recent_sales(actor=actor, now=NOW).days)

    assert seen() == (4, 55_000)
    assert seen(countries="AR") == (1, 0)
    assert seen(cities="ORD") == (1, 10_000)
    assert seen(offices="CHI1") == (1, 10_000)
    assert seen(cities="ORD", offices="CHI1") == (1, 10_000)
    assert seen(cities="BOS", offices="CHI1") == (2, 15_000)


def test_sales_are_told_by_day_and_currency_without_what_was_voided(rolled_up: bool) -> None:
    airline = cast.airline()
    euro = cast.agency(airline.carrier, currency="EUR")
    voided = cast.issue(airline.agency)
    for sale in (voided, cast.issue(airline.agency), cast.issue(airline.client), cast.issue(euro, fare=100, taxes=1)):
        cast.post(sale)
    for days in (1, DAYS - 1, DAYS):
        cast.post(cast.issue(airline.agency, fare=days, taxes=0, now=NOW - timedelta(days=days)))
    cast.post(cast.void(airline.agency, str(voided.document)))
    roll_up(airline.carrier.id)

    found = questions.recent_sales(actor=airline.actor, now=NOW)

    assert (found.first_date, found.last_date) == (date(2025, 12, 17), date(2026, 1, 15))
    assert found.days == (
        DaySales(date(2025, 12, 17), "USD", 1, DAYS - 1),
        DaySales(date(2026, 1, 14), "USD", 1, 1),
        DaySales(date(2026, 1, 15), "EUR", 1, 101),
        DaySales(date(2026, 1, 15), "USD", 2, 96_000),
    )
    assert found.made_at == (NOW if rolled_up else None)


def test_a_roll_up_takes_the_last_days_anew_and_at_night_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "FEW_TICKETS", 0)
    airline = cast.airline()
    roll_up(airline.carrier.id)
    cast.post(cast.issue(airline.agency, fare=1, taxes=0))
    cast.post(cast.issue(airline.agency, fare=2, taxes=0, now=NOW - timedelta(days=20)))

    def amounts() -> list[int]:
        return [day.amount for day in questions.recent_sales(actor=airline.actor, now=NOW).days]

    before = amounts()
    roll_up(airline.carrier.id)
    by_minute = amounts()
    roll_up_sales(carrier_id=airline.carrier.id, now=NOW, is_whole=True)

    assert (before, by_minute, amounts()) == ([], [1], [2, 1])


def test_sums_beyond_64_bits_are_told(monkeypatch: pytest.MonkeyPatch, rolled_up: bool) -> None:
    carrier = cast.carrier()
    accounts = [cast.agency(carrier, credit_limit=10**15 - 1) for _ in range(2)]
    roll_up(carrier.id)

    (found,) = questions.exposures(actor=accounts[0].actor).by_currency

    assert found.available == 2 * (10**15 - 1)


def test_refusals_of_today_are_told_by_reason() -> None:
    airline = cast.airline()
    suspended = cast.agency(airline.carrier, airport="ORD")
    cast.post(cast.status(suspended, Status.SUSPENDED))
    too_much: dict[str, Any] = {"fare": 2_000_000, "taxes": 0}
    cast.post(cast.issue(airline.agency, **too_much, now=NOW - timedelta(hours=13)))  # 23:00 the day before
    cast.post(cast.issue(airline.agency, **too_much, now=NOW - timedelta(hours=11)))
    cast.post(cast.issue(airline.agency, **too_much))
    cast.post(cast.issue(suspended))

    found = questions.refusals_today(actor=airline.actor, now=NOW)

    assert (found.today, found.is_partial) == (date(2026, 1, 15), False)
    asked = 2 * 1_840_000
    assert found.by_reason == (
        Refusals("insufficient_funds", "USD", 2, asked, asked - 2 * 1_000_000),
        Refusals("account_suspended", "USD", 1, 0, 0),
    )
    in_chicago = questions.refusals_today(actor=limited(airline.actor, cities="ORD"), now=NOW)
    assert [one.code for one in in_chicago.by_reason] == ["account_suspended"]
    assert questions.refusals_today(actor=cast.outsider().actor, now=NOW).by_reason == ()


def test_more_refusals_than_are_summed_up_are_told_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "REFUSALS", 1)
    agency = cast.agency(cast.carrier(), credit_limit=0)
    cast.post(cast.issue(agency))
    one = questions.refusals_today(actor=agency.actor, now=NOW)
    cast.post(cast.issue(agency))
    cast.post(cast.issue(agency))

    assert (one.is_partial, questions.refusals_today(actor=agency.actor, now=NOW).is_partial) == (False, True)


def test_the_first_page_needs_the_permissions_of_what_it_sums_up() -> None:
    nobody = replace(cast.airline().actor, permissions=frozenset({Permission.ISSUANCE}))

    with pytest.raises(PermissionDenied):
        questions.exposures(actor=nobody)
    with pytest.raises(PermissionDenied):
        questions.attention_rows(actor=nobody)
    with pytest.raises(PermissionDenied):
        questions.recent_sales(actor=nobody, now=NOW)
    with pytest.raises(PermissionDenied):
        questions.refusals_today(actor=nobody, now=NOW)
