"""The ledger's tables. Nothing outside this package touches them; the database guards them (migrations/0003).

Amounts are integers of the account's minor unit and never negative; a debit lowers what the holder may spend, a
credit raises it.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue
from skypurser.ledger.states import Control, HoldStatus, Outcome, Status


def _one_of(values: type[Any]) -> list[str]:
    return [member.value for member in values]


class Account(CarrierOwned):
    """A customer's account: the row that is locked, so it is small and its changing columns are not indexed.

    Attributes:
        debits, credits: Sums of all movements. `credits - debits` is the net.
        held: Sum of the open holds, those past their expiry included until they are resolved.
        last_item, last_posted_at, digest: Of the newest movement.
        closed_through: The newest cut-off date; no movement may bear this business date or an earlier one.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("ledger_account_id_seq"))
    currency = models.CharField(max_length=3)
    status = models.TextField(default=Status.ACTIVE)
    credit_limit = models.BigIntegerField(default=0)
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    last_item = models.BigIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True)
    digest = models.BinaryField(default=b"")
    closed_through = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="account_currency_shape"),
            models.CheckConstraint(condition=Q(status__in=_one_of(Status)), name="account_status"),
            models.CheckConstraint(
                condition=Q(credit_limit__gte=0, debits__gte=0, credits__gte=0, held__gte=0, last_item__gte=0),
                name="account_sums_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"account {self.id} ({self.currency})"


class Entry(CarrierOwned):
    """A journal entry: what its lines have in common.

    Attributes:
        occurred_at: When it happened by the clock of whoever acted.
        posted_at: When it was written, by the database's clock, read after the lock.
        reverses: The entry that this one takes back, in whole or in part.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("ledger_entry_id_seq"))
    kind = models.TextField()
    currency = models.CharField(max_length=3)
    document = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    reference = models.TextField()
    actor = models.TextField()
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    reverses = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("reverses",), condition=Q(reverses__isnull=False), name="entry_reverses"),)

    def __str__(self) -> str:
        return f"entry {self.id}: {self.kind}"


class Line(CarrierOwned):
    """One side of an entry: on a customer's account (then it is a movement) or on a control account.

    Attributes:
        net, available: After this movement.
        business_date: In the time zone of the office; `original_date` where a closed period moved it.
        digest: SHA-256 over this movement and the digest of the one before (see `digests.py`).
    """

    pk = models.CompositePrimaryKey("carrier_id", "entry_id", "position")
    entry_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    account_id = models.BigIntegerField(null=True)
    control = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    item = models.BigIntegerField(null=True)
    net = models.BigIntegerField(null=True)
    available = models.BigIntegerField(null=True)
    business_date = models.DateField(null=True)
    original_date = models.DateField(null=True)
    digest = models.BinaryField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("carrier_id", "account_id", "item"),
                condition=Q(account_id__isnull=False),
                name="line_item_once",
            ),
            models.CheckConstraint(
                condition=Q(debit__gte=0, credit__gte=0) & (Q(debit=0) | Q(credit=0)), name="line_one_side"
            ),
            models.CheckConstraint(
                condition=Q(
                    account_id__isnull=False,
                    control__isnull=True,
                    item__gt=0,
                    net__isnull=False,
                    available__isnull=False,
                    business_date__isnull=False,
                    digest__isnull=False,
                )
                | Q(
                    account_id__isnull=True,
                    control__in=_one_of(Control),
                    item__isnull=True,
                    net__isnull=True,
                    available__isnull=True,
                    business_date__isnull=True,
                    original_date__isnull=True,
                    digest__isnull=True,
                ),
                name="line_movement_or_control",
            ),
        )

    def __str__(self) -> str:
        return f"entry {self.entry_id}/{self.position}: {self.debit} / {self.credit}"


class Hold(CarrierOwned):
    """Money set aside: lowers what is available at once and posts nothing. It ends at most once."""

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("ledger_entry_id_seq"))
    account_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    status = models.TextField(default=HoldStatus.OPEN)
    captured = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    entry_id = models.BigIntegerField(null=True)
    document = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    reference = models.TextField()
    actor = models.TextField()

    class Meta:
        indexes = (
            models.Index(fields=("account_id", "id"), name="hold_by_account"),
            models.Index(
                fields=("account_id", "expires_at"),
                condition=Q(status="OPEN"),
                name="hold_open",
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(status__in=_one_of(HoldStatus)), name="hold_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount"),
            models.CheckConstraint(
                condition=Q(status=HoldStatus.OPEN, resolved_at__isnull=True, captured=0, entry_id__isnull=True)
                | Q(
                    status=HoldStatus.CAPTURED,
                    resolved_at__isnull=False,
                    captured__gt=0,
                    entry_id__isnull=False,
                )
                | Q(
                    status__in=(HoldStatus.RELEASED, HoldStatus.EXPIRED),
                    resolved_at__isnull=False,
                    captured=0,
                    entry_id__isnull=True,
                ),
                name="hold_resolution",
            ),
        )

    def __str__(self) -> str:
        return f"hold {self.id}: {self.amount} {self.status}"


class Key(CarrierOwned):
    """An idempotency key and the answer that it is bound to."""

    pk = models.CompositePrimaryKey("carrier_id", "key")
    key = models.TextField()
    fingerprint = models.BinaryField()
    outcome = models.TextField()
    code = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    entry_id = models.BigIntegerField(null=True)
    facts = models.JSONField()
    bound_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=(Outcome.POSTED, Outcome.RECORDED), code__isnull=True)
                | Q(outcome=Outcome.REFUSED, code__isnull=False),
                name="key_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"


class ControlTotal(CarrierOwned):
    """A part of a control account's balance; the balance is the sum of its parts, exact at any moment.

    Every batch adds one part per control account, so that no sale waits for another at the seller's own accounts;
    `control.roll_up` replaces many parts by their sum.
    """

    pk = models.CompositePrimaryKey("carrier_id", "control", "currency", "id")
    control = models.TextField()
    currency = models.CharField(max_length=3)
    id = models.BigIntegerField(db_default=NextValue("ledger_controltotal_id_seq"))
    debits = models.BigIntegerField()
    credits = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(debits__gte=0, credits__gte=0), name="controltotal_not_negative"),
            models.CheckConstraint(condition=Q(control__in=_one_of(Control)), name="controltotal_control"),
        )

    def __str__(self) -> str:
        return f"{self.control} {self.currency}: {self.debits} / {self.credits}"
