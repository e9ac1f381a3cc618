"""Holds on a member's behalf."""

from dataclasses import replace
from datetime import timedelta

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import holding
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
