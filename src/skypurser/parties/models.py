"""Agency offices, corporate clients, charter customers and their persons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from skypurser.access.tables import CarrierOwned, NextValue


class Office(CarrierOwned):
    """An office of a travel agency outside BSP. `time_zone` is its airport's; business dates follow it.

    Source: KIU, "New Account", Travel Agency.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("parties_office_id_seq"))
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    issue_id = models.CharField(max_length=20)
    city = models.CharField(max_length=3)
    airport = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "code"), name="office_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,20}$"), name="office_code_shape"),
        )
        indexes = (models.Index(fields=("issue_id", "carrier_id", "code"), name="office_by_issue_id"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Client(CarrierOwned):
    """A corporate client in one city; the same code may stand in two cities.

    Source: KIU, "New Account", Corporate.
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("parties_client_id_seq"))
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=3)
    airport = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    agency_involved = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "code", "city"), name="client_code_once_per_city"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,20}$"), name="client_code_shape"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Customer(CarrierOwned):
    """A charter client: a company or a person, with the data that bills bear.

    `currency` is that of the account statement and of all cards, the carrier's main currency, fixed at the opening.
    `sort_name` is the name without accents, capitals and signs, by which lists are sorted.

    Source: FL3XX, "Account Page".
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("parties_customer_id_seq"))
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=7)
    name = models.CharField(max_length=200)
    sort_name = models.TextField()
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    legal_name = models.CharField(max_length=200, blank=True)
    address_lines = ArrayField(models.CharField(max_length=200), default=list)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("carrier_id", "code"), name="customer_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,20}$"), name="customer_code_shape"),
            models.CheckConstraint(
                condition=Q(kind__in=("company", "person"), language__in=("en", "es")), name="customer_kind"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="customer_currency_shape"),
            models.CheckConstraint(condition=Q(country__regex=r"^([A-Z]{2})?$"), name="customer_country_shape"),
        )
        indexes = (models.Index(fields=("sort_name", "id", "carrier_id"), name="customer_in_order"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Person(CarrierOwned):
    """A person of a charter client, who may fly on its account. Whoever leaves is inactive, and never deleted.

    Source: FL3XX, "Account Persons".
    """

    pk = models.CompositePrimaryKey("carrier_id", "id")
    id = models.BigIntegerField(db_default=NextValue("parties_person_id_seq"))
    customer_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "carrier_id",
                "customer_id",
                Lower("email"),
                condition=~Q(email=""),
                name="person_email_once_per_customer",
            ),
        )
        indexes = (models.Index(fields=("customer_id", "id"), name="person_by_customer"),)

    def __str__(self) -> str:
        return self.name
