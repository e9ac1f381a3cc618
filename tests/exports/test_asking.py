"""A short list is written at once, a long one by a job."""

from collections.abc import Iterator
from typing import Any

import pytest

from skypurser.access.actors import PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.backlog.queries import JobView, jobs
from skypurser.exports import asking
from skypurser.exports.asking import Written, export
from skypurser.web.accounts import exporting
from tests import cast
from tests.exports.files import asked, at_once, cells, done, elsewhere, lines, wanted
from tests.web.people import join, user


def with_movements(count: int) -> cast.Airline:
    """An airline with so many movements on its agency's account."""
    airline = cast.airline()
    for number in range(1, count + 1):
        cast.post(cast.credit(airline.agency, 100 * number))
    return airline


def test_five_thousand_rows_are_written_at_once() -> None:
    assert asking.LONGEST_DIRECT == 5_000


def test_a_list_of_as_many_rows_as_may_be_is_written_and_of_one_more_a_job_is_asked_for() -> None:
    airline = with_movements(3)
    of = wanted("account_movements", airline.actor, account_id=airline.agency.id)

    short, long = export(of, longest=3), export(of, longest=2)

    assert isinstance(short, Written)
    with short.content as content:
        assert [row[0] for row in cells(content.read())[1:-1]] == [1, 2, 3]
    assert short.name == f"{airline.agency.code}-USD.xlsx"
    assert isinstance(long, JobView)
    assert (long.kind, long.state, long.asked_by) == ("export", "waiting", airline.actor.name)


def test_the_same_file_asked_for_again_is_the_same_job_until_that_is_done() -> None:
    airline = with_movements(1)
    of = wanted("account_movements", airline.actor, account_id=airline.agency.id)
    other_page = wanted("account_movements", airline.actor, "after=7&page=2", account_id=airline.agency.id)
    first = asked(of)

    assert asked(of).id == asked(other_page).id == first.id
    different = [
        wanted("account_movements", airline.actor, "kind=credit", account_id=airline.agency.id),
        wanted("account_movements", airline.actor, account_id=airline.agency.id, format="csv"),
        wanted("account_movements", airline.actor, account_id=airline.agency.id, language="es"),
        wanted("account_movements", join(user(), airline), account_id=airline.agency.id),
    ]
    assert len({first.id, *(asked(one).id for one in different)}) == 5
    done(first, airline.actor)
    assert asked(of).id != first.id


def test_who_only_asks_what_would_be_sent_begins_no_job() -> None:
    airline = with_movements(1)

    found = export(wanted("account_movements", airline.actor, account_id=airline.agency.id), longest=0, may_ask=False)

    assert found is None
    assert jobs(actor=airline.actor) == []


def test_whoever_may_not_have_the_list_gets_neither_file_nor_job() -> None:
    airline = with_movements(1)
    clerk = join(user(), airline, ALL - {Permission.QUERIES})
    of = wanted("account_movements", clerk, account_id=airline.agency.id)

    for longest in (0, 5_000):
        with pytest.raises(PermissionDenied):
            export(of, longest=longest)
    assert jobs(actor=airline.actor) == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_begins_like_a_formula_is_text_in_either_file(sign: str) -> None:
    airline = cast.airline()
    request = cast.issue(airline.agency, fare=2_000_000)
    request.account_id, request.account_named = None, f"{sign}HYPERLINK(A1)"
    cast.post(request)

    header, row = cells(at_once(wanted("refusals", airline.actor)))
    told, line = lines(at_once(wanted("refusals", airline.actor, format="csv")))

    assert row[header.index("Account")] == f"{sign}HYPERLINK(A1)"
    assert line[told.index("Account")] == f"'{sign}HYPERLINK(A1)"


def test_a_short_list_too_is_of_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    second = max(airline.agency, cast.agency(airline.carrier), key=lambda one: one.code)
    monkeypatch.setattr(exporting, "LONGEST_PAGE", 1)
    whole = exporting._all

    def disturbed(*arguments: Any) -> Iterator[Any]:
        for number, view in enumerate(whole(*arguments)):
            if number == 0:
                elsewhere(lambda: cast.post(cast.debit(second, 70_000)))
            yield view

    monkeypatch.setattr(exporting, "_all", disturbed)

    header, *rows = cells(at_once(wanted("accounts", airline.actor)))

    assert cast.standing(second).available == 930_000
    assert [row[header.index("Balance")] for row in rows] == [10_000.0, 10_000.0, 20_000.0]  # and their total
