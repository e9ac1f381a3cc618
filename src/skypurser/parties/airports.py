"""Airports: in which country they lie, and what day it is there.

The data come with the package `airportsdata` (IATA codes, ISO 3166-1 countries, IANA time zones). They are
read at first use, once per process, and reduced to what is asked here. Countries are as that data set has
them: San Juan (SJU) lies in US, Guam (GUM) in GU, Pristina (PRN) in XK.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from sys import intern
from zoneinfo import ZoneInfo

import airportsdata

from skypurser.errors import InvalidRequest

_ICAO_LENGTH = 4


class UnknownAirport(InvalidRequest):
    """No airport has this code.

    Facts: `airport`, the code as given, and `field`. Its API code is that of every malformed request.
    """


@dataclass(frozen=True, slots=True)
class Airport:
    """One airport.

    Attributes:
        code: IATA location code, three capitals; of an `aerodrome` maybe its ICAO code, four.
        country: ISO 3166-1 alpha-2.
        time_zone: IANA name.
        city: Name of the place it lies in, as that data set has it; may be blank.
    """

    code: str
    country: str
    time_zone: str
    city: str


def airport(code: str, *, field: str = "airport") -> Airport:
    """Return the airport with this IATA code, in capitals. A city that is no airport (NYC) is not one.

    Raises:
        UnknownAirport: Names the field.
    """
    try:
        return _airports()[code]
    except KeyError:
        raise UnknownAirport(f"No airport has the code {code!r:.40}.", field=field, airport=code) from None


def aerodrome(code: str, *, field: str = "airport") -> Airport:
    """Return the airport with this IATA code, or with this ICAO code (four characters, LFPB); `code` is as given.

    Business jets go where no airline does, so not every aerodrome has an IATA code.

    Raises:
        UnknownAirport: Names the field.
    """
    found = _aerodromes().get(code) if len(code) == _ICAO_LENGTH else None
    return found or airport(code, field=field)


def is_domestic(codes: Sequence[str]) -> bool:
    """Say whether all airports of a route lie in one country, which makes a sale domestic.

    Raises:
        UnknownAirport: Any of them, also behind one that has settled the answer.
        InvalidRequest: No airport at all.
    """
    return _lie_in_one_country(tuple(codes))


def time_zone_of(code: str) -> ZoneInfo:
    """Return the time zone of an airport.

    Raises:
        UnknownAirport: No airport has this code.
    """
    return _zone(airport(code).time_zone)


def time_zone_of_city(code: str) -> ZoneInfo:
    """Return the time zone of a city: a metropolitan area (NYC), or a city coded like its airport (BOG).

    Raises:
        InvalidRequest: Neither, or the airports meant lie in more than one zone.
    """
    names = set(_metropolitan_zones().get(code, ()))
    if code in _airports():
        names.add(_airports()[code].time_zone)
    if len(names) != 1:
        reason = "lies in more than one time zone" if names else "has no known airport"
        raise InvalidRequest(f"The city {code!r:.40} {reason}; name an airport instead.", field="city")
    return _zone(names.pop())


def zone(name: str) -> ZoneInfo:
    """Return an IANA time zone by its name.

    Raises:
        InvalidRequest: No such zone.
    """
    return _zone(name)


def local_date(instant: datetime, zone_name: str) -> date:
    """Return the business date of an instant in an IANA time zone.

    Args:
        instant: With its offset; stored instants are in UTC.
        zone_name: As `Airport.time_zone`.

    Raises:
        InvalidRequest: No such zone.
        ValueError: An instant without an offset names no moment.
    """
    if instant.tzinfo is None:
        raise ValueError("An instant without an offset has no local date.")
    return instant.astimezone(_zone(zone_name)).date()


@lru_cache(maxsize=16_384)  # the network of a large carrier; about 2 MB when full
def _lie_in_one_country(codes: tuple[str, ...]) -> bool:
    countries = {airport(code, field="route").country for code in codes}
    if not countries:
        raise InvalidRequest("A route has at least one airport.", field="route")
    return len(countries) == 1


@cache  # ZoneInfo itself keeps only the eight last used
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; not a relative path; a folder such as "America"
        raise InvalidRequest(f"{name!r:.40} is not an IANA time zone.", field="time_zone") from None


@cache
def _airports() -> dict[str, Airport]:
    return {
        code: Airport(code, intern(found["country"]), intern(found["tz"]), intern(found["city"]))
        for code, found in airportsdata.load("IATA").items()
    }


@cache
def _aerodromes() -> dict[str, Airport]:
    return {
        code: Airport(code, intern(found["country"]), intern(found["tz"]), intern(found["city"]))
        for code, found in airportsdata.load("ICAO").items()
    }


@cache
def _metropolitan_zones() -> dict[str, frozenset[str]]:
    return {
        code: frozenset(intern(member["tz"]) for member in area["airports"].values())
        for code, area in airportsdata.load_iata_macs().items()
    }
