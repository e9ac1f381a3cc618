"""Which payment belongs to which invoice: linked when the invoice is issued, or by hand; released by a credit note.

Whoever links holds the customer's row, so that two acts never spend the same advance; the database watches as well.
"""

from datetime import datetime, timedelta

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.invoices import entries, payments, queries, recording
from skypurser.invoices.entries import PaymentLinked, PaymentReleased
from skypurser.invoices.models import PaymentLink
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView, Kind
from skypurser.ledger.requests import above_zero
from skypurser.ledger.states import Control
from skypurser.money import CurrencyMismatch, Money
from skypurser.parties import customers, texts
from skypurser.parties.clientele import CustomerView


class NotIssued(Refusal):
    """Only an issued invoice is paid or corrected."""

    code = "invoice_not_issued"


class ExceedsOpenAmount(Refusal):
    """More than is open of the invoice."""

    code = "exceeds_open_amount"


class ExceedsAdvance(Refusal):
    """More than is left of the payment: the rest belongs to invoices, or was given back."""

    code = "exceeds_advance"


class NotLinked(Refusal):
    """So much of the payment does not belong to the invoice."""

    code = "payment_not_linked"


class BoundPayment(Refusal):
    """A booking took this payment, and gives it back: change its price, or cancel it."""

    code = "payment_bound"


class OtherCustomersPayment(Refusal):
    """The payment is another customer's."""

    code = "other_customers_payment"


class BoundElsewhere(Refusal):
    """A booking took the payment, which pays that booking's invoices and no others. Fact: `document`."""

    code = "payment_bound_elsewhere"


def link_payment(
    *, payment_id: int, invoice_id: int, actor: Actor, now: datetime, amount: Money | None = None
) -> InvoiceView:
    """Make an advance, or a part of it, the payment of an issued invoice; recorded as `payment.linked`.

    Told as `invoice.paid` besides when it is all paid.

    Args:
        amount: Above zero; None for as much as fits.

    Raises:
        JetCardsOff, PaymentNotFound, InvoiceNotFound, PermissionDenied, InvalidRequest, NotIssued, CurrencyMismatch,
            OtherCustomersPayment, BoundElsewhere, ExceedsOpenAmount, ExceedsAdvance: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        customer, invoice = payable(invoice_id, actor=actor)
        payment = payments.shown(payment_id, carrier_id=actor.carrier_id)
        if payment.customer_id != customer.id:
            raise OtherCustomersPayment
        if not may_pay(payment, document=invoice.document):
            raise BoundElsewhere(document=payment.document)
        same_currency(payment.currency, invoice.currency)
        minor = min(payment.advance, invoice.open_amount)
        if amount is not None:
            same_currency(amount.currency, invoice.currency)
            above_zero(amount.minor)
            minor = amount.minor
            require_open(invoice, minor)
        require_advance(payment, minor or 1)
        if not minor:
            require_open(invoice, 1)
        link(payment, invoice, amount=minor, actor=actor, now=now)
        _tell("payment.linked", payment, invoice, minor, reference=payment.reference, actor=actor, now=now)
        return paid(invoice, actor=actor, now=now)


def unlink_payment(
    *, payment_id: int, invoice_id: int, reference: str, actor: Actor, now: datetime, amount: Money | None = None
) -> InvoiceView:
    """Make what belongs to an issued invoice an advance again, in part or whole; recorded as `payment.unlinked`.

    So much of the invoice is open again.

    Args:
        reference: Why; mandatory.
        amount: Above zero; None for all of the payment that belongs to the invoice.

    Raises:
        JetCardsOff, PaymentNotFound, InvoiceNotFound, PermissionDenied, InvalidRequest, NotIssued, CurrencyMismatch,
            OtherCustomersPayment, NotLinked: Nothing is written.
        BoundPayment: A booking took the payment, and the invoice is the booking's. Nothing is written.
    """
    why = texts.line(reference, field="reference", longest=500, mandatory=True)
    with acting_for(actor.carrier_id):
        customer, invoice = payable(invoice_id, actor=actor)
        payment = payments.shown(payment_id, carrier_id=actor.carrier_id)
        if payment.customer_id != customer.id:
            raise OtherCustomersPayment
        if payment.is_bound and payment.document == invoice.document:
            raise BoundPayment(document=payment.document)
        linked = dict(payments.linked_to(invoice_id, carrier_id=actor.carrier_id)).get(payment_id, 0)
        minor = linked
        if amount is not None:
            same_currency(amount.currency, invoice.currency)
            above_zero(amount.minor)
            minor = amount.minor
        if not 0 < minor <= linked:
            raise NotLinked(linked_minor=linked, currency=invoice.currency)
        release(payment_id, invoice, amount=minor, actor=actor, now=now, reference=why)
        _tell("payment.unlinked", payment, invoice, minor, reference=why, actor=actor, now=now)
        return queries.shown(invoice_id, carrier_id=actor.carrier_id)


def _tell(
    action: str, payment: PaymentView, invoice: InvoiceView, amount: int, *, reference: str, actor: Actor, now: datetime
) -> None:
    recording.tell(
        action,
        payment.customer_id,
        details={"payment": payment.id, "invoice": invoice.id, "number": invoice.number},
        amount=Money(amount, invoice.currency),
        reference=reference,
        actor=actor,
        now=now,
    )


def may_pay(payment: PaymentView, *, document: str | None) -> bool:
    """Tell whether a payment may be linked to an invoice of its customer's for this: what a booking took, its own."""
    return not payment.is_bound or payment.document == document


