"""The account statement. Source: FL3XX, "Managing Balances"."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skypurser.access.acting import acting_for
from skypurser.charter import closing
from skypurser.jetcards import funding, statement, transferring
from skypurser.jetcards.directory import CardNotFound
from skypurser.jetcards.requests import AddFunds
from skypurser.jetcards.statement import StatementLine
from skypurser.ledger.merging import Position
from skypurser.ledger.paging import Way
from skypurser.ledger.requests import Answer
from tests import cast
from tests.databases import post_together

DAY = timedelta(days=1)


def today(days: int = 0) -> date:
    """So many days after the test's own."""
    return (cast.NOON + days * DAY).date()


def add(card: cast.Account, minor: int, *, days: int = 0) -> None:
    verb: Callable[..., Any] = funding.add_funds if minor > 0 else funding.remove_funds
    verb(
        card_id=card.id,
        amount=abs(minor),
        reference=f"day {days}",
        key=cast.fresh_key("funds"),
        actor=card.actor,
        now=cast.NOON + days * DAY,
    )


def every(operator: cast.CharterOperator, *, way: Way, limit: int = 3, **shown: Any) -> list[StatementLine]:
    """All lines, page by page."""
    lines: list[StatementLine] = []
    after = None
    while True:
        page = statement.page(
            customer_id=operator.customer.id, actor=operator.actor, way=way, after=after, limit=limit, **shown
        )
        lines += page.lines
        after = page.after
        if after is None:
            return lines


@pytest.fixture(scope="module")
def busy() -> tuple[cast.CharterOperator, list[cast.Account]]:
    """Three cards whose movements interleave over a month, transfers among them, one closed at the end."""
    dice = random.Random(4711)  # noqa: S311 — the same month every time
    operator = cast.charter_operator(balance=100_000)
    cards = [operator.card, *(cast.card(operator.carrier, operator.customer, balance=50_000) for _ in range(2))]
    for day in range(30):
        for _ in range(dice.randrange(3)):
            card = dice.choice(cards)
            add(card, dice.choice([1, 1, -1]) * dice.randrange(1, 2_000), days=day)
        if day % 7 == 0:
            source, target = dice.sample(cards, 2)
            transferring.transfer(
                from_card_id=source.id,
                to_card_id=target.id,
                amount=1_000,
                reference="move",
                key=cast.fresh_key(),
                actor=operator.actor,
                now=cast.NOON + day * DAY,
            )
    closing.close(card_id=cards[2].id, reference="done", key="close", actor=operator.actor, now=cast.NOON + 30 * DAY)
    return operator, cards


def test_the_running_total_is_right_where_cards_interleave(
    busy: tuple[cast.CharterOperator, list[cast.Account]],
) -> None:
    operator, _ = busy

    lines = every(operator, way=Way.OLDEST)

    total, nets = 0, dict[int, int]()
    for line in lines:
        moved = line.movement.credit - line.movement.debit
        total += moved
        nets[line.card_id] = nets.get(line.card_id, 0) + moved
        assert (line.total, line.movement.net) == (total, nets[line.card_id])
    assert len({line.card_id for line in lines}) == 3
    assert len({line.movement.entry_id for line in lines}) == len(lines)
    assert [line.movement.business_date for line in lines] == sorted(line.movement.business_date for line in lines)


@pytest.mark.parametrize("limit", [1, 3, 7, 500])
@pytest.mark.parametrize("shown", [{}, {"first_date": today(5), "last_date": today(20)}, {"last_date": today(3)}])
def test_newest_first_is_oldest_first_backwards_on_pages_of_any_length(
    busy: tuple[cast.CharterOperator, list[cast.Account]], limit: int, shown: dict[str, Any]
) -> None:
    operator, _ = busy

    newest = every(operator, way=Way.NEWEST, limit=limit, **shown)

    assert newest == every(operator, way=Way.OLDEST, limit=limit, **shown)[::-1]
    assert newest


@pytest.mark.parametrize("way", list(Way))
def test_a_page_leads_back_to_the_one_before(busy: tuple[cast.CharterOperator, list[cast.Account]], way: Way) -> None:
    operator, _ = busy
    about: dict[str, Any] = {"customer_id": operator.customer.id, "actor": operator.actor, "way": way, "limit": 4}
    first = statement.page(**about)
    second = statement.page(**about, after=first.after)

    back = statement.page(**about, before=second.before)

    assert back.lines == first.lines
    assert (back.before, first.before) == (None, None)


