"""Record payments, and tell of money: `record_payment` is for what a card paid at a booking, in its transaction.

Source: FL3XX, "Invoice Integration".
"""

from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.invoices import payments
from skypurser.invoices.models import Payment
from skypurser.invoices.payments import Method, PaymentView
from skypurser.ledger import journal
from skypurser.ledger.requests import plain_text
from skypurser.ledger.states import Control
from skypurser.money import Money
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView


class PaymentExists(Refusal):
    """This entry has been recorded as another payment."""

    code = "payment_exists"


class NotAPayment(Refusal):
    """The entry did not take this amount from this card as an advance of the customer's."""

    code = "not_a_payment"


def record_payment(
    *,
    customer_id: int,
    document: str,
    amount: Money,
    card_id: int,
    entry_id: int,
    reference: str,
    actor: Actor,
    now: datetime,
) -> PaymentView:
    """Record what an entry took from a card as a payment, in the caller's transaction; told as `payment.recorded`.

    Takes no lock. Recording the same entry again returns the payment that is there. It becomes part of an invoice when
    one is issued for its document.

    Args:
        document: What it pays for, `booking:17`.
        amount: What the entry debited to the card and credited to `customer_advances`.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied, InvalidRequest, NotAPayment, PaymentExists: Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    with acting_for(actor.carrier_id):
        customer = customers.shown(customer_id, carrier_id=actor.carrier_id)
        actor.require_any(Permission.SALES, Permission.INVOICES, at=customer.place)
        named = payments.checked_document(document)
        if named is None:
            raise InvalidRequest("a payment by card has a document", field="document")
        there = payments.of_entry(entry_id, carrier_id=actor.carrier_id)
        if there is not None:
            asked = (customer_id, named, amount.minor, amount.currency, card_id)
            if asked != (there.customer_id, there.document, there.amount, there.currency, there.card_id):
                raise PaymentExists(f"entry {entry_id} has been recorded as payment {there.id}")
            return there
        entry = journal.entry(entry_id, carrier_id=actor.carrier_id)
        taken = {Control.CUSTOMER_ADVANCES: amount.minor}
        if entry is None or (entry.account_id, entry.debit, entry.currency, entry.controls) != (
            card_id,
            amount.minor,
            amount.currency,
            taken,
        ):
            raise NotAPayment(f"entry {entry_id} did not take {amount} from card {card_id} as an advance")
        return keep(
            customer=customer,
            document=named,
            amount=amount,
            method=Method.JET_CARD,
            card_id=card_id,
            entry_id=entry_id,
            reference=plain_text(reference, field="reference"),
            is_bound=True,
            actor=actor,
            now=now,
        )


def keep(
    *,
    customer: CustomerView,
    document: str | None,
    amount: Money,
    method: Method,
    card_id: int | None,
    entry_id: int,
    reference: str,
    actor: Actor,
    now: datetime,
    is_bound: bool = False,
) -> PaymentView:
    """Keep a payment beside the entry that took it, and tell of it. Whoever calls has checked everything."""
    row = Payment.objects.create(
        carrier_id=actor.carrier_id,
        customer_id=customer.id,
        document=document,
        currency=amount.currency,
        amount=amount.minor,
        method=method.value,
        account_id=card_id,
        entry_id=entry_id,
        reference=reference,
        is_bound=is_bound,
        actor=actor.name,
        recorded_at=now,
    )
    tell(
        "payment.recorded",
        customer.id,
        details={"payment": row.id, "document": document, "method": method.value},
        amount=amount,
        reference=reference,
        actor=actor,
        now=now,
    )
    return payments.shown(row.id, carrier_id=actor.carrier_id)


def tell(
    action: str,
    customer_id: int,
    *,
    details: dict[str, Any],
    amount: Money,
    reference: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record an act about a customer's money; details stand in it as they are, without an old value."""
    acts.record(
        carrier_id=actor.carrier_id,
        action=action,
        actor=actor.name,
        reference=reference,
        customer_id=customer_id,
        changes={
            name: value
            for name, value in {**details, "amount": amount.minor, "currency": amount.currency}.items()
            if value is not None
        },
        now=now,
    )
