"""An account that runs low or over its limit is told once, and again only after it recovered."""

import pytest

from skypurser.access.acting import acting_for
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.accounts import set_low_mark
from skypurser.ledger.states import Status
from skypurser.ledger.thresholds import LOW, OVER_LIMIT, percent_mark
from tests import cast


def told(account: cast.Account) -> list[str]:
    """What the history tells about thresholds, oldest first."""
    found = acts.of_account(carrier_id=account.carrier.id, account_id=account.id)
    return [act.action for act in reversed(found) if act.action in {LOW, OVER_LIMIT}]


def up_and_down(account: cast.Account, amount: int) -> list[str]:
    """Let the account rise and fall by so much; what has been told by then."""
    cast.post(cast.credit(account, amount))
    cast.post(cast.debit(account, amount))
    return told(account)


def test_less_than_a_tenth_of_the_limit_left_is_told_once() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)

    cast.post(cast.debit(agency, 90_000))
    at_a_tenth = told(agency)
    cast.post(cast.debit(agency, 1))
    cast.post(cast.debit(agency, 1))

    assert (at_a_tenth, told(agency)) == ([], [LOW])


def test_an_account_is_low_again_only_after_it_rose_above_the_threshold_and_a_margin() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    cast.post(cast.debit(agency, 90_001))

    within_the_margin, above_it = up_and_down(agency, 1_000), up_and_down(agency, 1_001)

    assert (within_the_margin, above_it) == ([LOW], [LOW, LOW])


def test_each_time_an_account_goes_over_its_limit_is_told() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)

    cast.post(cast.debit(agency, 100_000))
    exactly = told(agency)
    cast.post(cast.debit(agency, 1))
    cast.post(cast.debit(agency, 1))
    cast.post(cast.credit(agency, 2))
    cast.post(cast.debit(agency, 1))

    assert (exactly, told(agency)) == ([LOW], [LOW, OVER_LIMIT, OVER_LIMIT])


def test_a_prepaid_account_without_a_threshold_is_never_low() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)
    cast.post(cast.credit(agency, 100))

    cast.post(cast.debit(agency, 100))
    cast.post(cast.debit(agency, 1))

    assert told(agency) == [OVER_LIMIT]
    assert cast.standing(agency).low_since is not None
    cast.post(cast.credit(agency, 1))
    assert cast.standing(agency).low_since is None


def test_one_act_from_above_the_mark_to_below_nothing_tells_both() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)

    cast.post(cast.debit(agency, 100_001))

    assert sorted(told(agency)) == [LOW, OVER_LIMIT]


@pytest.mark.parametrize("percent", [91, 100])
def test_an_account_whose_mark_is_near_its_whole_limit_has_recovered_when_it_owes_nothing(percent: int) -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    marked(agency, percent_mark(percent))
    cast.post(cast.debit(agency, 10_000))

    short_of_it, all_of_it = up_and_down(agency, 9_999), up_and_down(agency, 10_000)

    assert (short_of_it, all_of_it) == ([LOW], [LOW, LOW])


def test_a_prepaid_account_needs_the_margin_above_its_mark() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)
    cast.post(cast.credit(agency, 20_000))
    marked(agency, 10_000)
    cast.post(cast.debit(agency, 10_001))

    within_the_margin, above_it = up_and_down(agency, 1_000), up_and_down(agency, 1_001)

    assert (within_the_margin, above_it) == ([LOW], [LOW, LOW])


def test_a_status_change_tells_nothing_of_thresholds() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)

    cast.post(cast.status(agency, Status.SUSPENDED))

    assert told(agency) == []


def test_a_mark_in_percent_follows_the_limit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    marked(agency, percent_mark(25))

    cast.post(cast.debit(agency, 75_000))
    at_a_quarter = told(agency)
    cast.post(cast.limit(agency, 80_000))
    cast.post(cast.limit(agency, 200_000))
    cast.post(cast.debit(agency, 75_001))

    assert (at_a_quarter, told(agency)) == ([], [LOW, LOW])


def test_a_mark_that_is_above_what_there_is_tells_at_the_next_fall() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    marked(agency, 200_000)

    cast.post(cast.debit(agency, 1))
    while_low = told(agency)
    marked(agency, None)
    cast.post(cast.debit(agency, 90_000))

    assert (while_low, told(agency)) == ([], [LOW])


@pytest.mark.parametrize("mark", [0, percent_mark(101), 10**18])
def test_no_mark_is_zero_or_beyond_all_bounds(mark: int) -> None:
    agency = cast.agency(cast.carrier())

    with pytest.raises(InvalidRequest):
        marked(agency, mark)


def marked(account: cast.Account, mark: int | None) -> None:
    with acting_for(account.carrier.id):
        set_low_mark(carrier_id=account.carrier.id, account_id=account.id, amount=mark, now=cast.NOON)
