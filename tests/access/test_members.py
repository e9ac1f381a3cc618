"""Members of a carrier."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, Place
from skypurser.access.members import (
    MemberExists,
    MemberNotFound,
    Powers,
    add_member,
    change_member,
    find_member,
    get_member,
    members,
    set_active,
)
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


def test_a_member_who_is_no_longer_active_is_not_found_until_active_again() -> None:
    airline = cast.airline()
    added = add(airline.actor)

    gone = set_active(email="Ann@example.org", is_active=False, actor=airline.actor)
    with pytest.raises(MemberNotFound):
        find_member(carrier_id=airline.carrier.id, email="ann@example.org")
    back = set_active(email="ann@example.org", is_active=True, actor=airline.actor)

    assert (gone.is_active, back.is_active) == (False, True)
    assert find_member(carrier_id=airline.carrier.id, email="ann@example.org") == added


def test_a_change_replaces_what_is_given_and_leaves_the_rest() -> None:
    airline = cast.airline()
    add(airline.actor, countries={"US"}, offices={"NYC1AA"})

    changed = change_member(
        email=" ANN@example.org", permissions={Permission.CUT_OFF}, cities=["BOS"], offices=(), actor=airline.actor
    )

    assert changed.powers == Powers(frozenset({Permission.CUT_OFF}), frozenset({"US"}), frozenset({"BOS"}))
    assert get_member(email="ann@example.org", actor=airline.actor) == changed
    found = find_member(carrier_id=airline.carrier.id, email="ann@example.org")
    assert found.permissions == {Permission.CUT_OFF}
    assert found.cities == {"BOS"}
    assert not found.offices


@pytest.mark.parametrize("email", ["", "bob@example.org", "ann@example.org\0", "%", "ann@example.org' OR '1'='1"])
def test_an_address_that_is_nobodys_finds_nobody(email: str) -> None:
    actor = cast.airline().actor
    add(actor)

    with pytest.raises(MemberNotFound):
        find_member(carrier_id=actor.carrier_id, email=email)
    with pytest.raises(MemberNotFound):
        get_member(email=email, actor=actor)


def test_members_are_listed_page_by_page_and_another_carriers_never() -> None:
    ours, theirs = cast.airline().actor, cast.outsider().actor
    for email in ("ann@example.org", "bob@example.org", "cy@example.org"):
        add(ours, email=email)
    set_active(email="bob@example.org", is_active=False, actor=ours)
    add(theirs)

    first = members(actor=ours, limit=2)
    rest = members(actor=ours, after=first[-1].id, limit=2)

    assert [(one.email, one.is_active) for one in [*first, *rest]] == [
        ("ann@example.org", True),
        ("bob@example.org", False),
        ("cy@example.org", True),
    ]


def test_another_carriers_member_is_not_changed(superuser: psycopg.Connection) -> None:
    ours, theirs = cast.airline().actor, cast.outsider().actor
    add(theirs)

    with unchanged(superuser, theirs.carrier_id, but=()):
        with pytest.raises(MemberNotFound):
            change_member(email="ann@example.org", permissions=ALL, actor=ours)
        with pytest.raises(MemberNotFound):
            set_active(email="ann@example.org", is_active=False, actor=ours)


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": f"{'x' * 60}@{'.'.join(['y' * 60] * 4)}.org"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"email": "a\0b@example.org"}, "email"),
        ({"countries": {"USA"}}, "countries"),
        ({"cities": {"nyc"}}, "cities"),
        ({"offices": {"NYC 1"}}, "offices"),
        ({"offices": {""}}, "offices"),
    ],
)
def test_what_is_malformed_adds_nothing(superuser: psycopg.Connection, differently: dict[str, Any], field: str) -> None:
    actor = cast.airline().actor

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        add(actor, **differently)

    assert refusal.value.field == field


def test_a_malformed_limit_changes_nothing(superuser: psycopg.Connection) -> None:
    actor = cast.airline().actor
    add(actor)

    with unchanged(superuser, actor.carrier_id, but=()), pytest.raises(InvalidRequest) as refusal:
        change_member(email="ann@example.org", permissions=ALL, countries=["Peru"], actor=actor)

    assert refusal.value.field == "countries"


@pytest.mark.parametrize(
    "unfit",
    [
        {"name": "clerk", "permissions": ALL - {Permission.ADMINISTRATION}},
        {"name": "key:gds", "permissions": ALL, "key_id": 1},
    ],
)
def test_members_are_added_and_changed_by_people_with_administration_only(
    superuser: psycopg.Connection, unfit: dict[str, Any]
) -> None:
    actor = cast.airline().actor
    add(actor)
    other = Actor(carrier_id=actor.carrier_id, **unfit)

    with unchanged(superuser, actor.carrier_id, but=()):
        with pytest.raises(PermissionDenied):
            add(other, email="bob@example.org")
        with pytest.raises(PermissionDenied):
            change_member(email="ann@example.org", permissions=ALL, actor=other)
        with pytest.raises(PermissionDenied):
            set_active(email="ann@example.org", is_active=False, actor=other)


def test_listing_members_needs_administration() -> None:
    actor = cast.airline().actor
    clerk = Actor(actor.carrier_id, "clerk", ALL - {Permission.ADMINISTRATION})

    with pytest.raises(PermissionDenied):
        members(actor=clerk)


def test_a_member_has_what_was_given_and_nothing_else() -> None:
    member = add(cast.airline().actor, permissions={Permission.QUERIES}, cities={"NYC"})

    may = {permission for permission in Permission if member.may(permission, at=Place("US", "NYC"))}

    assert may == {Permission.QUERIES}
    assert not member.may(Permission.QUERIES, at=Place("US", "BOS"))
