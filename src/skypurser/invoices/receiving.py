"""Money by hand: of an issued invoice, or as an advance for something that is not invoiced yet; and giving it back."""

from dataclasses import dataclass
from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.invoices import entries, linking, payments, purposes, recording
from skypurser.invoices.entries import PaymentReceived, PaymentRefunded
from skypurser.invoices.linking import BoundPayment
from skypurser.invoices.models import PaymentLink, Refund
from skypurser.invoices.payments import Method, PaymentView
from skypurser.invoices.queries import InvoiceView
from skypurser.jetcards import directory, paying
from skypurser.jetcards.transferring import OtherCustomersCard
from skypurser.ledger.requests import above_zero
from skypurser.ledger.states import Control
from skypurser.money import Money
from skypurser.parties import customers, texts
from skypurser.parties.clientele import CustomerView


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came.

    Attributes:
        amount: Above zero, in the customer's currency.
        reference: Mandatory; the bank's, the terminal's, or why.
        card_id: The jet card that pays, of the same customer; with method JET_CARD, and only then.
        person_id: Who pays with a jet card that is not everybody's.
    """

    amount: Money
    method: Method
    reference: str
    card_id: int | None = None
    person_id: int | None = None


def pay_invoice(*, invoice_id: int, receipt: Receipt, actor: Actor, now: datetime) -> tuple[InvoiceView, PaymentView]:
    """Take a payment of an issued invoice; told as `payment.recorded`, and `invoice.paid` when it is all paid.

    In one transaction with the deduction, where a jet card pays. Ask under a key: `once.pay_invoice`.

    Raises:
        JetCardsOff, InvoiceNotFound, PermissionDenied, InvalidRequest, NotIssued, CurrencyMismatch, ExceedsOpenAmount,
            CardNotFound, OtherCustomersCard: Nothing is written.
        RequestRefused: Of the card: `insufficient_funds`, `card_not_for_person`, `account_closed` …
    """
    with acting_for(actor.carrier_id):
        customer, invoice = linking.payable(invoice_id, actor=actor)
        _check(receipt, invoice.currency)
        linking.require_open(invoice, receipt.amount.minor)
        made = _take(receipt, customer, invoice.document, invoice.number, Control.RECEIVABLES, actor, now)
        # The entry that took the money says already that the invoice is paid; there is none for the link.
        PaymentLink.objects.create(
            carrier_id=actor.carrier_id,
            payment_id=made.id,
            invoice_id=invoice.id,
            amount=made.amount,
            entry_id=made.entry_id,
            linked_at=linking.after_issue(invoice, now),
        )
        after = linking.paid(invoice, actor=actor, now=now)
        return after, payments.shown(made.id, carrier_id=actor.carrier_id)


def receive_advance(
    *, customer_id: int, document: str | None, receipt: Receipt, actor: Actor, now: datetime
) -> PaymentView:
    """Take money for what is not invoiced yet, a booking or nothing in particular; told as `payment.recorded`.

    Ask under a key: `once.receive_advance`.

    Raises:
        JetCardsOff, CustomerNotFound, PermissionDenied, InvalidRequest, DocumentNotFound, CurrencyMismatch,
            CardNotFound, OtherCustomersCard, RequestRefused: As in `pay_invoice`; nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    actor.require(Permission.INVOICES)
    named = payments.checked_document(document)
    with acting_for(actor.carrier_id):
        customer = linking.locked(customer_id, actor=actor)
        purposes.require_own(named, customer_id=customer_id, carrier_id=actor.carrier_id)
        _check(receipt, customer.currency)
        return _take(receipt, customer, named, None, Control.CUSTOMER_ADVANCES, actor, now)


