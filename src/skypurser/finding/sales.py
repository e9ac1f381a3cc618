"""Quotes and bookings by the number that people call them by: one statement, each by its unique number."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection

from skypurser.access.actors import Actor
from skypurser.charter.views import READING

# What stands before the number, in the languages of the desk.
_NUMBER = re.compile(
    r"(?:(?P<quote>quote|cotizaci[oó]n)|(?P<booking>booking|reserva))?\s*#?\s*(?P<number>[0-9]{1,18})", re.IGNORECASE
)

# Where jet cards are switched off, nothing is found. A draft for nobody yet is everybody's.
_FOUND = """
SELECT s.kind, s.id, s.currency, s.price, s.status, coalesce(p.name, '')
  FROM (SELECT 'quote' AS kind, carrier_id, id, currency, price, customer_id,
               CASE WHEN status = 'quoted' AND valid_until <= clock_timestamp() THEN 'expired' ELSE status END AS status
          FROM charter_quote WHERE carrier_id = %(carrier)s AND id = %(number)s
        UNION ALL
        SELECT 'booking', carrier_id, id, currency, price, customer_id, status
          FROM charter_booking WHERE carrier_id = %(carrier)s AND id = %(number)s) s
  JOIN access_carrier k ON k.id = s.carrier_id AND k.has_jet_cards
  LEFT JOIN parties_customer p ON p.carrier_id = s.carrier_id AND p.id = s.customer_id
 WHERE s.kind = ANY(%(kinds)s) AND (%(everywhere)s OR p.id IS NULL OR p.country = ANY(%(countries)s))
 ORDER BY s.kind DESC
"""


@dataclass(frozen=True, slots=True)
class FoundSale:
    """A quote or booking, which `kind` tells; its id is its number. `customer` is a name, empty for nobody yet.

    `price` is minor units.
    """

    kind: str
    id: int
    currency: str
    price: int
    status: str
    customer: str


def sales(text: str, *, actor: Actor) -> list[FoundSale]:
    """Return the quote and the booking with this number ("17", "#17", "quote 17"); inside `reading_for`.

    Who may not read quotes finds nothing.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not actor.permissions.intersection(READING):
        return []
    kinds = [kind for kind in ("quote", "booking") if match[kind]] or ["quote", "booking"]
    asked: dict[str, Any] = {
        "carrier": actor.carrier_id,
        "number": int(match["number"]),
        "kinds": kinds,
        "everywhere": not actor.is_limited,
        "countries": sorted(actor.countries),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, asked)
        return [FoundSale(*row) for row in cursor.fetchall()]
