"""Give back what a booking's card paid, or keep it as a fee: for the package that sells, beside its own entry.

What an issued invoice says is no advance, so the invoice is credited first. Amounts are minor units.
"""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.errors import Refusal
from skypurser.invoices import crediting, linking, payments, queries
from skypurser.invoices.models import Refund
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.invoices.recording import tell
from skypurser.money import Money
from skypurser.parties import customers


class NotPaid(Refusal):
    """So much has not been paid for this."""

    code = "not_paid"


def free(
    *, customer_id: int, document: str, currency: str, amount: int, why: str, actor: Actor, now: datetime
) -> list[InvoiceView]:
    """Make so much of what was paid for a document an advance again, and return the credit notes that it took.

    Every issued invoice for the document is credited, whole, unless enough is an advance already: what it says is no
    longer so. Locks the customer; whoever calls has asked for permission, and has not locked the card yet.

    Raises:
        NotPaid: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        customers.lock_customer(customer_id, carrier_id=actor.carrier_id)
        notes = list[InvoiceView]()
        if _advance(document, customer_id, currency, actor) < amount:
            stand = queries.of_document(document, customer_id=customer_id, carrier_id=actor.carrier_id)
            notes += [crediting.credit(one, None, why=why, actor=actor, now=now) for one in stand if _says_more(one)]
        if _advance(document, customer_id, currency, actor) < amount:
            raise NotPaid(document=document)
        return notes


def record_return(
    *,
    customer_id: int,
    document: str,
    currency: str,
    entry_id: int,
    given_back: int,
    kept: int,
    reference: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what an entry gave back to a card, and kept, of what was paid for a document; told as `payment.refunded`.

    Spread over its payments, the newest first. In the caller's transaction, after `free`.

    Raises:
        NotPaid: More than is left of them.
    """
    with acting_for(actor.carrier_id):
        for payment in reversed(_bound(document, customer_id, currency, actor)):
            back = min(payment.advance, given_back)
            fee = min(payment.advance - back, kept)
            for kind, amount in ((Refund.GIVEN_BACK, back), (Refund.FEE, fee)):
                if amount:
                    _keep(payment, kind, amount, entry_id, reference, actor, now)
            given_back, kept = given_back - back, kept - fee
        if given_back or kept:
            raise NotPaid(document=document)


def _keep(
    payment: PaymentView, kind: str, amount: int, entry_id: int, reference: str, actor: Actor, now: datetime
) -> None:
    row = Refund.objects.create(
        carrier_id=actor.carrier_id,
        id=linking.next_id(),
        payment_id=payment.id,
        kind=kind,
        amount=amount,
        entry_id=entry_id,
        reference=reference,
        actor=actor.name,
        refunded_at=now,
    )
    if kind == Refund.GIVEN_BACK:
        tell(
            "payment.refunded",
            payment.customer_id,
            details={
                "payment": payment.id,
                "refund": row.id,
                "document": payment.document,
                "method": payment.method.value,
            },
            amount=Money(amount, payment.currency),
            reference=reference,
            actor=actor,
            now=now,
        )


def _says_more(invoice: InvoiceView) -> bool:
    """Tell whether it is an issued invoice that credit notes have not taken back whole."""
    return invoice.kind is Kind.INVOICE and invoice.is_issued and invoice.total > invoice.credited


def _advance(document: str, customer_id: int, currency: str, actor: Actor) -> int:
    return sum(payment.advance for payment in _bound(document, customer_id, currency, actor))


def _bound(document: str, customer_id: int, currency: str, actor: Actor) -> list[PaymentView]:
    found = payments.of_document(document, customer_id=customer_id, currency=currency, carrier_id=actor.carrier_id)
    return [payment for payment in found if payment.is_bound]
