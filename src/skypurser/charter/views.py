"""Quotes and bookings as others read them, and who may."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.charter.content import Content, Method, read, read_lines
from skypurser.charter.models import Booking, BookingStep, Quote, QuoteVersion
from skypurser.charter.pricing import PriceLine
from skypurser.charter.tiers import Tier, read_tiers
from skypurser.errors import Refusal

#: Either reads quotes and bookings; only the first changes them.
READING = (Permission.SALES, Permission.INVOICES)


class QuoteNotFound(Refusal):
    """The carrier has no such quote."""

    code = "quote_not_found"


class BookingNotFound(Refusal):
    """The carrier has no such booking."""

    code = "booking_not_found"


class QuoteStatus(StrEnum):
    """What has become of a quote; EXPIRED is stored as quoted."""

    DRAFT = "draft"
    QUOTED = "quoted"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class BookingStatus(StrEnum):
    """A booking stands until it is cancelled."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class StepKind(StrEnum):
    """What was done to a booking."""

    MADE = "made"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as it was at one moment.

    Attributes:
        id: The number that people call it by; 1, 2, 3 … per carrier.
        price: Minor units of `currency`.
        hold_id: The ledger's, placed for this quote; it may have ended since (see `lists.hold_of`).
        version: Expected by whoever changes it.
        saved_at: UTC.
    """

    id: int
    status: QuoteStatus
    currency: str
    price: int
    content: Content
    hold_id: int | None
    version: int
    saved_at: datetime
    saved_by: str

    @property
    def number(self) -> int:
        """What people call it: `id`."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersionView:
    """What a quote said before it was saved again; `saved_at` and `saved_by` are of that version."""

    version: int
    currency: str
    price: int
    content: Content
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """A booking; amounts in minor units of `currency`, instants in UTC.

    Attributes:
        id: The number that people call it by; 1, 2, 3 … per carrier.
        content: As it was quoted, with the lines of the newest price.
        price: What it costs; after a cancellation what it cost before.
        paid: What the card has given less what it got back; 0 where no card pays.
        fee: Of the cancellation.
        tiers: Of the cancellation fee, as they were when it was booked.
    """

    id: int
    quote_id: int
    status: BookingStatus
    customer_id: int
    person_id: int | None
    method: Method
    card_id: int | None
    currency: str
    price: int
    paid: int
    fee: int | None
    content: Content
    tiers: tuple[Tier, ...]
    departs_at: datetime
    arrives_at: datetime
    version: int
    booked_at: datetime
    booked_by: str
    cancelled_at: datetime | None

    @property
    def number(self) -> int:
        """What people call it: `id`."""
        return self.id

    @property
    def document(self) -> str:
        """What its movements bear in the ledger."""
        return document_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a booking; `debit` and `credit` moved on the card, by the movement `entry_id` where there is one."""

    version: int
    kind: StepKind
    price: int
    debit: int
    credit: int
    fee: int | None
    entry_id: int | None
    lines: tuple[PriceLine, ...]
    reference: str
    done_at: datetime
    done_by: str


def document_of(booking_id: int) -> str:
    """Return what the movements of a booking bear."""
    return f"booking:{booking_id}"


def require_reading(actor: Actor, *, at: Place | None = None) -> None:
    """Raise PermissionDenied unless the actor may read quotes and bookings, and of customers there."""
    actor.require_any(*READING, at=at)


def status_of(row: Quote, now: datetime) -> QuoteStatus:
    """Return what a quote shows at an instant."""
    status = QuoteStatus(row.status)
    if status is QuoteStatus.QUOTED and row.valid_until is not None and row.valid_until <= now:
        return QuoteStatus.EXPIRED
    return status


def quote_view(row: Quote, now: datetime) -> QuoteView:
    """Return the row as others read it."""
    return QuoteView(
        id=row.id,
        status=status_of(row, now),
        currency=row.currency,
        price=row.price,
        content=read(row.content),
        hold_id=row.hold_id,
        version=row.version,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


def version_view(row: QuoteVersion) -> QuoteVersionView:
    """Return the row as others read it."""
    return QuoteVersionView(
        version=row.version,
        currency=row.currency,
        price=row.price,
        content=read(row.content),
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


def booking_view(row: Booking) -> BookingView:
    """Return the row as others read it."""
    return BookingView(
        id=row.id,
        quote_id=row.quote_id,
        status=BookingStatus(row.status),
        customer_id=row.customer_id,
        person_id=row.person_id,
        method=Method(row.method),
        card_id=row.card_id,
        currency=row.currency,
        price=row.price,
        paid=row.paid,
        fee=row.fee,
        content=read(row.content),
        tiers=read_tiers(row.tiers),
        departs_at=row.departs_at,
        arrives_at=row.arrives_at,
        version=row.version,
        booked_at=row.booked_at,
        booked_by=row.booked_by,
        cancelled_at=row.cancelled_at,
    )


def step_view(row: BookingStep) -> StepView:
    """Return the row as others read it."""
    return StepView(
        version=row.version,
        kind=StepKind(row.kind),
        price=row.price,
        debit=row.debit,
        credit=row.credit,
        fee=row.fee,
        entry_id=row.entry_id,
        lines=read_lines(row.lines),
        reference=row.reference,
        done_at=row.done_at,
        done_by=row.done_by,
    )
