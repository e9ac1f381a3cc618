"""Members of a carrier."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, Place
from skypurser.access.members import MemberExists, MemberNotFound, add_member, find_member
from skypurser.access.permissions import ALL, Permission
from skypurser.errors import InvalidRequest
from tests import cast
from tests.databases import unchanged


def add(actor: Actor, **differently: Any) -> Actor:
    how = {
        "email": "Ann@Example.org ",
        "name": "Ann",
        "permissions": {Permission.QUERIES, Permission.ISSUANCE},
        "actor": actor,
        "now": cast.NOON,
    }
    return add_member(**{**how, **differently})


def test_a_member_is_found_by_the_address_as_an_actor() -> None:
    airline = cast.airline()

    added = add(airline.actor, countries={"US"}, cities={"NYC", "BOS"}, offices={"NYC1AA"})

    found = find_member(carrier_id=airline.carrier.id, email="ANN@example.ORG")
    assert found == added
    assert (found.carrier_id, found.name) == (airline.carrier.id, "ann@example.org")
    assert found.permissions == {Permission.QUERIES, Permission.ISSUANCE}
    assert sorted(found.countries | found.cities | found.offices) == ["BOS", "NYC", "NYC1AA", "US"]


def test_an_address_is_a_member_once_per_carrier() -> None:
    ours, theirs = cast.airline().actor, cast.outsider().actor
    add(ours)

    with pytest.raises(MemberExists):
        add(ours, email="ann@example.org")

    assert add(theirs).carrier_id == theirs.carrier_id


def test_another_carriers_member_is_not_found() -> None:
    ours, theirs = cast.airline(), cast.outsider()
    add(ours.actor)

    with pytest.raises(MemberNotFound):
        find_member(carrier_id=theirs.carrier.id, email="ann@example.org")


def test_a_member_who_is_no_longer_active_is_not_found(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    added = add(airline.actor)
    superuser.execute("UPDATE access_member SET is_active = false WHERE id = %s", [added.member_id])

    with pytest.raises(MemberNotFound):
        find_member(carrier_id=airline.carrier.id, email="ann@example.org")


@pytest.mark.parametrize(("differently", "field"), [({"email": "no address"}, "email"), ({"name": " "}, "name")])
def test_what_is_malformed_adds_nothing(superuser: psycopg.Connection, differently: dict[str, Any], field: str) -> None:
    actor = cast.airline().actor

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        add(actor, **differently)

    assert refusal.value.field == field


def test_adding_members_needs_administration(superuser: psycopg.Connection) -> None:
    carrier_id = cast.airline().carrier.id
    clerk = Actor(carrier_id, "clerk", ALL - {Permission.ADMINISTRATION})

    with unchanged(superuser, carrier_id, but=()), pytest.raises(PermissionDenied):
        add(clerk)


def test_a_member_has_what_was_given_and_nothing_else() -> None:
    member = add(cast.airline().actor, permissions={Permission.QUERIES}, cities={"NYC"})

    may = {permission for permission in Permission if member.may(permission, at=Place("US", "NYC"))}

    assert may == {Permission.QUERIES}
    assert not member.may(Permission.QUERIES, at=Place("US", "BOS"))
