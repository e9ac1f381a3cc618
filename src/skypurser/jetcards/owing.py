"""What a carrier owes its customers: all that is on their open cards, by currency. And how many cards run low."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.ledger.queries import ACCOUNTS, AVAILABLE
from skypurser.parties.clientele import require_reading

_OWED = f"""
SELECT c.currency, count(*), sum(s.credits - s.debits)::bigint, sum(s.held)::bigint, sum({AVAILABLE})::bigint,
       count(*) FILTER (WHERE s.low_since IS NOT NULL)
  FROM jetcards_jetcard c
  JOIN access_carrier k ON k.id = c.carrier_id AND k.has_jet_cards
  JOIN parties_customer p ON p.carrier_id = c.carrier_id AND p.id = c.customer_id
  JOIN {ACCOUNTS} s ON s.carrier_id = c.carrier_id AND s.account_id = c.account_id
 WHERE c.carrier_id = %(carrier)s AND c.closed_at IS NULL
   AND (%(everywhere)s OR p.country = ANY(%(countries)s))
 GROUP BY c.currency ORDER BY c.currency
"""  # noqa: S608 — our own text


@dataclass(frozen=True, slots=True)
class Owed:
    """What is on the open cards in one currency, in its minor units.

    Attributes:
        low: How many of the cards are low.
    """

    currency: str
    cards: int
    net: int
    held: int
    available: int
    low: int


def owed(*, actor: Actor) -> list[Owed]:
    """Return what is on the open cards of the customers within the actor's reach, by currency.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_reading(actor)
    asked: dict[str, Any] = {
        "carrier": actor.carrier_id,
        "everywhere": not actor.is_limited,
        "countries": sorted(actor.countries),
    }
    with reading_for(actor.carrier_id), connection.cursor() as cursor:
        cursor.execute(_OWED, asked)
        found = [Owed(*row) for row in cursor.fetchall()]
    if not found:
        require_jet_cards(actor.carrier_id)
    return found
