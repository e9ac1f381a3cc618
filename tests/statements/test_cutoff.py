"""Summary and cut-off of one account. Source: KIU, "Summary and Cut-off"."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import OutOfReach, PermissionDenied
from skypurser.access.permissions import Permission
from skypurser.errors import InvalidRequest
from skypurser.history import acts, attempts
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Outcome, Status
from skypurser.mail import queries as letters
from skypurser.mail.writing import MailNotConfigured
from skypurser.statements import queries
from skypurser.statements.cutoff import cut_off, made
from skypurser.statements.letters import about
from skypurser.statements.lines import lines
from skypurser.statements.views import StatementNotFound, StatementView
from tests import cast
from tests.cast import NOON
from tests.statements.stage import TODAY, ask, statement

DAY = timedelta(days=1)


def told(of: StatementView) -> tuple[int, int, int, int, int]:
    """Opening, debits, credits, closing, and how many movements."""
    return of.opening, of.debits, of.credits, of.closing, of.movements


def listed(of: StatementView, account: cast.Account) -> list[tuple[str, int, int]]:
    """Kind, item and balance of each line."""
    return [(line.movement.kind, line.movement.item, line.balance) for line in lines(of, carrier_id=account.carrier.id)]


def test_the_first_statement_has_everything_up_to_the_date() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 320_000))
    cast.post(cast.credit(agency, 100_000))

    found = statement(agency)

    assert (found.number, found.first_date, found.last_date) == (1, None, TODAY)
    assert told(found) == (0, 320_000, 100_000, -220_000, 2)
    assert (found.total_to_pay, found.credit_limit, found.held, found.available) == (220_000, 1_000_000, 0, 780_000)
    assert (found.reference, found.made_by, found.told_at, found.as_of) == ("January", "desk", NOON, NOON)
    assert listed(found, agency) == [("debit", 1, -320_000), ("credit", 2, -220_000)]


def test_invariant_8_the_next_statement_begins_where_the_one_before_ended() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    first = statement(agency)
    cast.post(cast.credit(agency, 200, now=NOON + DAY))
    cast.post(cast.debit(agency, 50, now=NOON + DAY))

    second = statement(agency, TODAY + DAY, now=NOON + DAY)
    third = statement(agency, TODAY + 2 * DAY, now=NOON + 2 * DAY)

    assert told(first) == (0, 500, 0, -500, 1)
    assert told(second) == (-500, 50, 200, -350, 2)
    assert told(third) == (-350, 0, 0, -350, 0)
    assert (second.number, second.first_date) == (2, TODAY + DAY)
    assert listed(second, agency) == [("credit", 3, -300), ("debit", 4, -350)]
    assert listed(third, agency) == []
    assert [one.number for one in queries.statements(agency.id, actor=agency.actor)] == [3, 2, 1]


def test_a_movement_marks_it_with_the_balance_and_moves_nothing() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 44_800))

    answer = ask(agency)

    marker = cast.statement(agency)[-1]
    assert (marker.kind, marker.debit, marker.credit, marker.net) == ("cut_off", 0, 0, -44_800)
    assert (marker.business_date, marker.reference) == (TODAY, "January (2026-01-15: -448.00 USD)")
    assert (answer.outcome, answer.facts["item"]) == (Outcome.POSTED, 2)
    assert made(answer, carrier_id=agency.carrier.id).last_item == 2
    [act, *_] = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    assert (act.action, act.reference) == ("account.cut_off", "January (2026-01-15: -448.00 USD)")
    assert act.changes == {"statement": 1, "through": "2026-01-15", "opening": 0, "closing": -44_800}


def test_a_cut_off_of_a_past_date_leaves_what_is_younger_for_the_next() -> None:
    agency = cast.agency(cast.carrier())
    for back, amount in ((3, 100), (1, 10), (2, 1), (0, 1_000)):  # posted in any order of dates
        cast.post(cast.debit(agency, amount, now=NOON - back * DAY))

    first = statement(agency, TODAY - 2 * DAY)
    second = statement(agency)

    assert listed(first, agency) == [("debit", 1, -100), ("debit", 3, -101)]
    assert told(first) == (0, 101, 0, -101, 2)
    assert listed(second, agency) == [("debit", 2, -111), ("debit", 4, -1_111)]
    assert told(second) == (-101, 1_010, 0, -1_111, 2)


def test_held_limit_and_available_are_those_at_the_end_of_the_date() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=10_000)
    week = 7 * DAY
    kept = cast.post(cast.hold(agency, 700, now=NOON - 2 * DAY, lasts=week)).facts["hold"]
    cast.post(cast.hold(agency, 40, now=NOON - 2 * DAY, lasts=timedelta(hours=1)))  # over before the day was
    given_back = cast.post(cast.hold(agency, 5, now=NOON - 2 * DAY, lasts=week)).facts["hold"]
    cast.post(cast.release(agency, given_back, now=NOON - 2 * DAY + timedelta(hours=1)))
    cast.post(cast.limit(agency, 2_000, now=NOON - DAY))
    cast.post(cast.release(agency, kept, now=NOON - DAY))
    cast.post(cast.hold(agency, 9, now=NOON - DAY, lasts=week))
    cast.post(cast.debit(agency, 300, now=NOON - 2 * DAY))

    then = statement(agency, TODAY - 2 * DAY)
    now = statement(agency)

    assert (then.held, then.credit_limit, then.closing, then.available) == (700, 10_000, -300, 9_000)
    assert then.as_of == datetime(2026, 1, 14, 5, 0, tzinfo=UTC)  # midnight in New York
    assert (now.held, now.credit_limit, now.closing, now.available) == (9, 2_000, -300, 1_691)
    assert now.as_of == NOON


def test_a_hold_that_ran_out_before_today_is_not_held_any_more() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=10_000)
    cast.post(cast.hold(agency, 700, lasts=timedelta(hours=1)))
    cast.post(cast.hold(agency, 20, lasts=timedelta(hours=5)))

    found = statement(agency, now=NOON + timedelta(hours=2))

    assert (found.held, found.available) == (20, 9_980)


def test_a_late_item_takes_the_first_open_date_and_stands_in_the_next_statement_with_its_own() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.debit(agency, 500))
    first = statement(agency)

    late = cast.post(cast.debit(agency, 70, now=NOON + timedelta(hours=1)))
    second = statement(agency, TODAY + DAY, now=NOON + DAY)

    assert listed(first, agency) == [("debit", 1, -500)]
    [line] = lines(second, carrier_id=agency.carrier.id)
    assert (line.movement.item, line.balance) == (late.facts["item"], -570)
    assert (line.movement.business_date, line.movement.original_date) == (TODAY + DAY, TODAY)


def test_the_date_is_the_local_one_at_the_office() -> None:
    tokyo = cast.agency(cast.carrier(), currency="JPY", airport="NRT", country="JP")
    evening = datetime(2026, 1, 15, 20, 0, tzinfo=UTC)  # the 16th over there
    cast.post(cast.debit(tokyo, 333, now=evening))

    with pytest.raises(RequestRefused) as refusal:
        ask(tokyo, date(2026, 1, 17), now=evening)
    found = statement(tokyo, date(2026, 1, 16), now=evening)

    assert (refusal.value.code, dict(refusal.value.facts)) == ("cut_off_in_future", {"today": "2026-01-16"})
    assert told(found) == (0, 333, 0, -333, 1)


def test_an_account_that_never_moved_has_a_statement_of_nothing() -> None:
    found = statement(cast.client(cast.carrier()))

    assert told(found) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_an_account_that_sells_nothing_is_cut_off_all_the_same(status: Status) -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.INHIBITED:
        cast.post(cast.status(agency, status))

    assert statement(agency).number == 1


@pytest.mark.parametrize("through", [TODAY, TODAY - DAY])
def test_a_date_that_is_closed_is_refused(through: date) -> None:
    agency = cast.agency(cast.carrier())
    statement(agency)

    with pytest.raises(RequestRefused) as refusal:
        ask(agency, through, key="second")

    assert (refusal.value.code, dict(refusal.value.facts)) == ("period_closed", {"closed_through": "2026-01-15"})
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1
    with acting_for(agency.carrier.id):
        [attempt] = attempts.attempt_page(carrier_id=agency.carrier.id).attempts
    assert (attempt.operation, attempt.code, attempt.key) == ("cut_off", "period_closed", "second")


def test_the_same_key_is_the_same_statement_and_the_same_letter() -> None:
    agency = cast.agency(cast.carrier())
    first = ask(agency, key="once")

    again = ask(agency, key="once", now=NOON + DAY)

    assert (again.replayed, again.facts) == (True, first.facts)
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1
    assert len(letters.about(about(agency.id, 1), actor=agency.actor)) == 1
    for differently in (
        {"through": TODAY - DAY},
        {"recipient": "bob@example.org", "recipient_again": "bob@example.org"},
        {"reference": "another"},
        {"language": "es"},
    ):
        with pytest.raises(RequestRefused) as refusal:
            ask(agency, **{"through": TODAY, "key": "once", **differently})  # type: ignore[arg-type]
        assert refusal.value.code == "key_reused"


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"recipient": "", "recipient_again": ""}, "recipient"),
        ({"recipient": "no address", "recipient_again": "no address"}, "recipient"),
        ({"recipient_again": "anna@example.org"}, "recipient_again"),
        ({"recipient_again": ""}, "recipient_again"),
        ({"reference": " "}, "reference"),
        ({"reference": "x" * 401}, "reference"),
        ({"reference": "two\nlines"}, "reference"),
        ({"reference": "nul\0"}, "reference"),
        ({"language": "fr"}, "language"),
        ({"key": ""}, "key"),
    ],
)
def test_what_is_malformed_writes_nothing(differently: dict[str, Any], field: str) -> None:
    agency = cast.agency(cast.carrier())

    with pytest.raises(InvalidRequest) as refusal:
        ask(agency, **differently)

    assert refusal.value.field == field
    assert cast.statement(agency) == []
    with acting_for(agency.carrier.id):
        assert attempts.attempt_page(carrier_id=agency.carrier.id).attempts == []


def test_the_longest_reference_has_room_beside_the_balance() -> None:
    found = statement(cast.agency(cast.carrier()), reference="x" * 400)

    assert found.reference == "x" * 400


def test_without_a_mail_server_nothing_is_cut_off() -> None:
    agency = cast.agency(cast.carrier())

    with pytest.raises(MailNotConfigured):
        cut_off(
            account_id=agency.id,
            through=TODAY,
            recipient="ana@example.org",
            recipient_again="ana@example.org",
            reference="January",
            language="en",
            key="k",
            actor=agency.actor,
            now=NOON,
        )

    assert cast.statement(agency) == []


def test_who_may() -> None:
    agency = cast.agency(cast.carrier())
    lacking = replace(agency.actor, permissions=frozenset(Permission) - {Permission.CUT_OFF})
    elsewhere = replace(agency.actor, cities=frozenset({"BOS"}))

    with pytest.raises(PermissionDenied):
        ask(agency, actor=lacking)
    with pytest.raises(OutOfReach):
        ask(agency, actor=elsewhere)
    statement(agency, actor=replace(agency.actor, permissions=frozenset({Permission.CUT_OFF})))
    with pytest.raises(PermissionDenied):
        queries.statements(agency.id, actor=replace(agency.actor, permissions=frozenset({Permission.CUT_OFF})))
    with pytest.raises(OutOfReach):
        queries.statement(agency.id, 1, actor=elsewhere)


def test_another_carriers_account_does_not_exist() -> None:
    agency, outsider = cast.agency(cast.carrier()), cast.outsider()
    statement(agency)

    with pytest.raises(RequestRefused) as refusal:
        ask(agency, actor=outsider.actor)

    assert refusal.value.code == "account_not_found"
    assert len(queries.statements(agency.id, actor=agency.actor)) == 1


def test_a_jet_card_is_no_electronic_account() -> None:
    operator = cast.charter_operator()

    with pytest.raises(RequestRefused) as refusal:
        ask(operator.card)

    assert refusal.value.code == "account_not_found"


@pytest.mark.parametrize("number", [0, 2, -1, 2**31, 2**70])
def test_a_number_that_no_statement_has(number: int) -> None:
    agency = cast.agency(cast.carrier())
    statement(agency)

    with pytest.raises(StatementNotFound):
        queries.statement(agency.id, number, actor=agency.actor)
