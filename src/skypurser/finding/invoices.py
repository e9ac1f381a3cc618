"""The invoice or credit note with exactly this number."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.invoices.numbering import parse, written

# Where jet cards are switched off, nothing is found.
_FOUND = """
SELECT i.id, i.kind, i.series, i.year, i.number, p.name, p.code, i.issue_date, i.currency, i.net + i.tax
  FROM invoices_invoice i
  JOIN parties_customer p ON p.carrier_id = i.carrier_id AND p.id = i.customer_id
  JOIN access_carrier k ON k.id = i.carrier_id AND k.has_jet_cards
 WHERE i.carrier_id = %s AND (i.series, i.year, i.number) = (%s, %s, %s) AND (%s OR p.country = ANY(%s))
"""


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    """An issued invoice or credit note (`kind`); `total` in minor units of its currency."""

    id: int
    kind: str
    number: str
    customer: str
    customer_code: str
    issue_date: date
    currency: str
    total: int


def invoice(text: str, *, actor: Actor) -> FoundInvoice | None:
    """Return what bears this number, in capitals or not; inside `reading_for`.

    Who may not read invoices, or not those of this customer, finds nothing.
    """
    asked = parse(text)
    if asked is None or not actor.permissions & {Permission.INVOICES, Permission.SALES}:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [actor.carrier_id, *asked, not actor.is_limited, sorted(actor.countries)])
        row = cursor.fetchone()
    if row is None:
        return None
    invoice_id, kind, series, year, number, *rest = row
    return FoundInvoice(invoice_id, kind, written(series=series, year=year, number=number), *rest)
