"""What bookings ask of the card that pays: its price, what a change costs besides, what comes back.

All of it goes against the customers' advances: paid, and said by no invoice yet.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from skypurser.access.actors import Actor
from skypurser.jetcards.directory import Found
from skypurser.jetcards.requests import CaptureCardHold, GiveBack, PayByCard
from skypurser.jetcards.shelf import CardShelf, CardState, card_of
from skypurser.ledger.intents import AccountState, Contra, Intent, Movement, Refused
from skypurser.ledger.requests import fingerprint
from skypurser.ledger.states import Control, Purpose

if TYPE_CHECKING:
    from skypurser.ledger.book import Book


@dataclass(slots=True, kw_only=True)
class CaptureForBooking(CaptureCardHold):
    """Turn the hold of a quote into its deduction, if the person may still use the card."""

    person_id: int | None = None

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Look at the person, then find the hold."""
        card = card_of(account, book)
        if isinstance(card, Refused):
            return card
        no = book.shelves[CardShelf].refuse_person(card, self.person_id)
        return no or CaptureCardHold.plan(self, account, book, now)


@dataclass(slots=True, kw_only=True)
class Supplement(PayByCard):
    """Take more for what is booked and not flown yet. Whose card it is was settled by the booking."""

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:  # noqa: ARG002
        """Ask for the money."""
        return self._take(today, needs_funds=True)

    def _take(self, today: date, *, needs_funds: bool) -> Movement:
        return Movement(
            purpose=Purpose.SALE if needs_funds else Purpose.SETTLEMENT,
            debit=self.amount,
            credit=0,
            contra=self.contra,
            business_date=today,
            needs_funds=needs_funds,
        )


@dataclass(slots=True, kw_only=True)
class FlownSupplement(Supplement):
    """Take more for what was flown, past what is available too: the service can't be taken back."""

    operation: ClassVar[str] = "flown_supplement"

    def intend(self, card: CardState, book: "Book", today: date) -> Intent | Refused:  # noqa: ARG002
        """Take the money."""
        return self._take(today, needs_funds=False)


@dataclass(slots=True, kw_only=True)
class BookingRefund(GiveBack):
    """Give `amount` of what a booking took back to the card that paid."""

    operation: ClassVar[str] = "booking_refund"


def about(card: Found, *, actor: Actor, now: datetime, reference: str, document: str | None) -> dict[str, Any]:
    """Return the arguments that every request here has.

    The caller's key is bound by the act that asks; this one is the ledger's, and callers' keys are ASCII.
    """
    key = f"§charter:{uuid4()}"
    return {
        "carrier_id": actor.carrier_id,
        "key": key,
        "fingerprint": fingerprint(key),
        "account_id": card.id,
        "account_named": card.named.text,
        "currency": card.currency,
        "actor": actor.name,
        "reference": reference,
        "document": document,
        "now": now,
    }


def advances(amount: int) -> tuple[Contra, ...]:
    """Return where what a card pays goes; what a card gets back, below zero, comes from there."""
    return ((Control.CUSTOMER_ADVANCES, max(-amount, 0), max(amount, 0)),)
