""" "Could I sell this now?" is answered by what judges the sale."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skypurser.electronic.availability import Verdict, could_sell, could_sell_each
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.states import Status
from tests import cast


def verdict(account: cast.Account, amount: int) -> Verdict:
    return could_sell(carrier_id=account.carrier.id, account_id=account.id, amount=amount, now=cast.NOON)


def test_worked_example_exact_fit_passes_and_a_cent_more_does_not() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)

    exact, beyond = verdict(agency, 44_800), verdict(agency, 44_801)

    assert (exact.reasons, exact.shortfall, exact.available) == ((), 0, 44_800)
    assert (beyond.reasons, beyond.shortfall) == (("insufficient_funds",), 1)


def test_all_that_stands_in_the_way_is_told() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100)
    cast.post(cast.status(agency, Status.SUSPENDED))

    told = verdict(agency, 150)

    assert (told.reasons, told.shortfall) == (("account_suspended", "insufficient_funds"), 50)


def test_an_expired_hold_does_not_count() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    cast.post(cast.hold(agency, 700, lasts=timedelta(minutes=1)))

    assert verdict(agency, 400).shortfall == 100
    later = could_sell(
        carrier_id=agency.carrier.id, account_id=agency.id, amount=400, now=cast.NOON + timedelta(minutes=1)
    )
    assert later.reasons == ()


def test_it_says_what_the_sale_is_then_told() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800, terms=cast.rates(domestic="FREE"))

    told = {fare: verdict(agency, fare).reasons for fare in (44_801, 44_800)}
    answers = {fare: cast.post(cast.issue(agency, fare=fare, taxes=0)).code for fare in (44_801, 44_800)}

    assert told == {44_801: ("insufficient_funds",), 44_800: ()}
    assert answers == {44_801: "insufficient_funds", 44_800: None}


def test_another_carriers_account_is_not_there() -> None:
    agency, outsider = cast.airline().agency, cast.outsider()

    with pytest.raises(AccountNotFound):
        could_sell(carrier_id=outsider.carrier.id, account_id=agency.id, amount=1, now=cast.NOON)


def test_many_sales_are_told_by_one_query_each_by_itself() -> None:
    carrier = cast.carrier()
    one, other = cast.agency(carrier, credit_limit=100), cast.agency(carrier, credit_limit=200)
    stranger = cast.outsider().agency
    sales = [(one.id, 100), (other.id, 150), (one.id, 101), (stranger.id, 1), (other.id, 200)]

    with CaptureQueriesContext(connection) as asked:
        told = could_sell_each(carrier_id=carrier.id, sales=sales, now=cast.NOON)

    assert [None if one is None else (one.account_id, one.shortfall) for one in told] == [
        (one.id, 0),
        (other.id, 0),
        (one.id, 1),
        None,
        (other.id, 0),
    ]
    assert len([query for query in asked if "ledger_account" in query["sql"]]) == 1
