"""Issue, void and refund on a member's behalf: who may, where, and what a key is bound to.

Other channels build the same requests; what they must not leave out is here: the permission at the account's place, and
one fingerprint per payload, so that a key sent through two channels is the same key.

Sources: KIU, permissions at the head of the document; "Credit Card" and commission columns for issuance.
"""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.intents import Refused
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, check_key, fingerprint
from skypurser.money import Money
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.requests import IssueTicket, RefundTicket, VoidTicket


def issue(
    *,
    account_id: int,
    document_number: str,
    form_of_payment: FormOfPayment,
    route: tuple[str, ...],
    fare: Money,
    taxes: int,
    key: str,
    actor: Actor,
    now: datetime | None = None,
    commission_bps: int | None = None,
    passenger: str = "",
    reference: str = "",
) -> Answer:
    """Sell a ticket or EMD and return the answer.

    Args:
        document_number: 13 digits, or with a hyphen and the check digit, which must then be right.
        route: IATA codes of all airports, in order.
        fare: Without taxes, in the account's currency.
        taxes: Minor units of the same currency.
        key: Sending it again returns the first answer, a refusal too, and sells nothing.
        now: The clock of the sale; None for the database's.
        commission_bps: Hundredths of a percent that the issuing agent entered; None for nothing.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: In this order `key_reused`, `invalid_document_number`, `account_not_found`,
            `duplicate_document`, `account_suspended` or `account_inhibited`, `commission_not_allowed`,
            `insufficient_funds`. Nothing is sold; the attempt is recorded.
    """
    with acting_for(actor.carrier_id):
        found = _allowed(account_id, key, actor)
        document, flaw = _document(document_number)
        payload = (form_of_payment, route, fare.minor, taxes, fare.currency, commission_bps, passenger, reference)
        answer = post_one(
            IssueTicket(
                carrier_id=actor.carrier_id,
                key=key,
                fingerprint=fingerprint("issue", account_id, document or document_number, *payload),
                account_id=None if found is None else account_id,
                account_named=str(account_id if found is None else found.name),
                currency=fare.currency,
                actor=actor.name,
                reference=reference,
                document=document,
                now=now,
                flaw=flaw,
                form_of_payment=form_of_payment,
                route=route,
                fare=fare.minor,
                taxes=taxes,
                commission_bps=commission_bps,
                passenger=passenger,
            )
        )
    return answer.raise_if_refused()


def void(
    *, account_id: int, document_number: str, reference: str, key: str, actor: Actor, now: datetime | None = None
) -> Answer:
    """Void a sale on the local day of its issue, all of it, commission included.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `invalid_document_number`, `account_not_found`, `sale_not_found`,
            `already_voided`, `already_refunded`, `void_window_closed`, in this order.
    """
    with acting_for(actor.carrier_id):
        found = _allowed(account_id, key, actor)
        document, flaw = _document(document_number)
        answer = post_one(
            VoidTicket(
                carrier_id=actor.carrier_id,
                key=key,
                fingerprint=fingerprint("void", account_id, document or document_number, reference),
                account_id=None if found is None else account_id,
                account_named=str(account_id if found is None else found.name),
                currency="" if found is None else found.name.currency,
                actor=actor.name,
                reference=reference,
                document=document,
                now=now,
                flaw=flaw,
            )
        )
    return answer.raise_if_refused()


def refund(
    *,
    account_id: int,
    document_number: str,
    fare: Money,
    taxes: int,
    penalty: int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime | None = None,
) -> Answer:
    """Refund fare and taxes of a sale, in part or whole, less a penalty; `taxes` and `penalty` in minor units.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `invalid_document_number`, `account_not_found`, `currency_mismatch`,
            `sale_not_found`, `already_voided`, `refund_exceeds_sale`, `penalty_exceeds_refund`, in this order.
    """
    with acting_for(actor.carrier_id):
        found = _allowed(account_id, key, actor)
        document, flaw = _document(document_number)
        payload = (fare.minor, taxes, penalty, fare.currency, reference)
        answer = post_one(
            RefundTicket(
                carrier_id=actor.carrier_id,
                key=key,
                fingerprint=fingerprint("refund", account_id, document or document_number, *payload),
                account_id=None if found is None else account_id,
                account_named=str(account_id if found is None else found.name),
                currency=fare.currency,
                actor=actor.name,
                reference=reference,
                document=document,
                now=now,
                flaw=flaw,
                fare=fare.minor,
                taxes=taxes,
                penalty=penalty,
            )
        )
    return answer.raise_if_refused()


def _document(text: str) -> tuple[str | None, Refused | None]:
    try:
        return parse_document(text), None
    except InvalidDocumentNumber as no:
        return None, Refused(no.code)


def _allowed(account_id: int, key: str, actor: Actor) -> directory.Found | None:
    """Return the account if there is one; that there is none is for the ledger to say, after it looked at the key."""
    check_key(key)
    actor.require(Permission.ISSUANCE)
    try:
        found = directory.get(account_id, carrier_id=actor.carrier_id)
    except AccountNotFound:
        return None
    actor.require(Permission.ISSUANCE, at=found.place)
    return found
