"""Manual credit and debit. Source: KIU "Credit and Debit"."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.electronic import manual
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.control import balances
from skypurser.ledger.requests import Answer, Request, RequestRefused
from skypurser.ledger.states import Control, Outcome, Status
from skypurser.money import MAX_MINOR, Money
from tests import cast
from tests.databases import unchanged


def move(verb: Any, account: cast.Account, minor: int, **differently: Any) -> Answer:
    how = {
        "account_id": account.id,
        "amount": Money(minor, account.currency),
        "reference": "wire 4711",
        "key": cast.fresh_key("manual"),
        "actor": account.actor,
        "now": cast.NOON,
    }
    answer: Answer = verb(**{**how, **differently})
    return answer


def inhibit(account: cast.Account) -> None:
    cast.post(cast.status(account, Status.SUSPENDED))
    cast.post(cast.status(account, Status.INHIBITED))


def test_a_credit_loads_money_and_a_debit_charges_it() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)

    move(manual.credit, agency, 5_000)
    answer = move(manual.debit, agency, 1_200)

    assert (answer.facts["item"], answer.facts["net"], answer.facts["available"]) == (2, 3_800, 3_800)
    with acting_for(agency.carrier.id):
        assert balances() == {
            (Control.BANK_CLEARING, "USD"): (5_000, 0),
            (Control.ADJUSTMENTS, "USD"): (0, 1_200),
        }


def test_a_debit_always_posts_even_past_the_limit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)

    answer = move(manual.debit, agency, MAX_MINOR)

    assert (answer.outcome, answer.facts["available"]) == (Outcome.POSTED, 1_000 - MAX_MINOR)


def test_a_suspended_account_is_credited_and_debited() -> None:
    agency = cast.airline().agency
    cast.post(cast.status(agency, Status.SUSPENDED))

    move(manual.credit, agency, 700)
    move(manual.debit, agency, 300)

    assert cast.standing(agency).net == 400


@pytest.mark.parametrize("verb", [manual.credit, manual.debit])
def test_an_inhibited_account_is_neither_credited_nor_debited(superuser: psycopg.Connection, verb: Any) -> None:
    agency = cast.airline().agency
    inhibit(agency)

    with unchanged(superuser, agency.carrier.id), pytest.raises(RequestRefused) as refusal:
        move(verb, agency, 100)

    assert refusal.value.code == "account_inhibited"


def test_each_refusal_is_judged_before_the_next() -> None:
    agency = cast.airline().agency
    bound = cast.credit(agency, 100)
    cast.post(bound)
    inhibit(agency)

    def unknown(request: Request) -> Request:
        return replace(request, account_id=None)

    deserving_both = [
        unknown(cast.credit(agency, 200, key=bound.key)),  # key, account
        unknown(cast.credit(agency, 200)),  # account, status
        cast.credit(agency, 200),  # status
    ]
    codes = [cast.post(request).code for request in deserving_both]

    assert codes == ["key_reused", "account_not_found", "account_inhibited"]


def test_a_refusal_binds_its_key_even_when_its_cause_has_gone() -> None:
    agency = cast.airline().agency
    inhibit(agency)
    with pytest.raises(RequestRefused):
        move(manual.credit, agency, 100, key="k")
    cast.post(cast.status(agency, Status.SUSPENDED))

    with pytest.raises(RequestRefused) as again:
        move(manual.credit, agency, 100, key="k")

    assert (again.value.code, again.value.answer.replayed) == ("account_inhibited", True)
    assert cast.statement(agency) == []


def test_a_retried_credit_credits_once(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    first = move(manual.credit, agency, 100, key="k")

    with unchanged(superuser, agency.carrier.id, but=()):
        again = move(manual.credit, agency, 100, key="k")

    assert again == replace(first, replayed=True)


@pytest.mark.parametrize(
    "differently", [{"reference": "wire 4712"}, {"amount": Money(101, "USD")}, {"amount": Money(100, "EUR")}]
)
def test_a_key_with_another_payload_is_a_conflict(differently: dict[str, Any]) -> None:
    agency = cast.airline().agency
    move(manual.credit, agency, 100, key="k")

    with pytest.raises(RequestRefused) as refusal:
        move(manual.credit, agency, 100, key="k", **differently)

    assert refusal.value.code == "key_reused"


def test_a_credits_key_does_not_serve_a_debit() -> None:
    agency = cast.airline().agency
    move(manual.credit, agency, 100, key="k")

    with pytest.raises(RequestRefused) as refusal:
        move(manual.debit, agency, 100, key="k")

    assert refusal.value.code == "key_reused"


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"amount": Money(0, "USD")}, "amount"),
        ({"amount": Money(-1, "USD")}, "amount"),
        ({"reference": " \t"}, "reference"),
        ({"key": ""}, "key"),
        ({"key": "k" * 129}, "key"),
        ({"key": "ключ"}, "key"),
        ({"key": "a\nb"}, "key"),
    ],
)
def test_what_is_malformed_binds_and_writes_nothing(
    superuser: psycopg.Connection, differently: dict[str, Any], field: str
) -> None:
    agency = cast.airline().agency

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(InvalidRequest) as refusal:
        move(manual.credit, agency, 100, **differently)

    assert refusal.value.field == field


def test_another_currency_is_refused() -> None:
    agency = cast.airline().agency

    with pytest.raises(RequestRefused) as refusal:
        move(manual.credit, agency, 100, amount=Money(100, "EUR"))

    assert refusal.value.code == "currency_mismatch"


@pytest.mark.parametrize(
    "clerk",
    [
        Actor(0, "clerk", ALL - {Permission.CREDIT_AND_DEBIT}),
        Actor(0, "clerk", ALL, countries=frozenset({"CA"})),
        Actor(0, "clerk", ALL, offices=frozenset({"NYC9ZZ"})),
    ],
)
def test_crediting_needs_the_permission_and_the_place(superuser: psycopg.Connection, clerk: Actor) -> None:
    agency = cast.airline().agency

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(PermissionDenied):
        move(manual.credit, agency, 100, actor=replace(clerk, carrier_id=agency.carrier.id))


def test_another_carriers_account_is_not_found(superuser: psycopg.Connection) -> None:
    agency, outsider = cast.airline().agency, cast.outsider()

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(RequestRefused, match="account not found"):
        move(manual.credit, agency, 100, actor=outsider.actor)


def test_the_business_date_is_the_offices() -> None:
    kolkata = cast.agency(cast.carrier(), airport="CCU", country="IN")

    move(manual.credit, kolkata, 100, now=datetime(2026, 1, 31, 18, 29, tzinfo=UTC))
    move(manual.credit, kolkata, 100, now=datetime(2026, 1, 31, 18, 30, tzinfo=UTC))

    assert [m.business_date.isoformat() for m in cast.statement(kolkata)] == ["2026-01-31", "2026-02-01"]


def test_the_history_names_who_when_and_why() -> None:
    agency = cast.airline().agency

    move(manual.debit, agency, 100, reference="ADM 12", now=cast.NOON + timedelta(hours=1))

    newest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)[0]
    assert (newest.action, newest.actor, newest.reference) == ("account.debited", "desk", "ADM 12")
    assert newest.at == cast.NOON + timedelta(hours=1)


# ----------------------------------------------------------------------------------------------------------- reversing


def reverse(account: cast.Account, entry_id: int, **differently: Any) -> Answer:
    how = {
        "account_id": account.id,
        "entry_id": entry_id,
        "reference": "typed wrongly",
        "key": cast.fresh_key("reverse"),
        "actor": account.actor,
        "now": cast.NOON,
    }
    return manual.reverse(**{**how, **differently})


def test_a_manual_credit_is_taken_back_by_its_mirror_image_whatever_the_balance() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)
    entry = move(manual.credit, agency, 5_000).facts["entry"]
    cast.post(cast.issue(agency, fare=0, taxes=5_000))

    answer = reverse(agency, entry)

    assert (answer.facts["debit"], answer.facts["available"]) == (5_000, -5_000)
    assert cast.statement(agency)[-1].reverses == entry


def test_a_sale_is_not_taken_back_by_hand() -> None:
    agency = cast.airline().agency
    entry = cast.post(cast.issue(agency)).facts["entry"]

    with pytest.raises(RequestRefused) as refusal:
        reverse(agency, entry)

    assert refusal.value.code == "entry_not_found"


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_reversing_follows_the_status_of_manual_movements(status: Status) -> None:
    agency = cast.airline().agency
    entry = move(manual.credit, agency, 5_000).facts["entry"]
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.SUSPENDED:
        assert reverse(agency, entry).facts["net"] == 0
        return
    cast.post(cast.status(agency, Status.INHIBITED))

    with pytest.raises(RequestRefused) as refusal:
        reverse(agency, entry)

    assert refusal.value.code == "account_inhibited"


def test_reversing_on_an_account_that_is_not_there_is_judged_after_the_key() -> None:
    agency, stranger = cast.airline().agency, cast.outsider().actor
    entry = move(manual.credit, agency, 5_000).facts["entry"]

    for is_replay in (False, True):
        with pytest.raises(RequestRefused) as refusal:
            reverse(agency, entry, actor=stranger, key="k")
        assert (refusal.value.code, refusal.value.answer.replayed) == ("account_not_found", is_replay)


def test_minor_units_of_the_accounts_own_currency_are_the_same_payload_as_the_amount() -> None:
    agency = cast.airline().agency
    first = move(manual.credit, agency, 5_000, key="k")

    again = move(manual.credit, agency, 5_000, amount=5_000, key="k")

    assert again == replace(first, replayed=True)
