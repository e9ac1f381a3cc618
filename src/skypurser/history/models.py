"""Acts on accounts and refused attempts; rows are added and never changed."""

from django.db import models

from skypurser.access.tables import CarrierOwned, NextValue


class Act(CarrierOwned):
    """Something that somebody did; also what other systems are told about, in this order.

    `account_id` is the ledger's and stays when the account is deleted. `changes` maps a field to its old and its new
    value.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("history_act_id_seq"))
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    account_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    document = models.TextField(null=True)  # noqa: DJ001 — absent is not the empty text
    changes = models.JSONField(null=True)
    reference = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("account_id", "id"), name="act_by_account"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z {self.actor}: {self.action}"


class RefusedAttempt(CarrierOwned):
    """An attempt that was refused: the answer to "why couldn't the agency issue?".

    Amounts are minor units of `currency`. `account_named` is what the caller wrote, also when no such account exists.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("history_refusedattempt_id_seq"))
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

    class Meta:
        indexes = (models.Index(fields=("account_id", "id"), name="refusedattempt_by_account"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}Z {self.operation} {self.document or ''}: {self.code}"
