"""The entries that invoices and payments make in the ledger: which control account is debited, which credited.

What a customer has paid and no invoice says yet stands on `customer_advances`; what invoices say and nobody has paid
yet on `receivables`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from skypurser.access.actors import Actor
from skypurser.invoices.queries import Subject
from skypurser.ledger.intents import Contra
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import BetweenControls, fingerprint
from skypurser.ledger.states import Control

_REVENUE = {Subject.SALE: Control.CHARTER_SALES, Subject.CANCELLATION_FEE: Control.CANCELLATION_FEES}


@dataclass(slots=True, kw_only=True)
class PaymentReceived(BetweenControls):
    """Money came by other means than a card of ours."""

    operation: ClassVar[str] = "payment_received"


@dataclass(slots=True, kw_only=True)
class PaymentRefunded(BetweenControls):
    """Such money was given back."""

    operation: ClassVar[str] = "payment_refunded"


@dataclass(slots=True, kw_only=True)
class InvoiceIssued(BetweenControls):
    """The customer owes what the invoice says."""

    operation: ClassVar[str] = "invoice_issued"


@dataclass(slots=True, kw_only=True)
class CreditNoteIssued(BetweenControls):
    """The mirror of a part of an invoice's issue."""

    operation: ClassVar[str] = "credit_note_issued"


@dataclass(slots=True, kw_only=True)
class PaymentLinked(BetweenControls):
    """An advance became the payment of an invoice."""

    operation: ClassVar[str] = "payment_linked"


@dataclass(slots=True, kw_only=True)
class PaymentReleased(BetweenControls):
    """The payment of an invoice became an advance again."""

    operation: ClassVar[str] = "payment_released"


def from_to(*, debit: Control, credit: Control, amount: int) -> tuple[Contra, ...]:
    """Return the lines of an entry that debits one control account and credits another."""
    return ((debit, amount, 0), (credit, 0, amount))


def earned(*, net: int, tax: int, subject: Subject) -> tuple[Contra, ...]:
    """Return the lines of an invoice's issue, by what it earns; without tax there is no line for it."""
    lines = ((Control.RECEIVABLES, net + tax, 0), (_REVENUE[subject], 0, net), (Control.TAXES_PAYABLE, 0, tax))
    return tuple(line for line in lines if line[1] or line[2])


def mirrored(lines: tuple[Contra, ...]) -> tuple[Contra, ...]:
    """Return the same lines with sides changed."""
    return tuple((control, credit, debit) for control, debit, credit in lines)


def post(
    kind: type[BetweenControls],
    lines: tuple[Contra, ...],
    *,
    part: str,
    currency: str,
    document: str | None,
    reference: str,
    actor: Actor,
    now: datetime,
    reverses: int | None = None,
) -> int:
    """Post an entry inside `acting_for` and return its id.

    Args:
        part: What this is, once for ever: it stands for the idempotency key, which the larger act has.
    """
    request = kind(
        carrier_id=actor.carrier_id,
        key=f"§{part}",  # callers' keys are ASCII, so none of theirs is it
        fingerprint=fingerprint(kind.operation, part, lines, currency),
        currency=currency,
        actor=actor.name,
        reference=reference,
        document=document,
        now=now,
        lines=lines,
        reverses=reverses,
    )
    return int(post_one(request).raise_if_refused().facts["entry"])
