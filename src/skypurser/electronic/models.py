"""Electronic accounts: whose they are, on what terms they buy, what waits for approval. The money is the ledger's."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from skypurser.access.tables import CarrierOwned, NextValue
from skypurser.commissions.rules import Mode

MODES = [mode.value for mode in Mode]


class ElectronicAccount(CarrierOwned):
    """An electronic account; `account_id` is the ledger's.

    Commission rates are a mode and hundredths of a percent of the fare without taxes; only agencies have those for
    sales by card. `time_zone` is the office's or client's, copied at opening.

    Source: KIU, "New Account" and "Account Management".
    """

    AGENCY = "agency"
    CORPORATE = "corporate"

    pk = models.CompositePrimaryKey("carrier_id", "account_id")
    account_id = models.BigIntegerField()
    type = models.CharField(max_length=9)
    office_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=20)
    city = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    credit_card = models.BooleanField(default=False)
    domestic_mode = models.CharField(max_length=5)
    domestic_bps = models.SmallIntegerField()
    international_mode = models.CharField(max_length=5)
    international_bps = models.SmallIntegerField()
    domestic_card_mode = models.CharField(max_length=5, null=True)  # noqa: DJ001 — corporates have none
    domestic_card_bps = models.SmallIntegerField(null=True)
    international_card_mode = models.CharField(max_length=5, null=True)  # noqa: DJ001 — corporates have none
    international_card_bps = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("carrier_id", "office_id", "currency"),
                condition=Q(office_id__isnull=False),
                name="one_account_per_office_and_currency",
            ),
            models.UniqueConstraint(
                fields=("carrier_id", "client_id", "currency"),
                condition=Q(client_id__isnull=False),
                name="one_account_per_client_and_currency",
            ),
            models.CheckConstraint(
                condition=Q(
                    type="agency",
                    office_id__isnull=False,
                    client_id__isnull=True,
                    domestic_card_mode__isnull=False,
                    domestic_card_bps__isnull=False,
                    international_card_mode__isnull=False,
                    international_card_bps__isnull=False,
                )
                | Q(
                    type="corporate",
                    office_id__isnull=True,
                    client_id__isnull=False,
                    credit_card=False,
                    domestic_card_mode__isnull=True,
                    domestic_card_bps__isnull=True,
                    international_card_mode__isnull=True,
                    international_card_bps__isnull=True,
                ),
                name="electronic_account_type",
            ),
            models.CheckConstraint(
                condition=Q(domestic_mode__in=MODES, international_mode__in=MODES)
                & (Q(domestic_card_mode__isnull=True) | Q(domestic_card_mode__in=MODES))
                & (Q(international_card_mode__isnull=True) | Q(international_card_mode__in=MODES)),
                name="commission_modes",
            ),
            models.CheckConstraint(
                condition=Q(domestic_bps__range=(0, 10_000), international_bps__range=(0, 10_000))
                & (Q(domestic_card_bps__isnull=True) | Q(domestic_card_bps__range=(0, 10_000)))
                & (Q(international_card_bps__isnull=True) | Q(international_card_bps__range=(0, 10_000))),
                name="commission_percents",
            ),
        )
        indexes = (
            models.Index(fields=("code", "carrier_id"), name="electronic_by_code"),
            # The order of the list of accounts.
            models.Index(fields=("type", "carrier_id", "code", "currency", "account_id"), name="electronic_in_order"),
            models.Index(
                fields=("city", "carrier_id", "type", "code", "currency", "account_id"), name="electronic_by_city"
            ),
            models.Index(fields=("country", "carrier_id", "city"), name="electronic_by_country"),
            models.Index(fields=("currency", "carrier_id"), name="electronic_by_currency"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.code} {self.currency}"


class RateChange(CarrierOwned):
    """What a mass change, by its job, made of an account's rates; what undoing it goes by.

    `before` and `after` are the rates as `str(Rule)` writes them, in the order of `mass.RATES`; a corporate client has
    no third and fourth. The account may be gone.
    """

    pk = models.CompositePrimaryKey("carrier_id", "job_id", "account_id")
    job_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    before = ArrayField(models.TextField(null=True))
    after = ArrayField(models.TextField(null=True))

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(before__len=4, after__len=4), name="ratechange_has_every_rate"),
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="ratechange_changes"),
        )

    def __str__(self) -> str:
        return f"rates of account {self.account_id} by job {self.job_id}"


class Approval(CarrierOwned):
    """Money to be moved by hand that waits for somebody else's approval, or did: on an electronic account or a card.

    The account's name and place are copied, so that they outlive it; of a card `type` is `card`, `code` its customer's
    and `name` its own. `other_account_id` is the card to which a transfer goes. `requested_by` and `decided_by` are
    names as the history has them, the ids those of members; `reason` is why it was declined. Once it is approved,
    `entry_id` and `item` are those of the movement. `reverses` is the entry that it takes back, where it is a reversal.
    """

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("electronic_approval_id_seq"))
    account_id = models.BigIntegerField()
    type = models.CharField(max_length=9)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=18)
    other_account_id = models.BigIntegerField(null=True)
    amount = models.BigIntegerField()
    reference = models.TextField()
    key = models.TextField()
    requested_by = models.TextField()
    requested_by_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=9, default=PENDING)
    decided_by = models.TextField(blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    entry_id = models.BigIntegerField(null=True)
    item = models.BigIntegerField(null=True)
    reverses = models.BigIntegerField(null=True)
    reverses_item = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & (
                    Q(kind__in=("credit", "debit"), type__in=("agency", "corporate"), other_account_id__isnull=True)
                    | Q(
                        kind__in=("card_funds_added", "card_funds_removed", "card_opening", "card_closed"),
                        type="card",
                        other_account_id__isnull=True,
                    )
                    | Q(kind="card_transfer", type="card", other_account_id__isnull=False)
                ),
                name="approval_kind",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True, decided_by="", entry_id__isnull=True)
                | Q(status="approved", decided_at__isnull=False, entry_id__isnull=False, item__isnull=False)
                | Q(status__in=("declined", "withdrawn"), decided_at__isnull=False, entry_id__isnull=True),
                name="approval_status",
            ),
            # A request is withdrawn by whoever made it, and decided by somebody else: by the names that the history
            # has. For members the ids tell.
            models.CheckConstraint(
                condition=Q(status="pending")
                | Q(status="withdrawn", decided_by=models.F("requested_by"))
                | (
                    Q(status__in=("approved", "declined"), decided_by_id__isnull=False)
                    & ~Q(decided_by=models.F("requested_by"))
                    & (Q(requested_by_id__isnull=True) | ~Q(decided_by_id=models.F("requested_by_id")))
                ),
                name="approval_four_eyes",
            ),
            models.UniqueConstraint(fields=("carrier_id", "entry_id"), name="approval_entry_once"),
            models.UniqueConstraint(
                fields=("carrier_id", "reverses"),
                condition=Q(status="pending", reverses__isnull=False),
                name="approval_reversal_once",
            ),
        )
        indexes = (
            models.Index(fields=("id", "carrier_id"), condition=Q(status="pending"), name="approval_pending"),
            models.Index(fields=("account_id", "id"), name="approval_by_account"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount} {self.currency}: {self.status}"
