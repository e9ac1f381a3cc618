"""Ask for a manual credit or debit, or for taking one back: the door for people.

Below the carrier's threshold it is posted at once. What reaches the threshold of its currency waits for another member
with APPROVALS (`approving.py`). Programs don't come through here: an API key is trusted by its scope (`manual.py`). A
reversal is asked for in the same way: that of a debit gives as much as a credit does.

Source: KIU, "Credit and Debit"; the four eyes are ours.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import manual
from skypurser.electronic.approvals import Kind
from skypurser.electronic.approving import KINDS
from skypurser.electronic.awaiting import Requested, Subject, keep, needs_approval, requested
from skypurser.electronic.directory import Found
from skypurser.electronic.models import Approval
from skypurser.errors import Refusal
from skypurser.ledger import accounts
from skypurser.ledger import queries as ledger
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.posting import post_one
from skypurser.ledger.queries import MovementView
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.reversals import with_reversals
from skypurser.money import Money


class ReversalWaits(Refusal):
    """Somebody asked for this reversal already, and it waits for approval."""

    code = "reversal_waits"


def request(
    *, account_id: int, kind: Kind, amount: Money | int, reference: str, key: str, actor: Actor, now: datetime
) -> Requested:
    """Credit or debit an account, or ask for it where the amount reaches the threshold of the account's currency.

    What waits is not judged yet, but for the account and the amount's currency: a status may change until it is
    approved. It moves nothing and holds nothing.

    Args:
        amount: Above zero, in the account's currency; a number is minor units of that currency, whichever it is.
        reference: Why; mandatory, printed on the statement.
        key: The form's. The same form sent again is told what became of the first, even if the threshold is another
            by now; it never makes a second movement or request.

    Raises:
        PermissionDenied: The actor lacks CREDIT_AND_DEBIT there, or is an API key.
        InvalidRequest: Nothing is written.
        RequestRefused: `key_reused`, `account_not_found`, `currency_mismatch`, `account_inhibited` (where it would be
            posted at once). Nothing is posted; the attempt is recorded.
    """
    actor.require_in_person(Permission.CREDIT_AND_DEBIT)
    with acting_for(actor.carrier_id):
        movement, found = manual.asked(
            kind=KINDS[kind],
            account_id=account_id,
            amount=amount,
            reference=reference,
            key=key,
            actor=actor,
            now=now,
        )
        if found is not None and _waits(movement.amount, movement, found):
            answer = _ask(movement, found, actor, now, kind=kind, amount=movement.amount)
        else:
            answer = post_one(movement)
    return requested(answer, actor)


def request_reversal(*, account_id: int, item: int, reference: str, key: str, actor: Actor, now: datetime) -> Requested:
    """Take a manual credit or debit back, or ask for it where its amount reaches the threshold of its currency.

    Arguments, and what waits, as in `request`.

    Args:
        item: The movement's number on the account.

    Raises:
        PermissionDenied, InvalidRequest: Nothing is written.
        RequestRefused: As `manual.reverse`; `reversal_waits` where it was asked for before. The attempt is recorded.
    """
    actor.require_in_person(Permission.CREDIT_AND_DEBIT)
    with acting_for(actor.carrier_id):
        movement = ledger.movement(carrier_id=actor.carrier_id, account_id=account_id, item=item)
        asked, found = manual.asked_reversal(
            account_id=account_id,
            entry_id=0 if movement is None else movement.entry_id,
            reference=reference,
            key=key,
            actor=actor,
            now=now,
        )
        amount = 0 if movement is None else movement.credit or movement.debit
        if movement is None or found is None or not _waits(amount, asked, found) or not _is_whole(movement, actor):
            answer = post_one(asked)
        else:
            kind = Kind.DEBIT if movement.credit else Kind.CREDIT
            answer = _ask(asked, found, actor, now, kind=kind, amount=amount, reverses=movement)
    return requested(answer, actor)


def _is_whole(movement: MovementView, actor: Actor) -> bool:
    """Tell whether the movement is one by hand that nothing took back yet; all others are for the ledger to refuse."""
    taken_back = with_reversals(movement.entry_id, carrier_id=actor.carrier_id)
    return movement.kind in manual.MANUAL_KINDS and len(taken_back) == 1


def _waits(amount: int, asked: Request, found: Found) -> bool:
    """Tell whether the amount reaches the threshold; one in a foreign currency is for the ledger to refuse."""
    own = asked.currency == found.name.currency
    return own and needs_approval(amount, asked.currency, carrier_id=asked.carrier_id)


def _ask(
    movement: Request,
    found: Found,
    actor: Actor,
    now: datetime,
    *,
    kind: Kind,
    amount: int,
    reverses: MovementView | None = None,
) -> Answer:
    """Make the request under the form's key, which is bound with the fingerprint that the movement itself would have.

    So whichever way a form took first, sent again it gets that answer.
    """

    def act() -> Mapping[str, Any]:
        accounts.lock(carrier_id=actor.carrier_id, account_id=found.account_id)  # it can't be deleted meanwhile
        if reverses is not None:
            waiting = Approval.objects.filter(
                carrier_id=actor.carrier_id, reverses=reverses.entry_id, status=Approval.PENDING
            )
            if waiting.exists():
                raise ReversalWaits(f"the reversal of movement {reverses.item} waits for approval")
        return keep(
            of=Subject(
                account_id=found.account_id,
                type=found.name.type,
                code=found.name.code,
                currency=movement.currency,
                place=found.place,
            ),
            kind=kind,
            amount=amount,
            reference=movement.reference,
            key=movement.key,
            actor=actor,
            now=now,
            reverses=None if reverses is None else (reverses.entry_id, reverses.item),
        )

    return answer_once(asked=Asked.of(movement, now=now), act=act)
