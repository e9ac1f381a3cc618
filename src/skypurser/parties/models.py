"""Agency offices and corporate clients."""

from django.db import models
from django.db.models import Q

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
