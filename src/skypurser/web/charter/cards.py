"""The card that pays, as these pages tell it."""

from dataclasses import dataclass

from django.urls import reverse

from skypurser.access.acting import reading_for
from skypurser.jetcards import directory
from skypurser.ledger.queries import standings


@dataclass(frozen=True, slots=True)
class CardTold:
    """A card with what it has available, in minor units of its currency."""

    id: int
    customer_id: int
    name: str
    currency: str
    available: int

    def movement(self, entry_id: int | None) -> str:
        """Return the address of the card's statement with the movement marked."""
        statement = reverse("desk:customer-statement", args=[self.customer_id])
        return f"{statement}?card={self.id}&period=all&order=newest{f'#m-{entry_id}' if entry_id else ''}"


def card_told(card_id: int | None, *, carrier_id: int) -> CardTold | None:
    """Return a card by its id; None where no card pays."""
    if card_id is None:
        return None
    with reading_for(carrier_id):
        named = directory.names_of([(carrier_id, card_id)])[carrier_id, card_id]
        has = standings(carrier_id=carrier_id, account_ids=[card_id])[card_id]
    return CardTold(card_id, named.customer_id, named.name, named.currency, has.available)
