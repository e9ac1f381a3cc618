"""Move money from one card of a customer to another: two entries in one statement, under one key.

At once, for programs; people ask through `requesting.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.awaiting import posted
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
    plan = asked(
        from_card_id=from_card_id,
        to_card_id=to_card_id,
        amount=amount,
        reference=reference,
        key=key,
        actor=actor,
        now=now,
    )
    with acting_for(actor.carrier_id):
        answer = answer_once(asked=plan.asked, act=plan.move)
    return posted(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer that is asked for; `amount` in minor units of `asked.currency`."""

    asked: Asked
    source: directory.Found
    target: directory.Found
    amount: int
    reference: str

    def move(self) -> Mapping[str, Any]:
        """Post it, and return the facts that tell it. Inside `acting_for`.

        Raises:
            OtherCustomersCard, RequestRefused: Nothing is posted.
        """
        number, out, back = self.halves()
        left, came = post_all([out, back])
        CardTransfer.objects.create(
            carrier_id=self.asked.carrier_id,
            id=number,
            from_account_id=self.source.id,
            to_account_id=self.target.id,
            amount=self.amount,
            from_entry_id=left.facts["entry"],
            to_entry_id=came.facts["entry"],
        )
        told = {"transfer": number, "amount": self.amount, "currency": self.asked.currency}
        return {**told, "from": left.facts, "to": came.facts}

    def halves(self) -> tuple[int, TransferOut, TransferIn]:
        """Draw the transfer's number, and return it with what takes and what gives.

        Raises:
            OtherCustomersCard.
        """
        if self.source.customer.id != self.target.customer.id:
            raise OtherCustomersCard
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('jetcards_cardtransfer_id_seq')")
            number = int(cursor.fetchone()[0])
        return number, self._half(TransferOut, number), self._half(TransferIn, number)

    def _half[Half: TransferOut](self, kind: type[Half], number: int) -> Half:
        of, other = (self.target, self.source) if kind.credits else (self.source, self.target)
        key = f"§{kind.__name__}:{number}:{uuid4()}"  # callers' keys are ASCII, so none of theirs is it
        return kind(
            carrier_id=self.asked.carrier_id,
            currency=self.asked.currency,
            actor=self.asked.actor,
            reference=self.reference,
            now=self.asked.now,
            document=f"{DOCUMENT}{number}",
            amount=self.amount,
            key=key,
            fingerprint=fingerprint(key),
            account_id=of.id,
            account_named=of.named.text,
            other_card=other.id,
        )


def asked(
    *, from_card_id: int, to_card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Transfer:
    """Return what `transfer` does, whoever does it. Writes nothing.

    Raises:
        JetCardsOff, CardNotFound, PermissionDenied, InvalidRequest.
    """
    source = directory.allowed(from_card_id, Permission.CARD_FUNDS, actor=actor)
    target = directory.allowed(to_card_id, Permission.CARD_FUNDS, actor=actor)
    if from_card_id == to_card_id:
        raise InvalidRequest("money goes to another card", field="to_card_id")
    payload = mandatory(reference=reference, amount=amount, card=source.named)
    return Transfer(
        asked=Asked(
            carrier_id=actor.carrier_id,
            key=key,
            fingerprint=fingerprint("card_transfer", from_card_id, to_card_id, *payload.values()),
            operation=TransferOut.operation,
            actor=actor.name,
            now=now,
            account_id=from_card_id,
            account_named=source.named.text,
            currency=amount.currency if isinstance(amount, Money) else source.currency,
        ),
        source=source,
        target=target,
        amount=payload["amount"],
        reference=reference,
    )
