"""Requests for approval: what waits, and what was decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor, Place
from skypurser.access.permissions import Permission
from skypurser.electronic.directory import AccountName
from skypurser.electronic.models import Approval
from skypurser.errors import Refusal

#: The longest page, and one more to see whether another follows.
LONGEST_PAGE = 500


class ApprovalNotFound(Refusal):
    """There is no such request for approval."""

    code = "approval_not_found"


class Kind(StrEnum):
    """What is asked for, as the entry that it becomes is called; cards' kinds are those of the package above."""

    CREDIT = "credit"
    DEBIT = "debit"
    CARD_OPENING = "card_opening"
    CARD_FUNDS_ADDED = "card_funds_added"
    CARD_FUNDS_REMOVED = "card_funds_removed"
    CARD_TRANSFER = "card_transfer"
    CARD_CLOSED = "card_closed"


#: Who may ask for what.
ASKS: dict[Kind, Permission] = {
    Kind.CREDIT: Permission.CREDIT_AND_DEBIT,
    Kind.DEBIT: Permission.CREDIT_AND_DEBIT,
    Kind.CARD_OPENING: Permission.JET_CARDS,
    Kind.CARD_FUNDS_ADDED: Permission.CARD_FUNDS,
    Kind.CARD_FUNDS_REMOVED: Permission.CARD_FUNDS,
    Kind.CARD_TRANSFER: Permission.CARD_FUNDS,
    Kind.CARD_CLOSED: Permission.JET_CARDS,
}
#: Any of these sees requests: all of them, or those of one's own.
SEEING = (Permission.APPROVALS, *dict.fromkeys(ASKS.values()))


class ApprovalStatus(StrEnum):
    """What has become of a request. Only PENDING ever changes."""

    PENDING = Approval.PENDING
    APPROVED = Approval.APPROVED
    DECLINED = Approval.DECLINED
    WITHDRAWN = Approval.WITHDRAWN


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """Money to be moved by hand that waits for somebody else's approval, or did.

    Attributes:
        account: The account's name, which it keeps when the account is deleted after the decision; of a card, its
            customer's code.
        card: What the card was called; empty for an electronic account.
        other_account_id: The card to which a transfer goes.
        amount: Minor units of the account's currency.
        requested_by, decided_by: As the history names them; the ids are members'. `decided_by` is empty while pending.
        reason: Why it was declined.
        entry_id, item: Of the movement, once approved.
        reverses_item: The movement that it takes back, where it is a reversal.
    """

    id: int
    account_id: int
    account: AccountName
    card: str
    other_account_id: int | None
    place: Place
    kind: Kind
    amount: int
    reference: str
    requested_by: str
    requested_by_id: int | None
    requested_at: datetime
    status: ApprovalStatus
    decided_by: str
    decided_by_id: int | None
    decided_at: datetime | None
    reason: str
    entry_id: int | None
    item: int | None
    reverses_item: int | None

    @property
    def called(self) -> str:
        """The account as a log names it."""
        return f"card {self.account.code} {self.card}" if self.card else str(self.account)

    def is_of(self, actor: Actor) -> bool:
        """Tell whether the actor made the request, and so may withdraw it but never decide on it."""
        same_member = actor.member_id is not None and actor.member_id == self.requested_by_id
        return same_member or actor.name == self.requested_by


@dataclass(frozen=True, slots=True)
class Waiting:
    """That something waits on an account; `request` is None where the actor may not see who asked, and for what.

    Attributes:
        amount: Minor units of the account's currency.
    """

    kind: Kind
    amount: int
    request: ApprovalView | None


def waiting_on(account_id: int, *, actor: Actor, limit: int = 50) -> list[Waiting]:
    """Return what waits on an account, the oldest first, for all who could ask for the same once more.

    Whoever may ask for it there is told kind and amount of others' requests too, and no more. Nobody else is told
    anything but those who may approve.
    """
    return waiting_on_each([account_id], actor=actor, limit=limit).get(account_id, [])


def waiting_on_each(account_ids: Collection[int], *, actor: Actor, limit: int = 50) -> dict[int, list[Waiting]]:
    """Return what waits on some of the accounts, as `waiting_on` does for one; `limit` is of all together."""
    if not account_ids or not actor.permissions & {*SEEING}:
        return {}
    with reading_for(actor.carrier_id):
        rows = Approval.objects.filter(carrier_id=actor.carrier_id, account_id__in=account_ids)
        rows = rows.filter(status=Approval.PENDING).order_by("id")[: min(limit, LONGEST_PAGE + 1)]
        found = [shown(row) for row in rows]
    told: dict[int, list[Waiting]] = {}
    for one in found:
        may_approve = actor.may(Permission.APPROVALS, at=one.place)
        if may_approve or actor.may(ASKS[one.kind], at=one.place):
            seen = one if may_approve or one.is_of(actor) else None
            told.setdefault(one.account_id, []).append(Waiting(one.kind, one.amount, seen))
    return told