def test_one_card_alone_has_its_own_balance_as_the_total(
    busy: tuple[cast.CharterOperator, list[cast.Account]],
) -> None:
    operator, cards = busy

    for card in cards:
        lines = every(operator, way=Way.NEWEST, card_id=card.id)
        assert {line.card_id for line in lines} == {card.id}
        assert [line.total for line in lines] == [line.movement.net for line in lines]


@pytest.mark.parametrize("days", [(0, 30), (5, 20), (7, 7), (31, 40), (-10, -1), (20, 5)])
def test_opening_closing_and_totals_of_a_period_are_what_its_lines_say(
    busy: tuple[cast.CharterOperator, list[cast.Account]], days: tuple[int, int]
) -> None:
    operator, _ = busy
    shown: dict[str, Any] = {"first_date": today(days[0]), "last_date": today(days[1])}

    period = statement.period(customer_id=operator.customer.id, actor=operator.actor, **shown)

    everything = every(operator, way=Way.OLDEST, limit=500)
    lines = [line for line in everything if shown["first_date"] <= line.movement.business_date <= shown["last_date"]]
    assert period.count == len(lines)
    assert period.debits == sum(line.movement.debit for line in lines)
    assert period.credits == sum(line.movement.credit for line in lines)
    before = [line.total for line in everything if line.movement.business_date < shown["first_date"]]
    assert period.opening == (before[-1] if before else 0)
    assert period.closing - period.opening == period.credits - period.debits


def course(of: cast.CharterOperator, first_date: date, last_date: date) -> list[tuple[date, int]]:
    """What all cards had at the end of each day."""
    found = statement.subject(of.customer.id, actor=of.actor)
    days = statement.days_of(first_date, last_date)
    period: dict[str, Any] = {"first_date": first_date, "last_date": last_date}
    _page, _period, nets = statement.overview(found, actor=of.actor, days=days, limit=1, **period)
    return list(zip(days, nets, strict=True))


def test_the_course_is_the_balance_at_the_end_of_each_day(
    busy: tuple[cast.CharterOperator, list[cast.Account]],
) -> None:
    operator, _ = busy

    nets = course(operator, today(-2), today(31))

    everything = every(operator, way=Way.OLDEST, limit=500)
    expected = []
    for day in range(-2, 32):
        until = [line.total for line in everything if line.movement.business_date <= today(day)]
        expected.append((today(day), until[-1] if until else 0))
    assert nets == expected


def test_a_long_course_has_points_further_apart_and_ends_at_the_end(
    busy: tuple[cast.CharterOperator, list[cast.Account]],
) -> None:
    operator, _ = busy

    nets = course(operator, date(2000, 1, 1), today(40))

    assert len(nets) <= statement.MOST_POINTS
    assert nets[-1][0] == today(40)


def test_another_customers_card_is_no_card_of_the_statement() -> None:
    operator = cast.charter_operator()
    theirs = cast.card(operator.carrier, cast.customer(operator.carrier, name="Other"))

    with pytest.raises(CardNotFound):
        statement.page(customer_id=operator.customer.id, actor=operator.actor, card_id=theirs.id)


def test_a_customer_without_cards_has_an_empty_statement() -> None:
    operator = cast.charter_operator()
    newcomer = cast.customer(operator.carrier, name="New")

    page = statement.page(customer_id=newcomer.id, actor=operator.actor)
    period = statement.period(customer_id=newcomer.id, actor=operator.actor)

    assert (page.lines, page.after, page.before) == ([], None, None)
    assert (period.opening, period.closing, period.count) == (0, 0, 0)


def test_a_page_far_back_on_a_card_of_many_movements_reads_no_more_than_itself() -> None:
    """No history is summed up: what is read of the ledger is the page and the steps of the halving."""
    operator = cast.charter_operator(balance=100_000)
    second = cast.card(operator.carrier, operator.customer, balance=100_000)
    grow(operator.card, 20_000)
    add(second, 10, days=20)

    def cost(**shown: Any) -> tuple[int, int]:
        about: dict[str, Any] = {"customer_id": operator.customer.id, "actor": operator.actor, "limit": 10, **shown}
        with CaptureQueriesContext(connection) as asked:
            statement.page(**about)
        return len(asked), rows_read(partial(statement.page, **about))

    costs = [
        cost(),
        cost(last_date=today(30)),
        cost(first_date=today(1), last_date=today(31), way=Way.OLDEST),
        cost(after=Position(today(12), 0)),
    ]

    assert len({statements for statements, _ in costs}) == 1
    assert max(rows for _, rows in costs) < 500


