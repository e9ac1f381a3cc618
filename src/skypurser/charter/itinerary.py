"""Legs: from where to where, and when by the clocks there.

A leg is told in local times, because that is what a customer is told; the instants follow from the airports' time
zones, and stand beside them with the zones' names, so that a later change of a zone's rules changes no past offer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from skypurser.charter.clocks import instants_of
from skypurser.errors import InvalidRequest
from skypurser.parties.airports import aerodrome

MOST_LEGS = 50
MOST_PASSENGERS = 1_000
#: A date before or after is a slip of the pen.
YEARS = range(2000, 2101)
#: Whatever takes longer is a slip of the pen.
LONGEST_LEG = timedelta(days=2)


class Turn(StrEnum):
    """Which of two equal local times is meant, in the hour that comes twice when clocks are put back."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegData:
    """A leg as it is asked for.

    Attributes:
        origin, destination: IATA codes, or ICAO codes.
        departure, arrival: Local times there, without an offset, to the minute.
        departure_turn, arrival_turn: Needed where the local time comes twice; otherwise they mean nothing.
        passengers: None of them on a positioning flight.
    """

    origin: str
    destination: str
    departure: datetime
    arrival: datetime
    passengers: int
    departure_turn: Turn | None = None
    arrival_turn: Turn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg(LegData):
    """A leg as it is kept: `departs_at` and `arrives_at` are UTC, the zones IANA names."""

    departure_zone: str
    departs_at: datetime
    arrival_zone: str
    arrives_at: datetime


def legs_of(asked: Sequence[LegData]) -> tuple[Leg, ...]:
    """Return the legs with their instants.

    Raises:
        InvalidRequest: Names the field by its place (`legs/0/departure`): an unknown airport (UnknownAirport), a local
            time that does not exist or comes twice and is not told apart, a year out of `YEARS`, an arrival before the
            departure or days after it, a leg that departs before the one before has arrived.
    """
    if len(asked) > MOST_LEGS:
        raise InvalidRequest(f"at most {MOST_LEGS} legs", field="legs")
    legs: list[Leg] = []
    for place, data in enumerate(asked):
        leg = _leg(data, f"legs/{place}")
        if legs and leg.departs_at < legs[-1].arrives_at:
            raise InvalidRequest("the leg departs before the one before has arrived", field=f"legs/{place}/departure")
        legs.append(leg)
    return tuple(legs)


def instant_of(local: datetime, zone_name: str, *, turn: Turn | None, field: str) -> datetime:
    """Return the instant, in UTC, of a local time in an IANA time zone.

    Raises:
        InvalidRequest: The clocks skip this time, or it comes twice and `turn` does not say which is meant.
    """
    instants = instants_of(local, zone_name, field=field)
    if not instants:
        raise InvalidRequest(f"the clocks in {zone_name} skip this time", field=field)
    if len(instants) == 1:
        return instants[0]
    if turn is None:
        detail = f"this time comes twice in {zone_name}: say whether the first or the second is meant"
        raise InvalidRequest(detail, field=field)
    return instants[0 if turn is Turn.FIRST else 1]


def _leg(data: LegData, place: str) -> Leg:
    origin = aerodrome(data.origin, field=f"{place}/origin")
    destination = aerodrome(data.destination, field=f"{place}/destination")
    if type(data.passengers) is not int or not 0 <= data.passengers <= MOST_PASSENGERS:
        raise InvalidRequest(f"at most {MOST_PASSENGERS} passengers", field=f"{place}/passengers")
    if data.departure.year not in YEARS:
        raise InvalidRequest(f"there are no flights in the year {data.departure.year}", field=f"{place}/departure")
    departs_at = instant_of(data.departure, origin.time_zone, turn=data.departure_turn, field=f"{place}/departure")
    arrives_at = instant_of(data.arrival, destination.time_zone, turn=data.arrival_turn, field=f"{place}/arrival")
    if not timedelta(0) < arrives_at - departs_at <= LONGEST_LEG:
        raise InvalidRequest("the arrival is after the departure, within two days", field=f"{place}/arrival")
    return Leg(
        origin=data.origin,
        destination=data.destination,
        departure=data.departure.replace(fold=0),
        arrival=data.arrival.replace(fold=0),
        passengers=data.passengers,
        departure_turn=data.departure_turn,
        arrival_turn=data.arrival_turn,
        departure_zone=origin.time_zone,
        departs_at=departs_at,
        arrival_zone=destination.time_zone,
        arrives_at=arrives_at,
    )


def route(legs: Sequence[Leg]) -> str:
    """Return where it goes: "TEB–OPF–TEB"; where legs do not join, a slash stands between."""
    told = last = ""
    for leg in legs:
        joined = (
            f"–{leg.destination}" if leg.origin == last else f"{' / ' if told else ''}{leg.origin}–{leg.destination}"
        )
        told, last = told + joined, leg.destination
    return told
