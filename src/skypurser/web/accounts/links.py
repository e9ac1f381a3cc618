"""What the rows of an account lead to: sales, the movement that was taken back or took back, reversal, requests.

Only what the member may open is a link. For a whole page each kind is one question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.electronic import approvals
from skypurser.electronic.manual import MANUAL_KINDS
from skypurser.electronic.queries import AccountView
from skypurser.history.acts import ActView
from skypurser.ledger import reversals
from skypurser.ledger.queries import MovementView
from skypurser.ledger.states import ALLOWED, Purpose
from skypurser.tickets import queries as tickets
from skypurser.web import documents
from skypurser.web.accounts.reaching import place_of


@dataclass(frozen=True, slots=True)
class MovementLinks:
    """Where a movement leads.

    Attributes:
        has_sale: Whether its document is a sale that the member may see.
        statement: The number of the account's statement that it marks.
        reverses: The item that it takes back.
        reversed_by: The item that took it back, told of what was posted by hand; a sale's own page tells the others.
        may_reverse: Whether the member may take it back now.
    """

    has_sale: bool
    statement: int | None
    reverses: int | None
    reversed_by: int | None
    may_reverse: bool


@dataclass(frozen=True, slots=True)
class ActLinks:
    """Where an act leads; `approval` is the number of a request that the member may see."""

    has_sale: bool
    statement: int | None
    item: int | None
    approval: int | None


def of_movements(movements: Sequence[MovementView], *, view: AccountView, actor: Actor) -> list[MovementLinks]:
    """Return where each movement of an account leads. Inside `acting_for`."""
    sold = sold_among((one.document for one in movements), actor=actor, seen=view.account_id)
    originals, back = reversals.ties(
        [one.reverses for one in movements if one.reverses is not None],
        [one.entry_id for one in movements if one.kind in MANUAL_KINDS],
        carrier_id=actor.carrier_id,
    )
    may_move = actor.may(Permission.CREDIT_AND_DEBIT, at=place_of(view))
    may_reverse = may_move and Purpose.MANUAL in ALLOWED[view.standing.status]
    return [
        MovementLinks(
            has_sale=one.document in sold,
            statement=documents.statement(one.document),
            reverses=None if one.reverses is None else originals.get(one.reverses),
            reversed_by=back.get(one.entry_id),
            may_reverse=may_reverse and one.kind in MANUAL_KINDS and one.entry_id not in back,
        )
        for one in movements
    ]


def of_acts(acts: Sequence[ActView], *, account_id: int, actor: Actor) -> list[ActLinks]:
    """Return where each act on an account leads. Inside `acting_for`."""
    sold = sold_among((one.document for one in acts), actor=actor, seen=account_id)
    moved = reversals.items([one.entry_id for one in acts if one.entry_id is not None], carrier_id=actor.carrier_id)
    asked = [_request(one) for one in acts]
    open_to = approvals.to_be_seen({number for number in asked if number is not None}, actor=actor)
    return [
        ActLinks(
            has_sale=one.document in sold,
            statement=documents.statement(one.document),
            item=None if one.entry_id is None else moved.get(one.entry_id),
            approval=number if number in open_to else None,
        )
        for one, number in zip(acts, asked, strict=True)
    ]


def sold_among(named: Iterable[str | None], *, actor: Actor, seen: int | None = None) -> frozenset[str]:
    """Return which of the documents are sales that the member may see; `seen` is an account that is before the eyes."""
    return tickets.to_be_seen({one for one in named if one}, actor=actor, seen=seen)


def _request(act: ActView) -> int | None:
    """Return the number of the request for approval that an act is about."""
    told = (act.changes or {}).get("approval")
    number = told[-1] if isinstance(told, list) and told else told
    return number if act.action.startswith("approval.") and isinstance(number, int) else None
