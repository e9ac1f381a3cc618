"""Invoices and payments under a key of the caller's, for those who may have to ask twice.

The verbs themselves are those of `drafting`, `issuing`, `receiving`, `linking` and `crediting`. Facts hold what was
made as it was then, so a replay tells the same. A refusal undoes everything that the act wrote, is recorded and bound.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.invoices import crediting, drafting, issuing, linking, receiving, sending
from skypurser.invoices.crediting import CreditLine
from skypurser.invoices.drafting import Draft
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceView
from skypurser.invoices.receiving import Receipt
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer
from skypurser.mail import mailer
from skypurser.mail.writing import MailNotConfigured
from skypurser.money import Money


def draft_invoice(*, customer_id: int, draft: Draft, key: str, actor: Actor, now: datetime) -> Answer:
    """Draft an invoice, as `drafting.draft_invoice` does; `told_invoice` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `document_not_found`. Nothing is written; the attempt is
            recorded.
    """

    def act() -> Mapping[str, Any]:
        return _invoice(drafting.draft_invoice(customer_id=customer_id, draft=draft, actor=actor, now=now))

    return _once("draft_invoice", (customer_id, draft), act, key=key, actor=actor, now=now, named=str(customer_id))


def change_draft(*, invoice_id: int, draft: Draft, key: str, actor: Actor, now: datetime, expected: str = "") -> Answer:
    """Write a draft anew, as `drafting.change_draft` does; `told_invoice` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `invoice_not_found`, `document_not_found`, `invoice_issued`, `changed_meanwhile`.
            Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _invoice(
            drafting.change_draft(invoice_id=invoice_id, draft=draft, expected=expected, actor=actor, now=now)
        )

    payload = (invoice_id, draft, expected)
    return _once("change_invoice", payload, act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def delete_draft(*, invoice_id: int, key: str, actor: Actor, now: datetime) -> Answer:
    """Delete a draft, as `drafting.delete_draft` does. Errors are those of `change_draft`."""

    def act() -> Mapping[str, Any]:
        drafting.delete_draft(invoice_id=invoice_id, actor=actor, now=now)
        return {"deleted": invoice_id}

    return _once("delete_invoice", (invoice_id,), act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def issue_invoice(*, invoice_id: int, key: str, actor: Actor, now: datetime, expected: str = "") -> Answer:
    """Issue a draft, as `issuing.issue_invoice` does; `told_invoice` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `invoice_not_found`, `invoice_issued`, `changed_meanwhile`, `nothing_to_invoice`,
            `issuer_missing`, `due_before_issue`. Nothing is written, no number taken; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _invoice(issuing.issue_invoice(invoice_id=invoice_id, expected=expected, actor=actor, now=now))

    return _once("issue_invoice", (invoice_id, expected), act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def send_invoice(
    *, invoice_id: int, recipient: str, subject: str, paragraphs: Sequence[str], key: str, actor: Actor, now: datetime
) -> Answer:
    """Write the letter that brings a document, as `sending.send_invoice` does.

    Facts are `message`, its id, `recipient` and `subject`.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest, MailNotConfigured: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `invoice_not_found`, `invoice_not_issued`. Nothing is written; the attempt is
            recorded.
    """
    if not mailer.is_configured():
        raise MailNotConfigured

    def act() -> Mapping[str, Any]:
        message = sending.send_invoice(
            invoice_id=invoice_id,
            recipient=recipient,
            subject=subject,
            paragraphs=paragraphs,
            key=key,
            actor=actor,
            now=now,
        )
        return {"message": message.id, "recipient": message.recipient, "subject": message.subject}

    payload = (invoice_id, recipient, subject, list(paragraphs))
    return _once("send_invoice", payload, act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def credit_invoice(
    *,
    invoice_id: int,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
    lines: Sequence[CreditLine] | None = None,
) -> Answer:
    """Issue a credit note, as `crediting.credit_invoice` does; `told_invoice` tells the note.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `invoice_not_found`, `invoice_not_issued`, `exceeds_invoice`. Nothing is written,
            no number taken; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _invoice(
            crediting.credit_invoice(invoice_id=invoice_id, reason=reason, lines=lines, actor=actor, now=now)
        )

    payload = (invoice_id, reason, lines)
    return _once("credit_invoice", payload, act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def pay_invoice(*, invoice_id: int, receipt: Receipt, key: str, actor: Actor, now: datetime) -> Answer:
    """Take a payment of an invoice, as `receiving.pay_invoice` does; `told_invoice` and `told_payment` tell both.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `invoice_not_found`, `invoice_not_issued`, `currency_mismatch`,
            `exceeds_open_amount`, `card_not_found`, `other_customers_card`, `insufficient_funds`, and whatever else
            the card refuses. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        invoice, payment = receiving.pay_invoice(invoice_id=invoice_id, receipt=receipt, actor=actor, now=now)
        return {**_invoice(invoice), **_payment(payment)}

    return _once("pay_invoice", (invoice_id, receipt), act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def receive_advance(
    *, customer_id: int, document: str | None, receipt: Receipt, key: str, actor: Actor, now: datetime
) -> Answer:
    """Take money that no invoice says yet, as `receiving.receive_advance` does; `told_payment` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `customer_not_found`, `document_not_found`, `currency_mismatch`, and those of the
            card as in `pay_invoice`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _payment(
            receiving.receive_advance(customer_id=customer_id, document=document, receipt=receipt, actor=actor, now=now)
        )

    payload = (customer_id, document, receipt)
    return _once("receive_advance", payload, act, key=key, actor=actor, now=now, named=str(customer_id))


def give_back(*, payment_id: int, amount: Money, reference: str, key: str, actor: Actor, now: datetime) -> Answer:
    """Give an advance back, as `receiving.give_back` does; `told_payment` tells what is left of it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `payment_not_found`, `currency_mismatch`, `exceeds_advance`, `account_closed`.
            Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _payment(
            receiving.give_back(payment_id=payment_id, amount=amount, reference=reference, actor=actor, now=now)
        )

    payload = (payment_id, amount, reference)
    return _once("refund_payment", payload, act, key=key, actor=actor, now=now, named=f"payment {payment_id}")


def link_payment(
    *, payment_id: int, invoice_id: int, key: str, actor: Actor, now: datetime, amount: Money | None = None
) -> Answer:
    """Link an advance to an invoice, as `linking.link_payment` does; `told_invoice` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `payment_not_found`, `invoice_not_found`, `invoice_not_issued`,
            `currency_mismatch`, `other_customers_payment`, `payment_bound_elsewhere`, `exceeds_open_amount`,
            `exceeds_advance`. Nothing is written; the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        return _invoice(
            linking.link_payment(payment_id=payment_id, invoice_id=invoice_id, amount=amount, actor=actor, now=now)
        )

    payload = (payment_id, invoice_id, amount)
    return _once("link_payment", payload, act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def unlink_payment(
    *,
    payment_id: int,
    invoice_id: int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    amount: Money | None = None,
) -> Answer:
    """Make what belongs to an invoice an advance again, as `linking.unlink_payment` does; `told_invoice` tells it.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written, the key is not bound.
        RequestRefused: `key_reused`, `payment_not_found`, `invoice_not_found`, `invoice_not_issued`,
            `currency_mismatch`, `other_customers_payment`, `payment_not_linked`, `payment_bound`. Nothing is written;
            the attempt is recorded.
    """

    def act() -> Mapping[str, Any]:
        what: dict[str, Any] = {"reference": reference, "amount": amount, "actor": actor, "now": now}
        return _invoice(linking.unlink_payment(payment_id=payment_id, invoice_id=invoice_id, **what))

    payload = (payment_id, invoice_id, reference, amount)
    return _once("unlink_payment", payload, act, key=key, actor=actor, now=now, named=f"#{invoice_id}")


def told_invoice(answer: Answer) -> InvoiceView:
    """Return the invoice or credit note as it was when the request was first answered."""
    return msgspec.convert(answer.facts["invoice"], InvoiceView)


def told_payment(answer: Answer) -> PaymentView:
    """Return the payment as it was when the request was first answered."""
    return msgspec.convert(answer.facts["payment"], PaymentView)


def _invoice(view: InvoiceView) -> dict[str, Any]:
    return {"invoice": msgspec.to_builtins(view)}


def _payment(view: PaymentView) -> dict[str, Any]:
    return {"payment": msgspec.to_builtins(view)}


def _once(
    operation: str,
    payload: tuple[Any, ...],
    act: Callable[[], Mapping[str, Any]],
    *,
    key: str,
    actor: Actor,
    now: datetime,
    named: str,
) -> Answer:
    require_jet_cards(actor.carrier_id)
    return answer_under_key(operation, act, payload=payload, key=key, actor=actor, now=now, named=named)
