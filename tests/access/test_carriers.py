"""Carriers: set up, found, kept apart."""

from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from skypurser.access.acting import AlreadyActing, acting_for, current_carriers
from skypurser.access.carriers import (
    CarrierExists,
    CarrierNotFound,
    CarrierView,
    all_carrier_ids,
    create_carrier,
    find_carrier,
    get_carrier,
)
from skypurser.errors import InvalidRequest
from tests import cast


def create(**differently: Any) -> CarrierView:
    how = {
        "code": cast.fresh_code(),
        "name": "Test Air",
        "country": "US",
        "time_zone": "America/New_York",
        "currency": "USD",
        "now": cast.NOON,
    }
    return create_carrier(**{**how, **differently})


def test_a_carrier_is_found_by_its_code() -> None:
    created = create(name="  Test Air ")

    assert find_carrier(created.code) == get_carrier(created.id) == created
    assert created.name == "Test Air"
    assert created.id in all_carrier_ids()


def test_a_code_is_taken_once() -> None:
    created = create()

    with pytest.raises(CarrierExists):
        create(code=created.code)

    assert find_carrier(created.code) == created


def test_an_unknown_code_is_not_found() -> None:
    with pytest.raises(CarrierNotFound):
        find_carrier(cast.fresh_code())


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"code": "x"}, "code"),
        ({"code": "lower"}, "code"),
        ({"code": "WITH SPACE"}, "code"),
        ({"code": "ABCDEFGHIJKLM"}, "code"),
        ({"name": " "}, "name"),
        ({"country": "USA"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"currency": "XXX"}, "currency"),
    ],
)
def test_what_is_malformed_creates_nothing(differently: dict[str, Any], field: str) -> None:
    before = all_carrier_ids()

    with pytest.raises(InvalidRequest) as refusal:
        create(**differently)

    assert (refusal.value.field, all_carrier_ids()) == (field, before)


def test_acting_lasts_as_long_as_the_transaction() -> None:
    one, other = create(), create()

    with acting_for(one.id):
        inside = current_carriers()
    with transaction.atomic():
        between = current_carriers()
    with acting_for(other.id):
        after = current_carriers()

    assert (inside, between, after) == (str(one.id), "", str(other.id))


def test_acting_within_acting_joins_it_and_never_changes_the_carrier() -> None:
    one, other = create(), create()

    with acting_for(one.id):
        with acting_for(one.id):
            assert current_carriers() == str(one.id)
        with pytest.raises(AlreadyActing), acting_for(other.id):
            pass
        still = current_carriers()

    assert still == str(one.id)


def test_no_carrier_is_set_up_while_acting_for_another() -> None:
    one = create()

    with acting_for(one.id):
        with pytest.raises(AlreadyActing):
            create()
        still = current_carriers()

    assert still == str(one.id)


def test_acting_survives_an_error_inside_and_leaves_nothing_behind() -> None:
    one = create()

    with acting_for(one.id):
        with pytest.raises(ZeroDivisionError), acting_for(one.id):
            raise ZeroDivisionError
        assert current_carriers() == str(one.id)
    with pytest.raises(ZeroDivisionError), acting_for(one.id):
        raise ZeroDivisionError

    with transaction.atomic():
        assert current_carriers() == ""


def test_the_application_changes_its_own_carrier_only_and_deletes_none(superuser: psycopg.Connection) -> None:
    one, other = create(), create()

    with acting_for(one.id), connection.cursor() as cursor:
        cursor.execute("UPDATE access_carrier SET name = 'Renamed' WHERE id IN (%s, %s)", [one.id, other.id])
        assert cursor.rowcount == 1

    assert get_carrier(other.id).name == "Test Air"
