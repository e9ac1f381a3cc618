"""What is known of an office or a client, within the member's reach."""

from typing import Any

import pytest
from tests import cast
from tests.cast import airline, outsider

from skypurser.access.actors import PermissionDenied
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.parties.queries import client, office


def test_an_office_is_told_as_it_was_registered() -> None:
    home = airline()

    found = office(home.agency.code, actor=home.actor)

    assert found is not None
    assert (found.name, found.city, found.airport) == (f"Agency {home.agency.code}", "NYC", "JFK")
    assert office("NOBODY", actor=home.actor) is None


def test_a_client_is_told_by_its_code_and_city() -> None:
    home = airline()

    found = client(home.client.code, "BOS", actor=home.actor)

    assert found is not None
    assert (found.name, found.agency_involved) == (f"Client {home.client.code}", "")
    assert client(home.client.code, "NYC", actor=home.actor) is None


def test_another_carriers_are_unknown() -> None:
    home, other = airline(), outsider()

    assert office(home.agency.code, actor=other.actor) is None
    assert client(home.client.code, "BOS", actor=other.actor) is None


def test_they_are_told_only_to_those_who_may_open_accounts_there() -> None:
    home = airline()
    how: dict[str, Any] = {"actor": home.actor, "now": cast.NOON}
    elsewhere = add_member(
        email="a@example.org", name="a", permissions={Permission.NEW_ACCOUNT}, countries=["FR"], **how
    )
    asking = add_member(email="b@example.org", name="b", permissions={Permission.QUERIES}, **how)

    for actor in (elsewhere, asking):
        with pytest.raises(PermissionDenied):
            office(home.agency.code, actor=actor)
        with pytest.raises(PermissionDenied):
            client(home.client.code, "BOS", actor=actor)
