"""Pages of refused attempts over many accounts."""

from datetime import timedelta
from typing import Any

import pytest

from skypurser.history import attempts
from skypurser.history.attempts import AttemptFilters, attempt_page
from tests import cast

DAY = timedelta(days=1)


def refused(account: cast.Account, number: int = 1, *, days: int = 0) -> list[int]:
    """Amounts of sales that were refused, the newest first; the account has 10,000.00."""
    fares = [2_000_000 + 100 * each for each in range(number)]
    for fare in fares:
        assert cast.post(cast.issue(account, fare=fare, taxes=0, now=cast.NOON + days * DAY)).code
    return fares[::-1]


def walked(of: cast.Airline, **how: Any) -> list[int]:
    """The rows' numbers of a whole list, page by page."""
    page = attempt_page(carrier_id=of.carrier.id, **how)
    found = [one.id for one in page.attempts]
    while page.after is not None:
        page = attempt_page(carrier_id=of.carrier.id, after=page.after, **how)
        found += [one.id for one in page.attempts]
    return found


def test_pages_go_on_without_a_gap_newest_first() -> None:
    airline = cast.airline()
    refused(airline.agency, 3)
    refused(airline.client, 2)

    found = walked(airline, limit=2)

    assert len(found) == 5
    assert found == sorted(found, reverse=True)


def test_attempts_on_some_accounts_are_one_list() -> None:
    airline = cast.airline()
    other = cast.agency(airline.carrier)
    for account in (airline.agency, airline.client, other, airline.agency):
        refused(account, 2)
    both = [airline.agency.id, airline.client.id]

    found = walked(airline, account_ids=both, limit=1)

    assert len(found) == 6
    assert found == sorted(found, reverse=True)
    assert walked(airline, account_ids=[]) == []


@pytest.mark.parametrize("few", [500, 0])
def test_a_reason_is_looked_for_piece_by_piece(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(attempts, "LOOKED_THROUGH", 2)
    monkeypatch.setattr(attempts, "_FEW", few)
    airline = cast.airline()
    cast.post(cast.issue(airline.agency, commission_bps=1))
    refused(airline.agency, 5)
    refused(airline.client, 3)
    bounds = AttemptFilters(code="commission_not_allowed")
    both = [airline.agency.id, airline.client.id]

    first = attempt_page(carrier_id=airline.carrier.id, filters=bounds, limit=1)

    assert (first.attempts, first.after is not None) == ([], True)
    assert len(walked(airline, filters=bounds, limit=1)) == 1
    assert len(walked(airline, filters=bounds, account_ids=both, limit=1)) == 1
    assert walked(airline, filters=bounds, account_ids=[airline.client.id], limit=1) == []


def test_operations_and_instants_narrow_the_list() -> None:
    airline = cast.airline()
    refused(airline.agency)
    cast.post(cast.hold(airline.agency, 2_000_000))
    refused(airline.agency, days=1)

    def operations(**filters: Any) -> list[str]:
        page = attempt_page(carrier_id=airline.carrier.id, filters=AttemptFilters(**filters))
        return [one.operation for one in page.attempts]

    assert operations() == ["ticket", "hold", "ticket"]
    assert operations(operation="hold") == ["hold"]
    assert operations(since=cast.NOON + DAY) == ["ticket"]
    assert operations(until=cast.NOON + DAY) == ["hold", "ticket"]
    assert operations(since=cast.NOON, until=cast.NOON + DAY, operation="ticket") == ["ticket"]


def test_an_attempt_comes_with_its_facts() -> None:
    airline = cast.airline()
    cast.post(cast.issue(airline.agency, commission_bps=900))

    (found,) = attempt_page(carrier_id=airline.carrier.id).attempts

    assert found.facts == {"mode": "FIXED", "percent": "8.00", "entered": "9.00"}


def test_another_carriers_attempts_are_not_there() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    refused(airline.agency)

    assert walked(outsider) == []
    assert walked(outsider, account_ids=[airline.agency.id]) == []
