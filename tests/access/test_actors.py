"""Permissions one by one, and limits to places."""

import pytest

from skypurser.access.actors import Actor, PermissionDenied, Place, operator
from skypurser.access.permissions import ALL, Permission

NEW_YORK = Place("US", "NYC", "NYC1AA")
BOSTON_CLIENT = Place("US", "BOS")
NOWHERE: frozenset[str] = frozenset()


def clerk(
    countries: frozenset[str] = NOWHERE, cities: frozenset[str] = NOWHERE, offices: frozenset[str] = NOWHERE
) -> Actor:
    return Actor(1, "clerk", frozenset({Permission.QUERIES}), countries=countries, cities=cities, offices=offices)


def test_each_permission_stands_for_itself() -> None:
    for given in Permission:
        actor = Actor(1, "clerk", frozenset({given}))
        assert {permission for permission in Permission if actor.may(permission)} == {given}


def test_the_operator_may_do_everything_for_one_carrier() -> None:
    actor = operator(7)

    assert (actor.carrier_id, actor.permissions) == (7, ALL)
    assert actor.may(Permission.CUT_OFF, at=NEW_YORK)


@pytest.mark.parametrize(
    ("actor", "reaches"),
    [
        (clerk(), True),
        (clerk(countries=frozenset({"US"})), True),
        (clerk(cities=frozenset({"NYC"})), True),
        (clerk(offices=frozenset({"NYC1AA"})), True),
        (clerk(countries=frozenset({"CA"}), cities=frozenset({"NYC"})), True),
        (clerk(countries=frozenset({"CA"})), False),
        (clerk(cities=frozenset({"BOS"})), False),
        (clerk(offices=frozenset({"NYC1AB"})), False),
        (clerk(countries=frozenset({"NYC"}), cities=frozenset({"US"})), False),
    ],
)
def test_a_member_reaches_accounts_in_any_of_the_countries_cities_and_offices(actor: Actor, reaches: bool) -> None:
    assert actor.may(Permission.QUERIES, at=NEW_YORK) is reaches


def test_a_member_of_single_offices_reaches_no_client() -> None:
    assert not clerk(offices=frozenset({"NYC1AA"})).may(Permission.QUERIES, at=BOSTON_CLIENT)


def test_a_place_never_replaces_a_permission() -> None:
    assert not clerk(countries=frozenset({"US"})).may(Permission.CREDIT_AND_DEBIT, at=NEW_YORK)


def test_require_says_who_may_not_do_what() -> None:
    with pytest.raises(PermissionDenied, match="clerk may not: credit and debit") as refusal:
        clerk().require(Permission.CREDIT_AND_DEBIT)

    assert refusal.value.facts == {"permission": Permission.CREDIT_AND_DEBIT}
    clerk().require(Permission.QUERIES)


def test_what_concerns_everywhere_is_for_those_without_limits() -> None:
    clerk().require_everywhere(Permission.QUERIES)
    for limited in (clerk(countries=frozenset({"US"})), clerk(offices=frozenset({"NYC1AA"}))):
        with pytest.raises(PermissionDenied, match="limited to places"):
            limited.require_everywhere(Permission.QUERIES)
    with pytest.raises(PermissionDenied):
        clerk().require_everywhere(Permission.WEBHOOKS)
