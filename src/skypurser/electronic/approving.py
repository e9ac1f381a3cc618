"""Manual credits and debits that people ask for: posted at once, or, from the carrier's threshold on, by four eyes.

`request` is the door for people. What reaches the threshold of its currency waits for another member with APPROVALS,
who approves or declines it; whoever asked may withdraw it. Programs don't come through here: an API key is trusted by
its scope (`manual.py`). A reversal is asked for in the same way: that of a debit gives as much as a credit does.

Source: KIU, "Credit and Debit"; the four eyes are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from skypurser.access import four_eyes
from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import approvals, manual
from skypurser.electronic.approvals import ApprovalNotFound, ApprovalView, Kind
from skypurser.electronic.directory import Found
from skypurser.electronic.models import Approval
from skypurser.electronic.requests import ManualCredit, ManualDebit, ManualMovement
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.ledger import accounts
from skypurser.ledger import queries as ledger
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.posting import FENCE, post_one
from skypurser.ledger.queries import MovementView
from skypurser.ledger.requests import Answer, Request, fingerprint, plain_text
from skypurser.ledger.reversals import with_reversals
from skypurser.ledger.states import Outcome
from skypurser.money import Money

_KINDS: dict[str, type[ManualMovement]] = {Kind.CREDIT: ManualCredit, Kind.DEBIT: ManualDebit}


class OwnRequest(Refusal):
    """Nobody decides on a request of their own; that is what four eyes are for."""

    code = "own_request"


class ReversalWaits(Refusal):
    """Somebody asked for this reversal already, and it waits for approval."""

    code = "reversal_waits"


class ApprovalDecided(Refusal):
    """The request is decided already, or withdrawn."""

    code = "approval_decided"


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
            kind=_KINDS[kind],
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
    return _requested(answer, actor)


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
    return _requested(answer, actor)


def _requested(answer: Answer, actor: Actor) -> Requested:
    answer.raise_if_refused()
    waiting = answer.facts.get(manual.APPROVAL)
    if waiting is None:
        return Requested(answer, None, answer.replayed)
    with acting_for(actor.carrier_id):
        row = Approval.objects.get(carrier_id=actor.carrier_id, id=waiting)
    return Requested(None, approvals.shown(row), answer.replayed)


def approve(*, approval_id: int, actor: Actor, now: datetime) -> ApprovalView:
    """Agree to a request: its movement is judged and posted now, in the name of whoever asked.

    Recorded as `approval.approved` beside the movement's own act. Sent again by the same member, it returns the
    request as it was approved and posts nothing.

    Raises:
        PermissionDenied: The actor lacks APPROVALS there, or is no member.
        ApprovalNotFound, OwnRequest, ApprovalDecided: Nothing is written.
        RequestRefused: The movement was refused now (`account_inhibited`); the attempt is recorded, and the request
            stays pending.
    """
    with acting_for(actor.carrier_id):
        row = _to_decide(approval_id, actor)
        if row.status == Approval.APPROVED and row.decided_by_id == actor.member_id:
            return _again(row)
        _must_be_pending(row)
        answer = post_one(_movement(row, now))
        if answer.outcome is not Outcome.REFUSED:
            row.entry_id, row.item = answer.facts["entry"], answer.facts["item"]
            _decide(row, Approval.APPROVED, actor, now)
            _record("approval.approved", row, actor, now, reference=row.reference)
    answer.raise_if_refused()
    return approvals.shown(row)


def decline(*, approval_id: int, reason: str, actor: Actor, now: datetime) -> ApprovalView:
    """Say no to a request; recorded as `approval.declined`, with the reason as its reference.

    Sent again by the same member it changes nothing more.

    Args:
        reason: For whoever asked; mandatory, at most 500 characters.

    Raises:
        PermissionDenied: The actor lacks APPROVALS there, or is no member.
        InvalidRequest, ApprovalNotFound, OwnRequest, ApprovalDecided: Nothing is written.
    """
    if not reason.strip():
        raise InvalidRequest("a reason is mandatory", field="reason")
    plain_text(reason, field="reason")
    with acting_for(actor.carrier_id):
        row = _to_decide(approval_id, actor)
        if row.status == Approval.DECLINED and row.decided_by_id == actor.member_id:
            return _again(row)
        _must_be_pending(row)
        row.reason = reason
        _decide(row, Approval.DECLINED, actor, now)
        _record("approval.declined", row, actor, now, reference=reason)
    return approvals.shown(row)


def withdraw(*, approval_id: int, actor: Actor, now: datetime) -> ApprovalView:
    """Take a request of one's own back; recorded as `approval.withdrawn`. Sent again it changes nothing more.

    Raises:
        PermissionDenied: Somebody else asked.
        ApprovalNotFound, ApprovalDecided: Nothing is written.
    """
    with acting_for(actor.carrier_id):
        row = _locked(approval_id, actor)
        if not approvals.shown(row).is_of(actor):
            raise PermissionDenied(f"{actor.name} may not withdraw what somebody else asked for")
        if row.status == Approval.WITHDRAWN:
            return _again(row)
        _must_be_pending(row)
        _decide(row, Approval.WITHDRAWN, actor, now)
        _record("approval.withdrawn", row, actor, now, reference=row.reference)
    return approvals.shown(row)


def _is_whole(movement: MovementView, actor: Actor) -> bool:
    """Tell whether the movement is one by hand that nothing took back yet; all others are for the ledger to refuse."""
    taken_back = with_reversals(movement.entry_id, carrier_id=actor.carrier_id)
    return movement.kind in manual.MANUAL_KINDS and len(taken_back) == 1


def _waits(amount: int, asked: Request, found: Found) -> bool:
    """Tell whether the amount reaches the threshold; one in a foreign currency is for the ledger to refuse."""
    if asked.currency != found.name.currency:
        return False
    threshold = four_eyes.threshold(asked.currency, carrier_id=asked.carrier_id)
    return threshold is not None and amount >= threshold


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
        row = Approval.objects.create(
            carrier_id=actor.carrier_id,
            account_id=found.account_id,
            type=found.name.type,
            code=found.name.code,
            city=found.place.city,
            country=found.place.country,
            currency=movement.currency,
            kind=kind,
            amount=amount,
            reverses=None if reverses is None else reverses.entry_id,
            reverses_item=None if reverses is None else reverses.item,
            reference=movement.reference,
            key=movement.key,
            requested_by=actor.name,
            requested_by_id=actor.member_id,
            requested_at=now,
        )
        _record("approval.requested", row, actor, now, reference=row.reference)
        return {manual.APPROVAL: row.id}

    asked = Asked(
        carrier_id=actor.carrier_id,
        key=movement.key,
        fingerprint=movement.fingerprint,
        operation=movement.operation,
        actor=actor.name,
        now=now,
        account_id=found.account_id,
        account_named=str(found.name),
        currency=movement.currency,
    )
    return answer_once(asked=asked, act=act)


def _movement(row: Approval, now: datetime) -> Request:
    """Return what is posted. Each attempt has a key of its own: a refusal must not bind the next one.

    That it is posted once is for the request's row to keep, which is locked and pending.
    """
    what: dict[str, Any] = {
        "carrier_id": row.carrier_id,
        "key": f"§approval:{row.id}:{uuid4()}",  # callers' keys are ASCII, so none of theirs is it
        "fingerprint": fingerprint("approval", row.id),
        "account_id": row.account_id,
        "account_named": str(approvals.shown(row).account),
        "currency": row.currency,
        "actor": row.requested_by,
        "reference": row.reference,
        "now": now,
    }
    if row.reverses is not None:
        return manual.reversal(entry_id=row.reverses, **what)
    return _KINDS[row.kind](amount=row.amount, **what)


def _locked(approval_id: int, actor: Actor) -> Approval:
    rows = Approval.objects.select_for_update(no_key=True).filter(carrier_id=actor.carrier_id, id=approval_id)
    row = rows.first()
    if row is None:
        raise ApprovalNotFound(f"there is no request {approval_id}")
    return row


def _to_decide(approval_id: int, actor: Actor) -> Approval:
    """Lock the request for somebody who may decide on it."""
    actor.require_in_person(Permission.APPROVALS)
    if actor.member_id is None:  # whoever stands at the console may be a member as well, perhaps the one who asked
        raise PermissionDenied(f"{actor.name} may not: only a member approves", permission=Permission.APPROVALS)
    row = _locked(approval_id, actor)
    view = approvals.shown(row)
    actor.require(Permission.APPROVALS, at=view.place)
    if view.is_of(actor):
        raise OwnRequest
    return row


def _must_be_pending(row: Approval) -> None:
    if row.status != Approval.PENDING:
        facts = {"approval_status": row.status, "decided_by": row.decided_by}
        raise ApprovalDecided(f"the request is {row.status} by {row.decided_by}", **facts)


def _again(row: Approval) -> ApprovalView:
    """Return what was decided before, behind a commit that waits for the standby like the first one did."""
    with connection.cursor() as cursor:
        cursor.execute(FENCE)
    return approvals.shown(row)


def _decide(row: Approval, status: str, actor: Actor, now: datetime) -> None:
    row.status, row.decided_by, row.decided_by_id, row.decided_at = status, actor.name, actor.member_id, now
    row.save(update_fields=["status", "decided_by", "decided_by_id", "decided_at", "reason", "entry_id", "item"])


def _record(action: str, row: Approval, actor: Actor, now: datetime, *, reference: str) -> None:
    """Tell what was asked for, and what of it changed."""
    is_new = row.status == Approval.PENDING
    told = {"approval": row.id, "kind": row.kind, "amount": row.amount, "requested_by": row.requested_by}
    if row.reverses_item is not None:
        told["reverses_item"] = row.reverses_item
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
