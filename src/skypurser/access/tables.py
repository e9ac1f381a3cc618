"""What the tables of a carrier have in common."""

from typing import Any

from django.db import models
from django.db.models.expressions import Func


class NextValue(Func):
    """The next number of a sequence, as a column default; the row's half of a key led by `carrier_id`."""

    template = "nextval('%(sequence)s'::regclass)"
    allowed_default = True
    arity = 0

    def __init__(self, sequence: str, **extra: Any) -> None:
        super().__init__(output_field=models.BigIntegerField(), sequence=sequence, **extra)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Tell a migration how to make this expression again."""
        return "skypurser.access.tables.NextValue", [self.extra["sequence"]], {}


class CarrierOwned(models.Model):
    """A row that belongs to one carrier.

    Every key of such a table begins with `carrier_id`, so that the schema can be distributed by carrier, and a
    row-level security policy hides the row from everybody else (see `isolation.py`). Plain indexes do not begin with
    it: two indexes with the same beginning look alike to a planner who knows a table as small, and a plan made then
    outlives the smallness.
    """

    carrier_id = models.IntegerField()

    class Meta:
        abstract = True
