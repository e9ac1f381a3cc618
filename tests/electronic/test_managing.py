"""Status, limit, terms, deletion. Source: KIU "Account Management"."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import managing
from skypurser.electronic.changes import ChangedMeanwhile, Changes
from skypurser.electronic.directory import get
from skypurser.electronic.opening import open_agency_account
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.accounts import AccountInUse, AccountNotFound
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Outcome, Status
from skypurser.parties.registering import OfficeData
from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.databases import unchanged

STEPS = {
    (Status.ACTIVE, Status.SUSPENDED),
    (Status.SUSPENDED, Status.ACTIVE),
    (Status.SUSPENDED, Status.INHIBITED),
    (Status.INHIBITED, Status.SUSPENDED),
}
WAY_TO = {
    Status.ACTIVE: (),
    Status.SUSPENDED: (Status.SUSPENDED,),
    Status.INHIBITED: (Status.SUSPENDED, Status.INHIBITED),
}


def set_status(account: cast.Account, to: Status, **differently: Any) -> Answer:
    how = {
        "account_id": account.id,
        "status": to,
        "reference": "by mail",
        "key": cast.fresh_key("status"),
        "actor": account.actor,
        "now": cast.NOON,
    }
    return managing.set_status(**{**how, **differently})


def set_limit(account: cast.Account, to: int, **differently: Any) -> Answer:
    how = {
        "account_id": account.id,
        "credit_limit": to,
        "reference": "by mail",
        "key": cast.fresh_key("limit"),
        "actor": account.actor,
        "now": cast.NOON,
    }
    return managing.set_credit_limit(**{**how, **differently})


def delete(account: cast.Account, **differently: Any) -> None:
    how = {"account_id": account.id, "reference": "opened twice", "actor": account.actor, "now": cast.NOON}
    managing.delete(**{**how, **differently})


# -------------------------------------------------------------------------------------------------------------- status


@pytest.mark.parametrize(("start", "to"), list(product(WAY_TO, Status)))
def test_an_agency_goes_step_by_step(start: Status, to: Status) -> None:
    agency = cast.airline().agency
    for step in WAY_TO[start]:
        set_status(agency, step)

    if (start, to) in STEPS:
        assert set_status(agency, to).outcome is Outcome.RECORDED
        assert cast.standing(agency).status is to
        return

    with pytest.raises(RequestRefused) as refusal:
        set_status(agency, to)
    assert (refusal.value.code, dict(refusal.value.facts)) == (
        "status_change_not_allowed",
        {"from": start.value, "to": to.value},
    )
    assert cast.standing(agency).status is start


def test_a_corporate_client_is_never_inhibited() -> None:
    client = cast.airline().client
    set_status(client, Status.SUSPENDED)

    with pytest.raises(RequestRefused) as refusal:
        set_status(client, Status.INHIBITED)

    assert refusal.value.code == "status_change_not_allowed"


def test_a_status_change_stands_in_the_history_with_old_and_new_value() -> None:
    agency = cast.airline().agency

    set_status(agency, Status.SUSPENDED)

    newest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)[0]
    assert (newest.action, newest.changes) == ("account.status_changed", {"status": ["ACTIVE", "SUSPENDED"]})
    assert newest.reference == "by mail"


def test_a_repeated_status_change_is_answered_like_the_first() -> None:
    agency = cast.airline().agency
    first = set_status(agency, Status.SUSPENDED, key="k")
    set_status(agency, Status.ACTIVE)

    again = set_status(agency, Status.SUSPENDED, key="k")

    assert (again, cast.standing(agency).status) == (replace(first, replayed=True), Status.ACTIVE)


# --------------------------------------------------------------------------------------------------------------- limit


def test_a_limit_is_raised_and_cut_and_the_answer_says_what_is_left() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    cast.post(cast.debit(agency, 800))

    raised = set_limit(agency, 2_000)
    cut = set_limit(agency, 500)

    assert (raised.facts["available"], cut.facts["available"]) == (1_200, -300)
    *told, newest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)[:3]
    assert {act.action for act in told} == {"account.over_limit", "account.low"}
    assert (newest.action, newest.changes) == ("account.limit_changed", {"credit_limit": [2_000, 500]})


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
def test_limits_are_managed_whatever_the_status(status: Status) -> None:
    agency = cast.airline().agency
    for step in WAY_TO[status]:
        set_status(agency, step)

    answer = set_limit(agency, 7)

    assert answer.facts["available"] == 7


@pytest.mark.parametrize("limit", [-1, 10**15])
def test_a_limit_that_is_none_is_malformed(superuser: psycopg.Connection, limit: int) -> None:
    agency = cast.airline().agency

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(InvalidRequest) as refusal:
        set_limit(agency, limit)

    assert refusal.value.field == "credit_limit"


def test_the_answer_to_a_change_never_counts_a_hold_past_its_expiry() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    placed = cast.hold(agency, 700)
    cast.post(placed)

    limit = set_limit(agency, 900, now=placed.expires_at)
    status = set_status(agency, Status.SUSPENDED, now=placed.expires_at)

    assert [(a.facts["held"], a.facts["available"]) for a in (limit, status)] == [(0, 900), (0, 900)]


# --------------------------------------------------------------------------------------------------------------- terms


def set_terms(account: cast.Account, **terms: Any) -> None:
    managing.set_terms(account_id=account.id, reference="new contract", actor=account.actor, now=cast.NOON, **terms)


def test_terms_stand_in_the_history_with_old_and_new_value_and_only_what_changed() -> None:
    agency = cast.agency(cast.carrier(), credit_card=True)

    set_terms(agency, credit_card=False, rates=cast.rates("MAX 9.00"))

    newest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)[0]
    assert newest.action == "account.terms_changed"
    assert newest.changes == {
        "credit_card": [True, False],
        "commission.domestic": ["FIXED 8.00", "MAX 9.00"],
    }


def test_setting_the_same_terms_again_changes_nothing(superuser: psycopg.Connection) -> None:
    agency = cast.agency(cast.carrier(), credit_card=True)

    with unchanged(superuser, agency.carrier.id, but=()):
        set_terms(agency, credit_card=True, rates=cast.rates())


def test_a_corporate_client_has_neither_card_rates_nor_the_switch(superuser: psycopg.Connection) -> None:
    client = cast.airline().client

    with unchanged(superuser, client.carrier.id, but=()):
        with pytest.raises(InvalidRequest):
            set_terms(client, credit_card=True)
        with pytest.raises(InvalidRequest):
            set_terms(client, rates=cast.rates())


def test_an_agency_keeps_its_four_rates(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(InvalidRequest):
        set_terms(agency, rates=Rates(Rule.parse("FREE"), Rule.parse("FREE")))


def test_a_corporate_clients_two_rates_are_changed() -> None:
    client = cast.airline().client

    set_terms(client, rates=Rates(Rule.parse("FREE"), Rule.parse("FREE")))

    assert cast.post(cast.issue(client, fare=40_000, taxes=0)).facts["debit"] == 40_000


# ------------------------------------------------------------------------------------------------- what a form showed


def test_a_limit_that_somebody_else_set_is_not_overwritten(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    set_limit(agency, 77)

    with unchanged(superuser, agency.carrier.id), pytest.raises(RequestRefused) as refusal:
        set_limit(agency, 5, expected=1_000_000)

    assert (refusal.value.code, refusal.value.facts) == ("changed_meanwhile", {"credit_limit_minor": 77})
    assert set_limit(agency, 5, expected=77).outcome is Outcome.RECORDED
    assert set_limit(agency, 5, expected=77).outcome is Outcome.RECORDED  # as wanted already
    assert cast.standing(agency).credit_limit == 5


def test_a_limit_sent_twice_is_answered_from_its_key_whatever_it_is_now() -> None:
    agency = cast.airline().agency
    first = set_limit(agency, 5, expected=1_000_000, key="form")
    set_limit(agency, 9)

    again = set_limit(agency, 5, expected=1_000_000, key="form")

    assert (again.replayed, again.facts) == (True, first.facts)
    with pytest.raises(RequestRefused, match="key reused"):
        set_limit(agency, 5, expected=9, key="form")


def test_terms_that_somebody_else_set_are_not_overwritten(superuser: psycopg.Connection) -> None:
    agency = cast.agency(cast.carrier(), credit_card=True)
    form = Changes(credit_card=True, rates=cast.rates())
    set_terms(agency, credit_card=False, rates=cast.rates(domestic_card="FIXED 6.00"))

    with unchanged(superuser, agency.carrier.id, but=()):
        with pytest.raises(ChangedMeanwhile) as refusal:
            set_terms(agency, credit_card=True, rates=cast.rates("MAX 9.00"), expected=form)
        set_terms(agency, credit_card=False, expected=form)  # as wanted already
    set_terms(agency, rates=cast.rates("MAX 9.00", domestic_card="FIXED 6.00"), expected=form)

    assert refusal.value.facts == {"credit_card": False, "commission.domestic_card": "FIXED 6.00"}
    newest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)[0]
    assert newest.changes == {"commission.domestic": ["FIXED 8.00", "MAX 9.00"]}


# ---------------------------------------------------------------------------------------------- permissions and places


@pytest.mark.parametrize(
    "clerk",
    [
        Actor(0, "clerk", ALL - {Permission.ACCOUNT_MANAGEMENT}),
        Actor(0, "clerk", ALL, countries=frozenset({"CA"})),
        Actor(0, "clerk", ALL, cities=frozenset({"BOS"})),
    ],
)
def test_managing_needs_the_permission_and_the_place(superuser: psycopg.Connection, clerk: Actor) -> None:
    agency = cast.airline().agency
    actor = replace(clerk, carrier_id=agency.carrier.id)

    with unchanged(superuser, agency.carrier.id, but=()):
        for act in (
            lambda: set_status(agency, Status.SUSPENDED, actor=actor),
            lambda: set_limit(agency, 1, actor=actor),
            lambda: set_terms(replace(agency, actor=actor), credit_card=False),
            lambda: delete(agency, actor=actor),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_another_carriers_account_is_not_found(superuser: psycopg.Connection) -> None:
    agency, stranger = cast.airline().agency, cast.outsider().actor

    with unchanged(superuser, agency.carrier.id, but=()):
        with pytest.raises(AccountNotFound):
            set_terms(replace(agency, actor=stranger), credit_card=False)
        with pytest.raises(AccountNotFound):
            delete(agency, actor=stranger)


def test_that_there_is_no_such_account_is_judged_after_the_key() -> None:
    agency, stranger = cast.airline().agency, cast.outsider().actor
    acts_of_stranger: tuple[Callable[[], Answer], ...] = (
        lambda: set_status(agency, Status.SUSPENDED, actor=stranger, key="status"),
        lambda: set_limit(agency, 1, actor=stranger, key="limit"),
    )

    for act in acts_of_stranger:
        for is_replay in (False, True):
            with pytest.raises(RequestRefused) as refusal:
                act()
            assert (refusal.value.code, refusal.value.answer.replayed) == ("account_not_found", is_replay)
    with pytest.raises(RequestRefused) as reused:
        set_status(agency, Status.ACTIVE, actor=stranger, key="status")
    assert reused.value.code == "key_reused"


@pytest.mark.parametrize("reference", ["", "   ", "\n"])
def test_a_reference_is_mandatory(reference: str) -> None:
    agency = cast.airline().agency

    for act in (
        lambda: set_status(agency, Status.SUSPENDED, reference=reference),
        lambda: set_limit(agency, 1, reference=reference),
        lambda: delete(agency, reference=reference),
    ):
        with pytest.raises(InvalidRequest) as refusal:
            act()
        assert refusal.value.field == "reference"


# ------------------------------------------------------------------------------------------------------------ deletion


def test_an_unused_account_is_deleted_and_the_deletion_stays_in_the_history() -> None:
    agency = cast.airline().agency
    set_limit(agency, 5)
    set_status(agency, Status.SUSPENDED)

    delete(agency)

    with pytest.raises(AccountNotFound):
        get(agency.id, carrier_id=agency.carrier.id)
    newest, *_, oldest = acts.of_account(carrier_id=agency.carrier.id, account_id=agency.id)
    assert (newest.action, newest.reference, oldest.action) == ("account.deleted", "opened twice", "account.opened")
    assert newest.changes == {
        "account": [f"agency {agency.code} USD NYC", None],
        "type": ["agency", None],
        "code": [agency.code, None],
        "city": ["NYC", None],
        "currency": ["USD", None],
    }


def test_a_deleted_account_sells_nothing_and_can_be_opened_anew() -> None:
    agency = cast.airline().agency
    delete(agency)

    answer = cast.post(cast.issue(agency))
    opened = open_agency_account(
        office=OfficeData(
            code=agency.code,
            name=f"Agency {agency.code}",
            issue_id="9549656",
            city="NYC",
            airport="JFK",
            country="US",
        ),
        currency="USD",
        credit_limit=0,
        credit_card=False,
        rates=cast.rates(),
        reference="again",
        actor=agency.actor,
        now=cast.NOON,
    )

    assert (answer.code, opened.account_id != agency.id) == ("account_not_found", True)


def moved(agency: cast.Account) -> None:
    cast.post(cast.credit(agency, 1))


def moved_and_back_at_zero(agency: cast.Account) -> None:
    cast.post(cast.credit(agency, 1))
    cast.post(cast.debit(agency, 1))


def held(agency: cast.Account) -> None:
    cast.post(cast.hold(agency, 1))


def held_and_released(agency: cast.Account) -> None:
    placed = cast.post(cast.hold(agency, 1))
    cast.post(cast.release(agency, placed.facts["hold"]))


def sold_by_card_without_a_movement(agency: cast.Account) -> None:
    cast.post(cast.issue(agency, form_of_payment=FormOfPayment.CARD_OFFLINE))


@pytest.mark.parametrize(
    "use", [moved, moved_and_back_at_zero, held, held_and_released, sold_by_card_without_a_movement]
)
def test_a_used_account_stays(superuser: psycopg.Connection, use: Any) -> None:
    agency = cast.airline().agency
    use(agency)

    with unchanged(superuser, agency.carrier.id, but=()), pytest.raises(AccountInUse):
        delete(agency)


@pytest.mark.parametrize("use", [moved, held_and_released, sold_by_card_without_a_movement])
def test_the_database_itself_refuses_to_delete_a_used_account(superuser: psycopg.Connection, use: Any) -> None:
    agency = cast.airline().agency
    use(agency)

    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute("DELETE FROM ledger_account WHERE id = %s", [agency.id])
