"""What a quote says: for whom, which legs at which price, and how it is to be paid."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from skypurser.charter.itinerary import YEARS, Leg, LegData, legs_of
from skypurser.charter.pricing import PriceLine, lines_of, price_of
from skypurser.errors import InvalidRequest, Refusal
from skypurser.parties import texts


class QuoteIncomplete(Refusal):
    """A quote needs a customer, a leg, a price and a payment method; a draft does not. Fact: `missing`."""

    code = "quote_incomplete"


class Method(StrEnum):
    """How the customer pays. Only a jet card is deducted by a booking; the others are settled by invoice."""

    JET_CARD = "jet_card"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteData:
    """A quote as it is asked for; a draft may leave anything out.

    Attributes:
        person_id: The contact, who must be allowed to use the card; None while nobody is named.
        aircraft: Type, tail or both, as text.
        lines: Unit prices in minor units of the customer's currency.
        card_id: With the method `JET_CARD`, and only with it.
        valid_until: From this instant on it can't be booked; None for no end.
        hold_until: Until when the price is held on the card; None for no hold.
    """

    customer_id: int | None = None
    person_id: int | None = None
    legs: tuple[LegData, ...] = ()
    aircraft: str = ""
    lines: tuple[PriceLine, ...] = ()
    method: Method | None = None
    card_id: int | None = None
    valid_until: datetime | None = None
    hold_until: datetime | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A quote as it is kept: checked, instants in UTC."""

    customer_id: int | None
    person_id: int | None
    legs: tuple[Leg, ...]
    aircraft: str
    lines: tuple[PriceLine, ...]
    method: Method | None
    card_id: int | None
    valid_until: datetime | None
    hold_until: datetime | None
    notes: str

    def has_departed(self, now: datetime) -> bool:
        """Tell whether the first leg has departed."""
        return bool(self.legs) and self.legs[0].departs_at <= now

    @property
    def outlasts_departure(self) -> bool:
        """Tell whether it could be booked after the first leg has departed, with an end that says otherwise."""
        return bool(self.legs) and self.valid_until is not None and self.valid_until > self.legs[0].departs_at

    @property
    def price(self) -> int:
        """The sum of the lines, in minor units."""
        return price_of(self.lines)

    def require_whole(self) -> None:
        """Raise QuoteIncomplete unless everything is there that a quote needs."""
        needed = {
            "customer_id": self.customer_id,
            "legs": self.legs,
            "lines": self.price,
            "method": self.method,
        }
        if missing := [name for name, there in needed.items() if not there]:
            told = ", ".join({"customer_id": "customer", "lines": "price"}.get(name, name) for name in missing)
            raise QuoteIncomplete(f"a quote needs more than a draft: {told}", missing=missing)


def content_of(data: QuoteData) -> Content:
    """Return what is asked for, checked by itself; whether customer, person and card are there is not looked at.

    Raises:
        InvalidRequest: Names the field.
    """
    if (data.method is Method.JET_CARD) != (data.card_id is not None):
        raise InvalidRequest("a jet card is named with the method jet_card, and only with it", field="card_id")
    if data.customer_id is None and (data.person_id is not None or data.card_id is not None):
        field = "person_id" if data.person_id is not None else "card_id"
        raise InvalidRequest("a person and a card are a customer's", field=field)
    valid_until, hold_until = _instant(data.valid_until, "valid_until"), _instant(data.hold_until, "hold_until")
    if hold_until is not None:
        if data.method is not Method.JET_CARD:
            raise InvalidRequest("money is held on a jet card only", field="hold_until")
        if valid_until is not None and hold_until > valid_until:
            raise InvalidRequest("no money is held longer than the quote is valid", field="hold_until")
    return Content(
        customer_id=data.customer_id,
        person_id=data.person_id,
        legs=legs_of(data.legs),
        aircraft=texts.line(data.aircraft, field="aircraft", longest=200),
        lines=lines_of(data.lines),
        method=data.method,
        card_id=data.card_id,
        valid_until=valid_until,
        hold_until=hold_until,
        notes=texts.lines(data.notes, field="notes", longest=5_000),
    )


def stored(content: Content) -> dict[str, Any]:
    """Return the content as the database keeps it."""
    kept: dict[str, Any] = msgspec.to_builtins(content)
    return kept


def read(kept: Any) -> Content:
    """Return the content that the database keeps."""
    return msgspec.convert(kept, Content)


def stored_lines(lines: tuple[PriceLine, ...]) -> list[Any]:
    """Return lines as the database keeps them."""
    kept: list[Any] = msgspec.to_builtins(list(lines))
    return kept


def read_lines(kept: Any) -> tuple[PriceLine, ...]:
    """Return the lines that the database keeps."""
    return msgspec.convert(kept, tuple[PriceLine, ...])


def _instant(at: datetime | None, field: str) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise InvalidRequest("an instant has an offset", field=field)
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        raise InvalidRequest("there is no such instant", field=field) from None
    if instant.year not in YEARS:
        raise InvalidRequest(f"nothing ends in the year {instant.year}", field=field)
    return instant
