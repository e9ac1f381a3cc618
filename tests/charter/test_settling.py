"""What bookings and invoices know of each other: payments, their return, credit notes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.charter.cancelling import cancel
from skypurser.charter.content import Method
from skypurser.charter.converting import told_booking
from skypurser.charter.invoicing import draft_for_booking
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.charter.views import BookingView, document_of
from skypurser.history import acts
from skypurser.invoices import payments, queries
from skypurser.invoices.einvoices import invoice_xml
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.linking import BoundPayment
from skypurser.invoices.once import told_invoice
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.queries import InvoiceNotFound, InvoiceView, Kind
from skypurser.invoices.receiving import give_back
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.trial_balance import trial_balances
from skypurser.money import Money
from skypurser.parties.clientele import CustomerChanges
from skypurser.parties.customers import change_customer
from tests import cast
from tests.cast import NOON, CharterOperator
from tests.databases import at_once, this_database
from tests.invoices.validator import findings


@pytest.fixture
def operator() -> CharterOperator:
    """With five thousand on the card, and a name for its invoices."""
    made = cast.charter_operator()
    cast.issuer(made.carrier)
    return made


def paid_for(booking: BookingView, of: CharterOperator) -> list[PaymentView]:
    with acting_for(of.carrier.id):
        return payments.of_document(
            document_of(booking.id), customer_id=of.customer.id, currency="USD", carrier_id=of.carrier.id
        )


def invoiced(booking: BookingView, of: CharterOperator) -> InvoiceView:
    flight = cast.flight(unit_price=booking.price, tax_bps=0)
    return cast.invoiced(of, flight, document=document_of(booking.id))


def repriced(booking: BookingView, price: int, of: CharterOperator) -> BookingView:
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=price),)
    return told_booking(
        change_price(
            booking_id=booking.id,
            lines=lines,
            reference="another aircraft",
            expected_version=booking.version,
            key=cast.fresh_key(),
            actor=of.actor,
            now=NOON,
        )
    )


def cancelled(booking: BookingView, of: CharterOperator, *, fee: int) -> BookingView:
    how: dict[str, Any] = {"key": cast.fresh_key(), "actor": of.actor, "now": NOON}
    return told_booking(
        cancel(booking_id=booking.id, expected_version=booking.version, reference="ill", fee=fee, **how)
    )


def amounts(found: list[PaymentView]) -> list[tuple[int, int, int, int]]:
    """Amount, linked, given back, kept."""
    return [(one.amount, one.linked, one.refunded, one.kept) for one in found]


def controls(of: CharterOperator) -> dict[str, int]:
    """Balances of the control accounts that are not zero, debits less credits."""
    with acting_for(of.carrier.id):
        [balance] = trial_balances(carrier_id=of.carrier.id)
    return {str(line.control): line.debits - line.credits for line in balance.lines if line.debits != line.credits}


def test_the_deduction_is_a_payment_that_the_invoice_confirms(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 0, 0)]

    invoice = invoiced(booking, operator)

    assert (invoice.paid, invoice.open_amount) == (120_000, 0)
    [payment] = paid_for(booking, operator)
    assert (payment.is_confirmed, payment.card_id, payment.is_bound) == (True, operator.card.id, True)


def test_with_another_method_nothing_was_paid(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000, method=Method.INVOICE, card_id=None)

    assert paid_for(booking, operator) == []


def test_a_cancellation_before_the_invoice_gives_the_advance_back_and_keeps_the_fee(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)

    cancelled(booking, operator, fee=20_000)

    [payment] = paid_for(booking, operator)
    assert (amounts([payment]), payment.advance) == ([(120_000, 0, 100_000, 20_000)], 20_000)
    assert queries.invoices(actor=operator.actor) == []
    assert controls(operator)["customer_advances"] == -20_000
    assert "cancellation_fees" not in controls(operator)


def test_a_cancellation_after_the_invoice_issues_its_credit_note(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    invoice = invoiced(booking, operator)

    cancelled(booking, operator, fee=20_000)

    note, again = queries.invoices(actor=operator.actor)
    assert (note.kind, note.total, note.notes, again.id) == (Kind.CREDIT_NOTE, 120_000, "ill", invoice.id)
    assert (again.credited, again.paid, again.open_amount) == (120_000, 0, 0)
    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 100_000, 20_000)]
    moved = controls(operator)
    assert [moved.get(name, 0) for name in ("customer_advances", "receivables", "charter_sales")] == [-20_000, 0, 0]


def test_whoever_sells_may_cancel_what_others_invoiced(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    invoiced(booking, operator)
    seller = replace(operator.actor, permissions=frozenset({Permission.SALES}))

    cancelled(booking, replace(operator, actor=seller), fee=0)

    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 120_000, 0)]


def test_all_that_was_paid_may_be_the_fee(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)

    after = cancelled(booking, operator, fee=120_000)

    assert (after.fee, amounts(paid_for(booking, operator))) == (120_000, [(120_000, 0, 0, 120_000)])
    assert controls(operator)["customer_advances"] == -120_000


def test_a_supplement_is_another_payment_and_what_comes_back_is_of_the_newest(operator: CharterOperator) -> None:
    booking = repriced(cast.booking(operator, 120_000), 150_000, operator)
    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 0, 0), (30_000, 0, 0, 0)]

    lower = repriced(booking, 100_000, operator)

    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 20_000, 0), (30_000, 0, 30_000, 0)]
    cancelled(lower, operator, fee=10_000)
    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 110_000, 10_000), (30_000, 0, 30_000, 0)]


def test_a_lower_price_takes_the_invoice_back_and_a_higher_one_leaves_it(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    invoiced(booking, operator)

    higher = repriced(booking, 150_000, operator)
    assert [one.kind for one in queries.invoices(actor=operator.actor)] == [Kind.INVOICE]
    # The supplement is an advance still, so as much comes back without a credit note.
    same = repriced(higher, 120_000, operator)
    assert [one.kind for one in queries.invoices(actor=operator.actor)] == [Kind.INVOICE]
    repriced(same, 110_000, operator)

    assert [one.kind for one in queries.invoices(actor=operator.actor)] == [Kind.CREDIT_NOTE, Kind.INVOICE]
    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 10_000, 0), (30_000, 0, 30_000, 0)]
    again = cast.invoiced(operator, cast.flight(unit_price=110_000, tax_bps=0), document=document_of(booking.id))
    assert again.open_amount == 0


def test_what_a_booking_took_is_given_back_by_the_booking_alone(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    [payment] = paid_for(booking, operator)

    with pytest.raises(BoundPayment):
        give_back(payment_id=payment.id, amount=Money(1, "USD"), reference="back", actor=operator.actor, now=NOON)

    assert amounts(paid_for(booking, operator)) == [(120_000, 0, 0, 0)]


def test_an_invoice_that_is_issued_while_its_booking_is_cancelled(operator: CharterOperator) -> None:
    """Whichever comes first, nothing of the payment is both given back and in an invoice."""
    booking = cast.booking(operator, 120_000)

    works: list[Callable[[], object]] = [
        partial(cancelled, booking, operator, fee=20_000),
        partial(invoiced, booking, operator),
    ]

    both = at_once(this_database(), works)

    assert isinstance(both[0], BookingView), both
    assert not isinstance(both[1], Exception) or type(both[1]) is InvoiceNotFound, both  # the draft went with it
    # An invoice that somebody writes for what is cancelled already takes no more than the fee that was kept.
    assert amounts(paid_for(booking, operator)) in [
        [(120_000, 0, 100_000, 20_000)],
        [(120_000, 20_000, 100_000, 20_000)],
    ]


def test_a_bookings_invoice_says_what_the_card_paid(operator: CharterOperator) -> None:
    lines = (
        PriceLine(text="Flight", quantity_milli=1_333, unit_price=70_001, tax_bps=750),
        PriceLine(text="Landing", quantity_milli=2_000, unit_price=45_000),
    )
    booking = cast.booking(operator, lines=lines)
    how: dict[str, Any] = {"key": cast.fresh_key(), "actor": operator.actor, "now": NOON}

    answer = draft_for_booking(booking_id=booking.id, **how)

    draft = told_invoice(answer)
    assert (draft.total, draft.document) == (booking.price, document_of(booking.id))
    assert told_invoice(draft_for_booking(booking_id=booking.id, **how)) == draft
    issued = issue_invoice(invoice_id=draft.id, actor=operator.actor, now=NOON)
    assert (issued.open_amount, issued.paid) == (0, booking.paid)


def test_the_e_invoice_of_a_booking_is_credited_by_another_or_nothing_is_cancelled(operator: CharterOperator) -> None:
    """What its credit note lacks is told, and the booking, the card and the numbers stay as they are."""
    cast.issuer(operator.carrier, e_invoices=True)
    booking = cast.booking(operator, 120_000)
    how: dict[str, Any] = {"actor": operator.actor, "now": NOON}
    draft = told_invoice(draft_for_booking(booking_id=booking.id, key=cast.fresh_key(), **how))
    issued = issue_invoice(invoice_id=draft.id, **how)
    change_customer(customer_id=operator.customer.id, changes=CustomerChanges(country=""), **how)
    before = controls(operator)

    with pytest.raises(RequestRefused) as refused:
        cancelled(booking, operator, fee=20_000)

    assert (refused.value.code, refused.value.facts["missing"]) == ("e_invoice_data_missing", "buyer.country")
    assert controls(operator) == before
    change_customer(customer_id=operator.customer.id, changes=CustomerChanges(country="US"), **how)
    cancelled(booking, operator, fee=20_000)
    note, again = queries.invoices(actor=operator.actor)
    assert (again.supply_date, note.supply_date) == (date(2026, 2, 1), date(2026, 2, 1))
    assert (note.number, note.is_e_invoice, issued.is_e_invoice) == ("CN-2026-000001", True, True)
    for one in (issued, note):
        assert findings(invoice_xml(one.id, actor=operator.actor)[1]) == []


def test_a_booking_has_one_invoice_at_a_time(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    draft = told_invoice(asked_for(booking, operator))

    for _ in ("while it is a draft", "when it is issued"):
        with pytest.raises(RequestRefused) as no:
            asked_for(booking, operator)
        assert (no.value.code, no.value.facts["invoice"]) == ("already_invoiced", draft.id)
        if not queries.shown(draft.id, carrier_id=operator.carrier.id).is_issued:
            issue_invoice(invoice_id=draft.id, actor=operator.actor, now=NOON)
    lower = repriced(booking, 100_000, operator)

    assert queries.shown(draft.id, carrier_id=operator.carrier.id).credited == 120_000
    assert told_invoice(asked_for(lower, operator)).total == 100_000
    cancelled(lower, operator, fee=0)
    with pytest.raises(RequestRefused) as no:
        asked_for(lower, operator)
    assert no.value.code == "booking_not_open"


def test_a_draft_of_what_is_cancelled_is_gone_and_others_stay(operator: CharterOperator) -> None:
    booking, other = cast.booking(operator, 120_000), cast.booking(operator, 50_000)
    asked_for(booking, operator)
    kept = told_invoice(asked_for(other, operator))
    seller = replace(operator, actor=replace(operator.actor, permissions=frozenset({Permission.SALES})))

    cancelled(booking, seller, fee=0)

    assert [one.id for one in queries.invoices(actor=operator.actor)] == [kept.id]
    done = [act.action for act in acts.of_customer(carrier_id=operator.carrier.id, customer_id=operator.customer.id)]
    assert done.count("invoice.deleted") == 1


def asked_for(booking: BookingView, of: CharterOperator) -> Answer:
    return draft_for_booking(booking_id=booking.id, key=cast.fresh_key(), actor=of.actor, now=NOON)


def test_whoever_only_sells_drafts_no_invoice(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 120_000)
    seller = replace(operator, actor=replace(operator.actor, permissions=frozenset({Permission.SALES})))

    with pytest.raises(PermissionDenied):
        asked_for(booking, seller)