def give_back(*, payment_id: int, amount: Money, reference: str, actor: Actor, now: datetime) -> PaymentView:
    """Give an advance, or a part of it, back the way it came; told as `payment.refunded`. Inside the caller's key.

    What a jet card paid is credited to that card, in the same transaction. What belongs to an issued invoice is no
    advance; a credit note makes it one again.

    Args:
        amount: Above zero, at most what is left of the payment.
        reference: Mandatory; printed on the card's statement.

    Raises:
        JetCardsOff, PaymentNotFound, PermissionDenied, InvalidRequest, CurrencyMismatch, ExceedsAdvance, BoundPayment:
            Nothing is written. SALES is enough for what a jet card paid.
        RequestRefused: `account_closed`, of the card.
    """
    require_jet_cards(actor.carrier_id)
    why = texts.line(reference, field="reference", longest=500, mandatory=True)
    with acting_for(actor.carrier_id):
        found = payments.shown(payment_id, carrier_id=actor.carrier_id)
        customer = _locked_for_refund(found, actor)
        found = payments.shown(payment_id, carrier_id=actor.carrier_id)
        if found.is_bound:
            raise BoundPayment(document=found.document)
        linking.same_currency(amount.currency, found.currency)
        above_zero(amount.minor)
        linking.require_advance(found, amount.minor)
        row = Refund(
            carrier_id=actor.carrier_id, id=linking.next_id(), payment_id=found.id, amount=amount.minor, reference=why
        )
        row.entry_id = _pay_back(found, amount.minor, why, f"refund:{row.id}", actor, now)
        row.actor, row.refunded_at = actor.name, now
        row.save(force_insert=True)
        recording.tell(
            "payment.refunded",
            customer.id,
            details={
                "payment": found.id,
                "refund_id": row.id,
                "document": found.document,
                "method": found.method.value,
            },
            amount=amount,
            reference=why,
            actor=actor,
            now=now,
        )
        return payments.shown(payment_id, carrier_id=actor.carrier_id)


def _locked_for_refund(payment: PaymentView, actor: Actor) -> CustomerView:
    """Lock the payment's customer; whoever sells may give back what a card paid, others need INVOICES."""
    customer = customers.shown(payment.customer_id, carrier_id=actor.carrier_id)
    enough = (Permission.INVOICES, Permission.SALES) if payment.card_id is not None else (Permission.INVOICES,)
    actor.require_any(*enough, at=customer.place)
    customers.lock_customer(customer.id, carrier_id=actor.carrier_id)
    return customer


def _pay_back(payment: PaymentView, amount: int, reference: str, part: str, actor: Actor, now: datetime) -> int:
    if payment.card_id is not None:
        return paying.give_back(
            card_id=payment.card_id,
            amount=amount,
            reference=reference,
            part=part,
            actor=actor,
            now=now,
            contra=((Control.CUSTOMER_ADVANCES, amount, 0),),
            document=f"payment:{payment.id}",
        )
    return entries.post(
        PaymentRefunded,
        entries.from_to(debit=Control.CUSTOMER_ADVANCES, credit=Control.BANK_CLEARING, amount=amount),
        part=part,
        currency=payment.currency,
        document=f"payment:{payment.id}",
        reference=reference,
        actor=actor,
        now=now,
    )


def _check(receipt: Receipt, currency: str) -> None:
    linking.same_currency(receipt.amount.currency, currency)
    above_zero(receipt.amount.minor)
    if (receipt.method is Method.JET_CARD) != (receipt.card_id is not None):
        raise InvalidRequest("a jet card is named where one pays, and only there", field="card_id")
    if receipt.person_id is not None and receipt.card_id is None:
        raise InvalidRequest("a person is named where a jet card pays, and only there", field="person_id")


def _take(
    receipt: Receipt,
    customer: CustomerView,
    document: str | None,
    shown_as: str | None,  # on the entry: the invoice's number; else the payment itself
    control: Control,
    actor: Actor,
    now: datetime,
) -> PaymentView:
    """Post what came against a control account, and keep it as a payment."""
    why = texts.line(receipt.reference, field="reference", longest=500, mandatory=True)
    part, amount = f"payment:{linking.next_id()}", receipt.amount.minor
    shown_as = shown_as or part
    if receipt.card_id is not None:
        if directory.get(receipt.card_id, carrier_id=actor.carrier_id).customer.id != customer.id:
            raise OtherCustomersCard
        entry_id = paying.take(
            card_id=receipt.card_id,
            amount=amount,
            reference=why,
            part=part,
            permission=Permission.INVOICES,
            actor=actor,
            now=now,
            contra=((control, 0, amount),),
            person_id=receipt.person_id,
            document=shown_as,
        )
    else:
        entry_id = entries.post(
            PaymentReceived,
            entries.from_to(debit=Control.BANK_CLEARING, credit=control, amount=amount),
            part=part,
            currency=receipt.amount.currency,
            document=shown_as,
            reference=why,
            actor=actor,
            now=now,
        )
    return recording.keep(
        customer=customer,
        document=document,
        amount=receipt.amount,
        method=receipt.method,
        card_id=receipt.card_id,
        entry_id=entry_id,
        reference=why,
        actor=actor,
        now=now,
    )
