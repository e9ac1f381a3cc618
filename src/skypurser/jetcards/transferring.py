"""Move money from one card of a customer to another: two entries in one statement, under one key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest, Refusal
from skypurser.jetcards import directory
from skypurser.jetcards.funding import mandatory
from skypurser.jetcards.models import CardTransfer
from skypurser.jetcards.requests import TransferIn, TransferOut
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.posting import post_all
from skypurser.ledger.requests import Answer, fingerprint
from skypurser.money import Money

#: What the entries of a transfer bear as their document, before its number.
DOCUMENT = "transfer:"


class OtherCustomersCard(Refusal):
    """Money goes between cards of the same customer and currency only."""

    code = "other_customers_card"


def transfer(
    *, from_card_id: int, to_card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Answer:
    """Move money between two open cards of the same customer; recorded on both as `jet_card.transferred`.

    Both accounts are locked in the ledger's order, so that transfers to and fro never wait for one another in a circle.

    Args:
        amount, reference, key: As in `funding.add_funds`; the amount must be available on the first card.

    Returns:
        The answer, whose facts are `transfer`, `amount`, `currency`, and `from` and `to`: of each card its `account`,
        `entry`, `item`, `debit`, `credit`, `net`, `held` and `available` (minor units).

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `other_customers_card`, `currency_mismatch`, `account_closed`,
            `insufficient_funds`. Nothing is posted on either; the attempt is recorded.
    """
    source = directory.allowed(from_card_id, Permission.CARD_FUNDS, actor=actor)
    target = directory.allowed(to_card_id, Permission.CARD_FUNDS, actor=actor)
    if from_card_id == to_card_id:
        raise InvalidRequest("money goes to another card", field="to_card_id")
    payload = mandatory(reference=reference, amount=amount, card=source.named)
    currency = amount.currency if isinstance(amount, Money) else source.currency

    def act() -> Mapping[str, Any]:
        if source.customer.id != target.customer.id:
            raise OtherCustomersCard
        return _move(source, target, payload["amount"], currency, reference, actor, now)

    asked = Asked(
        carrier_id=actor.carrier_id,
        key=key,
        fingerprint=fingerprint("card_transfer", from_card_id, to_card_id, *payload.values()),
        operation=TransferOut.operation,
        actor=actor.name,
        now=now,
        account_id=from_card_id,
        account_named=source.named.text,
        currency=currency,
    )
    with acting_for(actor.carrier_id):
        answer = answer_once(asked=asked, act=act)
    return answer.raise_if_refused()


def _move(
    source: directory.Found,
    target: directory.Found,
    amount: int,
    currency: str,
    reference: str,
    actor: Actor,
    now: datetime,
) -> Mapping[str, Any]:
    """Post both halves, and say what belongs together. What it raises undoes both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('jetcards_cardtransfer_id_seq')")
        number = int(cursor.fetchone()[0])
    both: dict[str, Any] = {
        "carrier_id": actor.carrier_id,
        "currency": currency,
        "actor": actor.name,
        "reference": reference,
        "now": now,
        "document": f"{DOCUMENT}{number}",
        "amount": amount,
    }

    def half(kind: type[TransferOut], of: directory.Found, other: directory.Found) -> TransferOut:
        key = f"§{kind.__name__}:{number}:{uuid4()}"  # callers' keys are ASCII, so none of theirs is it
        return kind(
            **both,
            key=key,
            fingerprint=fingerprint(key),
            account_id=of.id,
            account_named=of.named.text,
            other_card=other.id,
        )

    out, back = post_all([half(TransferOut, source, target), half(TransferIn, target, source)])
    CardTransfer.objects.create(
        carrier_id=actor.carrier_id,
        id=number,
        from_account_id=source.id,
        to_account_id=target.id,
        amount=amount,
        from_entry_id=out.facts["entry"],
        to_entry_id=back.facts["entry"],
    )
    return {"transfer": number, "amount": amount, "currency": currency, "from": out.facts, "to": back.facts}
