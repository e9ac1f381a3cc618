"""From an amount on, money that is moved by hand waits for a second member: what every door for people does then.

The doors are `requesting` for electronic accounts, and those of the packages that move money on accounts of another
kind; each calls `keep` under the key of its form. What becomes of a request is in `approving`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from skypurser.access import four_eyes
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, Place
from skypurser.electronic import approvals
from skypurser.electronic.approvals import ApprovalView, Kind
from skypurser.electronic.models import Approval
from skypurser.history import acts
from skypurser.ledger.posting import post_all
from skypurser.ledger.requests import Answer, Request, RequestRefused
from skypurser.ledger.states import Outcome

#: The fact by which the answer to a form tells that it waits for approval: the request's number.
APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The account on which money is to be moved, as a request keeps it.

    Attributes:
        type: `agency`, `corporate` or `card`.
        code: The office's, the client's or the customer's.
        card: What a card is called.
    """

    account_id: int
    type: str
    code: str
    currency: str
    place: Place
    card: str = ""


@dataclass(frozen=True, slots=True)
class Requested:
    """What became of a form: one of the two.

    Attributes:
        posted: The answer with the movement, where no approval was needed.
        approval: The request, as it is now, where one is.
        replayed: The form was sent before; nothing was written.
    """

    posted: Answer | None
    approval: ApprovalView | None
    replayed: bool


def needs_approval(amount: int, currency: str, *, carrier_id: int) -> bool:
    """Tell whether so many minor units, moved by hand, reach the carrier's threshold of their currency."""
    threshold = four_eyes.threshold(currency, carrier_id=carrier_id)
    return threshold is not None and amount >= threshold


def keep(
    *,
    of: Subject,
    kind: Kind,
    amount: int,
    reference: str,
    key: str,
    actor: Actor,
    now: datetime,
    reverses: tuple[int, int] | None = None,
    other_account_id: int | None = None,
) -> dict[str, Any]:
    """Keep a request that waits, and return the facts that tell it; recorded as `approval.requested`.

    Under the form's key, in its transaction; it moves nothing and holds nothing.

    Args:
        amount: Above zero, in minor units.
        reverses: Entry and item of the movement that it takes back.
    """
    entry_id, item = reverses or (None, None)
    row = Approval.objects.create(
        carrier_id=actor.carrier_id,
        account_id=of.account_id,
        type=of.type,
        code=of.code,
        name=of.card,
        city=of.place.city,
        country=of.place.country,
        currency=of.currency,
        kind=kind,
        amount=amount,
        other_account_id=other_account_id,
        reverses=entry_id,
        reverses_item=item,
        reference=reference,
        key=key,
        requested_by=actor.name,
        requested_by_id=actor.member_id,
        requested_at=now,
    )
    record(row, action="approval.requested", actor=actor, now=now, reference=reference)
    return {APPROVAL: row.id}


def try_out(*requests: Request) -> None:
    """Judge requests as if they were posted now, and write nothing; inside the caller's transaction.

    For what could not be posted as things are: nobody has to decide on it.

    Raises:
        RequestRefused: The first refusal.
    """
    with transaction.atomic():
        post_all(requests)
        transaction.set_rollback(True)


def requested(answer: Answer, actor: Actor) -> Requested:
    """Return what became of a form by the answer under its key.

    Raises:
        RequestRefused: It was refused.
    """
    answer.raise_if_refused()
    waiting = answer.facts.get(APPROVAL)
    if waiting is None:
        return Requested(answer, None, answer.replayed)
    with acting_for(actor.carrier_id):
        row = Approval.objects.get(carrier_id=actor.carrier_id, id=waiting)
    return Requested(None, approvals.shown(row), answer.replayed)


def posted(answer: Answer) -> Answer:
    """Return the answer of a verb that programs call, which never waits.

    Raises:
        RequestRefused: It was refused; or `key_reused`: a form asked for the same under this key, and it waits.
    """
    answer.raise_if_refused()
    if APPROVAL in answer.facts:
        raise RequestRefused(Answer(Outcome.REFUSED, "key_reused"))
    return answer


def record(row: Approval, *, action: str, actor: Actor, now: datetime, reference: str) -> None:
    """Tell the history what was asked for, and what of it changed. Inside `acting_for`."""
    is_new = row.status == Approval.PENDING
    told = {"approval": row.id, "kind": row.kind, "amount": row.amount, "requested_by": row.requested_by}
    if row.reverses_item is not None:
        told["reverses_item"] = row.reverses_item
    if row.other_account_id is not None:
        told |= {"from_card": row.account_id, "to_card": row.other_account_id}
    changes: dict[str, list[Any]] = {field: [None if is_new else value, value] for field, value in told.items()}
    changes["status"] = [None if is_new else Approval.PENDING, row.status]
    acts.record(
        carrier_id=row.carrier_id,
        action=action,
        account_id=row.account_id,
        actor=actor.name,
        reference=reference,
        changes=changes,
        now=now,
    )
