"""Decide on what people asked for: a second member approves or declines it, whoever asked may withdraw it.

What is asked for, and when it has to be, is in `awaiting.py` and the doors that it names. A request moves nothing and
holds nothing until it is approved; it is judged and posted then.

Source: KIU, "Credit and Debit"; the four eyes are ours.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.electronic import approvals, manual
from skypurser.electronic.approvals import ApprovalNotFound, ApprovalView, Kind
from skypurser.electronic.awaiting import record
from skypurser.electronic.models import Approval
from skypurser.electronic.requests import ManualCredit, ManualDebit, ManualMovement
from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.posting import FENCE, post_one
from skypurser.ledger.requests import Answer, fingerprint, plain_text
from skypurser.ledger.states import Outcome

#: What is posted for each kind of request that takes nothing back.
KINDS: dict[str, type[ManualMovement]] = {Kind.CREDIT: ManualCredit, Kind.DEBIT: ManualDebit}

type Post = Callable[[ApprovalView, dict[str, Any]], Answer]
#: What posts the kinds of other packages, which name it here when Django starts.
_POSTS: dict[Kind, Post] = {}


class OwnRequest(Refusal):
    """Nobody decides on a request of their own; that is what four eyes are for."""

    code = "own_request"


class ApprovalDecided(Refusal):
    """The request is decided already, or withdrawn."""

    code = "approval_decided"


def approve(*, approval_id: int, actor: Actor, now: datetime) -> ApprovalView:
    """Agree to a request: its movement is judged and posted now, in the name of whoever asked.

    Recorded as `approval.approved` beside the movement's own act. Sent again by the same member, it returns the
    request as it was approved and posts nothing.

    Raises:
        PermissionDenied: The actor lacks APPROVALS there, or is no member.
        ApprovalNotFound, OwnRequest, ApprovalDecided: Nothing is written.
        RequestRefused: The movement was refused now (`account_inhibited`; of a card `insufficient_funds`,
            `account_closed` …); the attempt is recorded, and the request stays pending.
    """
    with acting_for(actor.carrier_id):
        row = _to_decide(approval_id, actor)
        if row.status == Approval.APPROVED and row.decided_by_id == actor.member_id:
            return _again(row)
        _must_be_pending(row)
        answer = _post(row, now)
        if answer.outcome is not Outcome.REFUSED:
            row.entry_id, row.item = answer.facts["entry"], answer.facts["item"]
            _decide(row, Approval.APPROVED, actor, now)
            record(row, action="approval.approved", actor=actor, now=now, reference=row.reference)
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
        record(row, action="approval.declined", actor=actor, now=now, reference=reason)
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
        record(row, action="approval.withdrawn", actor=actor, now=now, reference=row.reference)
    return approvals.shown(row)


def posts(*kinds: Kind) -> Callable[[Post], Post]:
    """Name the decorated function as what posts requests of these kinds, for packages above this one.

    Called inside `acting_for` and under the request's lock, with the request and the arguments that every request to
    the ledger has; the answer's facts are those of a movement, or it is a refusal.
    """

    def name(post: Post) -> Post:
        _POSTS.update(dict.fromkeys(kinds, post))
        return post

    return name


def _post(row: Approval, now: datetime) -> Answer:
    """Post what was asked for. Each attempt has a key of its own: a refusal must not bind the next one.

    That it is posted once is for the request's row to keep, which is locked and pending.
    """
    view = approvals.shown(row)
    what: dict[str, Any] = {
        "carrier_id": row.carrier_id,
        "key": f"§approval:{row.id}:{uuid4()}",  # callers' keys are ASCII, so none of theirs is it
        "fingerprint": fingerprint("approval", row.id),
        "account_id": row.account_id,
        "account_named": view.called,
        "currency": row.currency,
        "actor": row.requested_by,
        "reference": row.reference,
        "now": now,
    }
    if row.reverses is not None:
        return post_one(manual.reversal(entry_id=row.reverses, **what))
    if view.kind in KINDS:
        return post_one(KINDS[view.kind](amount=row.amount, **what))
    return _POSTS[view.kind](view, what)


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
