"""What a booking's card gives and gets back, as invoices know it: payments, their return, credit notes."""

from datetime import datetime

from skypurser.access.actors import Actor
from skypurser.charter.models import Booking
from skypurser.charter.views import document_of
from skypurser.invoices import entries
from skypurser.invoices.entries import FeeKept
from skypurser.invoices.recording import record_payment
from skypurser.invoices.returning import free, record_return
from skypurser.ledger.states import Control
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


def make_free(row: Booking, amount: int, *, why: str, actor: Actor, now: datetime) -> None:
    """Make so much of what was paid an advance, which alone is given back; it may take credit notes.

    Before the card is locked: the customer comes first.
    """
    free(
        customer_id=row.customer_id,
        document=document_of(row.id),
        currency=row.currency,
        amount=amount,
        why=why,
        actor=actor,
        now=now,
    )


def keep_fee(row: Booking, fee: int, *, reference: str, actor: Actor, now: datetime) -> int:
    """Keep all that was paid as the fee, and return the entry: nothing moves on the card."""
    return entries.post(
        FeeKept,
        entries.from_to(debit=Control.CUSTOMER_ADVANCES, credit=Control.CANCELLATION_FEES, amount=fee),
        part=f"fee:{document_of(row.id)}",
        currency=row.currency,
        document=document_of(row.id),
        reference=reference,
        actor=actor,
        now=now,
    )


def gave_back(
    row: Booking, *, given_back: int, kept: int, entry_id: int, reference: str, actor: Actor, now: datetime
) -> None:
    """Record what an entry gave back to the card, and kept as a fee."""
    record_return(
        customer_id=row.customer_id,
        document=document_of(row.id),
        currency=row.currency,
        entry_id=entry_id,
        given_back=given_back,
        kept=kept,
        reference=reference,
        actor=actor,
        now=now,
    )
