"""How bookings look from outside, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.cursors import PageQuery
from skypurser.api.v1.flight_shapes import AskedLines, Said, ShownLine, Version, Why, shown_content, shown_line
from skypurser.api.v1.invoice_shapes import InvoiceReference
from skypurser.api.v1.shapes import (
    Amount,
    AskedInstant,
    Body,
    Id,
    Instant,
    Percent,
    Query,
    Reference,
    Shown,
    instant,
    written,
)
from skypurser.charter.tiers import Tier
from skypurser.charter.views import BookingView, StepView
from skypurser.money import format_percent

_BookingStatus = Literal["booked", "cancelled"]


class ChangeBooking(Body):
    """All the lines of the new price, and why."""

    lines: AskedLines
    reference: Reference
    expected_version: Version


class CancelBooking(Body):
    """Without a fee the booking's tiers decide; a fee that is entered takes a reference."""

    expected_version: Version
    fee: Amount | None = None
    expected_fee: Amount | None = Field(
        None,
        description="What the tiers asked when it was previewed: `changed_meanwhile` where they ask another fee now.",
    )
    reference: Why = ""


class BookingsQuery(PageQuery):
    """Which bookings."""

    customer_id: Id | None = None
    status: _BookingStatus | None = None


class PreviewQuery(Query):
    """At which instant, and with which fee; now, and what the tiers ask."""

    at: AskedInstant | None = None
    fee: Amount | None = None


class ShownTier(Shown):
    """Less than so many hours before the first departure a cancellation costs so much of the price."""

    hours: int
    percent: Percent


class Booking(Said):
    """A booking. `paid` is what the card has given less what it got back; `fee` that of its cancellation."""

    id: int
    number: Annotated[int, Field(description="What people call it: the id.")]
    quote_id: int
    status: _BookingStatus
    paid: Amount
    fee: Amount | None
    tiers: list[ShownTier]
    version: int
    booked_at: Instant
    booked_by: str
    cancelled_at: Instant | None


class BookingPage(Shown):
    """One page of bookings, newest first."""

    items: list[Booking]
    next_cursor: str | None


class Step(Shown):
    """What was done to a booking, and what it moved on the card that pays."""

    version: int
    kind: Literal["made", "changed", "cancelled"]
    price: Amount
    debit: Amount
    credit: Amount
    fee: Amount | None
    lines: list[ShownLine]
    reference: str
    done_at: Instant
    done_by: str


class StepPage(Shown):
    """One page of a booking's steps, oldest first."""

    items: list[Step]
    next_cursor: str | None


class Preview(Shown):
    """What cancelling would cost, and which `invoices` it would credit.

    `tier` is null where it is free, or a fee was entered.
    """

    currency: str
    price: Amount
    fee: Amount
    refund: Amount
    tier: ShownTier | None
    invoices: list[InvoiceReference]


def shown_booking(view: BookingView) -> dict[str, Any]:
    """Return a booking as the outside reads it."""
    return {
        **shown_content(view.content, view.currency),
        "id": view.id,
        "number": view.number,
        "quote_id": view.quote_id,
        "status": view.status.value,
        "paid": written(view.paid, view.currency),
        "fee": None if view.fee is None else written(view.fee, view.currency),
        "tiers": [shown_tier(tier) for tier in view.tiers],
        "version": view.version,
        "booked_at": instant(view.booked_at),
        "booked_by": view.booked_by,
        "cancelled_at": instant(view.cancelled_at),
    }


def shown_step(view: StepView, currency: str) -> dict[str, Any]:
    """Return a step of a booking as the outside reads it."""
    return {
        "version": view.version,
        "kind": view.kind.value,
        **{name: written(getattr(view, name), currency) for name in ("price", "debit", "credit")},
        "fee": None if view.fee is None else written(view.fee, currency),
        "lines": [shown_line(line, currency) for line in view.lines],
        "reference": view.reference,
        "done_at": instant(view.done_at),
        "done_by": view.done_by,
    }


def shown_tier(tier: Tier) -> dict[str, Any]:
    """Return a tier as the outside reads it."""
    return {"hours": tier.hours, "percent": format_percent(tier.percent_bps)}
