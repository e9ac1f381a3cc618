"""Void: everything is reversed, commission included, on the local day of issue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.ledger.control import balances
from skypurser.ledger.requests import Request
from skypurser.ledger.states import Control, Outcome, Status
from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.databases import post_together, unchanged


def sold(account: cast.Account, **how: object) -> str:
    request = cast.issue(account, **how)  # type: ignore[arg-type]
    assert cast.post(request).code is None
    return str(request.document)


def test_worked_example_void_the_same_day() -> None:
    agency = cast.airline().agency
    document = sold(agency, fare=40_000, taxes=8_000)

    answer = cast.post(cast.void(agency, document))

    assert (answer.facts["credit"], answer.facts["debit"], answer.facts["net"]) == (44_800, 0, 0)
    with acting_for(agency.carrier.id):
        assert balances() == {
            (Control.SALES, "USD"): (40_000, 40_000),
            (Control.TAXES_PAYABLE, "USD"): (8_000, 8_000),
            (Control.COMMISSION_EXPENSE, "USD"): (3_200, 3_200),
        }


def test_the_void_names_the_entry_that_it_takes_back() -> None:
    agency = cast.airline().agency
    document = sold(agency)

    cast.post(cast.void(agency, document))

    sale, void = cast.statement(agency)
    assert (void.reverses, void.kind, void.document) == (sale.entry_id, "void", document)


def test_a_void_of_a_card_sale_takes_the_commission_back_whatever_is_available() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0, credit_card=True)
    document = sold(agency, form_of_payment=FormOfPayment.CARD)
    cast.post(cast.debit(agency, 2_000))

    answer = cast.post(cast.void(agency, document))

    assert (answer.facts["debit"], answer.facts["available"]) == (2_000, -2_000)


def test_a_void_of_a_sale_that_moved_nothing_moves_nothing() -> None:
    agency = cast.agency(cast.carrier(), credit_card=False)
    document = sold(agency, form_of_payment=FormOfPayment.CARD)

    answer = cast.post(cast.void(agency, document))

    assert (answer.outcome, cast.statement(agency)) == (Outcome.RECORDED, [])


def test_a_void_of_a_sale_that_was_all_commission_takes_the_carriers_books_back() -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates("FREE"))
    document = sold(agency, fare=40_000, taxes=0, commission_bps=10_000)

    answer = cast.post(cast.void(agency, document))

    assert answer.outcome is Outcome.RECORDED
    with acting_for(agency.carrier.id):
        assert set(balances().values()) == {(40_000, 40_000)}


@pytest.mark.parametrize(
    ("airport", "country", "issued", "midnight"),
    [
        ("JFK", "US", datetime(2026, 1, 15, 5, 0, tzinfo=UTC), datetime(2026, 1, 16, 5, 0, tzinfo=UTC)),
        # The day on which New York's clocks go forward has 23 hours, the one on which they go back 25.
        ("JFK", "US", datetime(2026, 3, 8, 5, 0, tzinfo=UTC), datetime(2026, 3, 9, 4, 0, tzinfo=UTC)),
        ("JFK", "US", datetime(2026, 11, 1, 4, 0, tzinfo=UTC), datetime(2026, 11, 2, 5, 0, tzinfo=UTC)),
        ("CCU", "IN", datetime(2026, 1, 14, 18, 30, tzinfo=UTC), datetime(2026, 1, 15, 18, 30, tzinfo=UTC)),
        ("NRT", "JP", datetime(2026, 1, 14, 15, 0, tzinfo=UTC), datetime(2026, 1, 15, 15, 0, tzinfo=UTC)),
    ],
)
def test_the_window_is_the_local_day_of_issue_at_the_office(
    airport: str, country: str, issued: datetime, midnight: datetime
) -> None:
    agency = cast.agency(cast.carrier(), airport=airport, country=country)
    first, second, third = (sold(agency, route=(airport,), now=issued) for _ in range(3))

    in_time = cast.post(cast.void(agency, first, now=midnight - timedelta(microseconds=1)))
    too_late = cast.post(cast.void(agency, second, now=midnight))
    too_early = cast.post(cast.void(agency, third, now=issued - timedelta(microseconds=1)))

    assert in_time.outcome is Outcome.POSTED
    assert {too_late.code, too_early.code} == {"void_window_closed"}
    assert too_late.facts == {"issue_date": (midnight - timedelta(hours=12)).date().isoformat()}


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_what_was_sold_before_is_voided_whatever_the_status(status: Status) -> None:
    agency = cast.airline().agency
    document = sold(agency)
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.INHIBITED:
        cast.post(cast.status(agency, Status.INHIBITED))

    answer = cast.post(cast.void(agency, document))

    assert (answer.outcome, answer.facts["net"]) == (Outcome.POSTED, 0)


def test_issued_and_voided_in_one_batch() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)

    answers = post_together([sale, cast.void(agency, str(sale.document)), cast.void(agency, str(sale.document))])

    assert [getattr(answer, "code", answer) for answer in answers] == [None, None, "already_voided"]
    assert cast.standing(agency).net == 0


# ----------------------------------------------------------------------------------------------- the order of refusals


def unknown(request: Request) -> Request:
    return replace(request, account_id=None, account_named="NOWHERE")


def test_a_reused_key_is_judged_before_the_account() -> None:
    agency = cast.airline().agency
    document = sold(agency)
    first = cast.void(agency, document)
    cast.post(first)

    answer = cast.post(unknown(cast.void(agency, cast.fresh_document(), key=first.key)))

    assert answer.code == "key_reused"


def test_the_account_is_judged_before_the_sale() -> None:
    agency = cast.airline().agency

    answer = cast.post(unknown(cast.void(agency, cast.fresh_document())))

    assert answer.code == "account_not_found"


def test_a_sale_on_another_account_is_not_found_even_when_it_is_voided_already() -> None:
    airline = cast.airline()
    document = sold(airline.client)
    cast.post(cast.void(airline.client, document))

    answer = cast.post(cast.void(airline.agency, document))

    assert answer.code == "sale_not_found"


def test_voided_already_is_judged_before_the_window() -> None:
    agency = cast.airline().agency
    document = sold(agency)
    cast.post(cast.void(agency, document))

    answer = cast.post(cast.void(agency, document, now=cast.NOON + timedelta(days=2)))

    assert answer.code == "already_voided"


def test_refunded_already_is_judged_before_the_window() -> None:
    agency = cast.airline().agency
    document = sold(agency)
    cast.post(cast.refund(agency, document, fare=100))

    answer = cast.post(cast.void(agency, document, now=cast.NOON + timedelta(days=2)))

    assert answer.code == "already_refunded"


def test_a_void_after_any_refund_is_refused_even_of_a_cent() -> None:
    agency = cast.airline().agency
    document = sold(agency)
    cast.post(cast.refund(agency, document, fare=1))

    answer = cast.post(cast.void(agency, document))

    assert answer.code == "already_refunded"


# --------------------------------------------------------------------------------------------------- keys and refusals


def test_a_refused_void_binds_its_key() -> None:
    agency = cast.airline().agency
    sale = cast.issue(agency)
    request = cast.void(agency, str(sale.document))
    first = cast.post(request)

    cast.post(sale)
    again = cast.post(request)

    assert (first.code, again) == ("sale_not_found", replace(first, replayed=True))


def test_invariant_6_replaying_a_void_changes_nothing(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    request = cast.void(agency, sold(agency))
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(request)

    assert again == replace(first, replayed=True)


def test_invariant_5_a_refused_void_leaves_every_row_as_it_was(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    document = sold(agency)

    with unchanged(superuser, agency.carrier.id):
        answer = cast.post(cast.void(agency, document, now=cast.NOON + timedelta(days=1)))

    assert answer.code == "void_window_closed"
