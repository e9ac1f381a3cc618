"""Roles on the administrator's pages."""

from typing import Any

import pytest
from django.urls import reverse

from skypurser.access import roles
from skypurser.access.actors import operator
from skypurser.access.members import find_member, get_member
from skypurser.access.permissions import Permission
from skypurser.access.roles import RoleView
from skypurser.history import acts
from tests.web.administration.test_members import key_in
from tests.web.newcomers import Someone, fresh_address, post, signed_in

NEW = "/administration/roles/new"
MEMBER = "/administration/members/new"


def send(one: Someone, path: str, **fields: Any) -> Any:
    return post(one.browser, path, key=fields.pop("key", key_in(one.browser, path)), **fields)


def named(one: Someone, name: str) -> RoleView:
    return roles.named(name, actor=operator(one.carrier.id))


def test_a_role_is_added_given_to_a_member_and_changed_for_the_member_at_once() -> None:
    one, email = signed_in(), fresh_address()

    path = send(one, NEW, name="Night desk", permissions=["queries"]).headers["Location"]
    send(one, MEMBER, email=email, name="Bob", role="Night desk", permissions=["administration"])
    before = get_member(email=email, actor=operator(one.carrier.id)).powers
    send(one, path, name="Night shift", permissions=["queries", "issuance"])

    assert before.role == "Night desk"
    assert before.permissions == {Permission.QUERIES}
    assert find_member(carrier_id=one.carrier.id, email=email).permissions == {
        Permission.QUERIES,
        Permission.ISSUANCE,
    }
    page = one.browser.get(reverse("desk:roles")).content.decode()
    assert "Night shift" in page
    assert "Night shift" in one.browser.get(reverse("desk:members")).content.decode()
    assert [act.action for act in acts.of_carrier(carrier_id=one.carrier.id)][:2] == ["role.renamed", "role.changed"]


def test_a_member_goes_from_a_role_to_permissions_of_their_own_and_back() -> None:
    one, email = signed_in(), fresh_address()
    path = send(one, MEMBER, email=email, name="Bob", role="Read only").headers["Location"]

    send(one, path, role="", permissions=["holds"])
    own = get_member(email=email, actor=operator(one.carrier.id)).powers
    send(one, path, role="Ticketing")

    assert own.role == ""
    assert own.permissions == {Permission.HOLDS}
    assert get_member(email=email, actor=operator(one.carrier.id)).powers.role == "Ticketing"


def test_the_last_administrator_stays_one_and_is_told_why() -> None:
    one = signed_in()
    path = reverse("desk:member", args=[one.actor.member_id])

    refused = send(one, path, role="Read only")
    deactivated = post(one.browser, f"{path}/deactivate", page=path)

    assert "would be left to administer the carrier" in refused.content.decode()
    assert deactivated.status_code == 409
    assert Permission.ADMINISTRATION in find_member(carrier_id=one.carrier.id, email=one.user.email).permissions


def test_a_name_that_is_taken_changes_nothing() -> None:
    one = signed_in()
    path = send(one, NEW, name="Night desk", permissions=["queries"]).headers["Location"]

    answer = send(one, path, name="read ONLY", permissions=[])

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert named(one, "Night desk").permissions == {Permission.QUERIES}


def test_a_role_that_nobody_has_is_deleted_after_a_question_and_no_other() -> None:
    one = signed_in()
    path = send(one, NEW, name="Night desk").headers["Location"]
    send(one, MEMBER, email=fresh_address(), name="Bob", role="Ticketing")
    ticketing = reverse("desk:role-delete", args=[named(one, "Ticketing").id])

    gone = send(one, f"{path}/delete")
    kept = send(one, ticketing)

    assert gone.headers["Location"] == reverse("desk:roles")
    assert one.browser.get(path).status_code == 404
    assert kept.status_code == 409
    assert named(one, "Ticketing").members == 1


@pytest.mark.parametrize("name", ["role", "role-delete"])
def test_another_carriers_role_is_not_there(name: str) -> None:
    one, stranger = signed_in(), signed_in()
    for number in (named(stranger, "Ticketing").id, 2**63, 10**30):
        path = reverse(f"desk:{name}", args=[number])

        assert one.browser.get(path).status_code == 404
        assert post(one.browser, path, page=NEW, key="k", name="Mine").status_code == 404
    assert named(stranger, "Ticketing").members == 0
