"""Tiers of cancellation fees: who sets them, and what they must be."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.charter.tiers import Tier, current_tiers, set_tiers
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from tests import cast
from tests.databases import unchanged


def test_tiers_are_set_and_the_history_tells_old_and_new() -> None:
    operator = cast.charter_operator()
    assert current_tiers(carrier_id=operator.carrier.id) == ()

    set_tiers(tiers=[Tier(24, 10_000), Tier(72, 2_550)], actor=operator.actor, now=cast.NOON)
    set_tiers(tiers=[Tier(48, 5_000)], actor=operator.actor, now=cast.NOON)

    assert current_tiers(carrier_id=operator.carrier.id) == (Tier(48, 5_000),)
    told = acts.of_carrier(carrier_id=operator.carrier.id, limit=2)
    assert [act.action for act in told] == ["carrier.cancellation_tiers_set"] * 2
    assert told[0].changes == {"cancellation_tiers": ["72 h 25.50 %, 24 h 100.00 %", "48 h 50.00 %"]}


def test_tiers_are_each_carriers_own() -> None:
    one, other = cast.charter_operator(), cast.charter_operator()

    set_tiers(tiers=[Tier(24, 1)], actor=one.actor, now=cast.NOON)

    assert current_tiers(carrier_id=other.carrier.id) == ()


def test_only_administrators_of_everywhere_set_tiers(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    seller = Actor(operator.carrier.id, "seller", ALL - {Permission.ADMINISTRATION})
    limited = Actor(operator.carrier.id, "limited", ALL, countries=frozenset({"US"}))

    with unchanged(superuser, operator.carrier.id, but=()):
        for actor in (seller, limited):
            with pytest.raises(PermissionDenied):
                set_tiers(tiers=[Tier(24, 1)], actor=actor, now=cast.NOON)


@pytest.mark.parametrize(
    ("tiers", "field"),
    [
        ([Tier(0, 1)], "tiers/0/hours"),
        ([Tier(10**9, 1)], "tiers/0/hours"),
        ([Tier(True, 1)], "tiers/0/hours"),
        ([Tier(1, -1)], "tiers/0/percent"),
        ([Tier(1, 10_001)], "tiers/0/percent"),
        ([Tier(24, 1), Tier(24, 2)], "tiers"),
        ([Tier(24, 1), Tier(72, 2)], "tiers"),
        ([Tier(hours, 1) for hours in range(1, 22)], "tiers"),
    ],
)
def test_tiers_that_make_no_sense_are_refused(tiers: list[Tier], field: str, superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    how: dict[str, Any] = {"actor": operator.actor, "now": cast.NOON}

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(InvalidRequest) as no:
        set_tiers(tiers=tiers, **how)

    assert no.value.field == field
