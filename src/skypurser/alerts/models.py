"""Who wants to be told of an account, and what has not been written to them yet."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from skypurser.access.tables import CarrierOwned


class Recipient(CarrierOwned):
    """Somebody to be told of an account by e-mail.

    Attributes:
        email: In small letters.
        language: `en` or `es`.
        occasions: Names of `settings.Occasion`, at least one.
        since: What happened up to this instant is not told (UTC); None tells whatever happens once the row is there.
    """

    pk = models.CompositePrimaryKey("carrier_id", "account_id", "email")
    account_id = models.BigIntegerField()
    email = models.TextField()
    language = models.CharField(max_length=2)
    occasions = ArrayField(models.TextField())
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(language__in=("en", "es")), name="alert_language"),
            models.CheckConstraint(condition=models.Q(occasions__len__gt=0), name="alert_on_some_occasion"),
        )

    def __str__(self) -> str:
        return f"{self.email} on account {self.account_id}"


class Notice(CarrierOwned):
    """An event that somebody is to be told of; gone with the letter that tells it."""

    pk = models.CompositePrimaryKey("carrier_id", "event_id", "email")
    event_id = models.BigIntegerField()
    email = models.TextField()
    language = models.CharField(max_length=2)
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"event {self.event_id} to {self.email}"
