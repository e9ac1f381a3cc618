"""Money on cards by four eyes: what reaches the threshold waits for a second member. Ours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import closing
from skypurser.electronic import approvals
from skypurser.electronic.approvals import ApprovalNotFound, ApprovalStatus, ApprovalView, Kind
from skypurser.electronic.approving import ApprovalDecided, OwnRequest, approve, decline, withdraw
from skypurser.electronic.awaiting import Requested
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.jetcards import funding, once, queries, requesting, transferring
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.money import Money
from tests import cast
from tests.databases import at_once, this_database, unchanged

LATER = cast.NOON + timedelta(minutes=5)
THRESHOLD = 100_000


@dataclass(frozen=True)
class Desk:
    """A customer with two cards, 5,000.00 and 1,000.00 on them; from 1,000.00 on by four eyes."""

    operator: cast.CharterOperator
    other: cast.Account
    ann: Actor
    bob: Actor
    clerk: Actor

    @property
    def card(self) -> cast.Account:
        return self.operator.card


def member(of: Actor, name: str, *may: Permission, **where: Any) -> Actor:
    return add_member(email=f"{name}@example.org", name=name, permissions=may, actor=of, now=cast.NOON, **where)


@pytest.fixture
def desk() -> Desk:
    operator = cast.charter_operator()
    other = cast.card(operator.carrier, operator.customer, balance=100_000)
    set_approval_threshold(currency="USD", amount=THRESHOLD, actor=operator.actor, now=cast.NOON)
    may = (Permission.CARD_FUNDS, Permission.JET_CARDS, Permission.APPROVALS)
    ann, bob = (member(operator.actor, name, *may) for name in ("ann", "bob"))
    return Desk(operator, other, ann, bob, member(operator.actor, "clerk", Permission.CARD_FUNDS))


def how(desk: Desk, **differently: Any) -> dict[str, Any]:
    return {"reference": "wire 4711", "key": cast.fresh_key("form"), "actor": desk.ann, "now": cast.NOON, **differently}


def adds(desk: Desk, amount: Money | int = THRESHOLD, **differently: Any) -> Requested:
    return requesting.add_funds(**{"card_id": desk.card.id, "amount": amount, **how(desk, **differently)})


def removes(desk: Desk, amount: Money | int = THRESHOLD, **differently: Any) -> Requested:
    return requesting.remove_funds(**{"card_id": desk.card.id, "amount": amount, **how(desk, **differently)})


def transfers(desk: Desk, amount: Money | int = THRESHOLD, **differently: Any) -> Requested:
    both: dict[str, Any] = {"from_card_id": desk.card.id, "to_card_id": desk.other.id, "amount": amount}
    return requesting.transfer(**{**both, **how(desk, **differently)})


def opens(desk: Desk, amount: int = THRESHOLD, **differently: Any) -> Requested:
    card: dict[str, Any] = {"customer_id": desk.operator.customer.id, "name": "Gold", "opening_balance": amount}
    return requesting.add_card(**{**card, **how(desk, **differently)})


def waiting(asked: Requested) -> ApprovalView:
    assert asked.approval is not None
    assert asked.posted is None
    return asked.approval


def told(answer: Answer) -> bytes:
    return msgspec.json.encode(answer.facts, order="sorted")


def approved(view: ApprovalView, by: Actor) -> ApprovalView:
    return approve(approval_id=view.id, actor=by, now=LATER)


def movements(card_id: int, desk: Desk) -> list[tuple[str, int, int]]:
    account = cast.Account(desk.operator.carrier, card_id, "", "USD", desk.ann)
    return [(line.kind, line.debit, line.credit) for line in cast.statement(account)]


ASKS: list[Callable[..., Requested]] = [adds, removes, transfers, opens]


# ------------------------------------------------------------------------------------------------------------ asking


@pytest.mark.parametrize("ask", ASKS)
def test_below_the_threshold_it_is_posted_at_once(desk: Desk, ask: Callable[..., Requested]) -> None:
    """Source: FL3XX, "Managing Balances": funds are added and removed at once."""
    asked = ask(desk, THRESHOLD - 1)

    assert asked.approval is None
    assert asked.posted is not None


@pytest.mark.parametrize("ask", ASKS)
def test_without_a_threshold_nothing_waits(desk: Desk, ask: Callable[..., Requested]) -> None:
    set_approval_threshold(currency="USD", amount=None, actor=desk.operator.actor, now=LATER)

    assert ask(desk, 4 * THRESHOLD).posted is not None


@pytest.mark.parametrize(
    ("ask", "kind"),
    [(adds, Kind.CARD_FUNDS_ADDED), (removes, Kind.CARD_FUNDS_REMOVED), (transfers, Kind.CARD_TRANSFER)],
)
@pytest.mark.parametrize("amount", [THRESHOLD, Money(THRESHOLD + 1, "USD")])
def test_from_the_threshold_on_it_waits_and_moves_nothing(
    desk: Desk, ask: Callable[..., Requested], kind: Kind, amount: Money | int, superuser: psycopg.Connection
) -> None:
    written = ("electronic_approval", "history_act", "ledger_key")
    with unchanged(superuser, desk.operator.carrier.id, but=written):
        view = waiting(ask(desk, amount))

    minor = amount if isinstance(amount, int) else amount.minor
    assert (view.kind, view.amount, view.status, view.reference) == (kind, minor, ApprovalStatus.PENDING, "wire 4711")
    assert (view.account.code, view.card, view.account.currency) == (desk.operator.customer.code, desk.card.code, "USD")
    assert view.place == desk.operator.customer.place
    assert (view.requested_by, view.requested_by_id) == ("ann@example.org", desk.ann.member_id)
    assert view.other_account_id == (desk.other.id if kind is Kind.CARD_TRANSFER else None)
    [newest, *_] = acts.of_account(carrier_id=desk.operator.carrier.id, account_id=desk.card.id)
    assert (newest.action, newest.actor, newest.reference) == ("approval.requested", "ann@example.org", "wire 4711")


def test_a_card_whose_opening_balance_waits_begins_with_nothing(desk: Desk) -> None:
    view = waiting(opens(desk))
    card = queries.card(view.account_id, actor=desk.ann)
    assert (card.name, card.standing.net, card.standing.movements) == ("Gold", 0, 0)

    done = approved(view, desk.bob)

    assert movements(view.account_id, desk) == [("card_opening", 0, THRESHOLD)]
    assert done.item == 1


def test_an_opening_balance_that_waits_needs_its_reference_too(desk: Desk, superuser: psycopg.Connection) -> None:
    with unchanged(superuser, desk.operator.carrier.id, but=()), pytest.raises(InvalidRequest) as no:
        opens(desk, reference=" ")

    assert no.value.field == "reference"


def test_a_program_is_trusted_by_its_scope_and_has_its_own_door(desk: Desk, superuser: psycopg.Connection) -> None:
    program = Actor(desk.operator.carrier.id, "key:erp", desk.ann.permissions, key_id=1)

    with unchanged(superuser, desk.operator.carrier.id, but=()):
        for ask in ASKS:
            with pytest.raises(PermissionDenied):
                ask(desk, 1, actor=program)

    answer = funding.add_funds(card_id=desk.card.id, amount=9 * THRESHOLD, **how(desk, actor=program))
    assert answer.facts["net"] == 500_000 + 9 * THRESHOLD


@pytest.mark.parametrize("ask", ASKS)
def test_the_same_form_is_one_request_whatever_the_threshold_is_by_then(
    desk: Desk, ask: Callable[..., Requested], superuser: psycopg.Connection
) -> None:
    first = waiting(ask(desk, key="form"))
    set_approval_threshold(currency="USD", amount=None, actor=desk.operator.actor, now=LATER)

    with unchanged(superuser, desk.operator.carrier.id, but=()):
        again = ask(desk, key="form")
    with pytest.raises(RequestRefused, match="key reused"):
        ask(desk, THRESHOLD + 1, key="form")

    assert (again.approval, again.replayed) == (first, True)


@pytest.mark.parametrize("ask", ASKS)
def test_a_form_that_was_posted_gets_its_movement_again(desk: Desk, ask: Callable[..., Requested]) -> None:
    first = ask(desk, THRESHOLD - 1, key="form")
    set_approval_threshold(currency="USD", amount=1, actor=desk.operator.actor, now=LATER)

    again = ask(desk, THRESHOLD - 1, key="form")

    assert (again.approval, again.replayed) == (None, True)
    assert again.posted is not None
    assert first.posted is not None
    assert told(again.posted) == told(first.posted)


@pytest.mark.parametrize("ask", ASKS)
def test_the_same_form_from_two_windows_at_once_is_one_request(desk: Desk, ask: Callable[..., Requested]) -> None:
    works = [partial(ask, desk, key="form") for _ in range(2)]

    one, two = at_once(this_database(), works)

    assert isinstance(one, Requested)
    assert isinstance(two, Requested)
    assert waiting(one) == waiting(two)
    assert len(approvals.pending(actor=desk.bob)) == 1


def test_a_program_that_takes_the_key_of_a_form_that_waits_is_refused(desk: Desk) -> None:
    adds(desk, key="funds")
    transfers(desk, key="transfer")
    opens(desk, key="opening")
    same: dict[str, Any] = {"reference": "wire 4711", "actor": desk.operator.actor, "now": LATER}
    both: dict[str, Any] = {"from_card_id": desk.card.id, "to_card_id": desk.other.id}
    new: dict[str, Any] = {"customer_id": desk.operator.customer.id, "name": "Gold", "opening_balance": THRESHOLD}
    verbs: list[Callable[[], Answer]] = [
        lambda: funding.add_funds(card_id=desk.card.id, amount=THRESHOLD, key="funds", **same),
        lambda: transferring.transfer(**both, amount=THRESHOLD, key="transfer", **same),
        lambda: once.add_card(**new, key="opening", **same),
    ]

    for verb in verbs:
        with pytest.raises(RequestRefused, match="key reused"):
            verb()


def test_what_can_not_be_posted_is_refused_when_it_is_asked_for(desk: Desk, superuser: psycopg.Connection) -> None:
    stranger = cast.card(desk.operator.carrier, cast.customer(desk.operator.carrier, name="Other"))
    closing.close(card_id=desk.other.id, **how(desk, actor=desk.operator.actor))

    def refused(work: Callable[[], Requested]) -> str:
        with unchanged(superuser, desk.operator.carrier.id), pytest.raises(RequestRefused) as no:
            work()
        return no.value.code

    assert refused(lambda: removes(desk, 500_001)) == "insufficient_funds"
    assert refused(lambda: transfers(desk, 500_001, to_card_id=stranger.id)) == "other_customers_card"
    assert refused(lambda: transfers(desk, 500_000)) == "account_closed"
    assert refused(lambda: adds(desk, card_id=desk.other.id)) == "account_closed"
    assert refused(lambda: adds(desk, Money(THRESHOLD, "EUR"))) == "currency_mismatch"
    assert refused(lambda: opens(desk, name=desk.card.code)) == "card_exists"


def test_asking_takes_the_permission_there(desk: Desk, superuser: psycopg.Connection) -> None:
    abroad = member(desk.operator.actor, "abroad", *desk.ann.permissions, countries=frozenset({"PE"}))
    sales = member(desk.operator.actor, "sales", Permission.SALES)

    with unchanged(superuser, desk.operator.carrier.id, but=()):
        for actor in (abroad, sales):
            for ask in ASKS:
                with pytest.raises(PermissionDenied):
                    ask(desk, actor=actor)
        with pytest.raises(PermissionDenied):
            opens(desk, actor=desk.clerk)


# ---------------------------------------------------------------------------------------------------------- deciding


def test_what_another_approves_is_posted_in_the_name_of_who_asked(desk: Desk) -> None:
    added, removed = approved(waiting(adds(desk)), desk.bob), approved(waiting(removes(desk, 150_000)), desk.bob)

    lines = cast.statement(desk.card)
    assert [(one.debit, one.credit, one.reference) for one in lines[1:]] == [
        (0, THRESHOLD, "wire 4711"),
        (150_000, 0, "wire 4711"),
    ]
    assert [(one.entry_id, one.item) for one in lines[1:]] == [(one.entry_id, one.item) for one in (added, removed)]
    assert (added.status, added.decided_by) == (ApprovalStatus.APPROVED, "bob@example.org")
    told = acts.of_account(carrier_id=desk.operator.carrier.id, account_id=desk.card.id)
    assert [(act.actor, act.action) for act in told[:3]] == [
        ("bob@example.org", "approval.approved"),
        ("ann@example.org", "jet_card.funds_removed"),
        ("ann@example.org", "approval.requested"),
    ]


def test_an_approved_transfer_moves_both_cards(desk: Desk) -> None:
    done = approved(waiting(transfers(desk, 200_000)), desk.bob)

    assert (cast.standing(desk.card).net, cast.standing(desk.other).net) == (300_000, 300_000)
    [*_, mine] = cast.statement(desk.card)
    assert (done.entry_id, done.item) == (mine.entry_id, mine.item)


@pytest.mark.parametrize("ask", ASKS)
def test_nobody_approves_or_declines_what_they_asked_for(
    desk: Desk, ask: Callable[..., Requested], superuser: psycopg.Connection
) -> None:
    view = waiting(ask(desk))

    with unchanged(superuser, desk.operator.carrier.id, but=()):
        with pytest.raises(OwnRequest):
            approved(view, desk.ann)
        with pytest.raises(OwnRequest):
            decline(approval_id=view.id, reason="no", actor=desk.ann, now=LATER)


def test_declined_or_withdrawn_nothing_moves(desk: Desk) -> None:
    no, back = waiting(adds(desk)), waiting(transfers(desk))

    assert decline(approval_id=no.id, reason="Which wire?", actor=desk.bob, now=LATER).status == "declined"
    assert withdraw(approval_id=back.id, actor=desk.ann, now=LATER).status == "withdrawn"

    assert len(cast.statement(desk.card)) == len(cast.statement(desk.other)) == 1
    with pytest.raises(ApprovalDecided):
        approved(no, desk.bob)


@pytest.mark.parametrize("ask", [removes, transfers])
def test_what_is_refused_when_it_is_approved_goes_on_waiting(
    desk: Desk, ask: Callable[..., Requested], superuser: psycopg.Connection
) -> None:
    view = waiting(ask(desk, 500_000))
    funding.remove_funds(card_id=desk.card.id, amount=1, **how(desk))

    for _ in range(2):
        with unchanged(superuser, desk.operator.carrier.id), pytest.raises(RequestRefused, match="insufficient funds"):
            approved(view, desk.bob)
    funding.add_funds(card_id=desk.card.id, amount=1, **how(desk))

    assert approved(view, desk.bob).status == ApprovalStatus.APPROVED


def test_two_who_approve_at_once_move_it_once(desk: Desk) -> None:
    cy = member(desk.operator.actor, "cy", Permission.APPROVALS)
    view = waiting(transfers(desk, 200_000))

    results = at_once(this_database(), [partial(approved, view, by) for by in (desk.bob, cy)])

    assert sorted(type(one).__name__ for one in results) == ["ApprovalDecided", "ApprovalView"]
    assert cast.standing(desk.other).net == 300_000


def test_where_cards_are_switched_off_nothing_is_approved(desk: Desk, superuser: psycopg.Connection) -> None:
    views = [waiting(ask(desk)) for ask in ASKS]
    switch_jet_cards(on=False, actor=desk.operator.actor, now=LATER)

    with unchanged(superuser, desk.operator.carrier.id, but=()):
        for view in views:
            with pytest.raises(JetCardsOff):
                approved(view, desk.bob)


# ------------------------------------------------------------------------------------------------------------- seeing


def test_the_queue_shows_requests_to_who_may_decide_and_to_who_asked(desk: Desk) -> None:
    theirs, own = waiting(adds(desk)), waiting(adds(desk, actor=desk.clerk))
    outsider = cast.charter_operator().actor
    abroad = member(desk.operator.actor, "abroad", Permission.APPROVALS, countries=frozenset({"PE"}))

    assert approvals.pending(actor=desk.bob) == [theirs, own]
    assert approvals.pending(actor=desk.clerk) == [own]
    assert (approvals.count_waiting(actor=desk.bob), approvals.count_asked(actor=desk.clerk)) == (2, 1)
    assert approvals.pending(actor=abroad) == approvals.pending(actor=outsider) == []
    with pytest.raises(ApprovalNotFound):
        approvals.get(theirs.id, actor=desk.clerk)


def test_what_waits_on_cards_is_told_to_who_could_ask_for_it_again(desk: Desk) -> None:
    view, moving, new = waiting(adds(desk)), waiting(transfers(desk, 200_000)), waiting(opens(desk))
    ids = [desk.card.id, desk.other.id, new.account_id]

    told = approvals.waiting_on_each(ids, actor=desk.clerk)
    all_told = approvals.waiting_on_each(ids, actor=desk.bob)

    assert {card: [(one.kind, one.amount, one.request) for one in found] for card, found in told.items()} == {
        desk.card.id: [(Kind.CARD_FUNDS_ADDED, THRESHOLD, None), (Kind.CARD_TRANSFER, 200_000, None)]
    }
    assert [one.request for one in all_told[desk.card.id]] == [view, moving]
    assert [one.request for one in all_told[new.account_id]] == [new]
    assert approvals.waiting_on_each(ids, actor=member(desk.operator.actor, "sales", Permission.SALES)) == {}


# ------------------------------------------------------------------------------------------------ the database itself


@pytest.mark.parametrize(
    "change",
    ["kind = 'credit'", "type = 'agency'", "other_account_id = 1", "kind = 'card_transfer'"],
)
def test_the_database_knows_what_belongs_to_a_card(desk: Desk, change: str, superuser: psycopg.Connection) -> None:
    view = waiting(adds(desk))

    with pytest.raises(psycopg.errors.CheckViolation), superuser.transaction():
        superuser.execute(f"UPDATE electronic_approval SET {change} WHERE id = {view.id}")
