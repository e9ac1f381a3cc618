"""What is known of a card while something is asked of it, read under the account's lock.

Whoever assigns persons takes the same lock, so nobody pays with a card that has just been taken from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from skypurser.jetcards.assigning import may_use
from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.dates import DateShelf
from skypurser.ledger.decide import refuse_by_status
from skypurser.ledger.intents import AccountState, Refused
from skypurser.ledger.requests import Lookup
from skypurser.ledger.states import Purpose
from skypurser.ledger.writes import Writes
from skypurser.parties.airports import local_date

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

_LOOKUP = """
SELECT json_build_object(
    'cards', (SELECT json_agg(json_build_array(c.account_id, c.customer_id, a.time_zone, ARRAY(
                  SELECT p.person_id FROM jetcards_cardperson p
                   WHERE p.carrier_id = c.carrier_id AND p.account_id = c.account_id)))
                FROM jetcards_jetcard c JOIN access_carrier a ON a.id = c.carrier_id
               WHERE c.carrier_id = ANY($1::integer[]) AND c.account_id = ANY($2::bigint[])),
    'persons', (SELECT json_agg(json_build_array(p.id, p.customer_id, p.is_active)) FROM parties_person p
                 WHERE p.carrier_id = ANY($1::integer[]) AND p.id = ANY($3::bigint[])))
"""


@dataclass(frozen=True, slots=True)
class CardState:
    """A card under its lock; `time_zone` is the carrier's, `persons` are those it is assigned to."""

    customer_id: int
    time_zone: str
    persons: frozenset[int]

    def today(self, now: datetime) -> date:
        """Return the business date of an instant."""
        return local_date(now, self.time_zone)


class CardShelf:
    """The cards of a batch, and the persons who want to pay by them."""

    def __init__(self) -> None:
        self.cards: dict[int, CardState] = {}
        #: Customer and whether active, by person.
        self._persons: dict[int, tuple[int, bool]] = {}

    def lookup(self, requests: Sequence[Any], book: "Book") -> Lookup | None:
        """Ask for the cards behind all accounts wanted, and the persons that requests name."""
        if not book.wanted:
            return None
        named = (getattr(request, "person_id", None) for request in requests)
        persons = Bigints(person_id for person_id in named if person_id is not None)
        return Lookup(_LOOKUP, (Integers(book.carriers), Bigints(book.wanted), persons))

    def learn(self, text: str | None) -> None:
        """Take them."""
        found = msgspec.json.decode(text or "{}")
        for account_id, customer_id, time_zone, persons in found.get("cards") or ():
            self.cards[account_id] = CardState(customer_id, time_zone, frozenset(persons))
        for person_id, customer_id, is_active in found.get("persons") or ():
            self._persons[person_id] = (customer_id, is_active)

    def store(self, writes: Writes) -> None:
        """Nothing to store: no posting changes a card."""

    def refuse_person(self, card: CardState, person_id: int | None) -> Refused | None:
        """Return the refusal where this person may not use the card; None is somebody who is not named."""
        if person_id is not None:
            customer_id, is_active = self._persons.get(person_id, (None, False))
            if customer_id != card.customer_id:
                return Refused("person_not_found")
            if not is_active:
                return Refused("person_inactive")
        return None if may_use(card.persons, person_id) else Refused("card_not_for_person")


#: What every request about a card needs to know.
SHELVES = (CardShelf, DateShelf)


def card_of(account: AccountState, book: "Book") -> CardState | Refused:
    """Return the card behind an account, or the refusal where there is none, or it is closed."""
    card: CardState | None = book.shelves[CardShelf].cards.get(account.id)
    if card is None:  # some other kind of account
        return Refused("card_not_found")
    return refuse_by_status(account, Purpose.MANAGEMENT) or card


def date_of(account: AccountState, book: "Book", *, card: CardState, now: datetime) -> date:
    """Return the business date of a movement on the card: the carrier's today, and never before the one before."""
    dates: DateShelf = book.shelves[DateShelf]
    return dates.date_for(account, card.today(now))
