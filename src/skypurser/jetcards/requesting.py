"""Ask for money to be moved on a card by hand: the door for people. Closing one is above, in `charter.closing`.

Below the carrier's threshold it is posted at once. What reaches the threshold of its currency waits for another member
with APPROVALS (`electronic/approving.py`), who agrees or not. It is judged when it is asked for, so that nobody has to
decide on what can't be posted, and again when it is posted. Programs don't come through here: an API key is trusted by
its scope (`funding.py`, `transferring.py`, `once.py`).

Source: FL3XX, "Managing Balances"; the four eyes are ours.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic.approvals import ApprovalView, Kind
from skypurser.electronic.approving import posts
from skypurser.electronic.awaiting import Requested, Subject, keep, needs_approval, requested, try_out
from skypurser.jetcards import adding, directory, funding, queries, transferring
from skypurser.jetcards.requests import AddFunds, MoveFunds, OpeningBalance, RemoveFunds
from skypurser.ledger.keys import Asked, answer_once, answer_under_key
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer
from skypurser.money import Money
from skypurser.parties import customers, texts

_KINDS: dict[Kind, type[MoveFunds]] = {
    Kind.CARD_OPENING: OpeningBalance,
    Kind.CARD_FUNDS_ADDED: AddFunds,
    Kind.CARD_FUNDS_REMOVED: RemoveFunds,
}


def add_funds(*, card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime) -> Requested:
    """Give money to a card, or ask for it where the amount reaches the threshold of the card's currency.

    Args:
        key: The form's. The same form sent again is told what became of the first, even if the threshold is another
            by now; it never makes a second movement or request.

    Other arguments are those of `funding.add_funds`.

    Raises:
        PermissionDenied: The actor lacks CARD_FUNDS there, or is an API key.
        JetCardsOff, CardNotFound, InvalidRequest: Nothing is written.
        RequestRefused: As `funding.add_funds`. Nothing is posted or asked for; the attempt is recorded.
    """
    return _funds(Kind.CARD_FUNDS_ADDED, card_id, amount, reference, key, actor, now)


def remove_funds(
    *, card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Requested:
    """Take money from a card, or ask for it. Arguments and errors as in `add_funds`, and `insufficient_funds`."""
    return _funds(Kind.CARD_FUNDS_REMOVED, card_id, amount, reference, key, actor, now)


def transfer(
    *, from_card_id: int, to_card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Requested:
    """Move money between two cards of a customer, or ask for it. As `add_funds`; refused as `transferring.transfer`."""
    actor.require_in_person(Permission.CARD_FUNDS)
    plan = transferring.asked(
        from_card_id=from_card_id,
        to_card_id=to_card_id,
        amount=amount,
        reference=reference,
        key=key,
        actor=actor,
        now=now,
    )

    def wait() -> Mapping[str, Any]:
        _, out, back = plan.halves()
        try_out(out, back)
        return keep(
            of=subject(plan.source),
            kind=Kind.CARD_TRANSFER,
            amount=plan.amount,
            reference=reference,
            key=key,
            actor=actor,
            now=now,
            other_account_id=to_card_id,
        )

    with acting_for(actor.carrier_id):
        waits = plan.asked.currency == plan.source.currency and needs_approval(
            plan.amount, plan.source.currency, carrier_id=actor.carrier_id
        )
        answer = answer_once(asked=plan.asked, act=wait if waits else plan.move)
    return requested(answer, actor)


def add_card(
    *,
    customer_id: int,
    name: str,
    key: str,
    actor: Actor,
    now: datetime,
    person_ids: frozenset[int] = frozenset(),
    opening_balance: int = 0,
    reference: str = "",
    low_mark: int = 0,
) -> Requested:
    """Add a card; its opening balance waits where it reaches the threshold, and the card begins with nothing on it.

    Arguments are those of `once.add_card`, and `once.told_card` tells the card where nothing waits.

    Raises:
        PermissionDenied: The actor lacks JET_CARDS there, or CARD_FUNDS for an opening balance, or is an API key.
        JetCardsOff, InvalidRequest, RequestRefused: As `once.add_card`.
    """
    actor.require_in_person(Permission.JET_CARDS)
    if opening_balance:
        actor.require_in_person(Permission.CARD_FUNDS)

    def act() -> Mapping[str, Any]:
        currency = customers.shown(customer_id, carrier_id=actor.carrier_id).currency
        waits = bool(opening_balance) and needs_approval(opening_balance, currency, carrier_id=actor.carrier_id)
        made = adding.add_card(
            customer_id=customer_id,
            name=name,
            actor=actor,
            now=now,
            person_ids=person_ids,
            opening_balance=0 if waits else opening_balance,
            reference=texts.line(reference, field="reference", longest=500, mandatory=waits),
            low_mark=low_mark,
        )
        asked: dict[str, Any] = {
            "amount": opening_balance,
            "reference": reference,
            "key": key,
            "actor": actor,
            "now": now,
        }
        return {
            "card": msgspec.to_builtins(queries.shown(made.id, carrier_id=actor.carrier_id)),
            **(keep(of=subject(made), kind=Kind.CARD_OPENING, **asked) if waits else {}),
        }

    payload = (customer_id, name, sorted(person_ids), opening_balance, reference, low_mark)
    answer = answer_under_key("add_card", act, payload=payload, key=key, actor=actor, now=now, named=name)
    return requested(answer, actor)


def subject(card: directory.Found) -> Subject:
    """Return a card as a request that waits names it."""
    return Subject(
        account_id=card.id,
        type="card",
        code=card.customer.code,
        card=card.name,
        currency=card.currency,
        place=card.customer.place,
    )


def _funds(
    kind: Kind, card_id: int, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Requested:
    actor.require_in_person(Permission.CARD_FUNDS)
    request, card = funding.asked(
        _KINDS[kind], card_id=card_id, amount=amount, reference=reference, key=key, actor=actor, now=now
    )

    def wait() -> Mapping[str, Any]:
        try_out(request)
        return keep(
            of=subject(card), kind=kind, amount=request.amount, reference=reference, key=key, actor=actor, now=now
        )

    with acting_for(actor.carrier_id):
        own = request.currency == card.currency
        if own and needs_approval(request.amount, card.currency, carrier_id=actor.carrier_id):
            answer = answer_once(asked=Asked.of(request, now=now), act=wait)
        else:
            answer = post_one(request)
    return requested(answer, actor)


@posts(*_KINDS)
def _post_funds(view: ApprovalView, what: dict[str, Any]) -> Answer:
    directory.get(view.account_id, carrier_id=what["carrier_id"])
    return post_one(_KINDS[view.kind](amount=view.amount, **what))


@posts(Kind.CARD_TRANSFER)
def _post_transfer(view: ApprovalView, what: dict[str, Any]) -> Answer:
    """Post both halves; the answer is that of the card that gives."""
    carrier_id = what["carrier_id"]
    plan = transferring.Transfer(
        asked=Asked(
            carrier_id=carrier_id,
            key=f"approval:{view.id}:{uuid4()}",  # drawn at random, so nobody else's
            fingerprint=what["fingerprint"],
            operation=view.kind,
            actor=what["actor"],
            now=what["now"],
            account_id=view.account_id,
            account_named=what["account_named"],
            currency=what["currency"],
        ),
        source=directory.get(view.account_id, carrier_id=carrier_id),
        target=directory.get(view.other_account_id or 0, carrier_id=carrier_id),
        amount=view.amount,
        reference=view.reference,
    )
    answer = answer_once(asked=plan.asked, act=plan.move)
    return replace(answer, facts=answer.facts.get("from", answer.facts))
