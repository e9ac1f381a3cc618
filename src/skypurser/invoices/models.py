"""Payments, invoices and their lines, numbers, and what a carrier is called on them.

Amounts are minor units of the row's currency. What the database refuses by itself stands in the migrations.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue


class Issuer(CarrierOwned):
    """What a carrier is called on its invoices, and how they are numbered; `payment_days` makes the usual due date.

    Attributes:
        e_invoices: Invoices issued from now on bear their content as XML of EN 16931 besides.
    """

    carrier_id = models.IntegerField(primary_key=True)
    legal_name = models.CharField(max_length=200)
    address_lines = ArrayField(models.CharField(max_length=200), default=list)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    tax_number = models.CharField(max_length=40, blank=True)
    invoice_series = models.CharField(max_length=10, default="INV")
    credit_note_series = models.CharField(max_length=10, default="CN")
    payment_days = models.SmallIntegerField(default=14)
    e_invoices = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(invoice_series__regex="^[A-Z0-9]{1,10}$", credit_note_series__regex="^[A-Z0-9]{1,10}$")
                & ~Q(invoice_series=models.F("credit_note_series")),
                name="issuer_two_series",
            ),
        )

    def __str__(self) -> str:
        return self.legal_name


class LastNumber(CarrierOwned):
    """The number given last in a series and year. The row is locked until whoever took it commits, so none is lost."""

    pk = models.CompositePrimaryKey("carrier_id", "series", "year")
    series = models.CharField(max_length=10)
    year = models.SmallIntegerField()
    number = models.IntegerField()
    issue_date = models.DateField()

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.number}"


class Payment(CarrierOwned):
    """Money from a customer; never changed and never deleted. What is given back of it is a `Refund`.

    Attributes:
        document: What it was paid for, `booking:17`; null where nobody said.
        account_id: The jet card that paid; null for other methods.
        entry_id: The entry that took it.
        is_bound: Taken by what it pays for, which alone gives it back.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("invoices_payment_id_seq"))
    customer_id = models.BigIntegerField()
    document = models.CharField(max_length=40, null=True)  # noqa: DJ001 — absent is not the empty text
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    method = models.CharField(max_length=13)
    account_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField()
    reference = models.TextField()
    is_bound = models.BooleanField(default=False)
    actor = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="payment_once_per_entry"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_above_zero"),
            models.CheckConstraint(
                condition=Q(method="jet_card", account_id__isnull=False)
                | Q(method__in=("bank_transfer", "card", "other"), account_id__isnull=True),
                name="payment_method",
            ),
        )
        indexes = (
            models.Index(fields=("document", "carrier_id"), condition=Q(document__isnull=False), name="payment_of"),
            models.Index(fields=("customer_id", "id"), name="payment_by_customer"),
        )

    def __str__(self) -> str:
        return f"payment {self.id}: {self.amount} {self.currency}"


class PaymentLink(CarrierOwned):
    """So much of a payment belongs to an invoice; below zero, so much of it no longer does."""

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("invoices_payment_id_seq"))
    payment_id = models.BigIntegerField()
    invoice_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    linked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="paymentlink_once_per_entry"),
            models.CheckConstraint(condition=~Q(amount=0), name="paymentlink_not_zero"),
        )
        indexes = (
            models.Index(fields=("payment_id", "carrier_id"), name="paymentlink_by_payment"),
            models.Index(fields=("invoice_id", "carrier_id"), name="paymentlink_by_invoice"),
        )

    def __str__(self) -> str:
        return f"{self.amount} of payment {self.payment_id} for invoice {self.invoice_id}"


class Refund(CarrierOwned):
    """So much of a payment was given back, the way it came, by an entry; or is kept as a fee of what it paid for.

    What is kept moves nothing: it stays among the customers' advances until the fee's invoice says what it was for.
    """

    GIVEN_BACK, FEE = "given_back", "fee"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("invoices_payment_id_seq"))
    payment_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, default="given_back")
    amount = models.BigIntegerField()
    entry_id = models.BigIntegerField(null=True)
    reference = models.TextField()
    actor = models.TextField()
    refunded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("carrier_id", "entry_id", "payment_id", "kind"), name="refund_once_per_entry"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_above_zero"),
            models.CheckConstraint(
                condition=Q(kind="given_back", entry_id__isnull=False) | Q(kind="fee", entry_id__isnull=True),
                name="refund_kind",
            ),
            models.UniqueConstraint(
                fields=("carrier_id", "payment_id"), condition=Q(kind="fee"), name="refund_fee_once"
            ),
        )
        indexes = (models.Index(fields=("payment_id", "carrier_id"), name="refund_by_payment"),)

    def __str__(self) -> str:
        return f"refund {self.id}: {self.amount} of payment {self.payment_id}"


