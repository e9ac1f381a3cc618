"""Acts on accounts, refused attempts, and the events that others are told of them; rows are added, never changed."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.expressions import Func

from skypurser.access.tables import CarrierOwned, NextValue


class CurrentTransaction(Func):
    """The number of the transaction that writes the row, as a column default."""

    template = "(pg_current_xact_id()::text)::bigint"
    allowed_default = True
    arity = 0

    def __init__(self, **extra: Any) -> None:
        super().__init__(output_field=models.BigIntegerField(), **extra)


def _by_transaction(name: str) -> BrinIndex:
    """Return an index that costs a posting nothing: rows lie in the order of their transactions, nearly."""
    return BrinIndex(fields=("tx",), name=name, pages_per_range=32, autosummarize=True)


class Act(CarrierOwned):
    """Something that somebody did.

    `account_id` is the ledger's and stays when the account is deleted; `customer_id` is a charter customer's, of what
    is no account's, or of a sale that the account, a card, pays. `changes` maps a field to its old and its new value.
    `tx` is the transaction that wrote it, by which the outbox finds what has been committed since.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("history_fact_id_seq"))
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    account_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    document = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    changes = models.JSONField(null=True)
    reference = models.TextField()
    tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        indexes = (
            models.Index(fields=("account_id", "id"), name="act_by_account"),
            # Few acts are a customer's, and a posting's never are.
            models.Index(
                fields=("customer_id", "id"), condition=models.Q(customer_id__isnull=False), name="act_by_customer"
            ),
            _by_transaction("act_by_tx"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z {self.actor}: {self.action}"


class RefusedAttempt(CarrierOwned):
    """An attempt that was refused: the answer to "why couldn't the agency issue?".

    Amounts are minor units of `currency`. `account_named` is what the caller wrote, also when no such account exists.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("history_fact_id_seq"))
    at = models.DateTimeField()
    actor = models.TextField()
    operation = models.TextField()
    key = models.TextField()
    code = models.TextField()
    account_id = models.BigIntegerField(null=True)
    account_named = models.TextField()
    currency = models.TextField()
    document = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    available_minor = models.BigIntegerField(null=True)
    shortfall_minor = models.BigIntegerField(null=True)
    facts = models.JSONField(null=True)
    tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        indexes = (
            models.Index(fields=("account_id", "id"), name="refusedattempt_by_account"),
            _by_transaction("refusedattempt_by_tx"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z {self.operation} {self.document or ''}: {self.code}"


class Event(CarrierOwned):
    """A fact that others are told, in words that are public. `id` rises in the order of commits: one relay draws it.

    Attributes:
        source, source_id: The row it was made of; each makes one event at most.
        account_id: The ledger's; None for what concerns no account that exists.
        occurred_at: The fact's own clock, UTC.
        data: Ready for JSON; amounts are decimal strings.
    """

    ACT = "act"
    REFUSAL = "refusal"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("history_event_id_seq"))
    type = models.TextField()
    account_id = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField()
    data = models.JSONField()
    source = models.TextField()
    source_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "source", "source_id"), name="event_once_per_fact"),
            models.CheckConstraint(condition=models.Q(source__in=("act", "refusal")), name="event_source"),
        )
        indexes = (models.Index(fields=("account_id", "id"), name="event_by_account"),)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Relay(models.Model):
    """How far the relay has come: one row, of the installation and of no carrier.

    Attributes:
        cluster: The database cluster that `seen` was taken in; transaction numbers mean nothing in another.
        seen: A snapshot, as PostgreSQL writes it: all that it shows has been relayed.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    cluster = models.BigIntegerField(null=True)
    seen = models.TextField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="relay_one_row"),)

    def __str__(self) -> str:
        return f"relayed what {self.seen} shows"
