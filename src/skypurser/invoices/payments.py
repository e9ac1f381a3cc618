"""Payments: money that a customer has paid, before or after an invoice says so. Amounts are minor units.

`recording` keeps what a card paid at a booking, `receiving` takes what comes by hand.

Source: FL3XX, "Invoice Integration".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.errors import Refusal
from skypurser.ledger.requests import plain_text
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerView

#: A document is an opaque text of the package that sells: `booking:17`.
LONGEST_DOCUMENT = 40
#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500


class PaymentNotFound(Refusal):
    """The carrier has no such payment."""

    code = "payment_not_found"


class Method(StrEnum):
    """How money came. CARD is a payment card, JET_CARD one of ours."""

    JET_CARD = "jet_card"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment. Amounts are minor units of `currency`; `recorded_at` is UTC.

    Attributes:
        document: What it was paid for; None where nobody said.
        card_id: The jet card that paid; None for other methods.
        linked: So much of it belongs to issued invoices.
        refunded: So much of it was given back.
        kept: So much of it is kept as the fee of a cancellation; an advance until the fee's invoice says so.
        is_bound: Taken by what it pays for (a booking), which alone gives it back.
    """

    id: int
    customer_id: int
    document: str | None
    currency: str
    amount: int
    method: Method
    card_id: int | None
    entry_id: int
    reference: str
    actor: str
    recorded_at: datetime
    linked: int
    refunded: int
    kept: int
    is_bound: bool

    @property
    def advance(self) -> int:
        """What no invoice says yet: neither linked nor given back. What is kept as a fee is a part of it until then."""
        return self.amount - self.linked - self.refunded

    @property
    def is_confirmed(self) -> bool:
        """Whether an issued invoice says what it was for, in whole or part."""
        return self.linked > 0


_PAYMENTS = """
SELECT p.id, p.customer_id, p.document, p.currency, p.amount, p.method, p.account_id, p.entry_id, p.reference, p.actor,
       p.recorded_at, linked.amount, spent.refunded, spent.kept, p.is_bound
  FROM invoices_payment p
 CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount), 0)::bigint AS amount FROM invoices_paymentlink l
                      WHERE l.carrier_id = p.carrier_id AND l.payment_id = p.id) linked
 CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount) FILTER (WHERE r.kind = 'given_back'), 0)::bigint AS refunded,
                            coalesce(sum(r.amount) FILTER (WHERE r.kind = 'fee'), 0)::bigint AS kept
                       FROM invoices_refund r WHERE r.carrier_id = p.carrier_id AND r.payment_id = p.id) spent
 WHERE p.carrier_id = %(carrier)s AND {condition} ORDER BY p.id {order} LIMIT %(limit)s
"""

_LINKED = """
SELECT payment_id, sum(amount)::bigint FROM invoices_paymentlink WHERE carrier_id = %s AND invoice_id = %s
 GROUP BY payment_id HAVING sum(amount) > 0 ORDER BY payment_id
"""

_LINKED_AT_ISSUE = """
SELECT p.method, p.reference, l.amount FROM invoices_paymentlink l
  JOIN invoices_payment p ON p.carrier_id = l.carrier_id AND p.id = l.payment_id
  JOIN invoices_invoice i ON i.carrier_id = l.carrier_id AND i.id = l.invoice_id
 WHERE l.carrier_id = %s AND l.invoice_id = %s AND l.linked_at <= i.issued_at AND l.amount > 0 ORDER BY l.id
"""


def payment(payment_id: int, *, actor: Actor) -> PaymentView:
    """Return a payment.

    Raises:
        JetCardsOff, PaymentNotFound.
        PermissionDenied: The actor has neither INVOICES nor SALES, or the customer lies outside the limits.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    found = shown(payment_id, carrier_id=actor.carrier_id)
    require_reading(actor, of=customers.shown(found.customer_id, carrier_id=actor.carrier_id))
    return found


def shown(payment_id: int, *, carrier_id: int) -> PaymentView:
    """Return a payment, whoever asks.

    Raises:
        PaymentNotFound.
    """
    with reading_for(carrier_id):
        found = _found({"id": payment_id}, "p.id = %(id)s", carrier_id=carrier_id)
    if not found:
        raise PaymentNotFound(f"there is no payment {payment_id}")
    return found[0]


def of_entry(entry_id: int, *, carrier_id: int) -> PaymentView | None:
    """Return the payment that an entry took; None where it was recorded as none. Inside `acting_for`."""
    found = _found({"entry": entry_id}, "p.entry_id = %(entry)s", carrier_id=carrier_id)
    return found[0] if found else None


def of_document(document: str, *, customer_id: int, currency: str, carrier_id: int) -> list[PaymentView]:
    """Return a customer's payments for a document in a currency, oldest first, whoever asks. Inside `acting_for`."""
    condition = "p.document = %(document)s AND p.customer_id = %(customer)s AND p.currency = %(currency)s"
    asked = {"document": document, "customer": customer_id, "currency": currency}
    return _found(asked, condition, carrier_id=carrier_id)


