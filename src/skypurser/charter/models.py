"""Quotes with their former versions, bookings with their steps, and the tiers of cancellation fees."""

from django.db import models
from django.db.models import F, Q

from skypurser.access.tables import CarrierOwned, NextValue


class Numbering(CarrierOwned):
    """The last number that a carrier has given in a series: `quote` or `booking`."""

    pk = models.CompositePrimaryKey("carrier_id", "series")
    series = models.CharField(max_length=10)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class Quote(CarrierOwned):
    """An offer to a customer; its id is the number that people call it by, and its hold bears it as `quote:<id>`.

    What it says is `content` (see `content.Content`); the columns repeat what is looked for and what is kept true by
    constraints. `price` is minor units of `currency`. Stored as quoted it is expired from `valid_until` on.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField()
    status = models.CharField(max_length=9)
    customer_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    method = models.CharField(max_length=13, blank=True)
    card_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    valid_until = models.DateTimeField(null=True)
    hold_id = models.BigIntegerField(null=True)
    content = models.JSONField()
    version = models.IntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("draft", "quoted", "booked", "cancelled")), name="quote_status"
            ),
            models.CheckConstraint(
                condition=Q(
                    method__in=("", "jet_card", "bank_transfer", "card", "invoice"), price__gte=0, version__gt=0
                ),
                name="quote_method",
            ),
            models.CheckConstraint(
                condition=Q(method="jet_card", card_id__isnull=False, customer_id__isnull=False)
                | (~Q(method="jet_card") & Q(card_id__isnull=True, hold_id__isnull=True)),
                name="quote_card_by_method",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("quoted", "booked"))
                | (Q(customer_id__isnull=False, price__gt=0) & ~Q(method="")),
                name="quote_whole",
            ),
        )
        indexes = (models.Index(fields=("customer_id", "id", "carrier_id"), name="quote_by_customer"),)

    def __str__(self) -> str:
        return f"quote {self.number}"

    @property
    def number(self) -> int:
        """What people call it: `id`."""
        return self.id


class QuoteVersion(CarrierOwned):
    """What a quote said before it was saved again; `saved_at` and `saved_by` are of the version itself."""

    pk = models.CompositePrimaryKey("carrier_id", "quote_id", "version")
    quote_id = models.BigIntegerField()
    version = models.IntegerField()
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    content = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"version {self.version} of quote {self.quote_id}"


class Booking(CarrierOwned):
    """A quote that was converted; its movements bear the document `booking:<id>`.

    Attributes:
        id: The number that people call it by; 1, 2, 3 … per carrier.
        price: What it costs now, in minor units of `currency`.
        paid: What the card has given for it, less what it got back; 0 where no card pays.
        fee: Of the cancellation; None until then.
        tiers: Hours and percentages (bps) of the cancellation fees that held when it was booked.
        departs_at, arrives_at: Of the first leg and the last, UTC.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField()
    quote_id = models.BigIntegerField()
    status = models.CharField(max_length=9)
    customer_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    method = models.CharField(max_length=13)
    card_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    paid = models.BigIntegerField()
    fee = models.BigIntegerField(null=True)
    content = models.JSONField()
    tiers = models.JSONField()
    departs_at = models.DateTimeField()
    arrives_at = models.DateTimeField()
    version = models.IntegerField()
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=500)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "quote_id"), name="booking_of_quote_once"),
            models.CheckConstraint(
                condition=Q(method="jet_card", card_id__isnull=False)
                | (Q(method__in=("bank_transfer", "card", "invoice"), card_id__isnull=True, paid=0)),
                name="booking_card_by_method",
            ),
            # What a card has given is the price; after the cancellation it is the fee.
            models.CheckConstraint(
                condition=Q(status="booked", fee__isnull=True, cancelled_at__isnull=True, price__gte=0)
                & (Q(paid=F("price")) | ~Q(method="jet_card"))
                | Q(status="cancelled", fee__gte=0, fee__lte=F("price"), cancelled_at__isnull=False)
                & (Q(paid=F("fee")) | ~Q(method="jet_card")),
                name="booking_paid",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "id", "carrier_id"), name="booking_by_customer"),
            # What still needs a card, the last arrival first.
            models.Index(
                fields=("card_id", "-arrives_at", "id", "carrier_id"),
                condition=Q(status="booked", card_id__isnull=False),
                name="booking_by_card",
            ),
        )

    def __str__(self) -> str:
        return f"booking {self.number}"

    @property
    def number(self) -> int:
        """What people call it: `id`."""
        return self.id


class BookingStep(CarrierOwned):
    """What was done to a booking, by which movement: made, changed (supplement or part refund), cancelled.

    `price` is the booking's from then on, `lines` what it consisted of; `debit` and `credit` moved on the card.
    """

    pk = models.CompositePrimaryKey("carrier_id", "booking_id", "version")
    booking_id = models.BigIntegerField()
    version = models.IntegerField()
    kind = models.CharField(max_length=9)
    price = models.BigIntegerField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    fee = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    lines = models.JSONField()
    reference = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="made", version=1) | Q(kind__in=("changed", "cancelled"), version__gt=1),
                name="bookingstep_kind",
            ),
            models.CheckConstraint(
                condition=Q(debit=0, credit__gte=0) | Q(debit__gt=0, credit=0), name="bookingstep_one_side"
            ),
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="bookingstep_entry_once"),
        )

    def __str__(self) -> str:
        return f"step {self.version} of booking {self.booking_id}"


class CancellationTiers(CarrierOwned):
    """What a carrier asks for cancellations, from `set_at` on until the next row; hours and percentages (bps).

    `fee_tax_bps` is the rate of the tax that the fees have in them.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("charter_cancellationtiers_id_seq"))
    tiers = models.JSONField()
    fee_tax_bps = models.SmallIntegerField(default=0)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=500)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(fee_tax_bps__gte=0, fee_tax_bps__lte=10_000), name="tiers_fee_tax"),
        )

    def __str__(self) -> str:
        return f"cancellation tiers {self.id}"
