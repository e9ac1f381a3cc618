"""Refund: fare and taxes, in part or whole, less a penalty and the commission recalled."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.electronic import managing
from skypurser.ledger.control import balances
from skypurser.ledger.requests import Request
from skypurser.ledger.states import Control, Outcome, Status
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.models import Ticket
from tests import cast
from tests.databases import post_together, unchanged

LATER = cast.NOON + timedelta(days=40)


def sold(account: cast.Account, **how: object) -> str:
    request = cast.issue(account, **how)  # type: ignore[arg-type]
    assert cast.post(request).code is None
    return str(request.document)


def test_worked_example_partial_refund() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    answer = cast.post(cast.refund(agency, document, fare=25_000, taxes=3_000, penalty=5_000, now=LATER))

    assert (answer.facts["credit"], answer.facts["debit"], answer.facts["net"]) == (21_000, 0, -23_800)
    with acting_for(agency.carrier.id):
        ticket = Ticket.objects.get(carrier_id=agency.carrier.id, document_number=document)
        assert (ticket.recalled_commission, ticket.refunded_fare, ticket.refunded_taxes) == (2_000, 25_000, 3_000)
        assert balances() == {
            (Control.SALES, "USD"): (25_000, 40_000),
            (Control.TAXES_PAYABLE, "USD"): (3_000, 8_000),
            (Control.COMMISSION_EXPENSE, "USD"): (3_200, 2_000),
            (Control.PENALTIES, "USD"): (0, 5_000),
        }


def test_refunds_are_repeated_until_nothing_is_left() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    for fare, taxes in ((15_000, 0), (0, 8_000), (25_000, 0)):
        assert cast.post(cast.refund(agency, document, fare=fare, taxes=taxes, now=LATER)).outcome is Outcome.POSTED
    over = cast.post(cast.refund(agency, document, fare=1, now=LATER))

    assert (over.code, over.facts) == (
        "refund_exceeds_sale",
        {"refundable_fare_minor": 0, "refundable_taxes_minor": 0},
    )
    assert cast.standing(agency).net == 0


def test_the_recall_is_cumulative_so_that_rounding_never_drifts() -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates("FIXED 7.50"))
    document = sold(agency, fare=34, taxes=0)
    assert cast.standing(agency).net == -31

    credits_ = [cast.post(cast.refund(agency, document, fare=1, now=LATER)).facts.get("credit", 0) for _ in range(34)]

    assert (sum(credits_), cast.standing(agency).net) == (31, 0)


@pytest.mark.parametrize(("fare", "taxes"), [(40_001, 0), (0, 8_001), (40_001, 8_001)])
def test_never_more_than_the_sale(fare: int, taxes: int) -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    answer = cast.post(cast.refund(agency, document, fare=fare, taxes=taxes))

    assert (answer.code, answer.facts["refundable_fare_minor"]) == ("refund_exceeds_sale", 40_000)


def test_a_refund_that_would_come_out_negative_is_refused_and_one_of_nothing_is_not() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    negative = cast.post(cast.refund(agency, document, fare=10_000, penalty=9_201))
    nothing = cast.post(cast.refund(agency, document, fare=10_000, penalty=9_200))

    assert (negative.code, negative.facts) == ("penalty_exceeds_refund", {"largest_penalty_minor": 9_200})
    assert (nothing.outcome, cast.standing(agency).net) == (Outcome.RECORDED, -44_800)


def test_a_refund_of_a_card_sale_recalls_the_commission_only() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0, credit_card=True)
    document = sold(agency, fare=40_000, taxes=8_000, form_of_payment=FormOfPayment.CARD)

    answer = cast.post(cast.refund(agency, document, fare=20_000, taxes=8_000, penalty=1_000, now=LATER))

    assert (answer.facts["debit"], answer.facts["credit"], answer.facts["net"]) == (1_000, 0, 1_000)


def test_a_recall_may_leave_the_account_over_its_limit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0, credit_card=True)
    document = sold(agency, fare=40_000, taxes=8_000, form_of_payment=FormOfPayment.CARD)
    cast.post(cast.debit(agency, 2_000))

    answer = cast.post(cast.refund(agency, document, fare=40_000, now=LATER))

    assert (answer.outcome, answer.facts["available"]) == (Outcome.POSTED, -2_000)


def test_a_refund_of_a_sale_that_moved_nothing_moves_nothing() -> None:
    agency = cast.agency(cast.carrier(), credit_card=False)
    document = sold(agency, form_of_payment=FormOfPayment.CARD)

    answer = cast.post(cast.refund(agency, document, fare=40_000, taxes=8_000, now=LATER))

    assert (answer.outcome, cast.statement(agency)) == (Outcome.RECORDED, [])


def test_the_rate_of_the_sale_is_recalled_not_todays() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)
    managing.set_terms(
        account_id=agency.id, rates=cast.rates("FIXED 50.00"), reference="new", actor=agency.actor, now=cast.NOON
    )

    answer = cast.post(cast.refund(agency, document, fare=40_000, taxes=8_000, now=LATER))

    assert answer.facts["credit"] == 44_800


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_what_was_sold_before_is_refunded_whatever_the_status(status: Status) -> None:
    agency = cast.airline().agency
    document = sold(agency)
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.INHIBITED:
        cast.post(cast.status(agency, Status.INHIBITED))

    answer = cast.post(cast.refund(agency, document, fare=40_000, taxes=8_000, now=LATER))

    assert (answer.outcome, answer.facts["net"]) == (Outcome.POSTED, 0)


def test_refunds_of_one_ticket_in_one_batch_never_exceed_it() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    answers = post_together([cast.refund(agency, document, fare=15_000) for _ in range(4)])

    codes = [getattr(answer, "code", answer) for answer in answers]
    assert codes == [None, None, "refund_exceeds_sale", "refund_exceeds_sale"]


def test_invariant_7_the_database_itself_refuses_to_take_back_more_than_was_moved(
    superuser: psycopg.Connection,
) -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)
    cast.post(cast.refund(agency, document, fare=25_000))
    (sale,) = [m for m in cast.statement(agency) if m.kind == "ticket"]
    carrier, number = agency.carrier.id, superuser.execute("SELECT nextval('ledger_entry_id_seq')").fetchone()
    assert number is not None

    with pytest.raises(psycopg.errors.CheckViolation, match="is not taken back as it was posted"):
        superuser.execute(
            "INSERT INTO ledger_entry (carrier_id, id, kind, currency, reference, actor, occurred_at, posted_at,"
            " reverses, debit, credit, controls, amounts) VALUES (%(c)s, %(e)s, 'refund', 'USD', '', '', now(),"
            " now(), %(sale)s, 0, 0, '{sales,penalties}', '{15001,-15001}')",
            {"c": carrier, "e": number[0], "sale": sale.entry_id},
        )


# ----------------------------------------------------------------------------------------------- the order of refusals


def unknown(request: Request) -> Request:
    return replace(request, account_id=None, account_named="NOWHERE")


def test_each_refusal_is_judged_before_the_next() -> None:
    airline = cast.airline()
    agency = airline.agency
    bound = cast.refund(agency, sold(agency), fare=1)
    cast.post(bound)
    elsewhere = sold(airline.client)
    cast.post(cast.void(airline.client, elsewhere))
    voided = sold(agency)
    cast.post(cast.void(agency, voided))
    whole = sold(agency, fare=40_000, taxes=8_000)

    deserving_both = [
        unknown(cast.refund(agency, whole, fare=1, key=bound.key)),  # key, account
        unknown(cast.refund(agency, cast.fresh_document(), fare=1)),  # account, sale
        cast.refund(agency, elsewhere, fare=1),  # sale, voided
        cast.refund(agency, voided, fare=40_001),  # voided, beyond the sale
        cast.refund(agency, whole, fare=40_001, penalty=99_999),  # beyond the sale, negative
        cast.refund(agency, whole, fare=40_000, penalty=99_999),  # negative
    ]
    codes = [cast.post(request).code for request in deserving_both]

    assert codes == [
        "key_reused",
        "account_not_found",
        "sale_not_found",
        "already_voided",
        "refund_exceeds_sale",
        "penalty_exceeds_refund",
    ]
    assert all(one != other for one, other in pairwise(codes))


def test_a_refused_refund_binds_its_key() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    request = cast.refund(agency, str(sale.document), fare=100)
    first = cast.post(request)

    cast.post(sale)
    again = cast.post(request)

    assert (first.code, again) == ("sale_not_found", replace(first, replayed=True))


def test_invariant_6_a_repeated_refund_gives_back_once(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    request = cast.refund(agency, sold(agency), fare=100)
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(request)

    assert again == replace(first, replayed=True)


@pytest.mark.parametrize(("fare", "penalty"), [(40_001, 0), (100, 101)])
def test_invariant_5_a_refused_refund_leaves_every_row_as_it_was(
    superuser: psycopg.Connection, fare: int, penalty: int
) -> None:
    agency = cast.airline().agency
    document = sold(agency)

    with unchanged(superuser, agency.carrier.id):
        answer = cast.post(cast.refund(agency, document, fare=fare, penalty=penalty))

    assert answer.outcome is Outcome.REFUSED
