"""Roles: what they allow counts at once, what is done to them stands in the history, and an administrator stays."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from skypurser.access import administrators, members
from skypurser.access import roles as access_roles
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.administrators import LastAdministrator
from skypurser.access.members import find_member
from skypurser.access.permissions import ALL, Permission
from skypurser.access.roles import RoleExists, RoleInUse, RoleNotFound, RoleView
from skypurser.administration.members import add_member, change_member, deactivate_member
from skypurser.administration.roles import STARTING_ROLES, add_role, change_role, delete_role, rename_role
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from tests import cast
from tests.databases import at_once, this_database, unchanged

ANN, BOB = "ann@example.org", "bob@example.org"
LATER = cast.NOON + timedelta(minutes=1)


@pytest.fixture
def chief() -> Actor:
    """The operator of a new carrier."""
    return operator(cast.carrier().id, name="chief")


def add(actor: Actor, email: str, **how: object) -> Actor:
    return add_member(email=email, name="Somebody", actor=actor, now=cast.NOON, **how)  # type: ignore[arg-type]


def role(actor: Actor, name: str) -> RoleView:
    return access_roles.named(name, actor=actor)


def told(actor: Actor) -> list[tuple[str, str, object]]:
    """The newest acts first, without the carrier's own."""
    return [(act.action, act.reference, act.changes) for act in acts.of_carrier(carrier_id=actor.carrier_id)[:-1]]


def test_a_new_carrier_has_roles_to_start_with(chief: Actor) -> None:
    found = access_roles.roles(actor=chief)

    assert {one.name: one.permissions for one in found} == STARTING_ROLES
    assert [one.name for one in found] == sorted(STARTING_ROLES, key=str.lower)
    assert {one.members for one in found} == {0}


def test_a_role_is_added_changed_renamed_and_deleted_and_the_history_tells(chief: Actor) -> None:
    added = add_role(name=" Night shift ", permissions=[Permission.QUERIES], actor=chief, now=LATER)
    change_role(role_id=added.id, permissions=[Permission.HOLDS, Permission.QUERIES], actor=chief, now=LATER)
    rename_role(role_id=added.id, name="Nights", actor=chief, now=LATER)
    read = access_roles.get_role(role_id=added.id, actor=chief)
    delete_role(role_id=added.id, actor=chief, now=LATER)

    assert read == RoleView(added.id, "Nights", frozenset({Permission.HOLDS, Permission.QUERIES}), 0)
    assert told(chief) == [
        ("role.deleted", "Nights", {"permissions": [["holds", "queries"], None]}),
        ("role.renamed", "Nights", {"name": ["Night shift", "Nights"]}),
        ("role.changed", "Night shift", {"permissions": [["queries"], ["holds", "queries"]]}),
        ("role.added", "Night shift", {"permissions": [None, ["queries"]]}),
    ]
    with pytest.raises(RoleNotFound):
        access_roles.get_role(role_id=added.id, actor=chief)


def test_what_a_role_allows_counts_at_once_for_all_who_have_it(chief: Actor) -> None:
    for email in (ANN, BOB):
        add(chief, email, role="Ticketing")
    add(chief, "cy@example.org", permissions=[Permission.QUERIES])

    change_role(role_id=role(chief, "Ticketing").id, permissions=[Permission.CUT_OFF], actor=chief, now=LATER)

    found = {email: find_member(carrier_id=chief.carrier_id, email=email).permissions for email in (ANN, BOB)}
    assert found == dict.fromkeys((ANN, BOB), frozenset({Permission.CUT_OFF}))
    assert find_member(carrier_id=chief.carrier_id, email="cy@example.org").permissions == {Permission.QUERIES}
    assert [(one.email, one.powers.role) for one in members.members(actor=chief)] == [
        (ANN, "Ticketing"),
        (BOB, "Ticketing"),
        ("cy@example.org", ""),
    ]
    assert role(chief, "TICKETING").members == 2


def test_own_permissions_take_the_place_of_a_role(chief: Actor) -> None:
    add(chief, ANN, role="Ticketing", cities=["NYC"])

    changed = change_member(email=ANN, permissions=[Permission.QUERIES], actor=chief, now=LATER)

    assert (changed.powers.role, changed.powers.role_id) == ("", None)
    assert changed.powers.cities == {"NYC"}
    assert told(chief)[0][2] == {"role": ["Ticketing", None], "permissions": [None, ["queries"]]}
    assert role(chief, "Ticketing").members == 0


def test_a_role_that_somebody_has_stays(superuser: psycopg.Connection, chief: Actor) -> None:
    add(chief, ANN, role="Ticketing")
    deactivate_member(email=ANN, actor=chief, now=LATER)

    with unchanged(superuser, chief.carrier_id, but=()), pytest.raises(RoleInUse) as refusal:
        delete_role(role_id=role(chief, "Ticketing").id, actor=chief, now=LATER)

    assert refusal.value.facts == {"members": 1}


