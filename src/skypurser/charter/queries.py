"""Quotes and bookings as they are: one, all of them, and what they were before."""

from datetime import datetime

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.charter.models import Booking, BookingStep, Quote, QuoteVersion
from skypurser.charter.views import (
    READING,
    BookingNotFound,
    BookingView,
    QuoteNotFound,
    QuoteVersionView,
    QuoteView,
    StepView,
    booking_view,
    quote_view,
    require_reading,
    step_view,
    version_view,
)
from skypurser.parties import customers
from skypurser.parties.clientele import require_somewhere

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500


def quote(quote_id: int, *, actor: Actor, now: datetime) -> QuoteView:
    """Return a quote, expired where it is so at `now`.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied.
    """
    return quote_view(_quote(quote_id, actor), now)


def versions(quote_id: int, *, actor: Actor, before: int | None = None, limit: int = 50) -> list[QuoteVersionView]:
    """Return what a quote said before it was saved again, newest first; `before` is the last version of a page.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied.
    """
    _quote(quote_id, actor)
    rows = QuoteVersion.objects.filter(carrier_id=actor.carrier_id, quote_id=quote_id)
    if before is not None:
        rows = rows.filter(version__lt=before)
    with reading_for(actor.carrier_id):
        return [version_view(row) for row in rows.order_by("-version")[: min(limit, LONGEST_PAGE + 1)]]


def booking(booking_id: int, *, actor: Actor) -> BookingView:
    """Return a booking.

    Raises:
        JetCardsOff, BookingNotFound, PermissionDenied.
    """
    return booking_view(_booking(booking_id, actor))


def steps(booking_id: int, *, actor: Actor, after: int = 0, limit: int = 50) -> list[StepView]:
    """Return what was done to a booking, oldest first; `after` is the version of the last step of a page.

    Raises:
        JetCardsOff, BookingNotFound, PermissionDenied.
    """
    _booking(booking_id, actor)
    rows = BookingStep.objects.filter(carrier_id=actor.carrier_id, booking_id=booking_id, version__gt=after)
    with reading_for(actor.carrier_id):
        return [step_view(row) for row in rows.order_by("version")[: min(limit, LONGEST_PAGE + 1)]]


def _quote(quote_id: int, actor: Actor) -> Quote:
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        row = Quote.objects.filter(carrier_id=actor.carrier_id, id=quote_id).first()
        if row is None:
            raise QuoteNotFound(f"there is no quote {quote_id}")
        if row.customer_id is not None:
            require_reading(actor, at=customers.shown(row.customer_id, carrier_id=actor.carrier_id).place)
        else:
            require_somewhere(actor, *READING)
    return row


def _booking(booking_id: int, actor: Actor) -> Booking:
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        row = Booking.objects.filter(carrier_id=actor.carrier_id, id=booking_id).first()
        if row is None:
            raise BookingNotFound(f"there is no booking {booking_id}")
        require_reading(actor, at=customers.shown(row.customer_id, carrier_id=actor.carrier_id).place)
    return row
