"""Who may read events: with the permission, within the limits, and of one's own carrier."""

from dataclasses import replace

import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.electronic.managing import delete
from skypurser.events import reading
from skypurser.events.relaying import relay
from skypurser.history.events import EventNotFound
from skypurser.ledger.requests import RequestRefused
from tests import cast


def accounts(actor: Actor) -> set[int | None]:
    """The accounts of which the actor reads events."""
    return {event.account_id for event in reading.page(actor=actor)}


def test_events_take_a_permission_of_their_own() -> None:
    airline = cast.airline()
    relay()
    first = reading.page(actor=airline.actor)[0]
    clerk = replace(airline.actor, permissions=ALL - {Permission.WEBHOOKS})
    listener = replace(airline.actor, permissions=frozenset({Permission.WEBHOOKS}))

    assert reading.event(first.id, actor=listener) == first
    with pytest.raises(PermissionDenied):
        reading.page(actor=clerk)
    with pytest.raises(PermissionDenied):
        reading.event(first.id, actor=clerk)


def test_a_limited_member_reads_of_the_accounts_within_the_limits_and_of_no_other() -> None:
    airline = cast.airline()
    nowhere = cast.hold(airline.agency, 1)
    nowhere.account_id, nowhere.account_named = None, "agency NOSUCH USD"
    with pytest.raises(RequestRefused):
        cast.post(nowhere).raise_if_refused()
    relay()
    agency, client = airline.agency, airline.client
    by_account = {event.account_id: event for event in reading.page(actor=airline.actor)}
    in_boston = replace(airline.actor, cities=frozenset({"BOS"}))
    of_an_office = replace(airline.actor, offices=frozenset({agency.code, client.code}))

    assert by_account.keys() == {agency.id, client.id, None}
    assert accounts(in_boston) == {client.id}
    assert accounts(of_an_office) == {agency.id}  # an office's code is no client's
    assert accounts(replace(airline.actor, countries=frozenset({"US"}))) == {agency.id, client.id}
    assert accounts(replace(airline.actor, countries=frozenset({"AR"}))) == set()
    assert reading.page(actor=in_boston, account_id=agency.id) == []
    assert reading.event(by_account[client.id].id, actor=in_boston) == by_account[client.id]
    for account in (agency.id, None):
        with pytest.raises(PermissionDenied):
            reading.event(by_account[account].id, actor=in_boston)


def test_of_a_deleted_account_only_those_read_who_are_not_limited() -> None:
    airline = cast.airline()
    delete(account_id=airline.client.id, reference="never used", actor=airline.actor, now=cast.NOON)
    relay()
    told = reading.page(actor=airline.actor, account_id=airline.client.id)
    in_boston = replace(airline.actor, cities=frozenset({"BOS"}))

    assert [event.type for event in told] == ["account.opened", "account.deleted"]
    assert accounts(in_boston) == set()
    with pytest.raises(PermissionDenied):
        reading.event(told[0].id, actor=in_boston)


def test_another_carriers_events_are_not_there() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    relay()
    theirs = reading.page(actor=airline.actor)[0]

    assert reading.page(actor=outsider.actor, account_id=airline.agency.id) == []
    with pytest.raises(EventNotFound):
        reading.event(theirs.id, actor=outsider.actor)