class Invoice(CarrierOwned):
    """An invoice or a credit note: a draft, or issued and as it is for ever.

    Attributes:
        document: What it is for, `booking:17`; null where nobody said.
        due_date: Of a draft: the one asked for; null for the carrier's usual one.
        supply_date: When what it is for was, or will have been, done; null where nobody said.
        corrects: The invoice that this credit note corrects.
        subject: What it earns: a sale, or the fee of a cancellation.
        series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by: From its issue
            on. `buyer` and `seller` are what both were called then; `content_hash` is SHA-256 of what was issued.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("invoices_invoice_id_seq"))
    kind = models.CharField(max_length=11)
    status = models.CharField(max_length=6, default="draft")
    customer_id = models.BigIntegerField()
    document = models.CharField(max_length=40, null=True)  # noqa: DJ001 — absent is not the empty text
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=2)
    notes = models.TextField(blank=True)
    due_date = models.DateField(null=True)
    supply_date = models.DateField(null=True)
    net = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    corrects = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=16, default="sale")
    drafted_at = models.DateTimeField()
    series = models.CharField(max_length=10, null=True)  # noqa: DJ001 — as the rest of them
    year = models.SmallIntegerField(null=True)
    number = models.IntegerField(null=True)
    issue_date = models.DateField(null=True)
    buyer = models.JSONField(null=True)
    seller = models.JSONField(null=True)
    entry_id = models.BigIntegerField(null=True)
    content_hash = models.BinaryField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.TextField(null=True)  # noqa: DJ001 — as the rest of them

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "series", "year", "number"), name="invoice_number_once"),
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="invoice_once_per_entry"),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects__isnull=True) | Q(kind="credit_note", corrects__isnull=False),
                name="invoice_kind",
            ),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(condition=Q(subject__in=("sale", "cancellation_fee")), name="invoice_subject"),
        )
        indexes = (
            models.Index(fields=("id", "carrier_id"), name="invoice_in_order"),
            models.Index(fields=("customer_id", "id"), name="invoice_by_customer"),
            models.Index(fields=("document", "carrier_id"), condition=Q(document__isnull=False), name="invoice_of"),
            models.Index(fields=("corrects", "carrier_id"), condition=Q(corrects__isnull=False), name="invoice_notes"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.series}-{self.year}-{self.number}" if self.number else f"draft {self.id}"


class InvoiceLine(CarrierOwned):
    """A line of an invoice; `quantity_milli` is thousandths. A credit note's line names the position it corrects."""

    pk = models.CompositePrimaryKey("carrier_id", "invoice_id", "position")
    invoice_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    text = models.CharField(max_length=500)
    quantity_milli = models.BigIntegerField()
    unit_price = models.BigIntegerField()
    tax_bps = models.SmallIntegerField()
    tax_category = models.CharField(max_length=2)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    corrects = models.SmallIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(position__gt=0, quantity_milli__gt=0, unit_price__gte=0, net__gte=0, tax__gte=0)
                & Q(tax_bps__gte=0, tax_bps__lte=10_000),
                name="invoiceline_amounts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.text}"


class EInvoice(CarrierOwned):
    """The XML of EN 16931 that an issued document bears, as it was written with it; never changed and never deleted.

    Attributes:
        xml: UTF-8, as it is sent.
        xml_hash: SHA-256 of the invoice's own hash and this.
    """

    pk = models.CompositePrimaryKey("carrier_id", "invoice_id")
    invoice_id = models.BigIntegerField()
    xml = models.BinaryField()
    xml_hash = models.BinaryField()

    def __str__(self) -> str:
        return f"XML of invoice {self.invoice_id}"
