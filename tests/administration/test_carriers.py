"""Setting up a carrier leaves a history."""

import pytest

from skypurser.access.acting import AlreadyActing, acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.carriers import CarrierExists, all_carrier_ids, get_carrier
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import create_carrier, switch_jet_cards
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from tests import cast

HOME = {"name": " Test Air", "country": "US", "time_zone": "America/New_York", "currency": "USD", "now": cast.NOON}


def test_a_carriers_history_begins_with_its_creation() -> None:
    made = create_carrier(code=cast.fresh_code(), operator="root", **HOME)  # type: ignore[arg-type]

    (act,) = acts.of_carrier(carrier_id=made.id)

    assert (act.at, act.actor, act.action, act.reference) == (cast.NOON, "root", "carrier.created", made.code)
    assert act.changes == {
        "name": [None, "Test Air"],
        "country": [None, "US"],
        "time_zone": [None, "America/New_York"],
        "currency": [None, "USD"],
        "roles": [None, ["Administrator", "Revenue accounting", "Sales desk", "Ticketing", "Read only"]],
    }


def test_a_carrier_that_is_refused_leaves_nothing() -> None:
    made = cast.carrier()
    before = all_carrier_ids()

    with pytest.raises(CarrierExists):
        create_carrier(code=made.code, **HOME)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest):
        create_carrier(code="x", **HOME)  # type: ignore[arg-type]

    assert all_carrier_ids() == before
    assert len(acts.of_carrier(carrier_id=made.id)) == 1


def test_no_carrier_is_set_up_while_acting_for_another() -> None:
    made = cast.carrier()

    with acting_for(made.id), pytest.raises(AlreadyActing):
        create_carrier(code=cast.fresh_code(), **HOME)  # type: ignore[arg-type]

    assert len(acts.of_carrier(carrier_id=made.id)) == 1


def test_only_who_administers_the_carrier_switches_jet_cards_and_in_person() -> None:
    made = cast.carrier()
    clerk = Actor(made.id, "clerk", ALL - {Permission.ADMINISTRATION})
    key = Actor(made.id, "key:gds", ALL, key_id=1)

    for actor in (clerk, key):
        with pytest.raises(PermissionDenied):
            switch_jet_cards(on=True, actor=actor, now=cast.NOON)

    assert not get_carrier(made.id).has_jet_cards
    assert len(acts.of_carrier(carrier_id=made.id)) == 1
