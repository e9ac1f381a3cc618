"""Refused attempts within a member's limits."""

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.electronic.attempts import refused
from tests import cast


def test_a_limited_member_sees_the_attempts_on_accounts_within_the_limits() -> None:
    airline = cast.airline()
    for account in (airline.agency, airline.client):
        cast.post(cast.issue(account, fare=2_000_000))
    nameless = cast.issue(airline.agency)
    nameless.account_id = None
    cast.post(nameless)
    clerk = Actor(airline.carrier.id, "clerk", ALL, cities=frozenset({"NYC"}))

    assert [one.account_id for one in refused(actor=clerk).attempts] == [airline.agency.id]
    assert refused(actor=clerk, account_ids=[airline.client.id]).attempts == []
    assert [one.account_id for one in refused(actor=airline.actor).attempts] == [
        None,
        airline.client.id,
        airline.agency.id,
    ]


def test_attempts_take_a_permission() -> None:
    airline = cast.airline()

    with pytest.raises(PermissionDenied):
        refused(actor=Actor(airline.carrier.id, "clerk", ALL - {Permission.QUERIES}))
