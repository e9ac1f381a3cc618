"""Holds on a member's behalf."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import holding
from skypurser.ledger import held
from skypurser.ledger.holds import PlaceHold
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.money import Money
from tests import cast

TOMORROW = cast.NOON + timedelta(days=1)


def place(agency: cast.Account, amount: int, *, key: str = "hold", actor: Actor | None = None) -> Answer:
    return holding.place(
        account_id=agency.id,
        amount=Money(amount, "USD"),
        expires_at=TOMORROW,
        reference="quote 7",
        key=key,
        actor=actor or agency.actor,
        now=cast.NOON,
    )


def test_worked_example_hold() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    hold = place(agency, 700).facts["hold"]

    with pytest.raises(RequestRefused) as second:
        place(agency, 400, key="second")
    captured = holding.capture(
        account_id=agency.id,
        hold_id=hold,
        amount=Money(650, "USD"),
        reference="booked",
        key="capture",
        actor=agency.actor,
        now=cast.NOON,
    )

    assert (second.value.code, second.value.facts["shortfall"]) == ("insufficient_funds", 100)
    assert (captured.facts["net"], captured.facts["available"]) == (-650, 350)


def test_an_extended_hold_counts_on_and_a_released_one_no_longer() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    hold = place(agency, 700).facts["hold"]
    later = TOMORROW + timedelta(hours=1)

    holding.extend(
        account_id=agency.id,
        hold_id=hold,
        expires_at=TOMORROW + timedelta(days=1),
        reference="asked for",
        key="extend",
        actor=agency.actor,
        now=cast.NOON,
    )
    released = holding.release(
        account_id=agency.id, hold_id=hold, reference="declined", key="release", actor=agency.actor, now=later
    )

    assert (released.facts["held"], released.facts["available"]) == (0, 1_000)


def test_who_may_not_hold_holds_nothing() -> None:
    agency = cast.airline().agency
    actor = replace(agency.actor, permissions=frozenset(Permission) - {Permission.HOLDS})

    with pytest.raises(PermissionDenied):
        place(agency, 700, actor=actor)

    assert cast.standing(agency).held == 0


def test_open_holds_are_listed_the_first_to_expire_first_within_the_limits() -> None:
    airline = cast.airline()
    euros = cast.agency(airline.carrier, currency="EUR")
    later, sooner = cast.hold(airline.agency, 700), cast.hold(airline.client, 400)
    wanted = [cast.post(one).facts["hold"] for one in (sooner_than(sooner, 1), sooner_than(later, 2))]
    released = cast.post(sooner_than(cast.hold(airline.agency, 100), 1)).facts["hold"]
    cast.post(cast.release(airline.agency, released, now=None))
    wanted.append(cast.post(sooner_than(cast.hold(euros, 50), 3)).facts["hold"])
    clerk = replace(airline.actor, cities=frozenset({"BOS"}))

    first = holding.open_holds(actor=airline.actor, limit=2)
    rest = holding.open_holds(actor=airline.actor, after=held.Position(first[1].expires_at, first[1].id))

    assert [one.id for one in [*first, *rest]] == wanted
    assert holding.held_sums(actor=airline.actor) == [held.HeldSum("EUR", 1, 50), held.HeldSum("USD", 2, 1_100)]
    assert [one.id for one in holding.open_holds(actor=clerk)] == wanted[:1]
    assert holding.held_sums(actor=clerk) == [held.HeldSum("USD", 1, 400)]
    assert holding.open_holds(actor=cast.outsider().actor) == []


def sooner_than(hold: PlaceHold, days: int) -> PlaceHold:
    """The same hold by the real clock, for so many days."""
    return replace(hold, now=None, expires_at=datetime.now(UTC) + timedelta(days=days))


def test_an_expired_hold_is_not_listed_though_nobody_resolved_it() -> None:
    agency = cast.airline().agency
    cast.post(cast.hold(agency, 700))

    assert holding.open_holds(actor=agency.actor) == []
    assert holding.held_sums(actor=agency.actor) == []


def test_listing_holds_takes_holds_or_queries() -> None:
    agency = cast.airline().agency
    clerk = replace(agency.actor, permissions=frozenset({Permission.LIST_ACCOUNTS}))

    with pytest.raises(PermissionDenied):
        holding.open_holds(actor=clerk)
    with pytest.raises(PermissionDenied):
        holding.held_sums(actor=clerk)
