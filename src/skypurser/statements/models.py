"""The statements that cut-offs froze, where they are sent, and what a cut-off of many accounts made of each.

The database keeps statements in a chain without a gap (migrations/0002).
"""

from django.db import models
from django.db.models import F, Q

from skypurser.access.tables import CarrierOwned


class Statement(CarrierOwned):
    """What an account had at the end of a period that was closed with it. Never changed; amounts are minor units.

    Its lines are the ledger's: the movements that bear a date of its period, which none can bear any more.

    Attributes:
        number: 1, 2, 3 … per account.
        previous, opened_after: Number of the statement before, and its last date; null for the first.
        through: The cut-off date, the last of the period.
        closing: Net after all that bears this date or an earlier one: `opening + credits - debits`.
        movements: How many there are in the period; the marker is none of them.
        held, credit_limit, available: As of `as_of`: the end of the last date, or the making where that came first.
        entry_id, item: The movement that marks the cut-off.
        content: Whose account it is and who keeps it, as they were called then (see `content.py`).
        content_hash: SHA-256 of all it says, the hash before, and the marker's digest, which stands for the lines.
    """

    pk = models.CompositePrimaryKey("carrier_id", "account_id", "number")
    account_id = models.BigIntegerField()
    number = models.IntegerField()
    previous = models.IntegerField(null=True)
    opened_after = models.DateField(null=True)
    through = models.DateField()
    currency = models.CharField(max_length=3)
    opening = models.BigIntegerField()
    debits = models.BigIntegerField()
    credits = models.BigIntegerField()
    closing = models.BigIntegerField()
    movements = models.BigIntegerField()
    held = models.BigIntegerField()
    credit_limit = models.BigIntegerField()
    available = models.BigIntegerField()
    as_of = models.DateTimeField()
    entry_id = models.BigIntegerField()
    item = models.BigIntegerField()
    reference = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    language = models.CharField(max_length=2)
    content = models.JSONField()
    content_hash = models.BinaryField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("credits") - F("debits")), name="statement_sum"
            ),
            models.CheckConstraint(
                condition=Q(available=F("closing") + F("credit_limit") - F("held")), name="statement_available"
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous__isnull=True, opened_after__isnull=True, opening=0)
                | Q(
                    number__gt=1,
                    previous__isnull=False,
                    previous=F("number") - 1,
                    opened_after__isnull=False,
                    opened_after__lt=F("through"),
                ),
                name="statement_follows",
            ),
            models.CheckConstraint(
                condition=Q(debits__gte=0, credits__gte=0, movements__gte=0, held__gte=0, credit_limit__gte=0),
                name="statement_not_negative",
            ),
            models.CheckConstraint(condition=Q(language__in=("en", "es")), name="statement_language"),
            models.UniqueConstraint(
                fields=("carrier_id", "account_id", "number", "closing", "through"), name="statement_ends_once"
            ),
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="statement_marker_once"),
        )

    def __str__(self) -> str:
        return f"statement {self.number} of account {self.account_id}, through {self.through}"


class Address(CarrierOwned):
    """Where an account's statements are sent when nobody types an address.

    Attributes:
        is_chosen: It was set for the account, and stays until it is set again; otherwise it is that of the last
            statement.
    """

    pk = models.CompositePrimaryKey("carrier_id", "account_id")
    account_id = models.BigIntegerField()
    email = models.TextField()
    language = models.CharField(max_length=2)
    is_chosen = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(language__in=("en", "es")), name="statement_address_language"),
            models.CheckConstraint(condition=~Q(email=""), name="statement_address_is_one"),
        )

    def __str__(self) -> str:
        return f"{self.email} for account {self.account_id}"


class Part(CarrierOwned):
    """An account of a cut-off of many, by its job: what was confirmed of it, and what became of it.

    The account's name and place in the list are copied, so that they outlive it.

    Attributes:
        email, language: Where its statement goes, as the preview showed it; empty where there is no address.
        outcome: `waiting` until the job comes to it; `left_out` where it was clear before.
        reason: The refusal's code, where it was refused or left out.
        number, closing: Of the statement, `closing` in minor units; null where none was made.
    """

    WAITING, MADE, REFUSED, LEFT_OUT = "waiting", "made", "refused", "left_out"

    pk = models.CompositePrimaryKey("carrier_id", "job_id", "account_id")
    job_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    code = models.CharField(max_length=20)
    city = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    email = models.TextField(default="")
    language = models.CharField(max_length=2, default="")
    outcome = models.TextField(default=WAITING)
    reason = models.TextField(default="")
    number = models.IntegerField(null=True)
    closing = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="waiting", reason="", number__isnull=True, closing__isnull=True)
                | Q(outcome="made", reason="", number__isnull=False, closing__isnull=False)
                | (Q(outcome__in=("refused", "left_out"), number__isnull=True, closing__isnull=True) & ~Q(reason="")),
                name="part_outcome",
            ),
        )
        indexes = (
            models.Index(
                fields=("job_id", "account_id", "carrier_id"), condition=Q(outcome="waiting"), name="part_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"account {self.account_id} by job {self.job_id}: {self.outcome}"
