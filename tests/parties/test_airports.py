import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import airportsdata
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skypurser.errors import InvalidRequest
from skypurser.parties import airports
from skypurser.parties.airports import (
    Airport,
    UnknownAirport,
    aerodrome,
    airport,
    is_domestic,
    local_date,
    time_zone_of,
    time_zone_of_city,
)

SOME_AIRPORTS = st.sampled_from(["JFK", "BOS", "SJU", "EZE", "AEP", "HND", "NRT", "KWI", "SDQ", "BOG"])


def test_an_airport_has_a_country_a_time_zone_and_a_city() -> None:
    assert airport("EZE") == Airport("EZE", "AR", "America/Argentina/Buenos_Aires", "Ezeiza")


@pytest.mark.parametrize("code", ["", "jfk", "JFK ", "KJFK", "NYC", "ZZZZ", "SDO", "ＪＦＫ"])
def test_a_code_that_is_no_airport_is_a_malformed_request(code: str) -> None:
    with pytest.raises(UnknownAirport) as refusal:
        airport(code, field="airport")

    assert refusal.value.code == "invalid_request"
    assert refusal.value.facts == {"field": "airport", "airport": code}


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (["JFK", "SJU"], True),
        (["JFK", "SJU", "KIN"], False),
        (["EZE", "AEP"], True),
        (["JFK", "LHR", "JFK"], False),
        (["JFK"], True),
        (("HND", "NRT"), True),
    ],
)
def test_a_route_is_domestic_when_all_its_airports_lie_in_one_country(route: Sequence[str], *, expected: bool) -> None:
    assert is_domestic(route) is expected


@pytest.mark.parametrize("route", [["JFK", "XYZQ"], ["JFK", "LHR", "XYZQ"], ["XYZQ"]])
def test_an_unknown_airport_is_found_wherever_it_stands_in_the_route(route: list[str]) -> None:
    for _ in range(2):  # the second time past any memory of the first
        with pytest.raises(UnknownAirport) as refusal:
            is_domestic(route)

        assert refusal.value.field == "route"


def test_a_route_without_airports_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        is_domestic([])

    assert refusal.value.field == "route"


@settings(deadline=None)
@given(st.lists(SOME_AIRPORTS, min_size=1, max_size=6))
def test_the_order_of_a_route_and_its_return_do_not_matter(route: list[str]) -> None:
    countries = {airport(code).country for code in route}

    assert is_domestic(route) is (len(countries) == 1)
    assert is_domestic(route[::-1]) is is_domestic(route + route[::-1])


def test_what_routes_are_remembered_is_bounded() -> None:
    remembered = airports._lie_in_one_country.cache_info()

    assert remembered.maxsize is not None


def test_an_airport_has_a_local_time() -> None:
    assert time_zone_of("SDQ") == ZoneInfo("America/Santo_Domingo")
    with pytest.raises(UnknownAirport):
        time_zone_of("NYC")


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("NYC", "America/New_York"),
        ("BUE", "America/Argentina/Buenos_Aires"),
        ("TYO", "Asia/Tokyo"),
        ("BOG", "America/Bogota"),
        ("IST", "Europe/Istanbul"),
    ],
)
def test_a_city_is_a_metropolitan_area_or_coded_like_its_airport(city: str, zone: str) -> None:
    assert time_zone_of_city(city) == ZoneInfo(zone)


@pytest.mark.parametrize("city", ["SDO", "", "nyc"])
def test_a_city_without_known_airport_is_refused(city: str) -> None:
    with pytest.raises(InvalidRequest, match="has no known airport") as refusal:
        time_zone_of_city(city)

    assert refusal.value.field == "city"


@pytest.mark.parametrize("city", ["NYC", "BOG"])
def test_a_city_in_more_than_one_zone_is_refused(city: str, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = {"NYC": frozenset({"America/New_York", "America/Chicago"}), "BOG": frozenset({"America/Lima"})}
    monkeypatch.setattr(airports, "_metropolitan_zones", lambda: zones)

    with pytest.raises(InvalidRequest, match="more than one time zone"):
        time_zone_of_city(city)


def test_every_airport_and_every_metropolitan_area_has_a_zone_that_exists() -> None:
    zones = {place.time_zone for place in airports._airports().values()}
    countries = {place.country for place in airports._airports().values()}
    cities = list(airportsdata.load_iata_macs())

    assert zones <= available_timezones()
    assert all(len(country) == 2 for country in countries)
    assert len(cities) > 30
    assert all(time_zone_of_city(city) for city in cities)


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-02-28T18:29:59+00:00", "Asia/Kolkata", date(2026, 2, 28)),
        ("2026-02-28T18:30:00+00:00", "Asia/Kolkata", date(2026, 3, 1)),
        ("2013-01-02T04:59:59+00:00", "America/New_York", date(2013, 1, 1)),
        ("2013-01-02T05:00:00+00:00", "America/New_York", date(2013, 1, 2)),
        ("2026-07-01T03:59:59+00:00", "America/New_York", date(2026, 6, 30)),
        ("2026-07-01T06:00:00+02:00", "America/New_York", date(2026, 7, 1)),
    ],
)
def test_a_business_date_is_the_date_at_that_place(instant: str, zone: str, expected: date) -> None:
    assert local_date(datetime.fromisoformat(instant), zone) == expected


def test_an_instant_without_offset_has_no_business_date() -> None:
    naive = datetime.fromisoformat("2026-01-01T00:00:00")

    with pytest.raises(ValueError, match="offset"):
        local_date(naive, "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America", "../UTC", "/etc/localtime", "UTC\0"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        local_date(datetime(2026, 1, 1, tzinfo=UTC), zone)

    assert refusal.value.field == "time_zone"


@settings(deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    SOME_AIRPORTS,
)
def test_a_business_date_is_within_a_day_of_the_utc_date(instant: datetime, code: str) -> None:
    there = local_date(instant, airport(code).time_zone)

    assert there == instant.astimezone(time_zone_of(code)).date()
    assert abs((there - instant.date()).days) <= 1


def test_an_aerodrome_is_known_by_either_code() -> None:
    assert aerodrome("KTEB").time_zone == aerodrome("TEB").time_zone == "America/New_York"
    assert (aerodrome("LFPB").code, aerodrome("LFPB").country) == ("LFPB", "FR")


@pytest.mark.parametrize("code", ["", "NYC", "kteb", "QQQQ", "KTEBX", "TE\x00B", "K" * 10_000])
def test_what_is_no_aerodrome_is_refused(code: str) -> None:
    with pytest.raises(UnknownAirport) as refusal:
        aerodrome(code, field="legs/0/origin")

    assert refusal.value.field == "legs/0/origin"


def test_importing_airports_reads_no_data() -> None:
    program = "from skypurser.parties import airports; print(airports._airports.cache_info().currsize)"

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    assert run.stdout.strip() == "0"
