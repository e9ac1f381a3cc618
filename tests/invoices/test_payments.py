"""Payments that a card made at a booking, recorded in the booking's transaction.

Source: FL3XX, "Invoice Integration".
"""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.invoices import payments, recording
from skypurser.invoices.payments import Method, PaymentNotFound
from skypurser.invoices.recording import NotAPayment, PaymentExists
from skypurser.ledger import trial_balance
from skypurser.ledger.states import Control
from skypurser.money import Money
from skypurser.parties.clientele import CustomerNotFound
from tests import cast


@pytest.fixture
def operator() -> cast.CharterOperator:
    return cast.charter_operator()


def deducted(of: cast.CharterOperator, amount: int = 10_000, control: Control = Control.CUSTOMER_ADVANCES) -> int:
    return cast.deducted(of, amount, "order:17", control=control)


def asked(of: cast.CharterOperator, entry_id: int, **differently: Any) -> dict[str, Any]:
    return {
        "customer_id": of.customer.id,
        "document": "order:17",
        "amount": Money(10_000, "USD"),
        "card_id": of.card.id,
        "entry_id": entry_id,
        "reference": "charter",
        "actor": of.actor,
        "now": cast.NOON,
        **differently,
    }


def test_a_deduction_is_recorded_as_a_payment(operator: cast.CharterOperator) -> None:
    made = cast.paid_booking(operator, 120_000, "order:17")

    assert (made.method, made.amount, made.advance, made.is_confirmed) == (Method.JET_CARD, 120_000, 120_000, False)
    assert made.card_id == operator.card.id
    assert payments.payment(made.id, actor=operator.actor) == made
    assert cast.standing(operator.card).net == 380_000


def test_the_payment_exists_if_and_only_if_the_booking_does(operator: cast.CharterOperator) -> None:
    def book() -> None:
        with acting_for(operator.carrier.id):
            cast.paid_booking(operator, 120_000, "order:17")
            raise RuntimeError("no booking")

    with pytest.raises(RuntimeError, match="no booking"):
        book()

    assert payments.payments(actor=operator.actor) == []
    assert cast.standing(operator.card).net == 500_000


def test_the_same_entry_is_one_payment(operator: cast.CharterOperator) -> None:
    entry_id = deducted(operator)
    first = recording.record_payment(**asked(operator, entry_id))

    again = recording.record_payment(**asked(operator, entry_id))
    with pytest.raises(PaymentExists):
        recording.record_payment(**asked(operator, entry_id, document="order:18"))

    assert again == first
    assert len(payments.payments(actor=operator.actor)) == 1


@pytest.mark.parametrize(
    ("differently", "refusal"),
    [
        ({"amount": Money(9_999, "USD")}, NotAPayment),
        ({"amount": Money(10_000, "EUR")}, NotAPayment),
        ({"card_id": 0}, NotAPayment),
        ({"entry_id": 0}, NotAPayment),
        ({"document": " "}, InvalidRequest),
        ({"document": "a\0b"}, InvalidRequest),
        ({"document": "b" * 41}, InvalidRequest),
        ({"reference": "a\nb"}, InvalidRequest),
        ({"customer_id": 0}, CustomerNotFound),
    ],
)
def test_what_the_ledger_did_not_post_is_no_payment(
    operator: cast.CharterOperator, differently: dict[str, Any], refusal: type[Exception]
) -> None:
    entry_id = deducted(operator)

    with pytest.raises(refusal):
        recording.record_payment(**{**asked(operator, entry_id), **differently})

    assert payments.payments(actor=operator.actor) == []
    recording.record_payment(**asked(operator, entry_id))  # an advance that is no payment is found by the audit


def test_what_a_card_paid_against_sales_is_no_advance(operator: cast.CharterOperator) -> None:
    with pytest.raises(NotAPayment):
        recording.record_payment(**asked(operator, deducted(operator, control=Control.SALES)))


def test_recording_and_reading_take_a_permission_and_the_customers_country(operator: cast.CharterOperator) -> None:
    entry_id = deducted(operator)
    made = recording.record_payment(**asked(operator, entry_id))
    nobody = replace(operator.actor, permissions=frozenset({Permission.JET_CARDS}))
    elsewhere = replace(operator.actor, countries=frozenset({"FR"}))

    for actor in (nobody, elsewhere):
        with pytest.raises(PermissionDenied):
            recording.record_payment(**asked(operator, entry_id, actor=actor))
        with pytest.raises(PermissionDenied):
            payments.payment(made.id, actor=actor)
    assert payments.payments(actor=elsewhere) == []


def test_an_outsider_finds_no_payment(operator: cast.CharterOperator) -> None:
    made = cast.paid_booking(operator, 100, "order:17")
    outsider = cast.charter_operator()

    with pytest.raises(PaymentNotFound):
        payments.payment(made.id, actor=outsider.actor)
    assert payments.payments(actor=outsider.actor, document="order:17") == []


def test_a_list_goes_on_where_the_page_before_ended(operator: cast.CharterOperator) -> None:
    made = [cast.paid_booking(operator, 100, f"order:{number}").id for number in range(3)]

    first = payments.payments(actor=operator.actor, limit=2)
    second = payments.payments(actor=operator.actor, limit=2, before=first[-1].id)

    assert [one.id for one in (*first, *second)] == made[::-1]
    assert [one.id for one in payments.payments(actor=operator.actor, document="order:1")] == [made[1]]


def test_a_payment_never_changes_not_even_for_the_tables_owner(
    operator: cast.CharterOperator, superuser: psycopg.Connection
) -> None:
    made = cast.paid_booking(operator, 100, "order:17")

    for sql in ("UPDATE invoices_payment SET amount = 1", "DELETE FROM invoices_payment"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            superuser.execute(f"{sql} WHERE id = {made.id}")


def test_an_entry_is_no_second_payment_for_the_database_either(operator: cast.CharterOperator) -> None:
    made = cast.paid_booking(operator, 100, "order:17")

    with (
        pytest.raises(IntegrityError, match="payment_once_per_entry"),
        acting_for(operator.carrier.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO invoices_payment SELECT carrier_id, nextval('invoices_payment_id_seq'), customer_id, document,"
            " currency, amount, method, account_id, entry_id, reference, is_bound, actor, recorded_at"
            " FROM invoices_payment WHERE id = %s",
            [made.id],
        )


def test_the_trial_balance_is_nothing_in_all(operator: cast.CharterOperator) -> None:
    cast.paid_booking(operator, 120_000, "order:17")

    with acting_for(operator.carrier.id):
        (balance,) = trial_balance.trial_balances(carrier_id=operator.carrier.id)

    assert balance.currency == "USD"
    assert {line.control: line.balance for line in balance.lines} == {
        None: -380_000,
        Control.OPENING_BALANCES: 500_000,
        Control.CUSTOMER_ADVANCES: -120_000,
    }
    assert balance.debits == balance.credits