def test_balances_and_course_of_a_card_of_many_movements_read_a_few_of_them() -> None:
    operator = cast.charter_operator(balance=100_000)
    grow(operator.card, 21_000)
    about: dict[str, Any] = {"customer_id": operator.customer.id, "actor": operator.actor}

    period = statement.period(**about)

    assert (period.count, period.closing, period.debits) == (21_001, 100_000 + 21_000 * 7, None)
    assert rows_read(partial(statement.period, **about)) < 100
    found = statement.subject(operator.customer.id, actor=operator.actor)
    a_quarter: dict[str, Any] = {"first_date": today(0), "last_date": today(89)}
    a_quarter["days"] = statement.days_of(today(0), today(89))
    assert rows_read(partial(statement.overview, found, actor=operator.actor, limit=1, **a_quarter)) < 90 * 20 + 500


def grow(card: cast.Account, movements: int) -> None:
    """Put as many movements on the card, a thousand a day."""
    for day in range(movements // 1_000):
        batch = [
            AddFunds(
                carrier_id=card.carrier.id,
                key=cast.fresh_key("grow"),
                fingerprint=b"",
                account_id=card.id,
                currency=card.currency,
                actor="desk",
                reference="grow",
                now=cast.NOON + day * DAY,
                amount=7,
            )
            for _ in range(1_000)
        ]
        assert {answer.code for answer in post_together(batch) if isinstance(answer, Answer)} == {None}


def rows_read(ask: Callable[[], Any]) -> int:
    """How many rows of entries, and entries of their indexes, a question reads: this very transaction's statistics."""
    operator = ask.keywords["actor"]  # type: ignore[attr-defined]
    with acting_for(operator.carrier_id), connection.cursor() as cursor:
        cursor.execute(_READ)
        before = cursor.fetchone()[0]
        ask()
        cursor.execute(_READ)
        return int(cursor.fetchone()[0]) - int(before)


_READ = """
SELECT pg_stat_get_xact_tuples_returned(c.oid) + (
    SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index i WHERE i.indrelid = c.oid)
  FROM pg_class c WHERE c.oid = 'ledger_entry'::regclass
"""


@pytest.mark.parametrize("way", list(Way))
def test_one_overview_tells_what_page_period_and_course_tell(
    way: Way, busy: tuple[cast.CharterOperator, list[cast.Account]]
) -> None:
    operator, cards = busy
    found = statement.subject(operator.customer.id, actor=operator.actor)
    days = statement.days_of(today(3), today(20), most=7)

    for card_id in (None, cards[1].id):
        which: dict[str, Any] = {"card_id": card_id, "first_date": today(3), "last_date": today(20)}
        whose: dict[str, Any] = {"customer_id": operator.customer.id, "actor": operator.actor}
        place: dict[str, Any] = {}
        for _ in range(4):
            page, period, nets = statement.overview(
                found, actor=operator.actor, way=way, days=days, limit=3, **which, **place
            )
            assert page == statement.page(**whose, way=way, limit=3, **which, **place)
            assert period == statement.period(**whose, **which)
            assert nets == [statement.period(**whose, card_id=card_id, last_date=day).closing for day in days]
            place = {"after": page.after} if not place and page.after else {"before": page.before}
            if None in place.values():
                break


@pytest.mark.parametrize("way", list(Way))
def test_one_kind_is_found_whole_however_it_is_paged(
    way: Way, busy: tuple[cast.CharterOperator, list[cast.Account]], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, _ = busy
    monkeypatch.setattr(statement, "_STEP", 5)
    monkeypatch.setattr(statement, "LOOKED_THROUGH", 10)
    found = statement.subject(operator.customer.id, actor=operator.actor)
    lines: list[StatementLine] = []
    after = None

    while True:
        page, _period, _nets = statement.overview(
            found, actor=operator.actor, kind="card_transfer", way=way, after=after, limit=2
        )
        lines += page.lines
        after = page.after
        if after is None:
            break

    wanted = [line for line in every(operator, way=way) if line.movement.kind == "card_transfer"]
    assert lines == wanted
    assert len(wanted) == 10


def test_days_of_a_period_are_evenly_apart_and_end_with_the_last() -> None:
    days = statement.days_of(date(2026, 1, 1), date(2026, 12, 31), most=92)

    assert len(days) == 92
    assert days[-1] == date(2026, 12, 31)
    assert {(after - before).days for before, after in pairwise(days)} == {4}
    assert statement.days_of(date(2026, 1, 1), date(2026, 1, 1)) == [date(2026, 1, 1)]
