"""What is done to members stands in the carrier's history, with old and new values."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.members import MemberExists, MemberNotFound, find_member, get_member
from skypurser.access.permissions import ALL, Permission
from skypurser.access.roles import RoleNotFound
from skypurser.administration.members import add_member, change_member, deactivate_member, reactivate_member
from skypurser.administration.roles import STARTING_ROLES
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.acts import ActView
from tests import cast
from tests.databases import this_database, unchanged

ANN = "ann@example.org"
MAY = (Permission.QUERIES, Permission.ISSUANCE)
LATER = cast.NOON + timedelta(minutes=1)


@pytest.fixture
def admin() -> Actor:
    """An administrator of a new carrier, with Ann as its first member."""
    actor = operator(cast.carrier().id, name="chief@example.org")
    add_member(
        email=" Ann@example.org",
        name=" Ann ",
        permissions=MAY,
        cities=["NYC"],
        actor=actor,
        now=cast.NOON,
    )
    return actor


def history(actor: Actor) -> list[ActView]:
    return acts.of_carrier(carrier_id=actor.carrier_id)


def test_an_added_member_stands_in_the_history(admin: Actor) -> None:
    act = history(admin)[0]

    assert (act.at, act.actor, act.action, act.reference) == (cast.NOON, "chief@example.org", "member.added", ANN)
    assert act.changes == {
        "name": [None, "Ann"],
        "permissions": [None, ["issuance", "queries"]],
        "countries": [None, []],
        "cities": [None, ["NYC"]],
        "offices": [None, []],
    }


def test_a_change_tells_old_and_new_of_what_changed_only(admin: Actor) -> None:
    change_member(
        email=ANN, permissions=[Permission.QUERIES], cities=["NYC"], offices=["BOS1AA"], actor=admin, now=LATER
    )

    act = history(admin)[0]
    assert (act.at, act.actor, act.action, act.reference) == (LATER, "chief@example.org", "member.changed", ANN)
    assert act.changes == {"permissions": [["issuance", "queries"], ["queries"]], "offices": [[], ["BOS1AA"]]}
    assert find_member(carrier_id=admin.carrier_id, email=ANN).permissions == {Permission.QUERIES}


def test_deactivating_and_reactivating_stand_in_the_history(admin: Actor) -> None:
    deactivate_member(email=ANN, actor=admin, now=LATER)
    with pytest.raises(MemberNotFound):
        find_member(carrier_id=admin.carrier_id, email=ANN)
    reactivate_member(email=ANN, actor=admin, now=LATER)

    assert find_member(carrier_id=admin.carrier_id, email=ANN).cities == {"NYC"}
    assert [(act.action, act.changes) for act in history(admin)[:2]] == [
        ("member.reactivated", {"is_active": [False, True]}),
        ("member.deactivated", {"is_active": [True, False]}),
    ]


@pytest.mark.parametrize(
    "nothing",
    [
        lambda admin: change_member(email=ANN, permissions=MAY, actor=admin, now=LATER),
        lambda admin: change_member(email=ANN, actor=admin, now=LATER),
        lambda admin: reactivate_member(email=ANN, actor=admin, now=LATER),
    ],
)
def test_what_changes_nothing_is_no_act(
    superuser: psycopg.Connection, admin: Actor, nothing: Callable[[Actor], object]
) -> None:
    with unchanged(superuser, admin.carrier_id, but=()):
        nothing(admin)


def test_what_is_refused_leaves_neither_change_nor_act(superuser: psycopg.Connection, admin: Actor) -> None:
    clerk = Actor(admin.carrier_id, "clerk", ALL - {Permission.ADMINISTRATION})

    with unchanged(superuser, admin.carrier_id, but=()):
        with pytest.raises(MemberExists):
            add_member(email=ANN, name="Ann", permissions=[], actor=admin, now=LATER)
        with pytest.raises(InvalidRequest):
            change_member(email=ANN, permissions=ALL, cities=["nowhere"], actor=admin, now=LATER)
        with pytest.raises(InvalidRequest):
            change_member(email=ANN, permissions=ALL, role="Ticketing", actor=admin, now=LATER)
        with pytest.raises(InvalidRequest):
            add_member(email="bob@example.org", name="Bob", actor=admin, now=LATER)
        with pytest.raises(RoleNotFound):
            change_member(email=ANN, role="Pilot\0", actor=admin, now=LATER)
        with pytest.raises(MemberNotFound):
            deactivate_member(email="bob@example.org", actor=admin, now=LATER)
        for refused in (
            lambda: add_member(email="bob@example.org", name="Bob", permissions=[], actor=clerk, now=LATER),
            lambda: change_member(email=ANN, permissions=ALL, actor=clerk, now=LATER),
            lambda: deactivate_member(email=ANN, actor=clerk, now=LATER),
            lambda: reactivate_member(email=ANN, actor=clerk, now=LATER),
        ):
            with pytest.raises(PermissionDenied):
                refused()


def test_change_and_act_are_one_transaction(superuser: psycopg.Connection, admin: Actor) -> None:
    def change_and_fail() -> None:
        with acting_for(admin.carrier_id):
            change_member(email=ANN, permissions=ALL, actor=admin, now=LATER)
            raise ZeroDivisionError

    with unchanged(superuser, admin.carrier_id, but=()), pytest.raises(ZeroDivisionError):
        change_and_fail()


def test_a_member_with_a_role_has_its_permissions_and_the_history_names_it(admin: Actor) -> None:
    added = add_member(email="bob@example.org", name="Bob", role="ticketing", actor=admin, now=LATER)
    change_member(email=ANN, role="Read only", actor=admin, now=LATER)

    changed, joined = history(admin)[:2]
    assert added.permissions == STARTING_ROLES["Ticketing"]
    assert joined.changes == {
        "name": [None, "Bob"],
        "role": [None, "Ticketing"],
        "countries": [None, []],
        "cities": [None, []],
        "offices": [None, []],
    }
    assert changed.changes == {"role": [None, "Read only"], "permissions": [["issuance", "queries"], None]}
    assert find_member(carrier_id=admin.carrier_id, email=ANN).permissions == STARTING_ROLES["Read only"]


def test_changes_at_once_follow_one_another_and_the_history_is_a_chain(admin: Actor) -> None:
    add_member(email="chief@example.org", name="Chief", role="Administrator", actor=admin, now=LATER)
    wanted = [frozenset({permission}) for permission in Permission] * 3

    def change(to: frozenset[Permission]) -> None:
        with this_database().behind_django():
            change_member(email=ANN, permissions=to, actor=admin, now=LATER)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(change, to) for to in wanted]:
            done.result()

    seen = [
        act.changes["permissions"] for act in reversed(history(admin)) if act.action == "member.changed" and act.changes
    ]
    assert seen[0][0] == ["issuance", "queries"]
    # The number of an act is drawn while the member's row is locked, so their order is the order of the changes.
    assert [old for old, _ in seen[1:]] == [new for _, new in seen[:-1]]
    assert sorted(get_member(email=ANN, actor=admin).powers.permissions) == seen[-1][1]
