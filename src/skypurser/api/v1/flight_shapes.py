"""How flights and their prices look from outside, in quotes and bookings alike, and how they are read."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt

from skypurser.api.v1.shapes import Amount, Body, Instant, Percent, Shown, Text, amount, instant, written
from skypurser.charter.content import Content
from skypurser.charter.itinerary import MOST_LEGS, MOST_PASSENGERS, Leg, LegData, Turn
from skypurser.charter.pricing import MOST_LINES, PriceLine
from skypurser.errors import InvalidRequest
from skypurser.invoices.lines import format_quantity, parse_quantity
from skypurser.money import format_percent, parse_percent

_Airport = Annotated[str, Field(pattern=r"^[A-Z0-9]{3,4}$", description="IATA or ICAO code.", examples=["TEB"])]
_LocalTime = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$",
        description="By the clocks at the airport.",
        examples=["2026-02-01T10:00"],
    ),
]
_Turn = Literal["first", "second"]
_Quantity = Annotated[str, Field(max_length=20, description="Up to three decimals.", examples=["1.5"])]
MethodName = Literal["jet_card", "bank_transfer", "card", "invoice"]
#: Whoever changes something says which version was shown.
Version = Annotated[StrictInt, Field(ge=1, le=2**31 - 1, description="As it was shown to whoever changes it.")]
Why = Annotated[Text, Field(max_length=500)]


class AskedLeg(Body):
    """A leg; a local time that comes twice, when clocks are put back, needs its turn."""

    origin: _Airport
    destination: _Airport
    departure: _LocalTime
    arrival: _LocalTime
    departure_turn: _Turn | None = None
    arrival_turn: _Turn | None = None
    passengers: Annotated[StrictInt, Field(ge=0, le=MOST_PASSENGERS)]


class AskedLine(Body):
    """A line of the price: quantity × unit price, and tax on it, rounded once."""

    text: Annotated[Text, Field(min_length=1, max_length=200)]
    quantity: _Quantity = "1"
    unit_price: Amount
    tax_percent: Percent = "0.00"


AskedLegs = Annotated[list[AskedLeg], Field(max_length=MOST_LEGS)]
AskedLines = Annotated[list[AskedLine], Field(max_length=MOST_LINES)]


class ShownLeg(Shown):
    """A leg: local times, the zones that they are in, and the instants."""

    origin: str
    destination: str
    departure: str
    departure_turn: _Turn | None
    departure_zone: str
    departs_at: Instant
    arrival: str
    arrival_turn: _Turn | None
    arrival_zone: str
    arrives_at: Instant
    passengers: int


class ShownLine(Shown):
    """A line of the price; `total` includes the tax."""

    text: str
    quantity: str
    unit_price: Amount
    tax_percent: Percent
    total: Amount


class Said(Shown):
    """What a quote says."""

    customer_id: int | None
    person_id: int | None
    legs: list[ShownLeg]
    aircraft: str
    lines: list[ShownLine]
    price: Amount
    currency: str
    method: MethodName | None
    card_id: int | None
    valid_until: Instant | None
    hold_until: Instant | None
    notes: str


def leg_of(leg: AskedLeg, place: str) -> LegData:
    """Read a leg; `place` is where it stands in the body.

    Raises:
        InvalidRequest: Names the field by its place.
    """
    return LegData(
        origin=leg.origin,
        destination=leg.destination,
        departure=_local(leg.departure, f"{place}/departure"),
        arrival=_local(leg.arrival, f"{place}/arrival"),
        departure_turn=None if leg.departure_turn is None else Turn(leg.departure_turn),
        arrival_turn=None if leg.arrival_turn is None else Turn(leg.arrival_turn),
        passengers=leg.passengers,
    )


def lines_of(asked: list[AskedLine], currency: str) -> tuple[PriceLine, ...]:
    """Read the lines of a price; unit prices are in `currency`.

    Raises:
        InvalidRequest: Names the field by its place.
    """
    return tuple(
        PriceLine(
            text=line.text,
            quantity_milli=parse_quantity(line.quantity, field=f"lines/{place}/quantity"),
            unit_price=amount(line.unit_price, currency, field=f"lines/{place}/unit_price"),
            tax_bps=parse_percent(line.tax_percent, field=f"lines/{place}/tax_percent"),
        )
        for place, line in enumerate(asked)
    )


def shown_content(content: Content, currency: str) -> dict[str, Any]:
    """Return what a quote says as the outside reads it."""
    return {
        "customer_id": content.customer_id,
        "person_id": content.person_id,
        "legs": [_shown_leg(leg) for leg in content.legs],
        "aircraft": content.aircraft,
        "lines": [shown_line(line, currency) for line in content.lines],
        "price": written(content.price, currency),
        "currency": currency,
        "method": None if content.method is None else content.method.value,
        "card_id": content.card_id,
        "valid_until": instant(content.valid_until),
        "hold_until": instant(content.hold_until),
        "notes": content.notes,
    }


def _shown_leg(leg: Leg) -> dict[str, Any]:
    return {
        "origin": leg.origin,
        "destination": leg.destination,
        "departure": leg.departure.isoformat(timespec="minutes"),
        "departure_turn": None if leg.departure_turn is None else leg.departure_turn.value,
        "departure_zone": leg.departure_zone,
        "departs_at": instant(leg.departs_at),
        "arrival": leg.arrival.isoformat(timespec="minutes"),
        "arrival_turn": None if leg.arrival_turn is None else leg.arrival_turn.value,
        "arrival_zone": leg.arrival_zone,
        "arrives_at": instant(leg.arrives_at),
        "passengers": leg.passengers,
    }


def shown_line(line: PriceLine, currency: str) -> dict[str, Any]:
    """Return a line of a price as the outside reads it."""
    return {
        "text": line.text,
        "quantity": format_quantity(line.quantity_milli),
        "unit_price": written(line.unit_price, currency),
        "tax_percent": format_percent(line.tax_bps),
        "total": written(line.total, currency),
    }


def _local(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest("Not a local time; it is written like 2026-02-01T10:00.", field=field) from None