def pending(
    *, actor: Actor, account_id: int | None = None, own: bool = False, after: int = 0, limit: int = 50
) -> list[ApprovalView]:
    """Return what waits, the oldest first.

    Who may approve sees all within the member's places; who may only ask, what they asked for themselves.

    Args:
        account_id: Of one account only.
        own: Only what the actor asked for.
        after: The id of the last request of the page before.

    Raises:
        PermissionDenied: The actor has none of `SEEING`.
    """
    with reading_for(actor.carrier_id):
        rows = _visible(actor, account_id).filter(status=Approval.PENDING, id__gt=after)
        if own:
            rows = rows.filter(_own(actor))
        return [shown(row) for row in rows.order_by("id")[: min(limit, LONGEST_PAGE + 1)]]


def decided(
    *, actor: Actor, account_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[ApprovalView]:
    """Return what was approved, declined or withdrawn, the newest request first; otherwise like `pending`.

    Args:
        account_id: Of one account only.
        before: The id of the last request of the page before.
    """
    with reading_for(actor.carrier_id):
        rows = _visible(actor, account_id).exclude(status=Approval.PENDING)
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [shown(row) for row in rows.order_by("-id")[: min(limit, LONGEST_PAGE + 1)]]


def count_waiting(*, actor: Actor) -> int:
    """Return how many requests wait for this actor's decision: within reach, and somebody else's."""
    if not actor.may(Permission.APPROVALS):
        return 0
    with reading_for(actor.carrier_id):
        rows = _visible(actor, None).filter(status=Approval.PENDING)
        return rows.exclude(_own(actor)).count()


def count_asked(*, actor: Actor) -> int:
    """Return how many requests of the actor's own wait for somebody else."""
    if not actor.permissions & {*SEEING}:
        return 0
    with reading_for(actor.carrier_id):
        return _visible(actor, None).filter(_own(actor), status=Approval.PENDING).count()


def get(approval_id: int, *, actor: Actor) -> ApprovalView:
    """Return a request for approval.

    Raises:
        PermissionDenied: As in `pending`.
        ApprovalNotFound: The carrier has none such, or none that the actor may see.
    """
    with reading_for(actor.carrier_id):
        row = _visible(actor, None).filter(id=approval_id).first()
    if row is None:
        raise ApprovalNotFound(f"there is no request {approval_id}")
    return shown(row)


def to_be_seen(approval_ids: Collection[int], *, actor: Actor) -> frozenset[int]:
    """Return which of the requests the actor may see, as `get` would show them, so that a list can link them."""
    if not approval_ids or not actor.permissions & {*SEEING}:
        return frozenset()
    with reading_for(actor.carrier_id):
        rows = _visible(actor, None).filter(id__in=set(approval_ids))
        return frozenset(rows.values_list("id", flat=True))


def shown(row: Approval) -> ApprovalView:
    """Return a row as others read it."""
    return ApprovalView(
        id=row.id,
        account_id=row.account_id,
        account=AccountName(row.type, row.code, row.currency, row.city),
        card=row.name,
        other_account_id=row.other_account_id,
        place=Place(row.country, row.city, row.code if row.type == "agency" else ""),
        kind=Kind(row.kind),
        amount=row.amount,
        reference=row.reference,
        requested_by=row.requested_by,
        requested_by_id=row.requested_by_id,
        requested_at=row.requested_at,
        status=ApprovalStatus(row.status),
        decided_by=row.decided_by,
        decided_by_id=row.decided_by_id,
        decided_at=row.decided_at,
        reason=row.reason,
        entry_id=row.entry_id,
        item=row.item,
        reverses_item=row.reverses_item,
    )


def _visible(actor: Actor, account_id: int | None) -> QuerySet[Approval]:
    rows = Approval.objects.filter(carrier_id=actor.carrier_id)
    if not actor.may(Permission.APPROVALS):
        actor.require_any(*SEEING)
        rows = rows.filter(_own(actor))
    if actor.is_limited:
        of_offices = Q(type="agency", code__in=actor.offices)
        rows = rows.filter(Q(country__in=actor.countries) | Q(city__in=actor.cities) | of_offices)
    return rows if account_id is None else rows.filter(account_id=account_id)


def _own(actor: Actor) -> Q:
    own = Q(requested_by=actor.name)
    # A comparison with null would make the whole unknown where it is negated.
    return own if actor.member_id is None else own | Q(requested_by_id=actor.member_id, requested_by_id__isnull=False)
