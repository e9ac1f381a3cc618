"""Closing a card: what it paid and is not flown yet keeps it open."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.members import add_member
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.charter import closing
from skypurser.charter.cancelling import cancel
from skypurser.electronic import approvals
from skypurser.electronic.approvals import Kind
from skypurser.electronic.approving import approve
from skypurser.electronic.awaiting import Requested
from skypurser.jetcards import funding, queries
from skypurser.ledger.requests import Answer, RequestRefused
from tests import cast
from tests.databases import this_database, unchanged
from tests.jetcards.test_races import begun


def closed(of: cast.CharterOperator, **differently: Any) -> Answer:
    how = {"card_id": of.card.id, "reference": "the end", "key": cast.fresh_key("close"), "now": cast.NOON}
    return closing.close(**{**how, "actor": of.actor, **differently})


def test_a_card_that_paid_what_is_not_flown_yet_stays_open(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    first, second = cast.booking(operator, 100_000), cast.booking(operator, 50_000)

    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        closed(operator, now=first.arrives_at - timedelta(seconds=1))

    assert no.value.code == "bookings_open"
    assert no.value.facts["bookings"] == [first.id, second.id]


def test_the_refusal_is_bound_to_its_key() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    for _ in range(2):
        with pytest.raises(RequestRefused, match="bookings open"):
            closed(operator, key="close")
    cancel(booking_id=booking.id, expected_version=1, key="cancel", actor=operator.actor, now=cast.NOON)

    with pytest.raises(RequestRefused, match="bookings open"):
        closed(operator, key="close")

    assert closed(operator, key="another").facts["debit"] == 500_000


def test_what_is_flown_no_longer_needs_the_card() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)

    assert closed(operator, now=booking.arrives_at).facts["debit"] == 300_000


def test_a_cancelled_booking_no_longer_needs_the_card() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    cancel(
        booking_id=booking.id,
        expected_version=1,
        key="cancel",
        fee=30_000,
        reference="late",
        actor=operator.actor,
        now=cast.NOON,
    )

    assert closed(operator).facts["debit"] == 470_000


def test_bookings_of_other_cards_keep_no_card_open() -> None:
    operator = cast.charter_operator()
    other = cast.card(operator.carrier, operator.customer)
    cast.booking(operator, card_id=other.id)

    assert closed(operator).facts["debit"] == 500_000


def test_the_database_keeps_the_card_open_as_well(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    cast.booking(operator)

    with pytest.raises(psycopg.errors.RestrictViolation, match="not flown yet"), superuser.transaction():
        superuser.execute(
            "UPDATE jetcards_jetcard SET closed_at = %s WHERE account_id = %s", (cast.NOON, operator.card.id)
        )


def test_paying_out_what_is_left_takes_the_permission_for_funds(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    sales = Actor(operator.carrier.id, "sales", ALL - {Permission.CARD_FUNDS})

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(PermissionDenied) as no:
        closed(operator, actor=sales, key="close")
    assert no.value.facts["permission"] is Permission.CARD_FUNDS

    assert closed(operator, key="close").facts["debit"] == 500_000


def test_an_empty_card_is_closed_without_the_permission_for_funds() -> None:
    operator = cast.charter_operator(balance=0)
    sales = Actor(operator.carrier.id, "sales", ALL - {Permission.CARD_FUNDS})

    assert not closed(operator, actor=sales, key="close").facts.get("debit")
    assert closed(operator, actor=sales, key="close").replayed


def test_asking_for_it_takes_the_permission_for_funds_too(superuser: psycopg.Connection) -> None:
    operator, _, _ = four_eyed()
    sales = member(operator, "sales", Permission.JET_CARDS)

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(PermissionDenied):
        asked(operator, sales)


# -------------------------------------------------------------------------------------------------------- by four eyes

THRESHOLD = 400_000


def member(of: cast.CharterOperator, name: str, *may: Permission) -> Actor:
    return add_member(email=f"{name}@example.org", name=name, permissions=may, actor=of.actor, now=cast.NOON)


def four_eyed() -> tuple[cast.CharterOperator, Actor, Actor]:
    """A card with 5,000.00 on it, paid back by four eyes; who asks, and who agrees."""
    operator = cast.charter_operator()
    set_approval_threshold(currency="USD", amount=THRESHOLD, actor=operator.actor, now=cast.NOON)
    ann = member(operator, "ann", Permission.JET_CARDS, Permission.CARD_FUNDS, Permission.APPROVALS)
    return operator, ann, member(operator, "bob", Permission.APPROVALS)


def removed(of: cast.CharterOperator, amount: int) -> None:
    how: dict[str, Any] = {"reference": "back", "key": cast.fresh_key("back"), "actor": of.actor, "now": cast.NOON}
    funding.remove_funds(card_id=of.card.id, amount=amount, **how)


def asked(of: cast.CharterOperator, by: Actor, **differently: Any) -> Requested:
    how = {"card_id": of.card.id, "reference": "the end", "key": cast.fresh_key("form"), "now": cast.NOON}
    return closing.request(**{**how, "actor": by, **differently})


def test_what_is_paid_back_below_the_threshold_is_closed_at_once() -> None:
    operator, ann, _ = four_eyed()
    removed(operator, 100_001)

    done = asked(operator, ann)

    assert done.posted is not None
    assert done.posted.facts["debit"] == 399_999


def test_from_the_threshold_on_the_card_stays_open_until_another_agrees() -> None:
    operator, ann, bob = four_eyed()
    first = asked(operator, ann, key="form")
    assert first.approval is not None
    assert (first.approval.kind, first.approval.amount) == (Kind.CARD_CLOSED, 500_000)
    assert not queries.card(operator.card.id, actor=operator.actor).is_closed
    assert asked(operator, ann, key="form") == replace(first, replayed=True)

    done = approve(approval_id=first.approval.id, actor=bob, now=cast.NOON)

    card = queries.card(operator.card.id, actor=operator.actor)
    assert (card.is_closed, card.standing.net, done.item) == (True, 0, 2)
    assert asked(operator, ann, key="form").approval == done


def test_only_what_was_agreed_to_is_paid_back(superuser: psycopg.Connection) -> None:
    operator, ann, bob = four_eyed()
    view = asked(operator, ann).approval
    assert view is not None
    funding.add_funds(
        card_id=operator.card.id, amount=1, reference="more", key="more", actor=operator.actor, now=cast.NOON
    )

    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        approve(approval_id=view.id, actor=bob, now=cast.NOON)

    assert (no.value.code, no.value.facts) == ("changed_meanwhile", {"left_minor": 500_001})
    assert approvals.pending(actor=bob) == [view]


def test_what_keeps_a_card_open_is_told_to_who_asks_and_to_who_approves(superuser: psycopg.Connection) -> None:
    operator, ann, bob = four_eyed()
    view = asked(operator, ann).approval
    assert view is not None
    closed_by_then = partial(approve, approval_id=view.id, actor=bob, now=cast.NOON)
    cast.booking(operator, 50_000)

    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        asked(operator, ann)
    assert no.value.code == "bookings_open"
    funding.add_funds(
        card_id=operator.card.id, amount=50_000, reference="more", key="more", actor=operator.actor, now=cast.NOON
    )
    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        closed_by_then()
    assert no.value.code == "bookings_open"


def test_programs_close_at_once_and_by_their_own_door() -> None:
    operator, ann, _ = four_eyed()
    program = Actor(operator.carrier.id, "key:erp", frozenset({Permission.JET_CARDS, Permission.CARD_FUNDS}), key_id=1)
    asked(operator, ann, key="form")

    with pytest.raises(PermissionDenied):
        asked(operator, program)
    with pytest.raises(RequestRefused, match="key reused"):
        closed(operator, key="form", actor=program)

    assert closed(operator, actor=program).facts["debit"] == 500_000


def test_what_comes_between_reading_and_closing_is_paid_back_by_four_eyes_too() -> None:
    """The balance is read under the lock, so no money comes in after it was found to be below the threshold."""
    operator, ann, bob = four_eyed()
    removed(operator, 100_001)
    adds = partial(
        funding.add_funds,
        card_id=operator.card.id,
        amount=1,
        reference="one more",
        key="more",
        actor=operator.actor,
        now=cast.NOON,
    )

    with acting_for(operator.carrier.id):
        adds()
        ends = begun(this_database(), partial(asked, operator, ann))  # type: ignore[arg-type]  # before it is committed
    ends()

    assert [one.amount for one in approvals.pending(actor=bob)] == [400_000]
