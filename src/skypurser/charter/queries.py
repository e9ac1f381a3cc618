"""Quotes and bookings as they are: one, all of them, and what they were before."""

from datetime import datetime

from django.db.models import Q, QuerySet

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.charter import cards
from skypurser.charter.models import Booking, BookingStep, Quote, QuoteVersion
from skypurser.charter.views import (
    BookingNotFound,
    BookingStatus,
    BookingView,
    QuoteNotFound,
    QuoteStatus,
    QuoteVersionView,
    QuoteView,
    StepView,
    booking_view,
    quote_view,
    require_reading,
    step_view,
    version_view,
)
from skypurser.ledger.held import OpenHold
from skypurser.parties import customers

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500


def quote(quote_id: int, *, actor: Actor, now: datetime) -> QuoteView:
    """Return a quote, expired where it is so at `now`.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied.
    """
    return quote_view(_quote(quote_id, actor), now)


def quotes(
    *,
    actor: Actor,
    now: datetime,
    customer_id: int | None = None,
    status: QuoteStatus | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[QuoteView]:
    """Return the newest quotes within the actor's reach, newest first; drafts for nobody yet are everybody's.

    Args:
        customer_id: Only this customer's.
        status: As it shows at `now`.
        before: The id of the last quote of the page before.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        JetCardsOff, PermissionDenied; CustomerNotFound where one is named.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    rows = Quote.objects.filter(carrier_id=actor.carrier_id)
    if status in {QuoteStatus.QUOTED, QuoteStatus.EXPIRED}:
        expired = Q(valid_until__lte=now)
        rows = rows.filter(expired if status is QuoteStatus.EXPIRED else ~expired | Q(valid_until__isnull=True))
        rows = rows.filter(status=QuoteStatus.QUOTED)
    elif status is not None:
        rows = rows.filter(status=status)
    if before is not None:
        rows = rows.filter(id__lt=before)
    with reading_for(actor.carrier_id):
        if customer_id is not None:
            rows = rows.filter(customer_id=customers.get(customer_id, actor=actor).id)
        elif actor.is_limited:
            rows = rows.filter(Q(customer_id__isnull=True) | Q(customer_id__in=customers.ids_within(actor)))
        return [quote_view(row, now) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


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


def open_hold(quote_id: int, *, actor: Actor, now: datetime) -> OpenHold | None:
    """Return what a quote holds on its card at `now`, if anything.

    Raises:
        JetCardsOff, QuoteNotFound, PermissionDenied.
    """
    row = _quote(quote_id, actor)
    with reading_for(actor.carrier_id):
        return cards.open_hold(row.hold_id, carrier_id=actor.carrier_id, now=now)


def booking(booking_id: int, *, actor: Actor) -> BookingView:
    """Return a booking.

    Raises:
        JetCardsOff, BookingNotFound, PermissionDenied.
    """
    return booking_view(_booking(booking_id, actor))


def booking_of(quote_id: int, *, actor: Actor) -> BookingView | None:
    """Return what a quote has become, if it was booked; errors are those of `quote`."""
    _quote(quote_id, actor)
    with reading_for(actor.carrier_id):
        row = Booking.objects.filter(carrier_id=actor.carrier_id, quote_id=quote_id).first()
    return None if row is None else booking_view(row)


def bookings(
    *,
    actor: Actor,
    customer_id: int | None = None,
    status: BookingStatus | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[BookingView]:
    """Return the newest bookings within the actor's reach, newest first; arguments and errors as in `quotes`."""
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    rows: QuerySet[Booking] = Booking.objects.filter(carrier_id=actor.carrier_id)
    if status is not None:
        rows = rows.filter(status=status)
    if before is not None:
        rows = rows.filter(id__lt=before)
    with reading_for(actor.carrier_id):
        if customer_id is not None:
            rows = rows.filter(customer_id=customers.get(customer_id, actor=actor).id)
        elif actor.is_limited:
            rows = rows.filter(customer_id__in=customers.ids_within(actor))
        return [booking_view(row) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


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
