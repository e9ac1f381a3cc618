"""Local times and instants of legs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from skypurser.charter.itinerary import Turn, instant_of, legs_of
from skypurser.errors import InvalidRequest
from skypurser.parties.airports import UnknownAirport
from tests import cast


def test_a_leg_is_kept_with_its_instants_and_zones() -> None:
    (leg,) = legs_of([cast.leg("TEB", "LFPB", departs="2026-02-01T20:00", arrives="2026-02-02T09:00")])

    assert leg.departs_at == datetime(2026, 2, 2, 1, tzinfo=UTC)
    assert leg.arrives_at == datetime(2026, 2, 2, 8, tzinfo=UTC)
    assert (leg.departure_zone, leg.arrival_zone) == ("America/New_York", "Europe/Paris")
    assert (leg.origin, leg.destination, leg.departure) == ("TEB", "LFPB", datetime.fromisoformat("2026-02-01T20:00"))


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    # In New York, 2:00 to 3:00 does not exist on 8 March 2026.
    with pytest.raises(InvalidRequest, match="skip") as no:
        legs_of([cast.leg(departs="2026-03-08T02:30", arrives="2026-03-08T06:00")])

    assert no.value.field == "legs/0/departure"


def test_a_time_that_comes_twice_must_be_told_apart() -> None:
    # 1:00 to 2:00 comes twice on 1 November 2026.
    how: dict[str, Any] = {"departs": "2026-11-01T01:30", "arrives": "2026-11-01T06:00"}

    with pytest.raises(InvalidRequest, match="twice"):
        legs_of([cast.leg(**how)])
    first = legs_of([cast.leg(**how, departure_turn=Turn.FIRST)])[0]
    second = legs_of([cast.leg(**how, departure_turn=Turn.SECOND)])[0]

    assert first.departs_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert second.departs_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_what_the_caller_calls_fold_means_nothing() -> None:
    local = datetime.fromisoformat("2026-11-01T01:30").replace(fold=1)

    assert instant_of(local, "America/New_York", turn=Turn.FIRST, field="x") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_clocks_tell_whether_an_arrival_is_later_not_numbers() -> None:
    # To the west the local time of arrival may be before that of the departure.
    (leg,) = legs_of([cast.leg("NRT", "LAX", departs="2026-02-01T17:00", arrives="2026-02-01T10:00")])

    assert leg.arrives_at > leg.departs_at


@pytest.mark.parametrize(
    ("legs", "field"),
    [
        ([cast.leg("XXX")], "legs/0/origin"),
        ([cast.leg("TEB", "NYC")], "legs/0/destination"),
        ([cast.leg("TEB", "A\x00BC")], "legs/0/destination"),
        ([cast.leg("")], "legs/0/origin"),
        ([cast.leg(arrives="2026-02-01T10:00")], "legs/0/arrival"),
        ([cast.leg(passengers=-1)], "legs/0/passengers"),
        ([cast.leg(departs="0001-02-01T10:00", arrives="0001-02-01T13:00")], "legs/0/departure"),
        ([cast.leg(departs="1999-12-31T10:00", arrives="1999-12-31T13:00")], "legs/0/departure"),
        ([cast.leg(), cast.leg(departs="2202-02-01T10:00", arrives="2202-02-01T13:00")], "legs/1/departure"),
        ([cast.leg(passengers=10**30)], "legs/0/passengers"),
        ([cast.leg(passengers=True)], "legs/0/passengers"),
        ([cast.leg(departs="2026-02-01T10:00+00:00")], "legs/0/departure"),
        ([cast.leg(departs="0001-01-01T00:00")], "legs/0/departure"),
        ([cast.leg(arrives="9999-12-31T23:59")], "legs/0/arrival"),
        (
            [cast.leg(), cast.leg("OPF", "TEB", departs="2026-02-01T12:00", arrives="2026-02-01T15:00")],
            "legs/1/departure",
        ),
        ([cast.leg()] * 51, "legs"),
    ],
)
def test_a_malformed_leg_is_pointed_at(legs: list[Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as no:
        legs_of(legs)

    assert no.value.field == field


def test_an_aerodrome_without_an_iata_code_is_known_by_its_icao_code() -> None:
    (leg,) = legs_of([cast.leg("KTEB", "KOPF")])

    assert leg.departure_zone == "America/New_York"
    with pytest.raises(UnknownAirport):
        legs_of([cast.leg("kteb")])
