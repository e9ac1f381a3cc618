"""Money by hand: of an invoice, or before there is one; by bank, payment card, or another jet card; and back."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter import closing
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.invoices import linking, once, payments, queries
from skypurser.invoices.linking import ExceedsAdvance, ExceedsOpenAmount, NotIssued, OtherCustomersPayment
from skypurser.invoices.models import PaymentLink, Refund
from skypurser.invoices.payments import Method
from skypurser.invoices.receiving import Receipt, give_back, pay_invoice, receive_advance
from skypurser.jetcards.transferring import OtherCustomersCard
from skypurser.ledger.control import balances
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Control
from skypurser.money import CurrencyMismatch, Money
from tests import cast


@pytest.fixture
def operator() -> cast.CharterOperator:
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def standings(of: cast.CharterOperator) -> dict[Control, int]:
    with acting_for(of.carrier.id):
        found = balances()
    return {control: debits - credits_ for (control, _), (debits, credits_) in found.items() if debits != credits_}


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def receipt(minor: int, method: Method = Method.BANK_TRANSFER, **differently: Any) -> Receipt:
    return Receipt(**{"amount": usd(minor), "method": method, "reference": "wire 4711", **differently})


@pytest.mark.parametrize("method", [Method.BANK_TRANSFER, Method.CARD, Method.OTHER])
def test_a_payment_of_an_invoice_by_hand(operator: cast.CharterOperator, method: Method) -> None:
    issued = cast.invoiced(operator)

    after, made = pay_invoice(invoice_id=issued.id, receipt=receipt(7_500, method), actor=operator.actor, now=cast.NOON)

    assert (after.open_amount, made.linked, made.advance, made.method) == (100_000, 7_500, 0, method)
    assert standings(operator)[Control.BANK_CLEARING] == 7_500
    assert standings(operator)[Control.RECEIVABLES] == 100_000


def test_the_last_payment_is_told(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    for amount in (7_500, 100_000):
        pay_invoice(invoice_id=issued.id, receipt=receipt(amount), actor=operator.actor, now=cast.NOON)

    told = acts.of_customer(carrier_id=operator.carrier.id, customer_id=operator.customer.id)

    assert [one.action for one in told][:3] == ["invoice.paid", "payment.recorded", "payment.recorded"]
    assert Control.RECEIVABLES not in standings(operator)


def test_another_jet_card_pays_an_invoice_at_once(operator: cast.CharterOperator) -> None:
    issued, card = cast.invoiced(operator), cast.card(operator.carrier, operator.customer, balance=200_000)

    after, made = pay_invoice(
        invoice_id=issued.id,
        receipt=receipt(107_500, Method.JET_CARD, card_id=card.id),
        actor=operator.actor,
        now=cast.NOON,
    )

    assert (after.open_amount, made.card_id) == (0, card.id)
    assert cast.standing(card).net == 92_500


def test_a_card_that_has_too_little_pays_nothing(operator: cast.CharterOperator) -> None:
    issued, card = cast.invoiced(operator), cast.card(operator.carrier, operator.customer, balance=107_499)
    how = receipt(107_500, Method.JET_CARD, card_id=card.id)

    with pytest.raises(RequestRefused) as no:
        once.pay_invoice(invoice_id=issued.id, receipt=how, key="pay", actor=operator.actor, now=cast.NOON)

    assert (no.value.code, no.value.facts["shortfall"]) == ("insufficient_funds", 1)
    assert payments.payments(actor=operator.actor) == []
    assert queries.invoice(issued.id, actor=operator.actor).open_amount == 107_500


def test_an_assigned_card_pays_for_its_persons_only(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    card = cast.card(operator.carrier, operator.customer, person_ids=(operator.ann.id,))
    how: dict[str, Any] = {"invoice_id": issued.id, "actor": operator.actor, "now": cast.NOON}

    with pytest.raises(RequestRefused, match="card not for person"):
        pay_invoice(**how, receipt=receipt(100, Method.JET_CARD, card_id=card.id, person_id=operator.bob.id))
    pay_invoice(**how, receipt=receipt(100, Method.JET_CARD, card_id=card.id, person_id=operator.ann.id))

    assert cast.standing(card).net == 499_900


def test_another_customers_card_pays_nothing(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    strange = cast.card(operator.carrier, cast.customer(operator.carrier, name="Other"))

    with pytest.raises(OtherCustomersCard):
        pay_invoice(
            invoice_id=issued.id,
            receipt=receipt(100, Method.JET_CARD, card_id=strange.id),
            actor=operator.actor,
            now=cast.NOON,
        )


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        (receipt(107_501), ExceedsOpenAmount),
        (receipt(0), InvalidRequest),
        (receipt(-1), InvalidRequest),
        (receipt(10**18), InvalidRequest),
        (receipt(100, amount=Money(100, "EUR")), CurrencyMismatch),
        (receipt(100, reference=" "), InvalidRequest),
        (receipt(100, reference="a\0b"), InvalidRequest),
        (receipt(100, Method.JET_CARD), InvalidRequest),
        (receipt(100, card_id=1), InvalidRequest),
        (receipt(100, person_id=1), InvalidRequest),
    ],
)
def test_what_is_no_payment_of_this_invoice_is_refused(
    operator: cast.CharterOperator, how: Receipt, refusal: type[Exception]
) -> None:
    issued = cast.invoiced(operator)

    with pytest.raises(refusal):
        pay_invoice(invoice_id=issued.id, receipt=how, actor=operator.actor, now=cast.NOON)

    assert queries.invoice(issued.id, actor=operator.actor) == issued


def test_a_draft_is_not_paid(operator: cast.CharterOperator) -> None:
    draft = cast.drafted(operator)

    with pytest.raises(NotIssued):
        pay_invoice(invoice_id=draft.id, receipt=receipt(100), actor=operator.actor, now=cast.NOON)


def test_a_key_pays_once(operator: cast.CharterOperator) -> None:
    issued = cast.invoiced(operator)
    how: dict[str, Any] = {"invoice_id": issued.id, "key": "pay", "actor": operator.actor, "now": cast.NOON}

    first = once.pay_invoice(**how, receipt=receipt(60_000))
    again = once.pay_invoice(**how, receipt=receipt(60_000))
    with pytest.raises(RequestRefused, match="key reused"):
        once.pay_invoice(**how, receipt=receipt(1))

    assert again.replayed
    assert once.told_invoice(again) == once.told_invoice(first)
    assert once.told_payment(again).amount == 60_000
    assert len(payments.payments(actor=operator.actor)) == 1


# --------------------------------------------------------------------------------------------- before the invoice is


def advance(of: cast.CharterOperator, amount: int, document: str | None = None) -> payments.PaymentView:
    return receive_advance(
        customer_id=of.customer.id, document=document, receipt=receipt(amount), actor=of.actor, now=cast.NOON
    )


def test_an_advance_is_linked_when_its_invoice_is_issued(operator: cast.CharterOperator) -> None:
    made = advance(operator, 107_500, "order:17")
    assert standings(operator)[Control.CUSTOMER_ADVANCES] == -107_500

    issued = cast.invoiced(operator, document="order:17")

    assert issued.open_amount == 0
    assert payments.payment(made.id, actor=operator.actor).linked == 107_500
    assert [one.id for one in payments.payments(actor=operator.actor, document="order:17")] == [made.id]


def test_an_advance_for_nothing_in_particular_is_linked_by_hand(operator: cast.CharterOperator) -> None:
    issued, made = cast.invoiced(operator), advance(operator, 200_000)
    how: dict[str, Any] = {"payment_id": made.id, "invoice_id": issued.id, "actor": operator.actor, "now": cast.NOON}

    linking.link_payment(**how, amount=usd(7_500))
    after = linking.link_payment(**how)

    assert after.open_amount == 0
    assert payments.payment(made.id, actor=operator.actor).advance == 92_500
    with pytest.raises(ExceedsOpenAmount):
        linking.link_payment(**how)
    with pytest.raises(ExceedsOpenAmount):
        linking.link_payment(**how, amount=usd(1))


def test_no_more_is_linked_than_is_left_and_nothing_of_another_customers(operator: cast.CharterOperator) -> None:
    issued, made = cast.invoiced(operator), advance(operator, 100)
    other = cast.customer(operator.carrier, name="Other")
    strange = receive_advance(
        customer_id=other.id, document=None, receipt=receipt(100), actor=operator.actor, now=cast.NOON
    )
    how: dict[str, Any] = {"invoice_id": issued.id, "actor": operator.actor, "now": cast.NOON}

    with pytest.raises(ExceedsAdvance):
        linking.link_payment(**how, payment_id=made.id, amount=usd(101))
    with pytest.raises(OtherCustomersPayment):
        linking.link_payment(**how, payment_id=strange.id)


# ------------------------------------------------------------------------------------------------------------- back


def test_an_advance_goes_back_to_the_card_that_paid(operator: cast.CharterOperator) -> None:
    made = cast.paid_ahead(operator, 120_000, "order:17")

    after = give_back(
        payment_id=made.id, amount=usd(100_000), reference="cancelled", actor=operator.actor, now=cast.NOON
    )

    assert (after.refunded, after.advance) == (100_000, 20_000)
    assert cast.standing(operator.card).net == 480_000
    newest = cast.statement(operator.card)[-1]
    assert (newest.kind, newest.credit, newest.document) == ("card_refund", 100_000, f"payment:{made.id}")
    assert standings(operator)[Control.CUSTOMER_ADVANCES] == -20_000


def test_a_bank_transfer_goes_back_to_the_bank(operator: cast.CharterOperator) -> None:
    made = advance(operator, 500)

    give_back(payment_id=made.id, amount=usd(500), reference="too much", actor=operator.actor, now=cast.NOON)

    assert standings(operator).keys() == {Control.OPENING_BALANCES}


def test_no_more_is_given_back_than_is_left(operator: cast.CharterOperator) -> None:
    made = cast.paid_ahead(operator, 107_600, "order:17")
    cast.invoiced(operator, document="order:17")
    how: dict[str, Any] = {"payment_id": made.id, "reference": "x", "actor": operator.actor, "now": cast.NOON}

    with pytest.raises(ExceedsAdvance) as no:
        give_back(**how, amount=usd(101))
    with pytest.raises(CurrencyMismatch):
        give_back(**how, amount=Money(1, "EUR"))
    with pytest.raises(InvalidRequest):
        give_back(**how, amount=usd(0))
    with pytest.raises(InvalidRequest):
        give_back(**{**how, "reference": ""}, amount=usd(1))

    assert no.value.facts["advance_minor"] == 100
    assert payments.payment(made.id, actor=operator.actor).refunded == 0


def test_a_closed_card_takes_nothing_back_and_nothing_is_written(operator: cast.CharterOperator) -> None:
    made = cast.paid_ahead(operator, 100, "order:17")
    closing.close(card_id=operator.card.id, reference="end", key="c", actor=operator.actor, now=cast.NOON)

    with pytest.raises(RequestRefused, match="account closed"):
        once.give_back(payment_id=made.id, amount=usd(100), reference="x", key="b", actor=operator.actor, now=cast.NOON)

    assert payments.payment(made.id, actor=operator.actor) == made


def test_whoever_sells_gives_back_to_cards_only(operator: cast.CharterOperator) -> None:
    by_card, by_bank = cast.paid_ahead(operator, 100, "order:17"), advance(operator, 100)
    seller = replace(operator.actor, permissions=frozenset({Permission.SALES}))

    give_back(payment_id=by_card.id, amount=usd(100), reference="x", actor=seller, now=cast.NOON)
    with pytest.raises(PermissionDenied):
        give_back(payment_id=by_bank.id, amount=usd(100), reference="x", actor=seller, now=cast.NOON)


@pytest.mark.parametrize("amount", [108, -1])
def test_the_database_links_no_more_than_was_paid_nor_less_than_nothing(
    operator: cast.CharterOperator, amount: int
) -> None:
    issued, made = cast.invoiced(operator), advance(operator, 107)

    with pytest.raises(IntegrityError, match=r"than was paid|than is open"), acting_for(operator.carrier.id):
        PaymentLink.objects.create(
            carrier_id=operator.carrier.id,
            payment_id=made.id,
            invoice_id=issued.id,
            amount=amount,
            entry_id=made.entry_id,
            linked_at=cast.NOON,
        )


def test_the_database_gives_no_more_back_than_was_paid(operator: cast.CharterOperator) -> None:
    made = advance(operator, 107)

    with pytest.raises(IntegrityError, match="than was paid"), acting_for(operator.carrier.id):
        Refund.objects.create(
            carrier_id=operator.carrier.id,
            payment_id=made.id,
            amount=108,
            entry_id=made.entry_id,
            reference="x",
            actor="x",
            refunded_at=cast.NOON,
        )


def test_the_database_links_no_more_than_is_open(operator: cast.CharterOperator) -> None:
    issued, made = cast.invoiced(operator), advance(operator, 200_000)

    with pytest.raises(IntegrityError, match="than is open"), acting_for(operator.carrier.id):
        PaymentLink.objects.create(
            carrier_id=operator.carrier.id,
            payment_id=made.id,
            invoice_id=issued.id,
            amount=107_501,
            entry_id=made.entry_id,
            linked_at=cast.NOON,
        )
