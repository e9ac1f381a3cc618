"""Opening, managing and deleting under a key. Source: KIU, "New Account" and "Account Management"."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.electronic import once, queries
from skypurser.electronic.once import Changes
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.parties.registering import OfficeData
from tests import cast
from tests.databases import at_once, this_database, unchanged

OFFICE = OfficeData(code="NYC1AA", name="Big Apple Tours", issue_id="9549656", city="NYC", airport="JFK", country="US")


def open_account(actor: Actor, **differently: Any) -> Answer:
    how = {
        "party": OFFICE,
        "currency": "USD",
        "credit_limit": 1_000_000,
        "credit_card": True,
        "rates": cast.rates(),
        "reference": "by contract",
        "key": "open",
        "actor": actor,
        "now": cast.NOON,
    }
    return once.open_account(**{**how, **differently})


def manage(account: cast.Account, **changes: Any) -> Answer:
    key = changes.pop("key", "manage")
    return once.manage(
        account_id=account.id,
        changes=Changes(**changes),
        reference="new contract",
        key=key,
        actor=account.actor,
        now=cast.NOON,
    )


def test_two_programs_that_open_the_same_account_at_once_open_one() -> None:
    of = cast.carrier()
    actor = operator(of.id)

    answers = at_once(this_database(), [lambda: open_account(actor)] * 2)

    opened = [once.told(answer).account_id for answer in answers if isinstance(answer, Answer)]
    assert len(opened) == 2, answers
    assert len(set(opened)) == 1
    assert queries.count(queries.Filters(), actor=actor) == 1


def test_a_replay_tells_the_account_as_it_was_opened() -> None:
    actor = operator(cast.carrier().id)
    first = once.told(open_account(actor, opening_credit=500))
    account = cast.known(actor.carrier_id, first.account_id)
    manage(account, credit_limit=0, name="Another")

    again = open_account(actor, opening_credit=500)

    assert (once.told(again), again.replayed) == (first, True)
    assert (first.standing.credit_limit, first.name) == (1_000_000, "Big Apple Tours")


def test_a_correction_concerns_all_accounts_of_the_office() -> None:
    actor = operator(cast.carrier().id)
    dollars = once.told(open_account(actor))
    euros = once.told(open_account(actor, currency="EUR", key="second"))

    manage(cast.known(actor.carrier_id, dollars.account_id), name=" Bigger Apple ", issue_id="1")

    read = queries.get(euros.account_id, actor=actor)
    assert (read.name, read.issue_id) == ("Bigger Apple", "1")
    newest = acts.of_account(carrier_id=actor.carrier_id, account_id=dollars.account_id)[0]
    assert (newest.action, newest.changes) == (
        "account.party_corrected",
        {"name": ["Big Apple Tours", "Bigger Apple"], "issue_id": ["9549656", "1"]},
    )


@pytest.mark.parametrize(
    "flaw",
    [{"credit_limit": -1}, {"credit_limit": 5, "agency_involved": "X"}, {"credit_limit": 5, "name": "a\x00"}],
)
def test_what_is_malformed_changes_nothing_and_binds_nothing(
    flaw: dict[str, Any], superuser: psycopg.Connection
) -> None:
    agency = cast.airline().agency

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(InvalidRequest):
        manage(agency, **flaw)

    assert manage(agency, credit_limit=7).replayed is False
    assert cast.standing(agency).credit_limit == 7


def test_a_used_account_is_not_deleted_and_the_refusal_stays(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 1))
    how: dict[str, Any] = {"account_id": agency.id, "reference": "x", "key": "k", "actor": agency.actor}

    for is_replay in (False, True):
        with unchanged(superuser, agency.carrier.id), pytest.raises(RequestRefused) as refusal:
            once.delete(**how, now=cast.NOON)
        assert (refusal.value.code, refusal.value.answer.replayed) == ("account_in_use", is_replay)


def test_each_takes_its_permission(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    clerk = Actor(agency.carrier.id, "clerk", ALL - {Permission.ACCOUNT_MANAGEMENT, Permission.NEW_ACCOUNT})

    with unchanged(superuser, agency.carrier.id, but=()):
        with pytest.raises(PermissionDenied):
            open_account(clerk)
        with pytest.raises(PermissionDenied):
            once.manage(account_id=agency.id, changes=Changes(), reference="x", key="k", actor=clerk, now=cast.NOON)
        with pytest.raises(PermissionDenied):
            once.delete(account_id=agency.id, reference="x", key="k", actor=clerk, now=cast.NOON)