def of_invoice(invoice_id: int, *, carrier_id: int) -> list[PaymentView]:
    """Return the payments that were ever linked to an invoice, oldest first, whoever asks. Inside `acting_for`."""
    condition = (
        "p.id = ANY (SELECT k.payment_id FROM invoices_paymentlink k"
        " WHERE k.carrier_id = %(carrier)s AND k.invoice_id = %(invoice)s)"
    )
    return _found({"invoice": invoice_id}, condition, carrier_id=carrier_id)


def linked_to(invoice_id: int, *, carrier_id: int) -> list[tuple[int, int]]:
    """Return payment and amount of what belongs to an invoice, oldest payment first. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, [carrier_id, invoice_id])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def linked_at_issue(invoice_id: int, *, carrier_id: int) -> list[tuple[Method, str, int]]:
    """Return method, reference and amount of what was linked when the invoice was issued. Inside `acting_for`."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKED_AT_ISSUE, [carrier_id, invoice_id])
        return [(Method(row[0]), row[1], row[2]) for row in cursor.fetchall()]


def payments(
    *, actor: Actor, customer_id: int | None = None, document: str = "", before: int | None = None, limit: int = 50
) -> list[PaymentView]:
    """Return the newest payments within the actor's reach, newest first.

    Args:
        customer_id: Only this customer's; None for all.
        document: Only what was paid for this.
        before: The id of the last payment of the page before.

    Raises:
        JetCardsOff, PermissionDenied.
    """
    require_jet_cards(actor.carrier_id)
    require_reading(actor)
    conditions = ["p.id < %(before)s"]
    asked: dict[str, Any] = {"before": before or 2**62, "limit": min(limit, LONGEST_PAGE + 1)}
    if actor.is_limited:
        conditions.append("p.customer_id = ANY(%(within)s)")
        asked["within"] = customers.ids_within(actor)
    if customer_id is not None:
        conditions.append("p.customer_id = %(customer)s")
        asked["customer"] = customer_id
    if document:
        conditions.append("p.document = %(document)s")
        asked["document"] = checked_document(document)
    with reading_for(actor.carrier_id):
        return _found(asked, " AND ".join(conditions), carrier_id=actor.carrier_id, order="DESC")


def selected(condition: str, asked: dict[str, Any], *, carrier_id: int, order: str) -> list[PaymentView]:
    """Return payments that meet a condition of this package's, ordered by id (ASC or DESC). Inside `acting_for`.

    Args:
        condition: SQL about `p` (the payment), `linked` and `spent`; ours, never a caller's.
        asked: Its parameters, and `limit`.
    """
    return _found(asked, condition, carrier_id=carrier_id, order=order)


def require_reading(actor: Actor, *, of: CustomerView | None = None) -> None:
    """Raise PermissionDenied unless the actor may read invoices and payments, and this customer's."""
    actor.require_any(Permission.INVOICES, Permission.SALES, at=None if of is None else of.place)


def checked_document(document: str | None) -> str | None:
    """Return the document; None where it is blank.

    Raises:
        InvalidRequest: It can't be printed, or is too long.
    """
    stripped = (document or "").strip()
    return plain_text(stripped, field="document", longest=LONGEST_DOCUMENT) if stripped else None


def _found(asked: dict[str, Any], condition: str, *, carrier_id: int, order: str = "ASC") -> list[PaymentView]:
    sql = _PAYMENTS.format(condition=condition, order=order)  # conditions are ours, never a caller's
    with connection.cursor() as cursor:
        cursor.execute(sql, {"limit": None, **asked, "carrier": carrier_id})
        return [_view(row) for row in cursor.fetchall()]


def _view(row: Sequence[Any]) -> PaymentView:
    values = [*row]
    values[5] = Method(values[5])
    return PaymentView(*values)
