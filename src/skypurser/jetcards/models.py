"""Cards, the persons who may use them, and transfers between them. The money is the ledger's."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from skypurser.access.tables import CarrierOwned, NextValue


class JetCard(CarrierOwned):
    """A card of a charter customer; `account_id` is the ledger's, and what the card is known by.

    `currency` is the customer's. `closed_at` is set when the ledger's account is closed, in the same transaction.

    Source: FL3XX, "Adding Jet Cards".
    """

    pk = models.CompositePrimaryKey("carrier_id", "account_id")
    account_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "carrier_id",
                "customer_id",
                Lower("name"),
                condition=Q(closed_at__isnull=True),
                name="card_name_once_per_customer",
            ),
        )
        indexes = (
            models.Index(fields=("customer_id", "carrier_id", "name", "account_id"), name="card_by_customer"),
            # The order of the list of all cards.
            models.Index(fields=("account_id", "carrier_id"), name="card_in_order"),
        )

    def __str__(self) -> str:
        return f"card {self.name} ({self.currency})"


class CardPerson(CarrierOwned):
    """A person to whom a card is assigned. A card without any is everybody's on the customer's account."""

    pk = models.CompositePrimaryKey("carrier_id", "account_id", "person_id")
    account_id = models.BigIntegerField()
    person_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"card {self.account_id} for person {self.person_id}"


class CardTransfer(CarrierOwned):
    """Money moved from one card to another of the same customer: two entries, which are there together or not at all.

    Both entries bear the document `transfer:<id>`.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("jetcards_cardtransfer_id_seq"))
    from_account_id = models.BigIntegerField()
    to_account_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    from_entry_id = models.BigIntegerField()
    to_entry_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(from_account_id=F("to_account_id")), name="cardtransfer_between_two"
            ),
            models.UniqueConstraint(fields=("carrier_id", "from_entry_id"), name="cardtransfer_from_once"),
            models.UniqueConstraint(fields=("carrier_id", "to_entry_id"), name="cardtransfer_to_once"),
        )

    def __str__(self) -> str:
        return f"transfer {self.id} of {self.amount}"
