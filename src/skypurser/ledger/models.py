"""The ledger's tables. Nothing outside this package touches them; the database guards them (migrations/0003).

Amounts are integers of the account's minor unit and never negative, but for an entry's `amounts`; a debit lowers what
the holder may spend, a credit raises it. What a column may hold is said there too: the tables of every sale have
domains instead of CHECKs where one column is concerned, since PostgreSQL parses CHECKs anew for each statement.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue
from skypurser.ledger.states import HoldStatus, Status


def _one_of(values: type[Any]) -> list[str]:
    return [member.value for member in values]


class Account(CarrierOwned):
    """A customer's account: the row that is locked, so it is small and its changing columns are not indexed.

    Attributes:
        debits, credits: Sums of all movements. `credits - debits` is the net.
        held: Sum of the open holds, those past their expiry included until they are resolved.
        last_item, last_posted_at, digest: Of the newest movement.
        closed_through: The newest cut-off date; no movement may bear this business date or an earlier one.
        low_at: Below this much available somebody wants to know, in minor units, or below zero, in percent of the
            credit limit; null for the usual part of it.
        low_since: When available fell below it (see `thresholds.py`).
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
    low_at = models.BigIntegerField(null=True)
    low_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"account {self.id} ({self.currency})"


class Entry(CarrierOwned):
    """A journal entry, whole in one row: at most one movement on a customer's account, and the control accounts' side.

    The view `ledger_line` shows the same line by line.

    Attributes:
        occurred_at: When it happened by the clock of whoever acted.
        posted_at: When it was written, by the database's clock, read after the lock.
        reverses: The entry that this one takes back, in whole or in part.
        account_id, item, net, available, business_date, digest: Of the movement; all null where no account moves.
        net, available: After this movement.
        business_date: In the time zone of the office; `original_date` where a closed period moved it.
        digest: SHA-256 over this entry and the digest of the account's movement before it (see `digests.py`).
        controls, amounts: The control accounts' lines: name, and amount, a debit above zero and a credit below.
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
    account_id = models.BigIntegerField(null=True)
    item = models.BigIntegerField(null=True)
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    net = models.BigIntegerField(null=True)
    available = models.BigIntegerField(null=True)
    business_date = models.DateField(null=True)
    original_date = models.DateField(null=True)
    digest = models.BinaryField(null=True)
    controls = ArrayField(models.TextField())
    amounts = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = (models.Index(fields=("reverses",), condition=Q(reverses__isnull=False), name="entry_reverses"),)
        constraints = (
            models.UniqueConstraint(
                fields=("carrier_id", "account_id", "item"),
                condition=Q(account_id__isnull=False),
                name="movement_item_once",
            ),
        )

    def __str__(self) -> str:
        return f"entry {self.id}: {self.kind}"


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

    def __str__(self) -> str:
        return f"{self.control} {self.currency}: {self.debits} / {self.credits}"
