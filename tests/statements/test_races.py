"""Cut-offs and sales at once: whoever is first, each movement stands in exactly one statement, and all adds up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from skypurser.ledger import accounts
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.mail import queries as letters
from skypurser.statements import queries
from skypurser.statements.audit import audit_statements
from skypurser.statements.letters import about
from skypurser.statements.lines import lines
from tests import cast
from tests.cast import NOON
from tests.databases import Database, at_once, this_database, throwaway_database
from tests.statements.stage import TODAY, ask_now, letters_wait, statement

DAY = timedelta(days=1)

#: How often a race without its lock may end well before that counts as a proof that it is none.
ROUNDS = 5


@pytest.fixture(autouse=True)
def mail() -> Iterator[None]:
    with letters_wait():
        yield


def outcome(result: Answer | Exception) -> str:
    if isinstance(result, RequestRefused):
        return result.code
    return type(result).__name__ if isinstance(result, Exception) else (result.code or "passed")


def test_of_two_cut_offs_through_the_same_date_one_is_made() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))

    results = at_once(this_database(), [partial(ask_now, agency) for _ in range(2)])

    assert sorted(map(outcome, results)) == ["passed", "period_closed"]
    [made] = queries.statements(agency.id, actor=agency.actor)
    assert len(letters.about(about(agency.id, made.number), actor=agency.actor)) == 1
    assert [one.kind for one in cast.statement(agency)] == ["debit", "cut_off"]


def test_of_one_key_sent_twice_at_once_there_is_one_statement() -> None:
    agency = cast.agency(cast.carrier())

    results = at_once(this_database(), [partial(ask_now, agency, key="once") for _ in range(2)])

    assert [outcome(one) for one in results] == ["passed", "passed"]
    assert sorted(one.replayed for one in results if isinstance(one, Answer)) == [False, True]
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1
    assert len(letters.about(about(agency.id, 1), actor=agency.actor)) == 1


def test_cut_offs_through_different_dates_chain_whoever_is_first() -> None:
    agency = cast.agency(cast.carrier())
    for back in (2, 1, 0):
        cast.post(cast.debit(agency, 10**back, now=NOON - back * DAY))

    results = at_once(this_database(), [partial(ask_now, agency, TODAY - back * DAY) for back in (2, 1, 0)])

    assert {outcome(one) for one in results} <= {"passed", "period_closed"}
    chain = queries.statements(agency.id, actor=agency.actor)[::-1]
    assert chain[-1].last_date == TODAY
    assert chain[-1].closing == -111
    assert sum(one.movements for one in chain) == 3


def sell_and_close(database: Database) -> cast.Account:
    """Sales, a manual movement and a cut-off at once, and the cut-off of the day after."""
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    works: list[Callable[[], Answer]] = [partial(cast.post, cast.issue(agency)) for _ in range(3)]
    works += [partial(ask_now, agency), partial(cast.post, cast.credit(agency, 70))]

    results = at_once(database, works)

    assert [outcome(one) for one in results] == ["passed"] * 5
    statement(agency, TODAY + DAY, now=NOON + DAY)
    return agency


def test_a_sale_while_a_cut_off_runs_stands_in_one_statement_or_the_other() -> None:
    for _ in range(3):
        agency = sell_and_close(this_database())

        chain = queries.statements(agency.id, actor=agency.actor)[::-1]
        listed = [line.movement for one in chain for line in lines(one, carrier_id=agency.carrier.id)]
        moved = [one for one in cast.statement(agency) if one.kind != "cut_off"]
        assert sorted(one.item for one in listed) == [one.item for one in moved]
        assert [one.number for one in chain] == [1, 2]
        assert chain[0].closing == chain[1].opening
        assert chain[1].closing == cast.standing(agency).net == -500 - 3 * 44_800 + 70
        assert {one.original_date for one in listed if one.business_date > TODAY} <= {TODAY}
        assert list(audit_statements(agency.carrier.id)) == []


def test_without_the_lock_before_the_reckoning_a_sale_would_be_in_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "lock", lambda **_: None)

    with throwaway_database() as database, database.behind_django():
        found = []
        for _ in range(ROUNDS):
            agency = sell_and_close(database)
            found += list(audit_statements(agency.carrier.id))
            if found:
                break

    assert found, "without its lock the race must break the chain, or it is no race"
