"""The files that jobs make."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.administration.members import change_member
from skypurser.backlog.claiming import KEPT
from skypurser.backlog.purging import purge
from skypurser.backlog.queries import ResultNotFound, job, result
from skypurser.backlog.running import Run
from skypurser.exports import making
from skypurser.web.accounts import exporting
from skypurser.web.exported import LISTS
from tests import cast
from tests.exports.files import asked, at_once, cells, done, elsewhere, lines, made, wanted
from tests.web.people import join, user
from tests.web.permissions import made as made_of

#: What each list is about.
ABOUT = {
    **dict.fromkeys(("account_movements", "account_history", "account_refusals", "account_holds"), ("account_id",)),
    "customer_statement": ("customer_id",),
    "account_period": ("account_id",),
    "statement": ("account_id", "number"),
}


@pytest.fixture(scope="module")
def home() -> cast.Airline:
    """An airline that has something in every list."""
    found = cast.airline()
    switch_jet_cards(on=True, actor=found.actor, now=cast.NOON)
    for variable in ("hold_id", "document", "quote_id", "booking_id", "invoice_id", "payment_id"):
        made_of(variable, found)
    cast.post(cast.hold(found.agency, 700, expires_at=datetime.now(UTC) + timedelta(days=1)))
    assert cast.post(cast.issue(found.agency, fare=2_000_000)).code
    return found


def about(name: str, home: cast.Airline) -> dict[str, int]:
    return {one: int(made_of(one, home)) for one in ABOUT.get(name, ())}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_job_writes_what_is_written_at_once(name: str, home: cast.Airline) -> None:
    query = "period=all" if name == "customer_statement" else ""
    of = wanted(name, home.actor, query, **about(name, home))

    written = cells(at_once(of))

    assert len(written) > 1
    assert any(written[1])
    assert cells(made(of)) == written


@pytest.mark.parametrize("name", sorted(LISTS))
def test_csv_has_the_columns_and_rows_of_the_workbook(name: str, home: cast.Airline) -> None:
    query = "period=all" if name == "customer_statement" else ""
    workbook = cells(at_once(wanted(name, home.actor, query, **about(name, home))))

    written = lines(made(wanted(name, home.actor, query, format="csv", **about(name, home))))

    assert written[0] == workbook[0]
    assert len(written) == len(workbook)
    for line, row in zip(written[1:], workbook[1:], strict=True):
        for title, cell, value in zip(written[0], line, row, strict=True):
            assert bool(cell) is (value != ""), (line, row)
            if isinstance(value, float):
                assert float(cell.replace(",", "")) == pytest.approx(value * 100 if "(%)" in title else value)
            elif isinstance(value, str) and value:
                assert cell.removeprefix("'") == value


def test_a_job_tells_how_far_it_is_and_how_many_rows_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    for _ in range(3):
        cast.post(cast.credit(airline.agency, 100))
    monkeypatch.setattr(making, "_TOLD", 1)
    told: list[tuple[int, int | None]] = []
    progress = Run.progress

    def noted(run: Run, done: int, total: int | None = None) -> None:
        progress(run, done, total)
        told.append((run.done, run.total))

    monkeypatch.setattr(Run, "progress", noted)

    ended = done(asked(wanted("account_movements", airline.actor, account_id=airline.agency.id)), airline.actor)

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (ended.state, ended.done, ended.total, ended.facts) == ("done", 3, 3, {"rows": 3})


@pytest.mark.parametrize(("query", "rows"), [("since=2026-01-15&until=2026-01-15", 3), ("kind=credit", 2), ("", 3)])
def test_the_total_is_that_of_the_filter(query: str, rows: int) -> None:
    airline = cast.airline()
    for request in (cast.credit(airline.agency, 100), cast.debit(airline.agency, 50), cast.credit(airline.agency, 1)):
        cast.post(request)

    ended = done(asked(wanted("account_movements", airline.actor, query, account_id=airline.agency.id)), airline.actor)

    assert (ended.done, ended.total) == (rows, rows)


def test_all_rows_are_of_one_instant_whatever_is_sold_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    second = max(airline.agency, cast.agency(airline.carrier), key=lambda one: one.code)
    monkeypatch.setattr(exporting, "LONGEST_PAGE", 1)
    sold = during_first_row(monkeypatch, lambda: cast.post(cast.debit(second, 70_000)))
    of = wanted("accounts", airline.actor)

    header, *rows = cells(made(of))

    assert sold()
    assert [row[header.index("Balance")] for row in rows] == [10_000.0, 10_000.0, 20_000.0]  # and their total
    after = {row[header.index("Office")]: row[header.index("Balance")] for row in cells(at_once(of))[1:]}
    assert after[second.code] == 9_300.0


def during_first_row(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> Callable[[], bool]:
    """Have something done on another connection when a job has its first row; returns whether it has been done."""
    progress, has = Run.progress, threading.Event()

    def noted(run: Run, done: int, total: int | None = None) -> None:
        progress(run, done, total)
        if not has.is_set():
            elsewhere(act)
            has.set()

    monkeypatch.setattr(Run, "progress", noted)
    return has.is_set


def member(airline: cast.Airline) -> tuple[Any, str]:
    person = user()
    return join(person, airline), person.email


def test_the_file_has_what_whoever_asked_may_see_when_it_is_made() -> None:
    airline = cast.airline()
    clerk, email = member(airline)
    of = wanted("accounts", clerk, "type=all")
    assert len(cells(at_once(of))) == 4
    waiting = asked(of)
    change_member(email=email, cities={"BOS"}, actor=airline.actor, now=cast.NOON)

    ended = done(waiting, clerk)

    rows = cells(result(ended.id, actor=clerk, now=cast.NOON).content)
    assert [row[1] for row in rows[1:-1]] == [airline.client.code]  # and the totals


def test_an_account_that_whoever_asked_may_no_longer_see_is_refused() -> None:
    airline = cast.airline()
    cast.post(cast.credit(airline.agency, 100))
    clerk, email = member(airline)
    waiting = asked(wanted("account_movements", clerk, account_id=airline.agency.id))
    change_member(email=email, cities={"BOS"}, actor=airline.actor, now=cast.NOON)

    ended = done(waiting, clerk)

    assert (ended.state, ended.error_code, ended.done, ended.result) == ("failed", "permission_denied", 0, None)


def test_whoever_lost_the_permission_gets_no_file_before_or_after_it_is_made() -> None:
    airline = cast.airline()
    clerk, email = member(airline)
    first, second = (asked(wanted("accounts", clerk, query)) for query in ("", "type=all"))
    done(first, clerk)
    without = ALL - {Permission.LIST_ACCOUNTS}
    change_member(email=email, permissions=without, actor=airline.actor, now=cast.NOON)

    ended = done(second, clerk)

    assert (ended.state, ended.error_code) == ("failed", "permission_denied")
    now = type(clerk)(**{**{name: getattr(clerk, name) for name in clerk.__slots__}, "permissions": without})
    assert job(first.id, actor=now).result is None
    with pytest.raises(ResultNotFound):
        result(first.id, actor=now, now=cast.NOON)


def test_the_file_is_for_whoever_asked_alone() -> None:
    airline = cast.airline()
    clerk, _email = member(airline)
    ended = done(asked(wanted("accounts", clerk)), clerk)
    boss, _email = member(airline)

    assert ended.result is not None
    assert job(ended.id, actor=boss).facts == {"rows": 1}
    assert job(ended.id, actor=boss).result is None
    with pytest.raises(ResultNotFound):
        result(ended.id, actor=boss, now=cast.NOON)


def test_today_is_the_day_on_which_it_was_asked_for() -> None:
    airline = cast.airline()
    sale = cast.issue(airline.agency)
    cast.post(sale)

    rows = cells(made(wanted("tickets", airline.actor, "day=today")))

    assert [row[0] for row in rows[1:]] == [str(sale.document), "Total"]


def test_titles_and_words_are_in_the_language_of_whoever_asked() -> None:
    airline = cast.airline()
    cast.post(cast.issue(airline.agency))
    of = wanted("tickets", airline.actor, "status=ISSUED", language="es")

    rows = cells(made(of))

    with translation.override("es"):
        assert rows == cells(at_once(of))
    assert "Pasajero" in rows[0]
    assert translation.get_language() == "en"


def test_the_file_expires(superuser: Any) -> None:
    airline = cast.airline()
    ended = done(asked(wanted("accounts", airline.actor)), airline.actor)
    assert ended.result is not None
    last = ended.result.expires_at

    assert timedelta() <= datetime.now(UTC) + KEPT - last < timedelta(minutes=5)
    assert result(ended.id, actor=airline.actor, now=last - timedelta(seconds=1)).name == "accounts.xlsx"
    with pytest.raises(ResultNotFound):
        result(ended.id, actor=airline.actor, now=last)
    assert purge(carrier_id=airline.carrier.id, now=last) == 1
    assert job(ended.id, actor=airline.actor).result is None


def test_a_failed_attempt_leaves_nothing_done(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()

    of = wanted("accounts", airline.actor, "type=all")
    waiting, whole = asked(of), exporting._all

    def torn(*arguments: Any) -> Iterator[Any]:
        yield from whole(*arguments)
        raise ZeroDivisionError

    monkeypatch.setattr(making, "_TOLD", 1)
    monkeypatch.setattr(exporting, "_all", torn)

    ended = done(waiting, airline.actor)

    assert (ended.state, ended.error_code, ended.done, ended.result) == ("failed", "internal_error", 0, None)
