"""What was sold, for many documents at once."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

_SOLD = """
SELECT t.carrier_id, t.document_number, t.form_of_payment, t.scope, t.route, t.fare, t.taxes, t.commission_mode,
       t.commission_rate_bps, t.commission
  FROM unnest(%s::integer[], %s::text[]) AS asked(carrier_id, document_number)
  JOIN tickets_ticket t ON t.carrier_id = asked.carrier_id AND t.document_number = asked.document_number
"""


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale as it was made, whatever was taken back since. Amounts are minor units of the account's currency.

    Attributes:
        commission_bps: The rate used, in hundredths of a percent of the fare.
    """

    form_of_payment: str
    scope: str
    route: tuple[str, ...]
    fare: int
    taxes: int
    commission_mode: str
    commission_bps: int
    commission: int


def sold(documents: Collection[tuple[int, str]]) -> dict[tuple[int, str], Sold]:
    """Return the sales by carrier and document number; for carriers that the transaction acts for."""
    if not documents:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [list(column) for column in zip(*documents, strict=True)])
        return {(row[0], row[1]): Sold(row[2], row[3], tuple(row[4].split("-")), *row[5:]) for row in cursor.fetchall()}
