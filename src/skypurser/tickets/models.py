"""Tickets and EMDs as they were sold, and what was taken back of them."""

from django.db import models

from skypurser.access.tables import CarrierOwned


class Ticket(CarrierOwned):
    """A ticket or EMD. Amounts are minor units of the account's currency.

    What was sold never changes; only `status` and what was taken back so far do. `document_number` has 13 digits and no
    check digit. The commission rule that applied is copied: mode, its percentage, the rate used (hundredths of a
    percent) and, as the base, the fare. `entry_id` is the ledger's, where the sale moved money.
    """

    pk = models.CompositePrimaryKey("carrier_id", "document_number")
    document_number = models.CharField(max_length=13)
    account_id = models.BigIntegerField()
    form_of_payment = models.TextField()
    scope = models.TextField()
    route = models.TextField()
    fare = models.BigIntegerField()
    taxes = models.BigIntegerField()
    commission_mode = models.TextField()
    commission_percent_bps = models.SmallIntegerField()
    commission_rate_bps = models.SmallIntegerField()
    commission = models.BigIntegerField()
    settlement = models.TextField()
    issued_at = models.DateTimeField()
    issue_date = models.DateField()
    passenger = models.TextField()
    reference = models.TextField()
    entry_id = models.BigIntegerField(null=True)
    status = models.TextField(db_default="ISSUED")
    refunds = models.IntegerField(db_default=0)
    refunded_fare = models.BigIntegerField(db_default=0)
    refunded_taxes = models.BigIntegerField(db_default=0)
    recalled_commission = models.BigIntegerField(db_default=0)

    class Meta:
        indexes = (
            models.Index(fields=("account_id", "issue_date", "document_number"), name="ticket_by_account"),
            models.Index(fields=("issue_date", "carrier_id", "document_number"), name="ticket_by_date"),
        )

    def __str__(self) -> str:
        return self.document_number
