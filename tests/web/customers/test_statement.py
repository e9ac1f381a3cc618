"""The account statement of a customer on the desk. Source: FL3XX, "Managing Balances"."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from skypurser.access.permissions import Permission
from skypurser.jetcards import funding, statement, transferring
from skypurser.jetcards.requests import CardRequest
from skypurser.ledger.paging import Way
from skypurser.web.accounts.words import KINDS
from skypurser.web.customers.charts import balance_chart
from skypurser.web.customers.statement import CARD_KINDS, StatementBar
from tests import cast
from tests.cast import Account, CharterOperator, charter_operator, fresh_key
from tests.web.managing.sending import words
from tests.web.people import at, signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read

LATER = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> CharterOperator:
    """Two cards: 5,000.00 and 1,000.00 in January; in March 250.00 are added and 400.00 transferred."""
    at(monkeypatch, LATER)
    found = charter_operator()
    other = cast.card(found.carrier, found.customer, name="Other", balance=100_000)
    how: dict[str, Any] = {"reference": "Wire 42", "actor": found.actor, "now": LATER}
    funding.add_funds(card_id=found.card.id, amount=25_000, key=fresh_key(), **how)
    transferring.transfer(from_card_id=found.card.id, to_card_id=other.id, amount=40_000, key=fresh_key(), **how)
    return found


def path(of: CharterOperator, query: str = "") -> str:
    return f"/customers/{of.customer.id}/statement?{query}"


def rows(page: str) -> list[str]:
    """The lines of the table, as text."""
    body = page.partition('<table class="rows">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    told = [re.sub(r"<span class=\"on-card\">.*?</span>", "", row) for row in body.split("</tr>")[:-1]]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).replace("\N{NO-BREAK SPACE}", " ").split()) for row in told]


def test_this_month_stands_between_its_opening_and_closing_balance(home: CharterOperator) -> None:
    name = home.card.code

    page = signed_in(home).get(path(home)).text

    assert rows(page) == [
        "Mar 1, 2026 Opening balance 6,000.00",
        f"Mar 10, 2026 {name} Funds added Wire 42 250.00 5,250.00 6,250.00",
        f"Mar 10, 2026 {name} Transfer between cards to Other Wire 42 400.00 4,850.00 5,850.00",
        f"Mar 10, 2026 Other Transfer between cards from {name} Wire 42 400.00 1,400.00 6,250.00",
        "Mar 10, 2026 Closing balance 6,250.00",
    ]
    assert "Total of 3 movements in the period 400.00 650.00" in words(signed_in(home).get(path(home)))


def test_one_card_has_no_column_of_all_and_the_newest_may_come_first(home: CharterOperator) -> None:
    page = signed_in(home).get(path(home, f"card={home.card.id}&period=all&order=newest")).text

    assert rows(page) == [
        "Closing balance 4,850.00",
        "Mar 10, 2026 Transfer between cards to Other Wire 42 400.00 4,850.00",
        "Mar 10, 2026 Funds added Wire 42 250.00 5,250.00",
        "Jan 15, 2026 Opening balance of a card brought along 5,000.00 5,000.00",
        "Opening balance 0.00",
    ]


@pytest.mark.parametrize(
    ("query", "dates"),
    [
        ("", (date(2026, 3, 1), date(2026, 3, 10))),
        ("period=month", (date(2026, 3, 1), date(2026, 3, 10))),
        ("period=last", (date(2026, 2, 1), date(2026, 2, 28))),
        ("period=year", (date(2026, 1, 1), date(2026, 3, 10))),
        ("period=all", (None, None)),
        ("period=year&since=2026-02-03", (date(2026, 2, 3), None)),
        ("since=2026-02-03&until=2026-02-04", (date(2026, 2, 3), date(2026, 2, 4))),
    ],
)
def test_a_period_is_of_the_carriers_calendar(
    query: str, dates: tuple[date | None, date | None], home: CharterOperator
) -> None:
    found = statement.subject(home.customer.id, actor=home.actor)

    assert StatementBar(QueryDict(query), account=found, today=date(2026, 3, 10)).dates == dates


def test_last_month_with_nothing_in_it_has_its_balances_and_the_way_on(home: CharterOperator) -> None:
    told = words(signed_in(home).get(path(home, "period=last")))

    assert "Nothing moved in this period" in told
    assert "Opening balance 6,000.00 USD" in told


def test_one_kind_is_shown_without_the_balances_that_are_of_all(home: CharterOperator) -> None:
    page = signed_in(home).get(path(home, "period=all&kind=card_transfer"))

    assert [row.split(" Wire")[0] for row in rows(page.text)] == [
        f"Mar 10, 2026 {home.card.code} Transfer between cards to Other",
        f"Mar 10, 2026 Other Transfer between cards from {home.card.code}",
    ]
    assert "are of all kinds" in words(page)
    assert "No movement of this kind" in words(signed_in(home).get(path(home, "kind=card_closed")))


@pytest.mark.parametrize("query", ["card=7", "card=x", "since=never", "kind=ticket", "period=ever"])
def test_what_can_not_be_read_shows_nothing_and_a_chip_to_take_it_away(query: str, home: CharterOperator) -> None:
    page = signed_in(home).get(path(home, query)).text

    assert '<table class="rows">' not in page
    assert "Take this filter away" in page


def _many(home: CharterOperator, number: int) -> None:
    how: dict[str, Any] = {"card_id": home.card.id, "reference": "Wire", "actor": home.actor, "now": LATER}
    for amount in range(1, number + 1):
        funding.add_funds(amount=amount, key=fresh_key(), **how)


@pytest.mark.parametrize("order", ["", "newest"])
def test_one_pages_to_and_fro_and_the_balances_stand_at_the_ends(order: str, home: CharterOperator) -> None:
    _many(home, 60)
    browser = signed_in(home)

    def link(page: str, rel: str) -> str:
        return page.partition(f'rel="{rel}" href="?')[2].partition('"')[0].replace("&amp;", "&")

    first = browser.get(path(home, f"order={order}")).text
    second = browser.get(path(home, link(first, "next"))).text
    back = browser.get(path(home, link(second, "prev"))).text

    ends = ("Opening", "Closing") if not order else ("Closing", "Opening")
    assert ends[0] in rows(first)[0]
    assert "ing balance" not in rows(first)[-1]
    assert ends[1] in rows(second)[-1]
    assert "ing balance" not in rows(second)[0]
    assert len(rows(first)) + len(rows(second)) == 63 + 2
    assert [row for row in rows(back) if "balance" not in row] == rows(first)[1:]


def test_positions_that_are_none_are_the_first_page(home: CharterOperator) -> None:
    browser = signed_in(home)

    for position in ("x", "2026-03-10~", "2026-99-10~1", "2026-03-10~" + "9" * 30, "\x00~1"):
        assert browser.get(f"/customers/{home.customer.id}/statement", {"after": position}).status_code == 200


def test_one_kind_among_many_pages_on(home: CharterOperator) -> None:
    _many(home, 60)
    found = statement.subject(home.customer.id, actor=home.actor)
    kept, after = [], None

    for _ in range(3):
        page, _period, _nets = statement.overview(
            found, actor=home.actor, kind="card_funds_added", way=Way.OLDEST, after=after, limit=25
        )
        kept += [line.movement.credit for line in page.lines]
        after = page.after
        if after is None:
            break

    assert kept == [25_000, *range(1, 61)]


def test_the_workbook_has_what_the_page_has(home: CharterOperator) -> None:
    browser = signed_in(home)

    header, lines = read(browser, f"/customers/{home.customer.id}/statement.xlsx?period=month")
    _header, some = read(browser, f"/customers/{home.customer.id}/statement.xlsx?period=all&kind=card_opening")
    _header, none = read(browser, f"/customers/{home.customer.id}/statement.xlsx?card=7")

    assert header[:3] == ["Date", "Card", "Kind"]
    assert [row[8] for row in lines[:-1]] == [6000, 6250, 5850, 6250, 6250]
    assert [row[6] for row in some[:-1]] == [5000, 1000]
    assert all(row[8] in {"", 0, 6250} for row in none)


def test_the_picture_has_a_table_behind_it(home: CharterOperator) -> None:
    page = signed_in(home).get(path(home, "period=year")).text

    figure = page.partition('<figure class="chart')[2].partition("</figure>")[0]
    told = " ".join(re.sub(r"<[^>]+>", " ", figure).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Jan 15, 2026 6,000.00 USD" in told
    assert told.endswith("Mar 10, 2026 6,250.00 USD")
    assert 'd="M0 ' in figure


def test_a_picture_is_a_line_of_steps_from_nothing_to_the_most() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(5)]

    drawn = balance_chart(list(zip(days, [0, 100, 100, -100, 50], strict=True)), currency="USD")

    assert drawn is not None
    assert drawn.line == "M0 50.0H150.0V0.0H300.0V0.0H450.0V100.0H600.0V25.0"
    assert [net for _day, net in drawn.points] == [0, 100, -100, 50]
    assert balance_chart([(days[0], 5)], currency="USD") is None
    assert balance_chart([(day, 0) for day in days], currency="USD") is None


def test_a_customer_without_cards_has_an_empty_statement() -> None:
    home = charter_operator()
    other = cast.customer(home.carrier, name="Other")

    told = words(signed_in(home).get(f"/customers/{other.id}/statement"))

    assert "Funds that are added, removed, transferred and spent will stand here." in told


def test_the_history_tells_acts_on_customer_persons_and_cards_in_words(home: CharterOperator) -> None:
    told = words(signed_in(home).get(f"/customers/{home.customer.id}/history"))
    spanish = words(signed_in(home).get(f"/customers/{home.customer.id}/history", headers={"accept-language": "es"}))

    for act in ("Customer opened", "Person added", "Card added", "Funds added", "Transferred between cards"):
        assert act in told
    assert "17:00:00Z" in told
    assert f"From the card: {home.card.code}" in told
    assert "To the card: Other" in told
    assert "Country: United States" in told
    assert "customer_id" not in told
    for act in ("Cliente dado de alta", "Persona agregada", "Fondos agregados", "A la tarjeta: Other"):
        assert act in spanish


def test_statement_and_transfers_ask_few_questions(home: CharterOperator) -> None:
    browser = signed_in(home)

    for query in ("", "period=all", "period=year&kind=card_transfer", f"card={home.card.id}&order=newest"):
        with few_queries():
            assert browser.get(path(home, query)).status_code == 200


def test_another_carriers_statement_is_not_found(home: CharterOperator) -> None:
    stranger = charter_operator()
    card: Account = home.card

    for tab in ("", "/statement", "/statement.xlsx", "/persons", "/history", "/edit"):
        assert signed_in(stranger).get(f"/customers/{home.customer.id}{tab}").status_code == 404
    assert signed_in(stranger).get(f"/jet-cards/{card.id}/add-funds").status_code == 404
    assert signed_in(stranger).get(f"/customers/{stranger.customer.id}/statement?card={card.id}").status_code == 200


def test_whoever_only_invoices_reads_the_statement(home: CharterOperator) -> None:
    assert signed_in(home, {Permission.INVOICES}).get(path(home)).status_code == 200
    assert signed_in(home, {Permission.QUERIES}).get(path(home)).status_code == 403


def test_the_kinds_to_filter_by_are_those_that_move_a_card() -> None:
    def below(kind: type[CardRequest]) -> set[type[CardRequest]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    moving = {one.operation for one in below(CardRequest) if one.operation}

    assert moving | {"capture"} == set(CARD_KINDS)
    assert set(CARD_KINDS) <= KINDS.keys()