def test_what_is_refused_leaves_neither_role_nor_act(superuser: psycopg.Connection, chief: Actor) -> None:
    theirs = operator(cast.outsider().carrier.id)
    strange = role(theirs, "Ticketing").id
    ours = role(chief, "Ticketing").id

    with unchanged(superuser, chief.carrier_id, but=()), unchanged(superuser, theirs.carrier_id, but=()):
        for name in ("ticketing", " TICKETING "):
            with pytest.raises(RoleExists):
                add_role(name=name, permissions=[], actor=chief, now=LATER)
        with pytest.raises(RoleExists):
            rename_role(role_id=ours, name="read ONLY", actor=chief, now=LATER)
        for name in ("", " ", "x" * 101, "a\0b"):
            with pytest.raises(InvalidRequest):
                add_role(name=name, permissions=[], actor=chief, now=LATER)
        with pytest.raises(RoleNotFound):
            change_role(role_id=strange, permissions=[], actor=chief, now=LATER)
        with pytest.raises(RoleNotFound):
            rename_role(role_id=strange, name="Ours", actor=chief, now=LATER)
        with pytest.raises(RoleNotFound):
            delete_role(role_id=strange, actor=chief, now=LATER)
        change_role(role_id=ours, permissions=STARTING_ROLES["Ticketing"], actor=chief, now=LATER)
        for unfit in (
            Actor(chief.carrier_id, "clerk", ALL - {Permission.ADMINISTRATION}),
            Actor(chief.carrier_id, "key:gds", ALL, key_id=1),
        ):
            with pytest.raises(PermissionDenied):
                add_role(name="Mine", permissions=ALL, actor=unfit, now=LATER)
            with pytest.raises(PermissionDenied):
                change_role(role_id=ours, permissions=ALL, actor=unfit, now=LATER)
            with pytest.raises(PermissionDenied):
                rename_role(role_id=ours, name="Mine", actor=unfit, now=LATER)
            with pytest.raises(PermissionDenied):
                delete_role(role_id=ours, actor=unfit, now=LATER)


# ------------------------------------------------------------------------------------------- the last administrator

BY_ROLE, BY_OWN = {"role": "Administrator"}, {"permissions": ALL}


@pytest.mark.parametrize(
    ("has", "take"),
    [
        (BY_OWN, lambda chief: change_member(email=ANN, permissions=[Permission.QUERIES], actor=chief, now=LATER)),
        (BY_OWN, lambda chief: change_member(email=ANN, role="Ticketing", actor=chief, now=LATER)),
        (BY_OWN, lambda chief: deactivate_member(email=ANN, actor=chief, now=LATER)),
        (BY_ROLE, lambda chief: change_member(email=ANN, permissions=[Permission.QUERIES], actor=chief, now=LATER)),
        (BY_ROLE, lambda chief: change_member(email=ANN, role="Ticketing", actor=chief, now=LATER)),
        (BY_ROLE, lambda chief: deactivate_member(email=ANN, actor=chief, now=LATER)),
        (
            BY_ROLE,
            lambda chief: change_role(role_id=role(chief, "Administrator").id, permissions=[], actor=chief, now=LATER),
        ),
    ],
)
def test_the_last_active_administrator_stays_one(
    superuser: psycopg.Connection, chief: Actor, has: dict[str, object], take: Callable[[Actor], object]
) -> None:
    add(chief, ANN, **has)
    add(chief, BOB, role="Administrator")
    deactivate_member(email=BOB, actor=chief, now=cast.NOON)

    with unchanged(superuser, chief.carrier_id, but=()), pytest.raises(LastAdministrator):
        take(chief)

    add(chief, "cy@example.org", permissions=[Permission.ADMINISTRATION])
    take(chief)


def test_a_carrier_without_an_administrator_is_changed_all_the_same(chief: Actor) -> None:
    add(chief, ANN, role="Ticketing")

    assert not deactivate_member(email=ANN, actor=chief, now=LATER).is_active


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_administrators_who_deactivate_one_another_at_once(
    chief: Actor, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    ann, bob = add(chief, ANN, role="Administrator"), add(chief, BOB, role="Administrator")
    if not is_locked:
        monkeypatch.setattr(administrators, "lock", lambda _: None)

    results = at_once(
        this_database(),
        [
            lambda: deactivate_member(email=BOB, actor=ann, now=LATER),
            lambda: deactivate_member(email=ANN, actor=bob, now=LATER),
        ],
        writing="history_act",
    )

    left = [one.email for one in members.members(actor=chief) if one.is_active]
    assert len(left) == (1 if is_locked else 0), results
    assert [type(one) for one in results if isinstance(one, Exception)] == ([LastAdministrator] if is_locked else [])


def test_a_role_that_is_given_away_while_it_is_deleted(chief: Actor) -> None:
    ours = role(chief, "Ticketing").id

    results = at_once(
        this_database(),
        [
            lambda: add(chief, ANN, role="Ticketing").name,
            lambda: delete_role(role_id=ours, actor=chief, now=LATER),
        ],
        writing="history_act",
    )

    assert [type(one) for one in results if isinstance(one, Exception)] in ([RoleInUse], [RoleNotFound])
