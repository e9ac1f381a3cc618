"""Issue, void and refund on a member's behalf: who may, where, and what a key is bound to.

Other channels ask by the same functions of `asking.py`, which give one fingerprint per payload; the permission at the
account's place is here.

Sources: KIU, permissions at the head of the document; "Credit Card" and commission columns for issuance.
"""

from datetime import datetime

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import directory
from skypurser.electronic.asking import Named, Sender
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.asking import issue_ticket, refund_ticket, void_ticket


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
        sender, account = begin(account_id=account_id, key=key, actor=actor, now=now)
        answer = post_one(
            issue_ticket(
                sender=sender,
                account=account,
                document_number=document_number,
                form_of_payment=form_of_payment,
                route=route,
                fare=fare.minor,
                taxes=taxes,
                currency=fare.currency,
                commission_bps=commission_bps,
                passenger=passenger,
                reference=reference,
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
        sender, account = begin(account_id=account_id, key=key, actor=actor, now=now)
        answer = post_one(
            void_ticket(sender=sender, account=account, document_number=document_number, reference=reference)
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
        sender, account = begin(account_id=account_id, key=key, actor=actor, now=now)
        answer = post_one(
            refund_ticket(
                sender=sender,
                account=account,
                document_number=document_number,
                fare=fare.minor,
                taxes=taxes,
                penalty=penalty,
                currency=fare.currency,
                reference=reference,
            )
        )
    return answer.raise_if_refused()


def begin(*, account_id: int, key: str, actor: Actor, now: datetime | None) -> tuple[Sender, Named]:
    """Return who asks and of which account, if they may issue there.

    That there is no such account is for the ledger to say, after it looked at the key.

    Raises:
        PermissionDenied: The actor lacks ISSUANCE, or the account lies outside a member's limits.
        InvalidRequest: The key is none.
    """
    sender = Sender(actor.carrier_id, actor.name, key, now)
    actor.require(Permission.ISSUANCE)
    try:
        found = directory.get(account_id, carrier_id=actor.carrier_id)
    except AccountNotFound:
        return sender, Named.by_id(account_id, None)
    actor.require(Permission.ISSUANCE, at=found.place)
    return sender, Named.by_id(account_id, found)
