"""Charter customers, by themselves or one of their persons, and their cards: one statement, a few of each.

A carrier's customers are few beside its accounts and tickets, so no index of trigrams is kept for them.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from skypurser.access.actors import Actor
from skypurser.ledger.queries import ACCOUNTS, AVAILABLE, containing
from skypurser.parties.clientele import READING
from skypurser.parties.texts import sort_name

# Where jet cards are switched off, nothing is found. What is closed is on the account page of its customer.
_FOUND = f"""
(SELECT p.id, p.code, p.name, p.email, p.city, coalesce(person.name, ''), NULL::bigint, '', p.currency, 0::bigint, false
   FROM parties_customer p JOIN access_carrier k ON k.id = p.carrier_id AND k.has_jet_cards
   LEFT JOIN LATERAL (
        SELECT q.name FROM parties_person q
         WHERE q.carrier_id = p.carrier_id AND q.customer_id = p.id
           AND (q.name ILIKE %(like)s OR q.email ILIKE %(like)s)
         ORDER BY q.is_active DESC, q.name, q.id LIMIT 1) person ON true
  WHERE p.carrier_id = %(carrier)s AND (%(everywhere)s OR p.country = ANY(%(countries)s))
    AND (p.code ILIKE %(like)s OR p.name ILIKE %(like)s OR p.legal_name ILIKE %(like)s OR p.email ILIKE %(like)s
         OR p.tax_number ILIKE %(like)s OR p.sort_name LIKE %(plain)s
         OR person.name IS NOT NULL)
  ORDER BY p.code <> %(code)s, p.sort_name, p.id LIMIT %(most)s)
UNION ALL
(SELECT p.id, p.code, p.name, p.email, p.city, '', c.account_id, c.name, c.currency, {AVAILABLE},
        s.low_since IS NOT NULL
   FROM jetcards_jetcard c
   JOIN parties_customer p ON p.carrier_id = c.carrier_id AND p.id = c.customer_id
   JOIN access_carrier k ON k.id = c.carrier_id AND k.has_jet_cards
   JOIN {ACCOUNTS} s ON s.carrier_id = c.carrier_id AND s.account_id = c.account_id
  WHERE c.carrier_id = %(carrier)s AND (%(everywhere)s OR p.country = ANY(%(countries)s))
    AND c.closed_at IS NULL AND c.name ILIKE %(like)s
  ORDER BY c.name, c.account_id LIMIT %(most)s)
"""  # noqa: S608 — our own text


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A charter customer; `person` is the name of the person by whom it was found, empty where it was by itself."""

    id: int
    code: str
    name: str
    email: str
    city: str
    person: str


@dataclass(frozen=True, slots=True)
class FoundCard:
    """An open card and whose it is; `available` in minor units of its currency."""

    customer: FoundCustomer
    id: int
    name: str
    currency: str
    available: int
    is_low: bool


def charter(text: str, *, actor: Actor, most: int) -> tuple[list[FoundCustomer], list[FoundCard]]:
    """Return the customers and the open cards with the text in them, `most` of each; inside `reading_for`.

    The customer with exactly this code comes first. Who may not read customers finds nothing.
    """
    if not text or not actor.permissions.intersection(READING):
        return [], []
    plain = sort_name(text)
    asked: dict[str, Any] = {
        "carrier": actor.carrier_id,
        "everywhere": not actor.is_limited,
        "countries": sorted(actor.countries),
        "like": containing(text),
        "plain": containing(plain) if plain else None,
        "code": text.upper(),
        "most": most,
    }
    customers: list[FoundCustomer] = []
    cards: list[FoundCard] = []
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, asked)
        for row in cursor.fetchall():
            customer = FoundCustomer(*row[:6])
            if row[6] is None:
                customers.append(customer)
            else:
                cards.append(FoundCard(customer, *row[6:]))
    return customers, cards
