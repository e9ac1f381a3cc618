"""Roll-ups by place and currency. Nothing rests on them: they are made anew from accounts and tickets at any time.

Rows without country and city are those of all places together. Amounts are minor units of the currency; sums
of many accounts may exceed 64 bits.
"""

from django.db import models

from skypurser.access.tables import CarrierOwned


class Exposure(CarrierOwned):
    """What the accounts of one place and currency owe and have, and how many of them want attention."""

    pk = models.CompositePrimaryKey("carrier_id", "country", "city", "currency")
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    accounts = models.IntegerField()
    total_to_pay = models.DecimalField(max_digits=30, decimal_places=0)
    credit_limit = models.DecimalField(max_digits=30, decimal_places=0)
    held = models.DecimalField(max_digits=30, decimal_places=0)
    available = models.DecimalField(max_digits=30, decimal_places=0)
    near_limit = models.IntegerField()
    over_limit = models.IntegerField()
    low = models.IntegerField()
    suspended = models.IntegerField()
    inhibited = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.accounts} accounts in {self.city}, {self.currency}"


class Sales(CarrierOwned):
    """Tickets sold, and not voided since, on one date of issue in one place and currency: fare and taxes."""

    pk = models.CompositePrimaryKey("carrier_id", "country", "city", "currency", "issue_date")
    issue_date = models.DateField()
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    tickets = models.IntegerField()
    amount = models.DecimalField(max_digits=30, decimal_places=0)

    def __str__(self) -> str:
        return f"{self.tickets} tickets on {self.issue_date} in {self.city}, {self.currency}"


class MadeAt(CarrierOwned):
    """When a roll-up was made: `exposure` or `sales`."""

    pk = models.CompositePrimaryKey("carrier_id", "what")
    what = models.CharField(max_length=8)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} of {self.at}"
