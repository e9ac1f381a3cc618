"""Give back what a booking's card paid, or keep it as a fee: for the package that sells, beside its own entry.

What an issued invoice says is no advance, so the invoice is taken back first (`standing`). Amounts are minor units.
"""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.errors import Refusal
from skypurser.invoices import linking, payments
from skypurser.invoices.models import Refund
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.recording import tell
from skypurser.money import Money


class NotPaid(Refusal):
    """So much has not been paid for this."""

    code = "not_paid"


def record_return(
    *,
    customer_id: int,
    document: str,
    currency: str,
    entry_id: int | None,
    given_back: int,
    kept: int,
    reference: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what an entry gave back to a card of what was paid for a document, and what is kept.

    Told as `payment.refunded`. Spread over its payments, the newest first. In the caller's transaction. What
    is kept stays an advance until the fee's invoice takes it.

    Args:
        entry_id: None where nothing is given back.

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
    payment: PaymentView, kind: str, amount: int, entry_id: int | None, reference: str, actor: Actor, now: datetime
) -> None:
    row = Refund.objects.create(
        carrier_id=actor.carrier_id,
        id=linking.next_id(),
        payment_id=payment.id,
        kind=kind,
        amount=amount,
        entry_id=entry_id if kind == Refund.GIVEN_BACK else None,
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
                "refund_id": row.id,
                "document": payment.document,
                "method": payment.method.value,
            },
            amount=Money(amount, payment.currency),
            reference=reference,
            actor=actor,
            now=now,
        )


def _bound(document: str, customer_id: int, currency: str, actor: Actor) -> list[PaymentView]:
    found = payments.of_document(document, customer_id=customer_id, currency=currency, carrier_id=actor.carrier_id)
    return [payment for payment in found if payment.is_bound]
