"""Which member was briefed on which day."""

from django.db import models

from skypurser.access.tables import CarrierOwned


class Briefed(CarrierOwned):
    """A member's day, by the carrier's calendar: there once what there was to tell is written, or was nothing."""

    pk = models.CompositePrimaryKey("carrier_id", "member_id", "day")
    member_id = models.BigIntegerField()
    day = models.DateField()
    has_letter = models.BooleanField()

    def __str__(self) -> str:
        return f"member {self.member_id} on {self.day}"
