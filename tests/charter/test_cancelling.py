"""Cancelling: the fee stays, the rest goes back to the card that paid."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter import closing, queries
from skypurser.charter.cancelling import FeeExceedsPaid, cancel, preview
from skypurser.charter.content import Method
from skypurser.charter.converting import told_booking
from skypurser.charter.repricing import BookingNotOpen
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.charter.views import BookingNotFound, BookingStatus, BookingView, StepKind
from skypurser.errors import InvalidRequest
from skypurser.ledger.control import balances
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Control
from tests import cast
from tests.databases import unchanged

TIERS = (Tier(72, 2_500), Tier(24, 10_000))


def operator_with_tiers(*tiers: Tier) -> cast.CharterOperator:
    operator = cast.charter_operator(balance=500_000)
    set_tiers(tiers=tiers or TIERS, actor=operator.actor, now=cast.NOON)
    return operator


def cancelled(of: cast.CharterOperator, booking: BookingView, **differently: Any) -> BookingView:
    how = {
        "booking_id": booking.id,
        "expected_version": booking.version,
        "key": cast.fresh_key("cancel"),
        "actor": of.actor,
        "now": cast.NOON,
    }
    return told_booking(cancel(**{**how, **differently}))


def refused(of: cast.CharterOperator, booking: BookingView, **differently: Any) -> RequestRefused:
    with pytest.raises(RequestRefused) as no:
        cancelled(of, booking, **differently)
    return no.value


def control(of: cast.CharterOperator, which: Control) -> int:
    with acting_for(of.carrier.id):
        debits, credits_ = balances().get((which, "USD"), (0, 0))
    return credits_ - debits


def test_the_tier_of_the_hour_is_kept_and_the_rest_goes_back() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_001)
    at = booking.departs_at - timedelta(hours=30)

    told = preview(booking_id=booking.id, actor=operator.actor, at=at)
    done = cancelled(operator, booking, now=at)

    assert (told.fee, told.refund, told.tier, told.price) == (50_000, 150_001, TIERS[0], 200_001)
    assert (done.status, done.fee, done.paid, done.cancelled_at) == (BookingStatus.CANCELLED, 50_000, 50_000, at)
    assert cast.standing(operator.card).net == 450_000
    assert control(operator, Control.CANCELLATION_FEES) == 0
    assert control(operator, Control.CUSTOMER_ADVANCES) == 50_000
    last = cast.statement(operator.card)[-1]
    assert (last.credit, last.document, last.kind) == (150_001, booking.document, "booking_refund")
    step = queries.steps(booking.id, actor=operator.actor)[-1]
    assert (step.kind, step.credit, step.fee, step.entry_id) == (StepKind.CANCELLED, 150_001, 50_000, last.entry_id)


def test_a_tier_begins_when_less_than_its_hours_are_left() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000)

    def fee(left: timedelta) -> int:
        return preview(booking_id=booking.id, actor=operator.actor, at=booking.departs_at - left).fee

    hours = [(73, 0), (72, 0), (71, 50_000), (24, 50_000), (23, 200_000), (0, 200_000), (-5, 200_000)]
    assert [(left, fee(timedelta(hours=left))) for left, _ in hours] == hours
    assert fee(timedelta(hours=72) - timedelta(microseconds=1)) == 50_000


def test_when_all_is_kept_nothing_moves_on_the_card() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000)

    done = cancelled(operator, booking, now=booking.departs_at)

    assert (done.fee, done.paid) == (200_000, 200_000)
    assert len(cast.statement(operator.card)) == 2
    assert control(operator, Control.CANCELLATION_FEES) == 0
    assert control(operator, Control.CUSTOMER_ADVANCES) == 200_000


def test_without_tiers_cancelling_is_free() -> None:
    operator = cast.charter_operator(balance=500_000)

    done = cancelled(operator, cast.booking(operator))

    assert (done.fee, done.paid, cast.standing(operator.card).net) == (0, 0, 500_000)
    assert control(operator, Control.CANCELLATION_FEES) == 0


def test_a_fee_may_be_entered_with_a_reason_and_never_above_what_was_paid(superuser: psycopg.Connection) -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000)

    with unchanged(superuser, operator.carrier.id):
        no = refused(operator, booking, fee=200_001, reference="goodwill")
        with pytest.raises(InvalidRequest) as without:
            cancelled(operator, booking, fee=1)
        with pytest.raises(InvalidRequest):
            cancelled(operator, booking, fee=-1, reference="x")
        with pytest.raises(FeeExceedsPaid):
            preview(booking_id=booking.id, actor=operator.actor, at=cast.NOON, fee=200_001)
    told = preview(booking_id=booking.id, actor=operator.actor, at=cast.NOON, fee=30_000)
    done = cancelled(operator, booking, fee=30_000, reference="goodwill")

    assert (no.code, no.facts["fee_minor"], no.facts["paid_minor"]) == ("fee_exceeds_paid", 200_001, 200_000)
    assert without.value.field == "reference"
    assert (told.fee, told.refund, told.tier) == (30_000, 170_000, None)
    assert done.fee == 30_000
    assert cast.statement(operator.card)[-1].reference == "goodwill"


def test_where_no_card_pays_nothing_moves_and_the_fee_is_remembered() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000, method=Method.INVOICE, card_id=None)

    done = cancelled(operator, booking, now=booking.departs_at - timedelta(hours=30))

    assert (done.fee, done.paid) == (50_000, 0)
    assert len(cast.statement(operator.card)) == 1
    assert control(operator, Control.CANCELLATION_FEES) == 0


def test_a_booking_is_cancelled_once_and_a_retry_is_told_the_same() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator)

    first = cancelled(operator, booking, key="cancel")

    assert cancelled(operator, booking, key="cancel") == first
    assert refused(operator, first).code == "booking_not_open"
    assert refused(operator, booking).code == "changed_meanwhile"
    with pytest.raises(BookingNotOpen):
        preview(booking_id=booking.id, actor=operator.actor, at=cast.NOON)


def test_what_was_flown_gives_nothing_back_to_a_card_that_is_closed(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    booking = cast.booking(operator)
    flown = booking.arrives_at
    closing.close(card_id=operator.card.id, reference="end", key="close", actor=operator.actor, now=flown)

    with unchanged(superuser, operator.carrier.id):
        assert refused(operator, booking, now=flown).code == "account_closed"


def test_only_who_sells_cancels_and_only_their_own(superuser: psycopg.Connection) -> None:
    operator, outsider = cast.charter_operator(), cast.charter_operator()
    booking = cast.booking(operator)
    reader = Actor(operator.carrier.id, "reader", frozenset({Permission.INVOICES}))
    abroad = Actor(operator.carrier.id, "abroad", frozenset({Permission.SALES}), countries=frozenset({"DE"}))

    with unchanged(superuser, operator.carrier.id, but=()):
        for actor in (reader, abroad):
            with pytest.raises(PermissionDenied):
                cancelled(operator, booking, actor=actor)
        assert refused(outsider, booking).code == "booking_not_found"
        with pytest.raises(BookingNotFound):
            preview(booking_id=booking.id, actor=outsider.actor, at=cast.NOON)
        with pytest.raises(PermissionDenied):
            preview(booking_id=booking.id, actor=abroad, at=cast.NOON)
        assert preview(booking_id=booking.id, actor=reader, at=cast.NOON).refund == 200_000


def test_a_fee_that_was_never_shown_is_not_charged(superuser: psycopg.Connection) -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000)
    begun = booking.departs_at - timedelta(hours=71, minutes=59)  # a minute ago it was free still

    with unchanged(superuser, operator.carrier.id):
        assert refused(operator, booking, now=begun, expected_fee=0).code == "changed_meanwhile"

    assert cancelled(operator, booking, now=begun, expected_fee=50_000).fee == 50_000


def test_a_fee_that_is_entered_is_charged_whatever_was_shown() -> None:
    operator = operator_with_tiers()
    booking = cast.booking(operator, 200_000)

    done = cancelled(operator, booking, fee=7, reference="goodwill", expected_fee=200_000)

    assert done.fee == 7