def payable(invoice_id: int, *, actor: Actor) -> tuple[CustomerView, InvoiceView]:
    """Lock the customer of an issued invoice that the actor may handle, and return both as they are then.

    Inside `acting_for`.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, NotIssued.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)
    customer = locked(queries.shown(invoice_id, carrier_id=actor.carrier_id).customer_id, actor=actor)
    invoice = queries.shown(invoice_id, carrier_id=actor.carrier_id)
    if not invoice.is_issued or invoice.kind is not Kind.INVOICE:
        raise NotIssued
    return customer, invoice


def locked(customer_id: int, *, actor: Actor) -> CustomerView:
    """Lock a customer whose invoices the actor may handle, until the transaction ends. Inside `acting_for`.

    Raises:
        CustomerNotFound, PermissionDenied.
    """
    customers.lock_customer(customer_id, carrier_id=actor.carrier_id)
    customer = customers.shown(customer_id, carrier_id=actor.carrier_id)
    actor.require(Permission.INVOICES, at=customer.place)
    return customer


def same_currency(given: str, expected: str) -> None:
    """Raise CurrencyMismatch where they differ."""
    if given != expected:
        raise CurrencyMismatch(f"{given} is not {expected}", expected=expected, given=given)


def require_open(invoice: InvoiceView, amount: int) -> None:
    """Raise ExceedsOpenAmount unless so much is open of the invoice."""
    if amount > invoice.open_amount:
        raise ExceedsOpenAmount(open_minor=invoice.open_amount, currency=invoice.currency)


def require_advance(payment: PaymentView, amount: int) -> None:
    """Raise ExceedsAdvance unless so much is left of the payment."""
    if amount > payment.advance:
        raise ExceedsAdvance(advance_minor=payment.advance, currency=payment.currency)


def after_issue(invoice: InvoiceView, now: datetime) -> datetime:
    """Return when a link to an issued invoice is said to be made: after its issue, however the clocks are.

    Whoever links may have looked at the clock before whoever issued, and waited for them; what an invoice says was paid
    is told by these instants.
    """
    return now if invoice.issued_at is None else max(now, invoice.issued_at + timedelta(microseconds=1))


def link(
    payment: PaymentView, invoice: InvoiceView, *, amount: int, actor: Actor, now: datetime, is_issue: bool = False
) -> None:
    """Post the link and keep it. Whoever calls holds the customer's row.

    Args:
        is_issue: The invoice is being issued with it, and says so.
    """
    row = PaymentLink(
        carrier_id=actor.carrier_id, id=next_id(), payment_id=payment.id, invoice_id=invoice.id, amount=amount
    )
    row.entry_id = entries.post(
        PaymentLinked,
        entries.from_to(debit=Control.CUSTOMER_ADVANCES, credit=Control.RECEIVABLES, amount=amount),
        part=f"payment_link:{row.id}",
        currency=invoice.currency,
        document=invoice.number,
        reference=payment.reference,
        actor=actor,
        now=now,
    )
    row.linked_at = now if is_issue else after_issue(invoice, now)
    row.save(force_insert=True)


def release(
    payment_id: int, invoice: InvoiceView, *, amount: int, actor: Actor, now: datetime, reference: str = ""
) -> None:
    """Make so much of an invoice's payment an advance again. Whoever calls holds the customer's row.

    Args:
        reference: The invoice's number, where nobody gave a reason.
    """
    row = PaymentLink(
        carrier_id=actor.carrier_id, id=next_id(), payment_id=payment_id, invoice_id=invoice.id, amount=-amount
    )
    row.entry_id = entries.post(
        PaymentReleased,
        entries.from_to(debit=Control.RECEIVABLES, credit=Control.CUSTOMER_ADVANCES, amount=amount),
        part=f"payment_link:{row.id}",
        currency=invoice.currency,
        document=invoice.number,
        reference=reference or f"{invoice.number}",
        actor=actor,
        now=now,
    )
    row.linked_at = now
    row.save(force_insert=True)


def paid(invoice: InvoiceView, *, actor: Actor, now: datetime) -> InvoiceView:
    """Return the invoice as it is after a payment, and tell if it is all paid now."""
    after = queries.shown(invoice.id, carrier_id=actor.carrier_id)
    if not after.open_amount:
        recording.tell(
            "invoice.paid",
            after.customer_id,
            details={"invoice": after.id, "number": after.number, "document": after.document},
            amount=Money(after.paid, after.currency),
            reference=str(after.number),
            actor=actor,
            now=now,
        )
    return after


def next_id() -> int:
    """Draw the number of a payment, a link or a refund."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('invoices_payment_id_seq')")
        return int(cursor.fetchone()[0])
