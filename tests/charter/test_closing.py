"""Closing a card: what it paid and is not flown yet keeps it open."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.charter import closing
from skypurser.charter.cancelling import cancel
from skypurser.ledger.requests import Answer, RequestRefused
from tests import cast
from tests.databases import unchanged


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
