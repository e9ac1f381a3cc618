"""The price changes after the booking: a supplement, or a part of it back."""

from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter import closing, queries
from skypurser.charter.content import Method
from skypurser.charter.converting import told_booking
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.charter.views import BookingView, StepKind
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.jetcards import adding
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger.control import balances
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Control
from tests import cast
from tests.databases import unchanged


def changed(of: cast.CharterOperator, booking: BookingView, price: int, **differently: Any) -> BookingView:
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=price),)
    how = {
        "booking_id": booking.id,
        "lines": lines,
        "reference": "de-icing",
        "expected_version": booking.version,
        "key": cast.fresh_key("change"),
        "actor": of.actor,
        "now": cast.NOON,
    }
    return told_booking(change_price(**{**how, **differently}))


def refused(of: cast.CharterOperator, booking: BookingView, price: int, **differently: Any) -> RequestRefused:
    with pytest.raises(RequestRefused) as no:
        changed(of, booking, price, **differently)
    return no.value


def advances(of: cast.CharterOperator) -> int:
    with acting_for(of.carrier.id):
        debits, credits_ = balances()[Control.CUSTOMER_ADVANCES, "USD"]
    return credits_ - debits


def test_a_supplement_is_debited_and_a_part_comes_back() -> None:
    operator = cast.charter_operator(balance=500_000)
    booking = cast.booking(operator, 200_000)

    dearer = changed(operator, booking, 250_000)
    cheaper = changed(operator, dearer, 180_000)

    assert (dearer.price, dearer.paid, cheaper.price, cheaper.paid, cheaper.version) == (
        *(250_000, 250_000),
        *(180_000, 180_000),
        3,
    )
    moved = [(one.kind, one.debit, one.credit, one.document) for one in cast.statement(operator.card)[2:]]
    assert moved == [
        ("card_payment", 50_000, 0, booking.document),
        ("booking_refund", 0, 70_000, booking.document),
    ]
    assert advances(operator) == 180_000
    steps = queries.steps(booking.id, actor=operator.actor)
    assert [(one.kind, one.price, one.debit, one.credit) for one in steps] == [
        (StepKind.MADE, 200_000, 200_000, 0),
        (StepKind.CHANGED, 250_000, 50_000, 0),
        (StepKind.CHANGED, 180_000, 0, 70_000),
    ]
    assert steps[0].lines == booking.content.lines
    assert queries.booking(booking.id, actor=operator.actor).content.lines[0].unit_price == 180_000


def test_a_supplement_before_the_flight_stays_within_the_funds(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator(balance=500_000)
    booking = cast.booking(operator, 400_000)

    with unchanged(superuser, operator.carrier.id):
        no = refused(operator, booking, 500_001)

    assert (no.code, no.facts["price_minor"], no.facts["available"], no.facts["shortfall"]) == (
        *("insufficient_funds", 100_001),
        *(100_000, 1),
    )
    assert changed(operator, booking, 500_000).paid == 500_000


def test_a_supplement_for_what_was_flown_may_go_below_zero() -> None:
    operator = cast.charter_operator(balance=500_000)
    booking = cast.booking(operator, 400_000)

    changed(operator, booking, 600_000, now=booking.arrives_at)

    assert cast.standing(operator.card).available == -100_000
    assert cast.statement(operator.card)[-1].kind == "flown_supplement"


def test_all_may_come_back_and_the_same_price_moves_nothing() -> None:
    operator = cast.charter_operator(balance=500_000)
    booking = cast.booking(operator, 200_000)

    same = changed(operator, booking, 200_000)
    nothing = changed(operator, same, 0)

    assert (same.version, nothing.price, nothing.paid) == (2, 0, 0)
    assert cast.standing(operator.card).net == 500_000
    assert len(cast.statement(operator.card)) == 3


def test_it_goes_to_the_card_that_paid_whoever_has_it_now() -> None:
    operator = cast.charter_operator(balance=500_000)
    booking = cast.booking(operator, 200_000, person_id=operator.bob.id)
    adding.change_card(
        card_id=operator.card.id,
        changes=CardChanges(person_ids=frozenset({operator.ann.id})),
        actor=operator.actor,
        now=cast.NOON,
    )

    changed(operator, changed(operator, booking, 250_000), 100_000)

    assert cast.standing(operator.card).net == 400_000


def test_a_closed_card_takes_and_gives_nothing(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    flown = booking.arrives_at
    closing.close(card_id=operator.card.id, reference="end", key="close", actor=operator.actor, now=flown)

    with unchanged(superuser, operator.carrier.id):
        assert refused(operator, booking, 1, now=flown).code == "account_closed"
        assert refused(operator, booking, 300_000, now=flown).code == "account_closed"


def test_without_a_card_only_the_price_changes() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator, method=Method.INVOICE, card_id=None)

    dearer = changed(operator, booking, 900_000)

    assert (dearer.price, dearer.paid) == (900_000, 0)
    assert len(cast.statement(operator.card)) == 1


def test_a_retry_moves_once_and_a_conflict_is_told() -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)

    first = changed(operator, booking, 210_000, key="change")
    again = changed(operator, booking, 210_000, key="change")
    stale = refused(operator, booking, 220_000)

    assert again == first
    assert cast.standing(operator.card).net == 290_000
    assert (stale.code, stale.facts["version"]) == ("changed_meanwhile", 2)
    assert refused(operator, booking, 1, key="change").code == "key_reused"


def test_only_who_sells_changes_and_only_their_own(superuser: psycopg.Connection) -> None:
    operator, outsider = cast.charter_operator(), cast.charter_operator()
    booking = cast.booking(operator)
    reader = Actor(operator.carrier.id, "reader", frozenset({Permission.INVOICES}))
    abroad = Actor(operator.carrier.id, "abroad", frozenset({Permission.SALES}), countries=frozenset({"DE"}))

    with unchanged(superuser, operator.carrier.id, but=()):
        for actor in (reader, abroad):
            with pytest.raises(PermissionDenied):
                changed(operator, booking, 1, actor=actor)
        assert refused(outsider, booking, 1).code == "booking_not_found"
        with pytest.raises(InvalidRequest):
            changed(operator, booking, 1, reference=" ")


def test_the_history_tells_old_and_new_price() -> None:
    operator = cast.charter_operator()
    changed(operator, cast.booking(operator), 210_000)

    told = acts.of_customer(carrier_id=operator.carrier.id, customer_id=operator.customer.id, limit=1)[0]

    assert (told.action, told.reference) == ("booking.changed", "de-icing")
    assert told.changes is not None
    assert told.changes["price"] == [200_000, 210_000]
