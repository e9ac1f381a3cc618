"""Opening, managing and deleting under a key. Source: KIU, "New Account" and "Account Management"."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import managing, once, queries
from skypurser.electronic.changes import ChangedMeanwhile
from skypurser.electronic.filtering import Filters
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
    key, expected = changes.pop("key", "manage"), changes.pop("expected", None)
    return once.manage(
        account_id=account.id,
        changes=Changes(**changes),
        reference="new contract",
        key=key,
        actor=account.actor,
        now=cast.NOON,
        expected=expected,
    )


def test_two_programs_that_open_the_same_account_at_once_open_one() -> None:
    of = cast.carrier()
    actor = operator(of.id)

    answers = at_once(this_database(), [lambda: open_account(actor)] * 2)

    opened = [once.told(answer).account_id for answer in answers if isinstance(answer, Answer)]
    assert len(opened) == 2, answers
    assert len(set(opened)) == 1
    assert queries.count(Filters(), actor=actor) == 1


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


def test_a_correction_stands_in_the_history_of_each_of_the_accounts() -> None:
    airline = cast.airline()
    of, other = airline.carrier, cast.agency(airline.carrier)
    euros = cast.agency(of, currency="EUR", code=airline.agency.code)

    managing.correct_party(account_id=euros.id, name="Renamed", reference="by mail", actor=airline.actor, now=cast.NOON)

    newest = [acts.of_account(carrier_id=of.id, account_id=one.id)[0] for one in (airline.agency, euros, other)]
    assert [(act.action, act.reference) for act in newest] == [
        ("account.party_corrected", "by mail"),
        ("account.party_corrected", "by mail"),
        ("account.opened", "by contract"),
    ]


def test_every_field_of_a_corporate_client_that_may_be_edited_is() -> None:
    client = cast.airline().client
    wanted = Changes(
        credit_limit=5, rates=Rates(Rule.parse("FREE"), Rule.parse("MAX 1.00")), name="New", agency_involved="NYC1AA"
    )

    once.manage(
        account_id=client.id, changes=wanted, reference="new contract", key="k", actor=client.actor, now=cast.NOON
    )

    view = queries.get(client.id, actor=client.actor)
    assert (
        Changes(
            credit_limit=view.standing.credit_limit,
            rates=view.rates,
            name=view.name,
            agency_involved=view.agency_involved,
        )
        == wanted
    )
    history = acts.of_account(carrier_id=client.carrier.id, account_id=client.id)
    assert [(act.action, act.reference) for act in history[:-1]] == [
        ("account.party_corrected", "new contract"),
        ("account.terms_changed", "new contract"),
        ("account.limit_changed", "new contract"),
    ]


def shown(account: cast.Account) -> Changes:
    """What a form would show of an agency's account."""
    view = queries.get(account.id, actor=account.actor)
    return Changes(
        credit_limit=view.standing.credit_limit,
        credit_card=view.credit_card,
        rates=view.rates,
        name=view.name,
        issue_id=view.issue_id,
    )


def test_a_form_does_not_overwrite_what_somebody_else_changed(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    form = shown(agency)
    manage(agency, key="other", credit_limit=77, credit_card=False, name="Theirs", rates=cast.rates("MAX 9.00"))

    for is_replay in (False, True):
        with unchanged(superuser, agency.carrier.id), pytest.raises(RequestRefused) as refusal:
            manage(
                agency,
                expected=form,
                credit_limit=1_000_000,
                credit_card=True,
                rates=cast.rates("FIXED 8.00", "FREE"),
                name="Mine",
                issue_id="1",
            )
        assert (refusal.value.code, refusal.value.answer.replayed) == ("changed_meanwhile", is_replay)
        assert refusal.value.facts == {
            "credit_limit_minor": 77,
            "credit_card": False,
            "commission.domestic": "MAX 9.00",
            "name": "Theirs",
        }


def test_what_somebody_else_changed_the_same_way_or_elsewhere_is_no_conflict() -> None:
    agency = cast.airline().agency
    form = shown(agency)
    manage(agency, key="other", credit_limit=77, credit_card=False)

    manage(agency, expected=form, credit_limit=77, name="Mine")

    now = shown(agency)
    assert (now.credit_limit, now.credit_card, now.name) == (77, False, "Mine")


def test_two_forms_at_once_are_one_change_and_one_conflict() -> None:
    agency = cast.airline().agency
    form = shown(agency)

    results = at_once(
        this_database(),
        [
            lambda: manage(agency, key="a", expected=form, name="Ann's", credit_limit=1),
            lambda: manage(agency, key="b", expected=form, name="Bob's", credit_limit=2),
        ],
    )

    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, RequestRefused)
    assert refused.code == "changed_meanwhile"
    now = shown(agency)
    assert (now.name, now.credit_limit) in {("Ann's", 1), ("Bob's", 2)}
    assert refused.facts == {"name": now.name, "credit_limit_minor": now.credit_limit}


def test_a_name_that_was_changed_through_another_account_is_not_overwritten(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    form = shown(airline.agency)
    euros = cast.agency(airline.carrier, currency="EUR", code=airline.agency.code)
    manage(euros, key="other", name="Theirs")

    with unchanged(superuser, airline.carrier.id, but=()), pytest.raises(ChangedMeanwhile) as refusal:
        managing.correct_party(
            account_id=airline.agency.id,
            name="Mine",
            issue_id="1",
            expected=form,
            reference="by mail",
            actor=airline.actor,
            now=cast.NOON,
        )

    assert refusal.value.facts == {"name": "Theirs"}


def test_a_conflict_is_not_told_to_who_may_not_manage_there() -> None:
    agency = cast.airline().agency
    elsewhere = Actor(agency.carrier.id, "clerk", ALL, cities=frozenset({"BOS"}))

    with pytest.raises(PermissionDenied):
        manage(replace(agency, actor=elsewhere), expected=Changes(credit_limit=3), credit_limit=4)


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
