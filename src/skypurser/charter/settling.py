"""What a booking's card gives and gets back, as invoices know it: payments, their return, what is kept."""

from datetime import datetime

from skypurser.access.actors import Actor
from skypurser.charter import cards
from skypurser.charter.models import Booking
from skypurser.charter.requests import BookingRefund, about, advances
from skypurser.charter.views import document_of
from skypurser.invoices.recording import record_payment
from skypurser.invoices.returning import record_return
from skypurser.jetcards import directory
from skypurser.money import Money


def took(row: Booking, amount: int, *, entry_id: int, actor: Actor, now: datetime) -> None:
    """Record what an entry took from the card as a payment, which waits for its invoice."""
    record_payment(
        customer_id=row.customer_id,
        document=document_of(row.id),
        amount=Money(amount, row.currency),
        card_id=row.card_id or 0,
        entry_id=entry_id,
        reference=f"Booking {row.number}",
        actor=actor,
        now=now,
    )


def give_back(row: Booking, amount: int, *, kept: int = 0, reference: str, actor: Actor, now: datetime) -> int | None:
    """Credit so much of what the card has paid to it, and return the entry; None where that is nothing.

    What is given back is an advance: the invoices that said otherwise were taken back before (`correcting`).

    Args:
        kept: So much stays with the carrier as the fee of a cancellation, until its invoice says so.
    """
    entry_id = None
    if amount:
        card = directory.get(row.card_id or 0, carrier_id=row.carrier_id)
        common = about(card, actor=actor, now=now, reference=reference, document=document_of(row.id))
        refund = BookingRefund(**common, amount=amount, contra=advances(-amount))
        entry_id = int(cards.post(refund, card=card, price=row.price).facts["entry"])
    record_return(
        customer_id=row.customer_id,
        document=document_of(row.id),
        currency=row.currency,
        entry_id=entry_id,
        given_back=amount,
        kept=kept,
        reference=reference,
        actor=actor,
        now=now,
    )
    return entry_id
