"""The invoices of a booking: of its price, of what it costs more since then, of the fee of its cancellation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError

from skypurser.access.acting import acting_for
from skypurser.charter import queries as bookings
from skypurser.charter.cancelling import cancel, preview
from skypurser.charter.content import Method
from skypurser.charter.converting import told_booking
from skypurser.charter.correcting import told_correction
from skypurser.charter.invoicing import Billing, billing_of, draft_for_booking
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.charter.tiers import set_tiers
from skypurser.charter.views import BookingView
from skypurser.invoices import linking, once, payments, queries
from skypurser.invoices.crediting import CreditLine, credit_invoice
from skypurser.invoices.drafting import Draft, change_draft
from skypurser.invoices.issuing import issue_invoice
from skypurser.invoices.lines import LineData, TaxCategory
from skypurser.invoices.linking import BoundElsewhere, link_payment
from skypurser.invoices.once import told_invoice
from skypurser.invoices.payments import Method as PaidBy
from skypurser.invoices.payments import PaymentView
from skypurser.invoices.purposes import DocumentNotFound
from skypurser.invoices.queries import InvoiceView, Kind, Subject
from skypurser.invoices.receiving import Receipt, give_back, pay_invoice, receive_advance
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.trial_balance import trial_balances
from skypurser.money import Money
from tests import cast
from tests.cast import NOON, CharterOperator
from tests.databases import unchanged

BY_TRANSFER: dict[str, Any] = {"method": Method.BANK_TRANSFER, "card_id": None}


@pytest.fixture
def operator() -> CharterOperator:
    """With twenty thousand on the card, and a name for its invoices."""
    made = cast.charter_operator(balance=2_000_000)
    cast.issuer(made.carrier)
    return made


def flight(price: int, *, text: str = "Flight", tax_bps: int = 0) -> PriceLine:
    return PriceLine(text=text, quantity_milli=1_000, unit_price=price, tax_bps=tax_bps)


def how(of: CharterOperator) -> dict[str, Any]:
    return {"key": cast.fresh_key(), "actor": of.actor, "now": NOON}


def drafted(booking: BookingView, of: CharterOperator) -> InvoiceView:
    return told_invoice(draft_for_booking(booking_id=booking.id, **how(of)))


def refused(booking: BookingView, of: CharterOperator) -> RequestRefused:
    with pytest.raises(RequestRefused) as no:
        drafted(booking, of)
    return no.value


def invoiced(booking: BookingView, of: CharterOperator) -> InvoiceView:
    return issue_invoice(invoice_id=drafted(booking, of).id, actor=of.actor, now=NOON)


def repriced(booking: BookingView, of: CharterOperator, *lines: PriceLine) -> BookingView:
    asked: dict[str, Any] = {"booking_id": booking.id, "lines": lines, "expected_version": booking.version}
    return told_booking(change_price(**asked, reference="another aircraft", **how(of)))


def cancelled(booking: BookingView, of: CharterOperator, *, fee: int) -> BookingView:
    asked: dict[str, Any] = {"booking_id": booking.id, "expected_version": booking.version, "fee": fee}
    return told_booking(cancel(**asked, reference="ill", **how(of)))


def transferred(invoice: InvoiceView, amount: int, of: CharterOperator) -> PaymentView:
    receipt = Receipt(amount=Money(amount, "USD"), method=PaidBy.BANK_TRANSFER, reference="wire 7")
    return pay_invoice(invoice_id=invoice.id, receipt=receipt, actor=of.actor, now=NOON)[1]


def again(invoice: InvoiceView | PaymentView, of: CharterOperator) -> Any:
    if isinstance(invoice, PaymentView):
        return payments.payment(invoice.id, actor=of.actor)
    return queries.invoice(invoice.id, actor=of.actor)


def billing(booking: BookingView, of: CharterOperator) -> Billing:
    return billing_of(bookings.booking(booking.id, actor=of.actor), carrier_id=of.carrier.id)


def controls(of: CharterOperator) -> dict[str, int]:
    """Balances of the control accounts that are not zero, credits less debits."""
    with acting_for(of.carrier.id):
        [balance] = trial_balances(carrier_id=of.carrier.id)
    assert balance.debits == balance.credits
    return {str(line.control): -line.balance for line in balance.lines if line.balance and line.control is not None}


def said(lines: Sequence[Any]) -> list[tuple[str, int, int, int]]:
    return [(one.text, one.tax_bps, one.net, one.tax) for one in lines]


# ------------------------------------------------------------------------------------------- what is no longer so


def test_a_cancelled_booking_that_no_card_paid_owes_nothing_but_its_fee(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 500_000, **BY_TRANSFER)
    invoice = invoiced(booking, operator)
    payment = transferred(invoice, 200_000, operator)

    told = preview(booking_id=booking.id, actor=operator.actor, at=NOON)
    done = cancel(booking_id=booking.id, expected_version=booking.version, fee=50_000, reference="ill", **how(operator))

    assert [one.number for one in told.invoices] == [invoice.number]
    [note] = told_correction(done).credit_notes
    assert (again(invoice, operator).open_amount, again(invoice, operator).credit_notes) == (0, (note,))
    assert again(payment, operator).advance == 200_000
    assert controls(operator) == {
        "bank_clearing": -200_000,
        "customer_advances": 200_000,
        "opening_balances": -2_000_000,
    }
    fee = invoiced(booking, operator)
    assert (fee.total, fee.paid, fee.open_amount, fee.subject) == (50_000, 50_000, 0, Subject.CANCELLATION_FEE)
    rest = give_back(
        payment_id=payment.id, amount=Money(150_000, "USD"), reference="back", actor=operator.actor, now=NOON
    )
    assert rest.advance == 0


def test_a_lower_price_takes_back_the_invoice_of_a_booking_that_no_card_paid(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 500_000, **BY_TRANSFER)
    invoice = invoiced(booking, operator)
    transferred(invoice, 400_000, operator)

    lower = repriced(booking, operator, flight(300_000))

    assert again(invoice, operator).open_amount == 0
    assert billing(lower, operator).uninvoiced == 300_000
    second = invoiced(lower, operator)
    assert (second.total, second.paid, second.open_amount) == (300_000, 300_000, 0)
    [payment] = payments.payments(actor=operator.actor, document=booking.document)
    assert payment.advance == 100_000


def test_a_price_that_is_lower_at_one_rate_and_higher_at_another_takes_the_invoice_back(
    operator: CharterOperator,
) -> None:
    booking = cast.booking(operator, lines=(flight(100_000, tax_bps=750),))
    invoice = invoiced(booking, operator)

    higher = repriced(booking, operator, flight(200_000))

    assert (again(invoice, operator).credited, higher.paid) == (107_500, 200_000)
    assert invoiced(higher, operator).open_amount == 0


def test_only_the_invoices_that_say_too_much_are_taken_back(operator: CharterOperator) -> None:
    booking = cast.booking(operator, lines=(flight(100_000, tax_bps=750),))
    first = invoiced(booking, operator)
    more = repriced(booking, operator, flight(100_000, tax_bps=750), flight(30_000, text="De-icing"))
    second = invoiced(more, operator)

    repriced(more, operator, flight(100_000, tax_bps=750), flight(10_000, text="De-icing"))

    assert (again(first, operator).credited, again(second, operator).credited) == (0, 30_000)


def test_a_change_of_the_price_deletes_the_draft_and_says_so(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 1_000_000)
    draft = drafted(booking, operator)

    answer = change_price(
        booking_id=booking.id,
        lines=(flight(800_000),),
        reference="smaller aircraft",
        expected_version=booking.version,
        **how(operator),
    )

    assert (told_correction(answer).drafts, told_correction(answer).credit_notes) == (1, ())
    with pytest.raises(queries.InvoiceNotFound):
        again(draft, operator)
    second = invoiced(told_booking(answer), operator)
    assert (second.total, second.paid, second.open_amount) == (800_000, 800_000, 0)


def test_the_same_lines_again_leave_draft_and_invoice(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 100_000)
    draft = drafted(booking, operator)

    same = repriced(booking, operator, flight(100_000))

    assert (again(draft, operator).id, same.version) == (draft.id, booking.version + 1)


# ---------------------------------------------------------------------------------------------- what is more since


def test_a_line_more_is_invoiced_besides(operator: CharterOperator) -> None:
    lines = (flight(100_001, tax_bps=750), flight(20_000, text="Landing"))
    booking = cast.booking(operator, lines=lines)
    first = invoiced(booking, operator)
    assert (billing(booking, operator).uninvoiced, refused(booking, operator).code) == (0, "already_invoiced")

    more = repriced(booking, operator, *lines, flight(33_333, text="De-icing", tax_bps=750))

    assert billing(more, operator).uninvoiced == 33_333 + 2_500
    second = invoiced(more, operator)
    assert said(second.lines) == [("De-icing", 750, 33_333, 2_500)]
    assert (second.paid, second.open_amount, second.subject) == (35_833, 0, Subject.SALE)
    assert [one.id for one in billing(more, operator).invoices] == [first.id, second.id]
    assert controls(operator).get("customer_advances", 0) == 0


def test_a_line_that_costs_more_is_invoiced_by_its_difference_to_the_cent(operator: CharterOperator) -> None:
    booking = cast.booking(operator, lines=(flight(100_007, tax_bps=750), flight(100_007, tax_bps=750, text="Back")))
    first = invoiced(booking, operator)

    more = repriced(booking, operator, flight(100_013, tax_bps=750), flight(100_014, tax_bps=750, text="Back"))

    second = invoiced(more, operator)
    assert said(second.lines) == [(f"Difference to {first.number}", 750, 13, more.price - booking.price - 13)]
    assert (first.total + second.total, second.open_amount) == (more.price, 0)
    assert billing(more, operator).uninvoiced == 0
    note = credit_invoice(invoice_id=second.id, reason="x", actor=operator.actor, now=NOON)
    assert note.total == second.total


def test_a_difference_in_tax_alone_is_refused_by_its_name(operator: CharterOperator) -> None:
    booking = cast.booking(operator, lines=(flight(2, tax_bps=2_000), flight(2, tax_bps=2_000)))  # no tax on either
    invoiced(booking, operator)

    more = repriced(booking, operator, flight(4, tax_bps=2_000))  # a minor unit of tax

    assert billing(more, operator).uninvoiced == 1
    assert refused(more, operator).code == "invoiced_differently"


def test_a_difference_that_no_invoice_can_say_is_refused(operator: CharterOperator) -> None:
    booking = cast.booking(operator, lines=(flight(100_000),))
    draft = drafted(booking, operator)
    taxed = Draft(lines=(cast.flight(unit_price=95_000, tax_bps=100),), document=booking.document)
    change_draft(invoice_id=draft.id, draft=taxed, actor=operator.actor, now=NOON)
    issue_invoice(invoice_id=draft.id, actor=operator.actor, now=NOON)

    more = repriced(booking, operator, flight(150_000))

    assert refused(more, operator).code == "invoiced_differently"


def test_what_a_credit_note_took_back_of_an_invoice_may_be_invoiced_again(operator: CharterOperator) -> None:
    booking = cast.booking(operator, lines=(flight(100_000, tax_bps=750),))
    first = invoiced(booking, operator)
    credit_invoice(
        invoice_id=first.id, reason="x", lines=[CreditLine(position=1, net=333)], actor=operator.actor, now=NOON
    )

    assert billing(booking, operator).uninvoiced == 358
    second = invoiced(booking, operator)
    assert said(second.lines) == [(f"Difference to {first.number}", 750, 333, 25)]
    assert second.open_amount == 0


def test_what_costs_nothing_has_no_invoice(operator: CharterOperator) -> None:
    booking = repriced(cast.booking(operator, 100), operator)

    assert refused(booking, operator).code == "nothing_to_invoice"


# ------------------------------------------------------------------------------------------------------- the fee


def test_the_fee_has_an_invoice_of_its_own_paid_from_what_was_kept(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 1_143_500)
    set_tiers(tiers=(), fee_tax_bps=1_900, actor=operator.actor, now=NOON)
    invoiced(booking, operator)
    done = cancelled(booking, operator, fee=285_875)
    assert controls(operator)["customer_advances"] == billing(done, operator).uninvoiced == 285_875
    [payment] = payments.payments(actor=operator.actor, document=booking.document)
    assert (payment.refunded, payment.kept, payment.linked, payment.advance) == (857_625, 285_875, 0, 285_875)

    draft = drafted(done, operator)
    fee = issue_invoice(invoice_id=draft.id, actor=operator.actor, now=NOON)

    assert said(fee.lines) == [(f"Cancellation fee, booking {booking.number}", 1_900, 240_231, 45_644)]
    assert (fee.total, fee.paid, fee.open_amount, str(fee.supply_date)) == (285_875, 285_875, 0, "2026-01-15")
    assert controls(operator) == {
        "cancellation_fees": 240_231,
        "taxes_payable": 45_644,
        "opening_balances": -2_000_000,
    }
    payment = again(payment, operator)
    assert (payment.refunded, payment.kept, payment.linked, payment.advance) == (857_625, 285_875, 285_875, 0)
    assert refused(done, operator).code == "already_invoiced"


def test_without_a_rate_a_fee_is_not_subject_to_tax(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 100_000)
    done = cancelled(booking, operator, fee=20_001)

    fee = invoiced(done, operator)

    [line] = fee.lines
    assert (line.tax_category, line.net, line.tax, fee.open_amount) == (TaxCategory.OUTSIDE_SCOPE, 20_001, 0, 0)
    assert controls(operator)["cancellation_fees"] == 20_001


def test_a_fees_invoice_that_is_credited_can_be_drafted_anew(operator: CharterOperator) -> None:
    done = cancelled(cast.booking(operator, 100_000), operator, fee=20_000)
    first = invoiced(done, operator)

    note = credit_invoice(invoice_id=first.id, reason="wrong tax", actor=operator.actor, now=NOON)

    assert (note.subject, controls(operator).get("cancellation_fees", 0)) == (Subject.CANCELLATION_FEE, 0)
    set_tiers(tiers=(), fee_tax_bps=700, actor=operator.actor, now=NOON)
    second = invoiced(done, operator)
    assert (second.total, second.tax, second.open_amount) == (20_000, 1_308, 0)


def test_a_draft_that_is_saved_as_it_is_keeps_its_tax_and_what_it_earns(operator: CharterOperator) -> None:
    done = cancelled(cast.booking(operator, 100_000), operator, fee=10_001)
    set_tiers(tiers=(), fee_tax_bps=10_000, actor=operator.actor, now=NOON)
    draft = drafted(done, operator)
    assert (draft.net, draft.tax) == (5_001, 5_000)  # no net amount and the tax on it come to an odd fee
    [line] = draft.lines
    same = LineData(text=line.text, quantity_milli=1_000, unit_price=line.unit_price, tax_bps=line.tax_bps)

    after = change_draft(
        invoice_id=draft.id,
        draft=Draft(lines=(same,), document=draft.document, notes="as agreed"),
        actor=operator.actor,
        now=NOON,
    )

    assert (after.total, after.subject, after.notes) == (10_001, Subject.CANCELLATION_FEE, "as agreed")
    assert issue_invoice(invoice_id=draft.id, actor=operator.actor, now=NOON).open_amount == 0


def test_a_fee_of_nothing_has_no_invoice(operator: CharterOperator) -> None:
    done = cancelled(cast.booking(operator, 100_000), operator, fee=0)

    assert refused(done, operator).code == "booking_not_open"


def test_what_is_kept_as_a_fee_is_given_back_by_nobody(
    operator: CharterOperator, superuser: psycopg.Connection
) -> None:
    done = cancelled(cast.booking(operator, 100_000), operator, fee=20_000)
    [payment] = payments.payments(actor=operator.actor, document=done.document)

    with unchanged(superuser, operator.carrier.id), pytest.raises(RequestRefused) as no:
        once.give_back(payment_id=payment.id, amount=Money(1, "USD"), reference="back", **how(operator))

    assert no.value.code == "payment_bound"


# ---------------------------------------------------------------------------------------------- whose payment it is


def test_what_a_booking_took_pays_no_other_invoice(operator: CharterOperator, superuser: psycopg.Connection) -> None:
    booking = cast.booking(operator, 100_000)
    [payment] = payments.payments(actor=operator.actor, document=booking.document)
    other = cast.invoiced(operator, cast.flight(unit_price=50_000, tax_bps=0))

    with unchanged(superuser, operator.carrier.id):
        with pytest.raises(RequestRefused) as no:
            once.link_payment(payment_id=payment.id, invoice_id=other.id, **how(operator))
        with pytest.raises(BoundElsewhere):
            link_payment(payment_id=payment.id, invoice_id=other.id, actor=operator.actor, now=NOON)

    assert (no.value.code, no.value.facts["document"]) == ("payment_bound_elsewhere", booking.document)
    cancelled(booking, operator, fee=0)
    assert cast.standing(operator.card).net == 2_000_000


def test_the_database_links_what_a_booking_took_to_no_other_invoice(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 100_000)
    other = cast.invoiced(operator, cast.flight(unit_price=50_000, tax_bps=0))
    [payment] = payments.payments(actor=operator.actor, document=booking.document)

    with pytest.raises(IntegrityError, match="is not of invoice"), acting_for(operator.carrier.id):
        linking.link(payment, other, amount=1, actor=operator.actor, now=NOON)


def test_an_invoice_is_for_the_customers_own_booking(operator: CharterOperator, superuser: psycopg.Connection) -> None:
    booking = cast.booking(operator, 100_000)
    other = cast.charter_operator()
    cast.booking(other, 100)
    outsider = cast.booking(other, 100)  # its number is one that this carrier has not given yet
    neighbour = replace(operator, customer=cast.customer(operator.carrier, name="Neighbour"))
    own = cast.drafted(operator, document=booking.document)

    receipt = Receipt(amount=Money(100, "USD"), method=PaidBy.BANK_TRANSFER, reference="wire")
    with unchanged(superuser, operator.carrier.id):
        for of, document in (
            (neighbour, booking.document),
            (operator, outsider.document),
            *(
                (operator, wrong)
                for wrong in ("booking:0", "booking:x", "Booking:1", "booking:" + "9" * 30, "booking:")
            ),
        ):
            with pytest.raises(DocumentNotFound):
                cast.drafted(of, document=document)
            with pytest.raises(DocumentNotFound):
                receive_advance(
                    customer_id=of.customer.id, document=document, receipt=receipt, actor=operator.actor, now=NOON
                )
        with pytest.raises(DocumentNotFound):
            change_draft(invoice_id=own.id, draft=Draft(document=outsider.document), actor=operator.actor, now=NOON)
        draft = Draft(lines=(cast.flight(),), document=booking.document)
        with pytest.raises(RequestRefused) as no:
            once.draft_invoice(customer_id=neighbour.customer.id, draft=draft, **how(operator))

    assert no.value.code == "document_not_found"
    assert cast.drafted(operator, document="order 17: hangar").document == "order 17: hangar"


def test_an_invoice_by_hand_counts_as_the_bookings(operator: CharterOperator) -> None:
    booking = cast.booking(operator, 100_000)

    by_hand = cast.invoiced(operator, cast.flight(unit_price=60_000, tax_bps=0), document=booking.document)

    assert (by_hand.paid, billing(booking, operator).uninvoiced) == (60_000, 40_000)
    rest = invoiced(booking, operator)
    assert said(rest.lines) == [(f"Difference to {by_hand.number}", 0, 40_000, 0)]
    assert [one.kind for one in billing(booking, operator).invoices] == [Kind.INVOICE, Kind.INVOICE]
