"""Lists of quotes and bookings as people look through them: by text, status and customer, in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter import cards
from skypurser.charter.models import Booking, BookingStep, CancellationTiers, Quote, QuoteVersion
from skypurser.charter.tiers import Tier, read_tiers
from skypurser.charter.views import (
    BookingStatus,
    BookingView,
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
from skypurser.parties.clientele import reaches_some

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500

#: So many customers are looked through whose name has the text in it.
_MOST_CUSTOMERS = 500

_LONGEST_CODE = 4


@dataclass(frozen=True, slots=True)
class TiersSet:
    """Tiers of cancellation fees, and the rate of the tax in the fees, as they were set once; `set_at` is UTC."""

    tiers: tuple[Tier, ...]
    fee_tax_bps: int
    set_at: datetime
    set_by: str


def quotes(
    *,
    actor: Actor,
    now: datetime,
    text: str = "",
    customer_id: int | None = None,
    status: QuoteStatus | None = None,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[QuoteView]:
    """Return quotes within the actor's reach, newest first; drafts for nobody yet are for all who reach any customer.

    Args:
        text: A number; or a part of the customer's name, of its code or of the aircraft; or an airport of a leg.
        status: As it shows at `now`.
        after: The id of the last quote of the page before; older ones follow.
        before: The id of the first quote of the page after: the newer ones next to it, still newest first.
        limit: At most `LONGEST_PAGE`, and one more to see whether another page follows.

    Raises:
        JetCardsOff, PermissionDenied; CustomerNotFound where one is named.
    """
    rows = Quote.objects.filter(carrier_id=actor.carrier_id)
    if status in {QuoteStatus.QUOTED, QuoteStatus.EXPIRED}:
        expired = Q(valid_until__lte=now)
        rows = rows.filter(expired if status is QuoteStatus.EXPIRED else ~expired | Q(valid_until__isnull=True))
        rows = rows.filter(status=QuoteStatus.QUOTED)
    elif status is not None:
        rows = rows.filter(status=status)
    found = _page(rows, actor=actor, text=text, customer_id=customer_id, after=after, before=before, limit=limit)
    return [quote_view(row, now) for row in found]


def bookings(
    *,
    actor: Actor,
    text: str = "",
    customer_id: int | None = None,
    status: BookingStatus | None = None,
    after: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[BookingView]:
    """Return bookings within the actor's reach, newest first; arguments and errors as in `quotes`."""
    rows = Booking.objects.filter(carrier_id=actor.carrier_id)
    if status is not None:
        rows = rows.filter(status=status)
    found = _page(rows, actor=actor, text=text, customer_id=customer_id, after=after, before=before, limit=limit)
    return [booking_view(row) for row in found]


def of_customer(
    customer_id: int, *, actor: Actor, now: datetime, limit: int
) -> tuple[list[QuoteView], list[BookingView]]:
    """Return the newest quotes and bookings of a customer whom the actor has been given.

    Raises:
        PermissionDenied: The actor reads no quotes.
    """
    require_reading(actor)
    with reading_for(actor.carrier_id):
        whose = {"carrier_id": actor.carrier_id, "customer_id": customer_id}
        quoted = Quote.objects.filter(**whose).order_by("-id")[:limit]
        booked = Booking.objects.filter(**whose).order_by("-id")[:limit]
        return [quote_view(row, now) for row in quoted], [booking_view(row) for row in booked]


def bookings_of(customer_id: int, *, actor: Actor, limit: int) -> list[BookingView]:
    """Return the newest bookings of a customer whom the actor has been given.

    Raises:
        PermissionDenied: The actor reads no bookings.
    """
    require_reading(actor)
    with reading_for(actor.carrier_id):
        rows = Booking.objects.filter(carrier_id=actor.carrier_id, customer_id=customer_id).order_by("-id")[:limit]
        return [booking_view(row) for row in rows]


def hold_of(quote: QuoteView, *, actor: Actor, now: datetime) -> OpenHold | None:
    """Return what a quote that the actor has been given holds on its card at `now`, if anything."""
    with reading_for(actor.carrier_id):
        return cards.open_hold(quote.hold_id, carrier_id=actor.carrier_id, now=now)


def booking_of(quote: QuoteView, *, actor: Actor) -> BookingView | None:
    """Return what a quote that the actor has been given has become, if it was booked."""
    if quote.status is not QuoteStatus.BOOKED:
        return None
    with reading_for(actor.carrier_id):
        row = Booking.objects.filter(carrier_id=actor.carrier_id, quote_id=quote.id).first()
    return None if row is None else booking_view(row)


def versions_of(
    quote: QuoteView, *, actor: Actor, number: int | None = None, limit: int = LONGEST_PAGE
) -> list[QuoteVersionView]:
    """Return what a quote that the actor has been given said before, newest first; `number` alone, if given."""
    rows = QuoteVersion.objects.filter(carrier_id=actor.carrier_id, quote_id=quote.id)
    if number is not None:
        rows = rows.filter(version=number)
    with reading_for(actor.carrier_id):
        return [version_view(row) for row in rows.order_by("-version")[:limit]]


def steps_of(booking: BookingView, *, actor: Actor, limit: int = LONGEST_PAGE) -> list[StepView]:
    """Return what was done to a booking that the actor has been given, oldest first."""
    with reading_for(actor.carrier_id):
        rows = BookingStep.objects.filter(carrier_id=actor.carrier_id, booking_id=booking.id)
        return [step_view(row) for row in rows.order_by("version")[:limit]]


def tiers_set(*, actor: Actor, limit: int = 50) -> list[TiersSet]:
    """Return the tiers of cancellation fees as they were set, newest first.

    Raises:
        JetCardsOff, PermissionDenied: The actor lacks ADMINISTRATION.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.ADMINISTRATION)
    with reading_for(actor.carrier_id):
        rows = CancellationTiers.objects.filter(carrier_id=actor.carrier_id).order_by("-id")[:limit]
        return [TiersSet(read_tiers(row.tiers), row.fee_tax_bps, row.set_at, row.set_by) for row in rows]


def _page(
    rows: QuerySet[Any],
    *,
    actor: Actor,
    text: str,
    customer_id: int | None,
    after: int | None,
    before: int | None,
    limit: int,
) -> Sequence[Any]:
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    with reading_for(actor.carrier_id):
        if customer_id is not None:
            rows = rows.filter(customer_id=customers.get(customer_id, actor=actor).id)
        elif actor.is_limited:
            mine = Q(customer_id__in=customers.ids_within(actor))
            rows = rows.filter(mine | Q(customer_id__isnull=True) if reaches_some(actor) else mine)
        if text.strip():
            rows = rows.filter(_like(text.strip(), actor))
        most = min(limit, LONGEST_PAGE + 1)
        if before is not None:
            return list(rows.filter(id__gt=before).order_by("id")[:most])[::-1]
        if after is not None:
            rows = rows.filter(id__lt=after)
        return list(rows.order_by("-id")[:most])


def _like(text: str, actor: Actor) -> Q:
    plain = text.removeprefix("#").strip()
    if plain.isascii() and plain.isdecimal() and len(plain) <= 18:
        return Q(id=int(plain))
    named = customers.customers(actor=actor, text=text, limit=_MOST_CUSTOMERS)
    like = Q(customer_id__in=[one.id for one in named]) | Q(content__aircraft__icontains=text)
    if len(text) <= _LONGEST_CODE:
        code = text.upper()
        like |= Q(content__legs__contains=[{"origin": code}]) | Q(content__legs__contains=[{"destination": code}])
    return like
