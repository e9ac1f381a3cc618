"""What the tables of a carrier have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection, models
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


#: How many rows travel in one statement.
_AT_ONCE = 5_000


def insert_all(model: type[CarrierOwned], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add many rows in a few statements; a tenth of what making objects of them costs.

    Args:
        rows: Values by column, ready for JSON but for instants, the same columns in each. Columns that are left out get
            the database's default; the model's own defaults are not asked.

    Raises:
        IntegrityError: Nothing of the statement is written; whoever calls rolls back those before.
    """
    if not rows:
        return
    table = model._meta  # noqa: SLF001 — Django's documented way to ask a model for its fields
    types = {name: table.get_field(name).db_type(connection) for name in rows[0]}
    columns = ", ".join(types)
    taken = ", ".join(f"{name} {type_}" for name, type_ in types.items())
    statement = (
        f"INSERT INTO {table.db_table} ({columns})"  # noqa: S608 — our own names; values are parameters
        f" SELECT {columns} FROM json_to_recordset(%s::json) AS given({taken})"
    )
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _AT_ONCE):
            cursor.execute(statement, [msgspec.json.encode(rows[first : first + _AT_ONCE]).decode()])
