"""Manual credits and debits by four eyes. Source: KIU "Credit and Debit"; the approval is ours."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals, approving, managing, manual, requesting
from skypurser.electronic.approvals import ApprovalNotFound, ApprovalStatus, ApprovalView, Kind
from skypurser.electronic.approving import ApprovalDecided, OwnRequest, approve, decline, withdraw
from skypurser.electronic.awaiting import Requested
from skypurser.electronic.models import Approval
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.accounts import AccountInUse
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Outcome, Status
from skypurser.money import Money
from tests import cast
from tests.databases import at_once, this_database, unchanged

LATER = cast.NOON + timedelta(minutes=5)
THRESHOLD = 100_000


@dataclass(frozen=True)
class Desk:
    """An agency in New York and a client in Boston, and who works on them; from 1,000.00 USD on by four eyes."""

    airline: cast.Airline
    ann: Actor
    bob: Actor
    cy: Actor

    @property
    def agency(self) -> cast.Account:
        return self.airline.agency


def member(of: Actor, name: str, *may: Permission, **where: Any) -> Actor:
    return add_member(email=f"{name}@example.org", name=name, permissions=may, actor=of, now=cast.NOON, **where)


@pytest.fixture
def desk() -> Desk:
    airline = cast.airline()
    both = (Permission.CREDIT_AND_DEBIT, Permission.APPROVALS)
    set_approval_threshold(currency="USD", amount=THRESHOLD, actor=airline.actor, now=cast.NOON)
    return Desk(airline, *(member(airline.actor, name, *both) for name in ("ann", "bob", "cy")))


def ask(desk: Desk, amount: Money | int = THRESHOLD, **differently: Any) -> Requested:
    how = {
        "account_id": desk.agency.id,
        "kind": Kind.CREDIT,
        "amount": amount,
        "reference": "wire 4711",
        "key": cast.fresh_key("form"),
        "actor": desk.ann,
        "now": cast.NOON,
    }
    return requesting.request(**{**how, **differently})


def waiting(desk: Desk, amount: Money | int = THRESHOLD, **differently: Any) -> ApprovalView:
    asked = ask(desk, amount, **differently)
    assert asked.approval is not None
    return asked.approval


def movements(account: cast.Account) -> list[tuple[int, int]]:
    return [(line.debit, line.credit) for line in cast.statement(account)]


def history(account: cast.Account) -> list[tuple[str, str, str]]:
    """Who did what and why, the newest first, without the opening."""
    found = acts.of_account(carrier_id=account.carrier.id, account_id=account.id)
    return [(act.actor, act.action, act.reference) for act in found[:-1]]


# ------------------------------------------------------------------------------------------------------------ asking


def test_below_the_threshold_it_is_posted_at_once(desk: Desk) -> None:
    asked = ask(desk, THRESHOLD - 1)

    assert asked.approval is None
    assert asked.posted is not None
    assert (asked.posted.outcome, asked.posted.facts["net"], asked.replayed) == (Outcome.POSTED, THRESHOLD - 1, False)


@pytest.mark.parametrize("kind", [Kind.CREDIT, Kind.DEBIT])
@pytest.mark.parametrize("amount", [THRESHOLD, THRESHOLD + 1, Money(THRESHOLD, "USD")])
def test_from_the_threshold_on_it_waits_and_moves_nothing(desk: Desk, kind: Kind, amount: Money | int) -> None:
    before = cast.standing(desk.agency)

    view = waiting(desk, amount, kind=kind)

    assert cast.standing(desk.agency) == before
    assert (view.status, view.kind, view.amount, view.reference) == (
        ApprovalStatus.PENDING,
        kind,
        amount if isinstance(amount, int) else amount.minor,
        "wire 4711",
    )
    assert (view.requested_by, view.requested_by_id, view.requested_at) == (
        "ann@example.org",
        desk.ann.member_id,
        cast.NOON,
    )
    assert (view.account.code, view.account.currency, view.decided_by, view.entry_id) == (
        desk.agency.code,
        "USD",
        "",
        None,
    )
    assert history(desk.agency) == [("ann@example.org", "approval.requested", "wire 4711")]


def test_a_threshold_counts_for_its_currency_only(desk: Desk) -> None:
    euros = cast.agency(desk.airline.carrier, currency="EUR")

    assert ask(desk, 10 * THRESHOLD, account_id=euros.id).posted is not None


def test_without_a_threshold_nothing_waits(desk: Desk) -> None:
    set_approval_threshold(currency="USD", amount=None, actor=desk.airline.actor, now=LATER)

    assert ask(desk, 10 * THRESHOLD).posted is not None


def test_a_program_is_trusted_by_its_scope(desk: Desk, superuser: psycopg.Connection) -> None:
    program = Actor(desk.ann.carrier_id, "key:gds", frozenset({Permission.CREDIT_AND_DEBIT}), key_id=1)
    how: dict[str, Any] = {"account_id": desk.agency.id, "amount": THRESHOLD, "reference": "x", "key": "k"}

    with unchanged(superuser, desk.ann.carrier_id, but=()), pytest.raises(PermissionDenied):
        ask(desk, actor=program)

    assert manual.credit(**how, actor=program, now=cast.NOON).outcome is Outcome.POSTED


def test_the_same_form_twice_is_one_request(desk: Desk, superuser: psycopg.Connection) -> None:
    first = ask(desk, key="form")

    with unchanged(superuser, desk.ann.carrier_id, but=()):
        again = ask(desk, key="form", now=LATER)

    assert (again.approval, again.replayed, first.replayed) == (first.approval, True, False)
    with unchanged(superuser, desk.ann.carrier_id), pytest.raises(RequestRefused) as refusal:
        ask(desk, THRESHOLD + 1, key="form")
    assert refusal.value.code == "key_reused"


@pytest.mark.parametrize("is_bound", [True, False])
def test_the_same_form_from_two_windows_at_once_is_one_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_bound: bool
) -> None:
    if not is_bound:
        monkeypatch.setattr(requesting, "answer_once", lambda *, act, **_: Answer(Outcome.RECORDED, None, act()))

    results = at_once(
        this_database(),
        [lambda: ask(desk, key="form")] * 2,
        writing="electronic_approval",
    )

    found = {one.approval.id for one in results if isinstance(one, Requested) and one.approval}
    assert len(found) == (1 if is_bound else 2), results
    assert len(approvals.pending(actor=desk.bob)) == len(found)


def test_a_form_gets_its_first_answer_whatever_the_threshold_is_by_then(desk: Desk) -> None:
    waited, posted = ask(desk, key="waits"), ask(desk, THRESHOLD - 1, key="posted")
    set_approval_threshold(currency="USD", amount=None, actor=desk.airline.actor, now=LATER)
    waited_again = ask(desk, key="waits")
    set_approval_threshold(currency="USD", amount=1, actor=desk.airline.actor, now=LATER)
    posted_again = ask(desk, THRESHOLD - 1, key="posted")

    assert (waited_again.approval, waited_again.replayed) == (waited.approval, True)
    assert posted.posted is not None
    assert posted_again.posted is not None
    assert (posted_again.posted.facts, posted_again.replayed) == (posted.posted.facts, True)
    assert movements(desk.agency) == [(0, THRESHOLD - 1)]


def test_a_program_that_takes_the_key_of_a_form_that_waits_is_refused(desk: Desk) -> None:
    ask(desk, key="form")

    with pytest.raises(RequestRefused) as refusal:
        manual.credit(
            account_id=desk.agency.id,
            amount=THRESHOLD,
            reference="wire 4711",
            key="form",
            actor=desk.airline.actor,
            now=cast.NOON,
        )

    assert refusal.value.code == "key_reused"
    assert movements(desk.agency) == []


@pytest.mark.parametrize(
    ("differently", "refusal"),
    [
        ({"reference": " "}, InvalidRequest),
        ({"reference": "a\0"}, InvalidRequest),
        ({"key": ""}, InvalidRequest),
        ({"amount": 0}, InvalidRequest),
        ({"amount": -THRESHOLD}, InvalidRequest),
        ({"amount": 10**15}, InvalidRequest),
    ],
)
def test_what_is_malformed_asks_for_nothing(
    desk: Desk, superuser: psycopg.Connection, differently: dict[str, Any], refusal: type[Exception]
) -> None:
    with unchanged(superuser, desk.ann.carrier_id, but=()), pytest.raises(refusal):
        ask(desk, **differently)


def test_what_can_never_be_posted_is_refused_when_it_is_asked_for(desk: Desk, superuser: psycopg.Connection) -> None:
    theirs = cast.outsider().agency

    with unchanged(superuser, desk.ann.carrier_id), unchanged(superuser, theirs.carrier.id, but=()):
        with pytest.raises(RequestRefused, match="account not found"):
            ask(desk, account_id=theirs.id)
        with pytest.raises(RequestRefused, match="currency mismatch"):
            ask(desk, Money(THRESHOLD, "EUR"))


def test_asking_takes_the_permission_there(desk: Desk, superuser: psycopg.Connection) -> None:
    with unchanged(superuser, desk.ann.carrier_id, but=()):
        for actor in (replace(desk.ann, permissions=frozenset()), replace(desk.ann, cities=frozenset({"BOS"}))):
            with pytest.raises(PermissionDenied):
                ask(desk, actor=actor)


# ---------------------------------------------------------------------------------------------------------- deciding


@pytest.mark.parametrize(("kind", "line"), [(Kind.CREDIT, (0, THRESHOLD)), (Kind.DEBIT, (THRESHOLD, 0))])
def test_what_another_approves_is_posted_in_the_name_of_who_asked(
    desk: Desk, kind: Kind, line: tuple[int, int]
) -> None:
    view = waiting(desk, kind=kind)

    approved = approve(approval_id=view.id, actor=desk.bob, now=LATER)

    (movement,) = cast.statement(desk.agency)
    assert (movement.debit, movement.credit) == line
    assert (movement.actor, movement.occurred_at, movement.reference) == ("ann@example.org", LATER, "wire 4711")
    assert approved == replace(
        view,
        status=ApprovalStatus.APPROVED,
        decided_by="bob@example.org",
        decided_by_id=desk.bob.member_id,
        decided_at=LATER,
        entry_id=movement.entry_id,
        item=1,
    )
    assert history(desk.agency) == [
        ("bob@example.org", "approval.approved", "wire 4711"),
        ("ann@example.org", f"account.{kind}ed", "wire 4711"),
        ("ann@example.org", "approval.requested", "wire 4711"),
    ]
    newest = acts.of_account(carrier_id=view.account_id and desk.bob.carrier_id, account_id=view.account_id)[0]
    assert newest.changes == {
        "approval": [view.id, view.id],
        "kind": [kind, kind],
        "amount": [THRESHOLD, THRESHOLD],
        "requested_by": ["ann@example.org", "ann@example.org"],
        "status": ["pending", "approved"],
    }


def test_nobody_approves_or_declines_what_they_asked_for(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)

    with unchanged(superuser, desk.ann.carrier_id, but=()):
        with pytest.raises(OwnRequest):
            approve(approval_id=view.id, actor=desk.ann, now=LATER)
        with pytest.raises(OwnRequest):
            decline(approval_id=view.id, reason="no", actor=desk.ann, now=LATER)


def test_the_database_keeps_four_eyes_by_itself(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)
    approved = approve(approval_id=waiting(desk).id, actor=desk.bob, now=LATER)

    with pytest.raises(psycopg.errors.CheckViolation, match="approval_four_eyes"):
        superuser.execute(
            "UPDATE electronic_approval SET status = 'declined', decided_by = 'x', decided_by_id = requested_by_id,"
            " decided_at = now() WHERE id = %s",
            [view.id],
        )
    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute("UPDATE electronic_approval SET reason = 'x' WHERE id = %s", [approved.id])
    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute("DELETE FROM electronic_electronicaccount WHERE account_id = %s", [desk.agency.id])


def test_who_stands_at_the_console_approves_nothing(desk: Desk) -> None:
    view = waiting(desk)

    with pytest.raises(PermissionDenied):
        approve(approval_id=view.id, actor=desk.airline.actor, now=LATER)


def test_deciding_takes_the_permission_and_the_place(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)
    unfit = [
        member(desk.airline.actor, "dan", Permission.CREDIT_AND_DEBIT),
        member(desk.airline.actor, "eve", Permission.APPROVALS, cities=["BOS"]),
        replace(desk.bob, key_id=1),
    ]

    with unchanged(superuser, desk.ann.carrier_id, but=()):
        for actor in unfit:
            with pytest.raises(PermissionDenied):
                approve(approval_id=view.id, actor=actor, now=LATER)
            with pytest.raises(PermissionDenied):
                decline(approval_id=view.id, reason="no", actor=actor, now=LATER)

    near = member(desk.airline.actor, "fay", Permission.APPROVALS, offices=[desk.agency.code])
    assert approve(approval_id=view.id, actor=near, now=LATER).status is ApprovalStatus.APPROVED


def test_another_carriers_request_is_not_there(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)
    stranger = member(cast.outsider().actor, "bob", *Permission)

    with unchanged(superuser, desk.ann.carrier_id, but=()):
        with pytest.raises(ApprovalNotFound):
            approve(approval_id=view.id, actor=stranger, now=LATER)
        with pytest.raises(ApprovalNotFound):
            decline(approval_id=view.id, reason="no", actor=stranger, now=LATER)
        with pytest.raises(ApprovalNotFound):
            withdraw(approval_id=view.id, actor=stranger, now=LATER)
        with pytest.raises(ApprovalNotFound):
            approvals.get(view.id, actor=stranger)
        assert approvals.pending(actor=stranger) == []


def test_what_is_refused_when_it_is_approved_goes_on_waiting(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)
    for status in (Status.SUSPENDED, Status.INHIBITED):
        cast.post(cast.status(desk.agency, status))

    with unchanged(superuser, desk.ann.carrier_id):
        for _ in range(2):
            with pytest.raises(RequestRefused) as refusal:
                approve(approval_id=view.id, actor=desk.bob, now=LATER)
            assert refusal.value.code == "account_inhibited"

    assert approvals.get(view.id, actor=desk.bob) == view
    (first, _) = acts.refused_on_account(carrier_id=desk.agency.carrier.id, account_id=desk.agency.id)
    assert (first.actor, first.operation, first.code) == ("ann@example.org", "credit", "account_inhibited")
    cast.post(cast.status(desk.agency, Status.SUSPENDED))
    assert approve(approval_id=view.id, actor=desk.bob, now=LATER).status is ApprovalStatus.APPROVED


def test_a_request_is_declined_with_a_reason(desk: Desk) -> None:
    view = waiting(desk)

    declined = decline(approval_id=view.id, reason="no such wire", actor=desk.bob, now=LATER)

    assert declined == approvals.get(view.id, actor=desk.ann)
    assert (declined.status, declined.reason, declined.decided_by) == (
        ApprovalStatus.DECLINED,
        "no such wire",
        "bob@example.org",
    )
    assert history(desk.agency)[0] == ("bob@example.org", "approval.declined", "no such wire")
    assert movements(desk.agency) == []


@pytest.mark.parametrize("reason", ["", " ", "x" * 501, "a\0"])
def test_a_decline_takes_a_reason(desk: Desk, superuser: psycopg.Connection, reason: str) -> None:
    view = waiting(desk)

    with unchanged(superuser, desk.ann.carrier_id, but=()), pytest.raises(InvalidRequest):
        decline(approval_id=view.id, reason=reason, actor=desk.bob, now=LATER)


def test_whoever_asked_withdraws_and_nobody_else(desk: Desk) -> None:
    view = waiting(desk)

    with pytest.raises(PermissionDenied):
        withdraw(approval_id=view.id, actor=desk.bob, now=LATER)
    withdrawn = withdraw(approval_id=view.id, actor=desk.ann, now=LATER)

    assert (withdrawn.status, withdrawn.decided_by) == (ApprovalStatus.WITHDRAWN, "ann@example.org")
    assert history(desk.agency)[0] == ("ann@example.org", "approval.withdrawn", "wire 4711")


def _approve(desk: Desk, view: ApprovalView, actor: Actor) -> ApprovalView:
    return approve(approval_id=view.id, actor=actor, now=LATER)


def _decline(desk: Desk, view: ApprovalView, actor: Actor) -> ApprovalView:
    return decline(approval_id=view.id, reason="no", actor=actor, now=LATER)


def _withdraw(desk: Desk, view: ApprovalView, actor: Actor) -> ApprovalView:
    return withdraw(approval_id=view.id, actor=desk.ann, now=LATER)


@pytest.mark.parametrize("first", [_approve, _decline, _withdraw])
@pytest.mark.parametrize("second", [_approve, _decline, _withdraw])
def test_a_decision_stands_and_a_double_click_is_one_act(
    desk: Desk,
    superuser: psycopg.Connection,
    first: Callable[[Desk, ApprovalView, Actor], ApprovalView],
    second: Callable[[Desk, ApprovalView, Actor], ApprovalView],
) -> None:
    view = waiting(desk)
    decided = first(desk, view, desk.bob)

    with unchanged(superuser, desk.ann.carrier_id, but=()):
        assert first(desk, view, desk.bob) == decided
        if second is first is _withdraw:
            return
        with pytest.raises(ApprovalDecided) as refusal:
            second(desk, view, desk.cy)

    assert refusal.value.facts == {"approval_status": decided.status, "decided_by": decided.decided_by}
    assert len(movements(desk.agency)) == (1 if first is _approve else 0)


# ------------------------------------------------------------------------------------------------------------- races


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.parametrize("second", [_approve, _decline, _withdraw])
def test_two_who_decide_at_once(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    second: Callable[[Desk, ApprovalView, Actor], ApprovalView],
    is_locked: bool,
) -> None:
    """Without the lock both find it pending; then the database keeps the second decision out, and what it posted."""
    view = waiting(desk)
    if not is_locked:
        unlocked = Approval.objects
        monkeypatch.setattr(
            approving,
            "_locked",
            lambda approval_id, actor: unlocked.get(carrier_id=actor.carrier_id, id=approval_id),
        )

    results = at_once(
        this_database(),
        [lambda: _approve(desk, view, desk.bob), lambda: second(desk, view, desk.cy)],
        writing="history_act",
    )

    failed = [one for one in results if isinstance(one, Exception)]
    (decided,) = [one for one in results if isinstance(one, ApprovalView)]
    assert [type(one) is ApprovalDecided for one in failed] == [is_locked], results
    assert approvals.get(view.id, actor=desk.bob) == decided
    assert len(movements(desk.agency)) == (1 if decided.status is ApprovalStatus.APPROVED else 0)


def test_an_account_is_not_deleted_while_a_request_waits(desk: Desk, superuser: psycopg.Connection) -> None:
    view = waiting(desk)
    how: dict[str, Any] = {"account_id": desk.agency.id, "reference": "opened twice", "actor": desk.airline.actor}

    with unchanged(superuser, desk.ann.carrier_id, but=()), pytest.raises(AccountInUse):
        managing.delete(**how, now=LATER)

    withdraw(approval_id=view.id, actor=desk.ann, now=LATER)
    managing.delete(**how, now=LATER)
    assert approvals.get(view.id, actor=desk.bob).account == view.account


# ------------------------------------------------------------------------------------------------------------- lists


def test_what_waits_is_listed_the_oldest_first_and_what_was_decided_the_newest(desk: Desk) -> None:
    views = [waiting(desk, THRESHOLD + number) for number in range(4)]
    kept, rest = views[:2], views[2:]
    decided = [decline(approval_id=view.id, reason="no", actor=desk.bob, now=LATER) for view in rest]

    first = approvals.pending(actor=desk.bob, limit=1)
    assert first + approvals.pending(actor=desk.bob, after=first[-1].id) == kept
    newest = approvals.decided(actor=desk.bob, limit=1)
    assert newest + approvals.decided(actor=desk.bob, before=newest[-1].id) == decided[::-1]
    assert approvals.pending(actor=desk.bob, account_id=desk.airline.client.id) == []
    assert approvals.pending(actor=desk.bob, account_id=desk.agency.id) == kept


def test_a_list_shows_what_lies_within_the_members_places(desk: Desk) -> None:
    agencys, clients = waiting(desk), waiting(desk, account_id=desk.airline.client.id)
    may = (Permission.APPROVALS,)
    bos = member(desk.airline.actor, "dan", *may, cities=["BOS"])
    office = member(desk.airline.actor, "eve", *may, offices=[desk.agency.code])
    home = member(desk.airline.actor, "fay", *may, countries=["US"])
    abroad = member(desk.airline.actor, "gus", *may, countries=["PE"])

    seen = [approvals.pending(actor=one) for one in (bos, office, home, abroad)]

    assert seen == [[clients], [agencys], [agencys, clients], []]
    assert [approvals.count_waiting(actor=one) for one in (bos, office, home, abroad)] == [1, 1, 2, 0]
    with pytest.raises(ApprovalNotFound):
        approvals.get(agencys.id, actor=bos)


def test_who_may_only_ask_sees_what_they_asked_for(desk: Desk) -> None:
    dan = member(desk.airline.actor, "dan", Permission.CREDIT_AND_DEBIT)
    hers, his = waiting(desk), waiting(desk, actor=dan)

    assert approvals.pending(actor=dan) == [his]
    assert approvals.pending(actor=desk.bob) == [hers, his]
    assert [approvals.count_waiting(actor=one) for one in (dan, desk.ann, desk.bob)] == [0, 1, 2]
    assert [his.is_of(dan), his.is_of(desk.ann)] == [True, False]
    with pytest.raises(PermissionDenied):
        approvals.pending(actor=replace(dan, permissions=frozenset({Permission.QUERIES})))


def test_requests_of_the_console_are_its_own(desk: Desk) -> None:
    view = waiting(desk, actor=desk.airline.actor)

    assert (view.requested_by, view.requested_by_id) == ("desk", None)
    assert view.is_of(desk.airline.actor)
    assert [approvals.count_waiting(actor=one) for one in (desk.ann, desk.airline.actor)] == [1, 0]
    assert approve(approval_id=view.id, actor=desk.ann, now=LATER).status is ApprovalStatus.APPROVED
