"""How quotes look from outside, and what is said of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skypurser.api.v1.cursors import PageQuery
from skypurser.api.v1.flight_shapes import (
    AskedLegs,
    AskedLines,
    MethodName,
    Said,
    Version,
    Why,
    leg_of,
    lines_of,
    shown_content,
)
from skypurser.api.v1.shapes import AskedInstant, Body, GivenId, Id, Instant, Shown, Text, instant
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.views import QuoteVersionView, QuoteView
from skypurser.contract.amounts import read_instant

_QuoteStatus = Literal["draft", "quoted", "booked", "cancelled", "expired"]


class NewQuote(Body):
    """What a quote says. A draft may leave anything out; a quote needs customer, leg, price and method."""

    status: Literal["draft", "quoted"]
    customer_id: GivenId | None = None
    person_id: GivenId | None = Field(None, description="The contact, who must be allowed to use the card.")
    legs: AskedLegs = Field(default=[])
    aircraft: Annotated[Text, Field(max_length=200)] = ""
    lines: AskedLines = Field(default=[])
    method: MethodName | None = None
    card_id: GivenId | None = Field(None, description="With the method jet_card, and only with it.")
    valid_until: AskedInstant | None = None
    hold_until: AskedInstant | None = Field(None, description="Until when the price is held on the card.")
    notes: Annotated[str, Field(max_length=5_000)] = ""


class SaveQuote(NewQuote):
    """All that the quote says from now on."""

    expected_version: Version


class BookQuote(Body):
    """Which version is booked."""

    expected_version: Version
    departed: Annotated[
        bool, Field(description="Book it although its first leg has departed: `already_departed` otherwise.")
    ] = False


class CancelQuote(Body):
    """Which version is cancelled, and why."""

    expected_version: Version
    reference: Why = ""


class QuotesQuery(PageQuery):
    """Which quotes."""

    customer_id: Id | None = None
    status: _QuoteStatus | None = None


class Quote(Said):
    """A quote. `hold_id` is what was placed for it on the card; `version` is expected by whoever changes it."""

    id: int
    number: Annotated[int, Field(description="What people call it: the id.")]
    status: _QuoteStatus
    hold_id: int | None
    version: int
    saved_at: Instant
    saved_by: str


class QuoteVersion(Said):
    """What a quote said before it was saved again."""

    version: int
    saved_at: Instant
    saved_by: str


class QuotePage(Shown):
    """One page of quotes, newest first."""

    items: list[Quote]
    next_cursor: str | None


class QuoteVersionPage(Shown):
    """One page of former versions, newest first."""

    items: list[QuoteVersion]
    next_cursor: str | None


def data_of(body: NewQuote, currency: str) -> QuoteData:
    """Read what a quote says.

    Args:
        currency: Of the unit prices.

    Raises:
        InvalidRequest: Names the field by its place.
    """
    return QuoteData(
        customer_id=body.customer_id,
        person_id=body.person_id,
        legs=tuple(leg_of(leg, f"legs/{place}") for place, leg in enumerate(body.legs)),
        aircraft=body.aircraft,
        lines=lines_of(body.lines, currency),
        method=None if body.method is None else Method(body.method),
        card_id=body.card_id,
        valid_until=None if body.valid_until is None else read_instant(body.valid_until, field="valid_until"),
        hold_until=None if body.hold_until is None else read_instant(body.hold_until, field="hold_until"),
        notes=body.notes,
    )


def shown_quote(view: QuoteView) -> dict[str, Any]:
    """Return a quote as the outside reads it."""
    return {
        **shown_content(view.content, view.currency),
        "id": view.id,
        "number": view.number,
        "status": view.status.value,
        "hold_id": view.hold_id,
        "version": view.version,
        "saved_at": instant(view.saved_at),
        "saved_by": view.saved_by,
    }


def shown_version(view: QuoteVersionView) -> dict[str, Any]:
    """Return a former version as the outside reads it."""
    saved = {"version": view.version, "saved_at": instant(view.saved_at), "saved_by": view.saved_by}
    return {**shown_content(view.content, view.currency), **saved}
