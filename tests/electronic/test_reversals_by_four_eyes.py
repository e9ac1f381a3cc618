"""What two members posted, one alone does not take back."""

from functools import partial
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import approvals, manual
from skypurser.electronic.approvals import Kind
from skypurser.electronic.approving import OwnRequest, approve, withdraw
from skypurser.electronic.awaiting import Requested
from skypurser.electronic.requesting import request, request_reversal
from skypurser.ledger.requests import RequestRefused
from tests import cast
from tests.databases import at_once, this_database, unchanged

THRESHOLD = 100_000


def member(airline: cast.Airline, name: str) -> Actor:
    may = (Permission.CREDIT_AND_DEBIT, Permission.APPROVALS)
    return add_member(email=f"{name}@example.org", name=name, permissions=may, actor=airline.actor, now=cast.NOON)


@pytest.fixture
def airline() -> cast.Airline:
    found = cast.airline()
    set_approval_threshold(currency="USD", amount=THRESHOLD, actor=found.actor, now=cast.NOON)
    return found


@pytest.fixture
def ann(airline: cast.Airline) -> Actor:
    return member(airline, "ann")


@pytest.fixture
def bob(airline: cast.Airline) -> Actor:
    return member(airline, "bob")


def moved(airline: cast.Airline, ann: Actor, bob: Actor, amount: int, kind: Kind = Kind.DEBIT) -> int:
    """Post a movement by hand, by four eyes if it takes them, and return its item."""
    asked = request(
        account_id=airline.agency.id,
        kind=kind,
        amount=amount,
        reference="memo",
        key=cast.fresh_key("form"),
        actor=ann,
        now=cast.NOON,
    )
    if asked.posted is not None:
        return int(asked.posted.facts["item"])
    assert asked.approval is not None
    item = approve(approval_id=asked.approval.id, actor=bob, now=cast.NOON).item
    assert item is not None
    return item


def take_back(airline: cast.Airline, actor: Actor, item: int, **differently: Any) -> Requested:
    how = {"reference": "a slip", "key": cast.fresh_key("form"), "actor": actor, "now": cast.NOON}
    return request_reversal(account_id=airline.agency.id, item=item, **{**how, **differently})


def test_below_the_threshold_a_movement_is_taken_back_at_once(airline: cast.Airline, ann: Actor, bob: Actor) -> None:
    item = moved(airline, ann, bob, THRESHOLD - 1)

    asked = take_back(airline, ann, item)

    assert asked.posted is not None
    assert asked.posted.facts["net"] == 0


@pytest.mark.parametrize("kind", [Kind.CREDIT, Kind.DEBIT])
def test_from_the_threshold_on_the_reversal_waits_for_somebody_else(
    airline: cast.Airline, ann: Actor, bob: Actor, kind: Kind
) -> None:
    item = moved(airline, ann, bob, THRESHOLD, kind)
    before = cast.standing(airline.agency)

    waiting = take_back(airline, ann, item).approval

    assert waiting is not None
    assert (waiting.reverses_item, waiting.amount, waiting.kind) == (
        item,
        THRESHOLD,
        Kind.CREDIT if kind is Kind.DEBIT else Kind.DEBIT,
    )
    assert cast.standing(airline.agency) == before
    with pytest.raises(OwnRequest):
        approve(approval_id=waiting.id, actor=ann, now=cast.NOON)
    done = approve(approval_id=waiting.id, actor=bob, now=cast.NOON)
    newest = cast.statement(airline.agency)[-1]
    assert (newest.item, newest.net, newest.kind) == (done.item, 0, "reversal")
    assert approvals.get(waiting.id, actor=bob).item == newest.item


def test_a_reversal_that_waits_is_not_asked_for_twice(
    airline: cast.Airline, ann: Actor, bob: Actor, superuser: psycopg.Connection
) -> None:
    item = moved(airline, ann, bob, THRESHOLD)

    works = [partial(take_back, airline, ann, item) for _ in range(4)]
    answers = at_once(this_database(), works, writing="electronic_approval")

    assert sorted(getattr(answer, "code", "asked") for answer in answers) == ["asked", *["reversal_waits"] * 3]
    with unchanged(superuser, airline.carrier.id), pytest.raises(RequestRefused, match="reversal waits"):
        take_back(airline, bob, item)
    (waiting,) = approvals.pending(actor=ann)
    withdraw(approval_id=waiting.id, actor=ann, now=cast.NOON)
    assert take_back(airline, bob, item).approval is not None


def test_the_same_form_again_gets_the_same_answer(airline: cast.Airline, ann: Actor, bob: Actor) -> None:
    item = moved(airline, ann, bob, THRESHOLD)

    first = take_back(airline, ann, item, key="form-1")
    again = take_back(airline, ann, item, key="form-1")

    assert (first.replayed, again.replayed) == (False, True)
    assert first.approval == again.approval


def test_what_was_taken_back_or_is_no_movement_by_hand_is_refused_when_it_is_asked_for(
    airline: cast.Airline, ann: Actor, bob: Actor
) -> None:
    item = moved(airline, ann, bob, THRESHOLD)
    waiting = take_back(airline, ann, item).approval
    assert waiting is not None
    approve(approval_id=waiting.id, actor=bob, now=cast.NOON)
    cast.post(cast.issue(airline.agency, fare=THRESHOLD * 2))

    with pytest.raises(RequestRefused, match="already reversed"):
        take_back(airline, ann, item)
    for nothing in (item + 2, 999):
        with pytest.raises(RequestRefused, match="entry not found"):
            take_back(airline, ann, nothing)


def test_what_a_program_took_back_meanwhile_is_not_taken_back_by_approving(
    airline: cast.Airline, ann: Actor, bob: Actor
) -> None:
    item = moved(airline, ann, bob, THRESHOLD)
    waiting = take_back(airline, ann, item).approval
    assert waiting is not None
    entry_id = cast.statement(airline.agency)[-1].entry_id
    manual.reverse(
        account_id=airline.agency.id,
        entry_id=entry_id,
        reference="by API",
        key=cast.fresh_key(),
        actor=airline.actor,
        now=cast.NOON,
    )

    with pytest.raises(RequestRefused, match="already reversed"):
        approve(approval_id=waiting.id, actor=bob, now=cast.NOON)

    assert cast.standing(airline.agency).net == 0
