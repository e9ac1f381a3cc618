"""Pages of movements. What is posted by the cast's clock bears a date long past: not that of its posting."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.errors import InvalidRequest
from skypurser.ledger import paging
from skypurser.ledger.paging import MovementPage, Totals, Way
from skypurser.ledger.queries import MovementFilters
from tests import cast
from tests.databases import post_together, this_database


def page(account: cast.Account, **how: Any) -> MovementPage:
    with acting_for(account.carrier.id):
        return paging.movement_page(carrier_id=account.carrier.id, account_id=account.id, **how)


def totals(account: cast.Account, **filters: Any) -> Totals | None:
    with acting_for(account.carrier.id):
        return paging.totals(carrier_id=account.carrier.id, account_id=account.id, filters=MovementFilters(**filters))


def items(found: MovementPage) -> list[int]:
    return [movement.item for movement in found.movements]


def every(account: cast.Account, filters: MovementFilters | None = None) -> list[int]:
    with acting_for(account.carrier.id):
        found = paging.every_movement(carrier_id=account.carrier.id, account_id=account.id, filters=filters)
        return [movement.item for movement in found]


def walk(account: cast.Account, **how: Any) -> Iterator[MovementPage]:
    """All pages from the first on."""
    found = page(account, **how)
    yield found
    while found.after is not None:
        found = page(account, after=found.after, **how)
        yield found


@pytest.fixture(scope="module")
def busy() -> cast.Account:
    """Movements 1 to 30: on the days 10th to 15th of January, five each, and every fifth a debit."""
    account = cast.agency(cast.carrier())
    post_together(
        [
            (cast.debit if number % 5 == 0 else cast.credit)(
                account, number, now=cast.NOON - timedelta(days=5) + timedelta(days=(number - 1) // 5)
            )
            for number in range(1, 31)
        ]
    )
    return account


def test_pages_go_on_and_back_in_both_ways(busy: cast.Account) -> None:
    newest = [items(found) for found in walk(busy, limit=12)]
    oldest = [items(found) for found in walk(busy, limit=12, way=Way.OLDEST)]

    assert newest == [list(range(30, 18, -1)), list(range(18, 6, -1)), list(range(6, 0, -1))]
    assert oldest == [list(range(1, 13)), list(range(13, 25)), list(range(25, 31))]
    back = page(busy, before=6, limit=12)
    assert items(back) == newest[1]
    assert items(page(busy, before=back.before, limit=12)) == newest[0]
    assert page(busy, before=back.before, limit=12).before is None
    assert items(page(busy, before=25, limit=12, way=Way.OLDEST)) == oldest[1]


@pytest.mark.parametrize("way", list(Way))
def test_a_page_is_found_by_its_number(busy: cast.Account, way: Way) -> None:
    walked = [items(found) for found in walk(busy, limit=7, way=way)]

    jumped = [page(busy, number=number, limit=7, way=way) for number in range(1, 6)]

    assert [items(found) for found in jumped] == walked
    assert [found.before is None for found in jumped] == [True, False, False, False, False]
    assert items(page(busy, number=9, limit=7, way=way)) == []
    assert jumped[0].last_item == 30


def test_pages_of_a_filter_have_no_number(busy: cast.Account) -> None:
    with pytest.raises(InvalidRequest):
        page(busy, number=2, filters=MovementFilters(kind="credit"))


def test_dates_show_what_was_posted_long_after_them(busy: cast.Account) -> None:
    third = MovementFilters(first_date=date(2026, 1, 12), last_date=date(2026, 1, 12))
    until = MovementFilters(last_date=date(2026, 1, 11))

    assert items(page(busy, filters=third)) == [15, 14, 13, 12, 11]
    assert [items(found) for found in walk(busy, filters=until, limit=4)] == [[10, 9, 8, 7], [6, 5, 4, 3], [2, 1]]
    assert items(page(busy, filters=until, before=4, limit=4)) == [8, 7, 6, 5]
    assert totals(busy, first_date=third.first_date, last_date=third.last_date) == Totals(5, 15, 50)
    assert items(page(busy, filters=MovementFilters(first_date=date.max, last_date=date.min))) == []
    assert len(items(page(busy, filters=MovementFilters(first_date=date.min, last_date=date.max)))) == 30


def test_dates_show_what_was_posted_in_time_and_late_together() -> None:
    account = cast.agency(cast.carrier())
    days_ago = [9, 0, 40, 0, 0, 2, 0]
    now = datetime.now(UTC)
    for days in days_ago:
        cast.post(cast.credit(account, 1, now=now - timedelta(days=days)))
    with acting_for(account.carrier.id):
        dates = {view.item: view.business_date for view in page(account).movements}

    for first in sorted(set(dates.values())):
        for last in sorted(set(dates.values())):
            shown = [item for item in range(7, 0, -1) if first <= dates[item] <= last]
            filters = MovementFilters(first_date=first, last_date=last)
            assert items(page(account, filters=filters)) == shown
            assert [item for found in walk(account, filters=filters, limit=2) for item in items(found)] == shown
            assert items(page(account, filters=filters, way=Way.OLDEST)) == shown[::-1]
            assert every(account, filters) == shown[::-1]
            counted = totals(account, first_date=first, last_date=last)
            assert counted is not None
            assert counted.count == len(shown)


def test_kinds_and_texts_are_looked_for_so_far_and_then_it_is_told_where_to_go_on(
    busy: cast.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "LOOKED_THROUGH", 8)
    debits = MovementFilters(kinds=frozenset({"debit", "void"}))
    nothing = MovementFilters(text="nowhere")

    falling, rising = list(walk(busy, filters=debits)), list(walk(busy, filters=debits, way=Way.OLDEST))

    assert [item for found in falling for item in items(found)] == [30, 25, 20, 15, 10, 5]
    assert [item for found in rising for item in items(found)] == [5, 10, 15, 20, 25, 30]
    assert [found.after for found in falling] == [23, 15, 7, None]
    assert [items(found) for found in walk(busy, filters=nothing)] == [[], [], [], []]
    assert items(page(busy, filters=MovementFilters(text="REF DEB"), limit=1)) == [30]


@pytest.mark.parametrize("fetched", [1, 7, 2_000])
def test_all_movements_go_by_however_few_are_fetched_at_a_time(
    busy: cast.Account, fetched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "FETCHED", fetched)
    monkeypatch.setattr(paging, "LOOKED_THROUGH", 8)

    assert every(busy) == list(range(1, 31))
    assert every(busy, MovementFilters(kinds=frozenset({"debit", "void"}))) == [5, 10, 15, 20, 25, 30]
    assert every(busy, MovementFilters(text="REF DEB", last_date=date(2026, 1, 11))) == [5, 10]
    assert every(busy, MovementFilters(text="nowhere")) == []
    assert every(cast.agency(busy.carrier)) == []


def test_a_text_stands_in_the_reference_or_the_document() -> None:
    agency = cast.agency(cast.carrier())
    sale = cast.issue(agency)
    cast.post(sale)
    cast.post(cast.credit(agency, 5))

    assert items(page(agency, filters=MovementFilters(text=str(sale.document)[5:]))) == [1]
    assert items(page(agency, filters=MovementFilters(text="pnr abc"))) == [1]
    assert items(page(agency, filters=MovementFilters(text="%"))) == []


def test_totals_are_the_accounts_own_or_the_filters(busy: cast.Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert totals(busy) == Totals(30, 5 + 10 + 15 + 20 + 25 + 30, 360)
    assert totals(busy, kind="debit") == Totals(6, 105, 0)
    monkeypatch.setattr(paging, "SUMMED", 4)
    assert totals(busy) == Totals(30, 105, 360)
    assert totals(busy, kind="debit") is None
    assert totals(busy, first_date=date(2026, 1, 12), last_date=date(2026, 1, 12)) is None


def test_there_is_no_page_of_what_does_not_exist(busy: cast.Account) -> None:
    outsider = cast.outsider()
    with acting_for(outsider.carrier.id):
        found = paging.movement_page(carrier_id=outsider.carrier.id, account_id=busy.id)

    assert found == MovementPage([], None, None, 0)


def test_what_bears_another_date_than_its_posting_is_found_by_its_own_index(busy: cast.Account) -> None:
    """With every other way closed, the planner can only take the index; without it there is none."""
    filters = MovementFilters(first_date=date(2026, 1, 12), last_date=date(2026, 1, 12))
    parts, values = paging._Asked(busy.carrier.id, busy.id, filters).parts(1, 31)
    with this_database().superuser() as superuser, superuser.transaction(force_rollback=True):
        superuser.execute("DROP INDEX movement_item_once")  # which has the movements in their order too
        superuser.execute("SET LOCAL enable_seqscan = off")
        superuser.execute("SET LOCAL enable_sort = off")
        found = superuser.execute(f"EXPLAIN SELECT * FROM {parts[1]}", values[len(values) - 8 :]).fetchall()

    assert "entry_off_date" in "\n".join(row[0] for row in found)


def test_a_sale_made_in_time_adds_nothing_to_that_index(superuser: psycopg.Connection) -> None:
    agency = cast.agency(cast.carrier())
    late = "SELECT count(*) FROM ledger_entry WHERE carrier_id = %s AND " + paging.OFF_DATE

    cast.post(cast.issue(agency, now=None))
    in_time = superuser.execute(late, [agency.carrier.id]).fetchone()
    cast.post(cast.issue(agency))

    assert in_time == (0,)
    assert superuser.execute(late, [agency.carrier.id]).fetchone() == (1,)
