"""Find a card by its id, with whose it is; and the names of many cards at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.electronic.asking import Named
from skypurser.errors import Refusal
from skypurser.jetcards.models import JetCard
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView, require_reading

_NAMES = """
SELECT c.carrier_id, c.account_id, c.name, c.currency, c.customer_id, p.code
  FROM unnest(%s::integer[], %s::bigint[]) AS asked(carrier_id, account_id)
  JOIN jetcards_jetcard c ON c.carrier_id = asked.carrier_id AND c.account_id = asked.account_id
  JOIN parties_customer p ON p.carrier_id = c.carrier_id AND p.id = c.customer_id
"""


class CardNotFound(Refusal):
    """The carrier has no such card."""

    code = "card_not_found"


@dataclass(frozen=True, slots=True)
class Found:
    """A card; `id` is the ledger account's. `closed_at` is None while it is open."""

    id: int
    name: str
    currency: str
    customer: CustomerView
    added_at: datetime
    closed_at: datetime | None

    @property
    def named(self) -> Named:
        """The card as a request names it."""
        return Named(self.id, f"card {self.customer.code} {self.name}", self.currency, ("card", self.id))


@dataclass(frozen=True, slots=True)
class CardName:
    """How the outside names a card."""

    name: str
    currency: str
    customer_id: int
    customer_code: str


def get(card_id: int, *, carrier_id: int) -> Found:
    """Return the card with this id, whoever asks.

    Raises:
        JetCardsOff, CardNotFound.
    """
    require_jet_cards(carrier_id)
    with reading_for(carrier_id):
        row = JetCard.objects.filter(carrier_id=carrier_id, account_id=card_id).first()
        if row is None:
            raise CardNotFound(f"there is no card {card_id}")
        customer = customers.shown(row.customer_id, carrier_id=carrier_id)
    return Found(row.account_id, row.name, row.currency, customer, row.added_at, row.closed_at)


def allowed(card_id: int, permission: Permission, *, actor: Actor) -> Found:
    """Return the card if the actor has the permission for it.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(permission)
    found = get(card_id, carrier_id=actor.carrier_id)
    actor.require(permission, at=found.customer.place)
    return found


def readable(card_id: int, *, actor: Actor) -> Found:
    """Return the card if the actor may read cards there; errors are those of `allowed`."""
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    found = get(card_id, carrier_id=actor.carrier_id)
    require_reading(actor, at=found.customer.place)
    return found


def ids_of(customer_id: int, *, carrier_id: int) -> list[int]:
    """Return the ids of all cards that a customer has or had, in the order in which they were added."""
    with reading_for(carrier_id):
        rows = JetCard.objects.filter(carrier_id=carrier_id, customer_id=customer_id)
        return list(rows.order_by("account_id").values_list("account_id", flat=True))


def ids(*, carrier_id: int) -> list[int]:
    """Return the ids of all cards that the carrier's customers have or had."""
    with reading_for(carrier_id):
        return list(JetCard.objects.filter(carrier_id=carrier_id).values_list("account_id", flat=True))


def names_of(cards: Collection[tuple[int, int]]) -> dict[tuple[int, int], CardName]:
    """Return the names of many cards, by carrier and id; for carriers that the transaction acts for.

    Accounts that are no cards are left out.
    """
    if not cards:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(column) for column in zip(*cards, strict=True)])
        return {(row[0], row[1]): CardName(*row[2:]) for row in cursor.fetchall()}
