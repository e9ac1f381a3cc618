"""Charter customers and their persons. Source: FL3XX, "Account Page"."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from tests import cast
from tests.databases import alone, this_database, unchanged

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.jetcards import queries
from skypurser.parties import customers, persons
from skypurser.parties.clientele import (
    Billing,
    CustomerChanges,
    CustomerData,
    CustomerExists,
    CustomerNotFound,
    Kind,
    PersonChanges,
    PersonExists,
    PersonNotFound,
)

DATA = CustomerData(kind=Kind.COMPANY, name="Sky Holding", billing=Billing(country="US"))


@pytest.fixture
def operator() -> cast.CharterOperator:
    return cast.charter_operator()


def change(operator: cast.CharterOperator, changes: CustomerChanges, **differently: Any) -> Any:
    how = {"customer_id": operator.customer.id, "changes": changes, "actor": operator.actor, "now": cast.NOON}
    return customers.change_customer(**{**how, **differently})


def limited(operator: cast.CharterOperator, *countries: str) -> Actor:
    return Actor(operator.carrier.id, "limited", ALL, countries=frozenset(countries))


def test_a_customer_has_the_carriers_currency_and_a_code_of_its_own() -> None:
    operator = cast.charter_operator(currency="JPY")

    first = customers.open_customer(data=DATA, actor=operator.actor, now=cast.NOON)
    second = customers.open_customer(data=replace(DATA, code="SKY"), actor=operator.actor, now=cast.NOON)

    assert (first.currency, first.code) == ("JPY", f"C{first.id:06d}")
    assert customers.find("SKY", actor=operator.actor) == second


def test_a_code_is_there_once_per_carrier(superuser: psycopg.Connection, operator: cast.CharterOperator) -> None:
    data = replace(DATA, code="SKY")
    customers.open_customer(data=data, actor=operator.actor, now=cast.NOON)

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(CustomerExists):
        customers.open_customer(data=data, actor=operator.actor, now=cast.NOON)
    customers.open_customer(data=data, actor=cast.charter_operator().actor, now=cast.NOON)


def test_a_code_that_somebody_gave_already_is_not_made_again(operator: cast.CharterOperator) -> None:
    taken = f"C{operator.customer.id + 2:06d}"
    customers.open_customer(data=replace(DATA, code=taken), actor=operator.actor, now=cast.NOON)

    made = [customers.open_customer(data=DATA, actor=operator.actor, now=cast.NOON).code for _ in range(3)]

    assert len({*made, taken}) == 4


def test_changes_stand_in_the_history_with_old_and_new_values(operator: cast.CharterOperator) -> None:
    change(operator, CustomerChanges(phone="+1 212 555", name="Sky Holding"), reference="she called")

    act = queries.history(operator.customer.id, actor=operator.actor)[0]
    assert (act.action, act.reference, act.changes) == (
        "customer.changed",
        "she called",
        {"phone": ["", "+1 212 555"]},
    )
    assert {act.action for act in queries.history(operator.customer.id, actor=operator.actor)} == {
        "customer.changed",
        "customer.opened",
        "customer.person_added",
        "jet_card.added",
        "jet_card.opening_balance",
    }
    assert "customer.changed" not in {act.action for act in acts.of_carrier(carrier_id=operator.carrier.id)}


def test_the_history_is_paged_over_customer_and_cards(operator: cast.CharterOperator) -> None:
    every = queries.history(operator.customer.id, actor=operator.actor)

    first = queries.history(operator.customer.id, actor=operator.actor, limit=2)
    rest = queries.history(operator.customer.id, actor=operator.actor, before=first[-1].id)

    assert [*first, *rest] == every


def test_what_somebody_else_changed_is_told_and_not_overwritten(
    superuser: psycopg.Connection, operator: cast.CharterOperator
) -> None:
    shown = CustomerChanges(phone="", legal_name="Sky Holding", address_lines=())
    change(operator, CustomerChanges(phone="+1 212 555"))

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(ChangedMeanwhile) as conflict:
        change(operator, CustomerChanges(phone="+1 646 555", address_lines=("Wall St 1",)), expected=shown)
    changed = change(operator, CustomerChanges(address_lines=("Wall St 1",)), expected=shown)

    assert conflict.value.facts == {"phone": "+1 212 555"}
    assert changed.billing.address_lines == ("Wall St 1",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"email": "nobody"},
        {"phone": "call me"},
        {"language": "fr"},
        {"country": "XX"},
        {"country": "us"},
        {"address_lines": ("1", "2", "3", "4", "5")},
        {"notes": "a\x00b"},
    ],
)
def test_what_is_malformed_names_its_field_and_changes_nothing(
    superuser: psycopg.Connection, operator: cast.CharterOperator, wrong: dict[str, Any]
) -> None:
    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(InvalidRequest) as flaw:
        change(operator, CustomerChanges(**wrong))

    assert [flaw.value.field] == list(wrong)


def test_who_may_read_and_change(operator: cast.CharterOperator) -> None:
    for permission in (Permission.JET_CARDS, Permission.SALES, Permission.INVOICES, Permission.CARD_FUNDS):
        reader = Actor(operator.carrier.id, "reader", frozenset({permission}))
        assert customers.get(operator.customer.id, actor=reader) == operator.customer
        if permission in {Permission.INVOICES, Permission.CARD_FUNDS}:
            with pytest.raises(PermissionDenied):
                change(operator, CustomerChanges(name="x"), actor=reader)
    clerk = Actor(operator.carrier.id, "clerk", frozenset({Permission.QUERIES, Permission.LIST_ACCOUNTS}))
    for ask in (
        lambda: customers.get(operator.customer.id, actor=clerk),
        lambda: customers.customers(actor=clerk),
        lambda: persons.persons_of(operator.customer.id, actor=clerk),
        lambda: queries.cards(actor=clerk),
    ):
        with pytest.raises(PermissionDenied):
            ask()


def test_a_member_limited_to_countries_reaches_the_customers_billed_there(operator: cast.CharterOperator) -> None:
    nowhere = cast.customer(operator.carrier, name="Nowhere", country="")
    peru = cast.customer(operator.carrier, name="Peru", country="PE")

    assert customers.customers(actor=limited(operator, "US")) == [operator.customer]
    assert customers.customers(actor=limited(operator, "PE", "CL")) == [peru]
    assert queries.cards(actor=limited(operator, "PE")) == []
    for hidden in (peru, nowhere):
        with pytest.raises(PermissionDenied):
            customers.get(hidden.id, actor=limited(operator, "US"))
    city = Actor(operator.carrier.id, "city", ALL, cities=frozenset({"NYC"}))
    assert customers.customers(actor=city) == []


def test_nobody_moves_a_customer_out_of_their_own_reach_or_opens_one_there(operator: cast.CharterOperator) -> None:
    with pytest.raises(PermissionDenied):
        change(operator, CustomerChanges(country="PE"), actor=limited(operator, "US"))
    with pytest.raises(PermissionDenied):
        customers.open_customer(data=DATA, actor=limited(operator, "PE"), now=cast.NOON)

    assert change(operator, CustomerChanges(country="PE")).billing.country == "PE"


@pytest.mark.parametrize("text", ["arztehaus", "ÄRZTE", "CLINIC", "bill@", "X-77", "100%"])
def test_a_customer_is_found_by_any_part_of_what_it_is_called(operator: cast.CharterOperator, text: str) -> None:
    found = customers.open_customer(
        data=CustomerData(
            kind=Kind.COMPANY,
            name="Ärztehaus 100% Luft",
            code="CLINIC",
            email="bill@example.org",
            billing=Billing(tax_number="X-77"),
        ),
        actor=operator.actor,
        now=cast.NOON,
    )

    assert customers.customers(actor=operator.actor, text=text) == [found]
    assert customers.customers(actor=operator.actor, text=text, kind=Kind.PERSON) == []


def test_a_sign_of_a_pattern_is_only_a_sign(operator: cast.CharterOperator) -> None:
    assert customers.customers(actor=operator.actor, text="%") == []
    assert customers.customers(actor=operator.actor, text="_") == []
    assert customers.customers(actor=operator.actor, text="\\") == []


def test_another_carriers_customer_does_not_exist(operator: cast.CharterOperator) -> None:
    outsider = cast.charter_operator()

    for ask in (
        lambda: customers.get(operator.customer.id, actor=outsider.actor),
        lambda: customers.find(operator.customer.code, actor=cast.charter_operator().actor),
        lambda: change(operator, CustomerChanges(name="mine"), actor=outsider.actor),
        lambda: persons.persons_of(operator.customer.id, actor=outsider.actor),
    ):
        with pytest.raises(CustomerNotFound):
            ask()


def test_an_address_belongs_to_one_person_of_a_customer(operator: cast.CharterOperator) -> None:
    about: dict[str, Any] = {"customer_id": operator.customer.id, "actor": operator.actor, "now": cast.NOON}

    with pytest.raises(PersonExists):
        persons.add_person(**about, name="Other Ann", email="ANN@example.org")
    with pytest.raises(PersonExists):
        persons.change_person(
            **about, person_id=operator.bob.id, changes=PersonChanges(email=operator.ann.email.upper())
        )
    persons.add_person(**about, name="No address")
    persons.add_person(**about, name="No address either")

    assert len(persons.persons_of(operator.customer.id, actor=operator.actor)) == 4


def test_a_person_becomes_inactive_and_conflicts_are_told(operator: cast.CharterOperator) -> None:
    about: dict[str, Any] = {
        "customer_id": operator.customer.id,
        "person_id": operator.ann.id,
        "actor": operator.actor,
        "now": cast.NOON,
    }
    gone = persons.change_person(**about, changes=PersonChanges(is_active=False))

    with pytest.raises(ChangedMeanwhile):
        persons.change_person(**about, changes=PersonChanges(name="Anna"), expected=PersonChanges(name="Anne"))
    with pytest.raises(PersonNotFound):
        persons.change_person(**{**about, "person_id": 999_999_999}, changes=PersonChanges(name="x"))

    assert (gone.is_active, gone.name) == (False, "Ann")


def test_a_person_of_another_customer_is_none_of_this_one(operator: cast.CharterOperator) -> None:
    other = cast.customer(operator.carrier, name="Other")

    with pytest.raises(PersonNotFound):
        persons.get_person(operator.ann.id, customer_id=other.id, actor=operator.actor)


def test_everything_is_refused_where_jet_cards_are_off(
    superuser: psycopg.Connection, operator: cast.CharterOperator
) -> None:
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)
    who: dict[str, Any] = {"actor": operator.actor}

    for ask in (
        lambda: customers.open_customer(data=DATA, **who, now=cast.NOON),
        lambda: change(operator, CustomerChanges(name="x")),
        lambda: customers.get(operator.customer.id, **who),
        lambda: customers.find(operator.customer.code, **who),
        lambda: customers.customers(**who),
        lambda: persons.add_person(customer_id=operator.customer.id, name="x", **who, now=cast.NOON),
        lambda: persons.persons_of(operator.customer.id, **who),
        lambda: queries.cards(**who),
        lambda: queries.cards_of(operator.customer.id, **who),
        lambda: queries.card(operator.card.id, **who),
        lambda: queries.history(operator.customer.id, **who),
    ):
        with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(JetCardsOff):
            ask()


def test_switched_on_again_everything_is_there_again(operator: cast.CharterOperator) -> None:
    for on in (False, True):
        switch_jet_cards(on=on, actor=operator.actor, now=cast.NOON)

    assert customers.get(operator.customer.id, actor=operator.actor) == operator.customer


def test_two_who_open_under_one_code_at_once_make_one_customer(operator: cast.CharterOperator) -> None:
    def open_one() -> Any:
        return customers.open_customer(data=replace(DATA, code="SKY"), actor=operator.actor, now=cast.NOON)

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(alone, this_database(), open_one) for _ in range(4)]]

    assert sorted(type(result).__name__ for result in results) == ["CustomerExists"] * 3 + ["CustomerView"]


def test_a_name_may_be_all_signs() -> None:
    operator = cast.charter_operator()

    assert cast.customer(operator.carrier, name="$").name == "$"
