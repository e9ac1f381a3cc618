"""Add cards, change them, and say who may use them. Source: FL3XX, "Adding Jet Cards", "Integration and Usage"."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.permissions import ALL, Permission
from skypurser.charter import closing
from skypurser.errors import InvalidRequest
from skypurser.events.relaying import relay
from skypurser.history import events
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.jetcards import adding, assigning, funding, queries
from skypurser.jetcards.adding import AccountClosed, CardChanges, CardExists
from skypurser.jetcards.assigning import PersonInactive, may_use
from skypurser.jetcards.directory import CardNotFound
from skypurser.jetcards.transferring import transfer
from skypurser.parties import persons
from skypurser.parties.clientele import CustomerNotFound, PersonChanges, PersonNotFound
from tests import cast
from tests.databases import unchanged
from tests.jetcards import spending


@pytest.fixture
def operator() -> cast.CharterOperator:
    return cast.charter_operator()


def add(operator: cast.CharterOperator, **differently: Any) -> Any:
    how = {"customer_id": operator.customer.id, "name": "Gold", "actor": operator.actor, "now": cast.NOON}
    return adding.add_card(**{**how, **differently})


def change(operator: cast.CharterOperator, changes: CardChanges, **differently: Any) -> Any:
    how = {"card_id": operator.card.id, "changes": changes, "actor": operator.actor, "now": cast.NOON}
    return adding.change_card(**{**how, **differently})


def deactivate(operator: cast.CharterOperator, person_id: int) -> None:
    persons.change_person(
        customer_id=operator.customer.id,
        person_id=person_id,
        changes=PersonChanges(is_active=False),
        actor=operator.actor,
        now=cast.NOON,
    )


def close(operator: cast.CharterOperator, card_id: int) -> None:
    closing.close(card_id=card_id, reference="end", key=cast.fresh_key(), actor=operator.actor, now=cast.NOON)


# -------------------------------------------------------------------------------------------------------------- adding


def test_a_card_has_the_customers_currency_and_no_credit(operator: cast.CharterOperator) -> None:
    made = add(operator, opening_balance=100_000, reference="contract", person_ids=[operator.ann.id])

    card = queries.card(made.id, actor=operator.actor)
    assert (card.currency, card.standing.credit_limit, card.standing.available) == ("USD", 0, 100_000)
    assert (card.person_ids, card.customer_id, card.is_closed) == ((operator.ann.id,), operator.customer.id, False)
    assert [line.kind for line in cast.statement(cast.known(operator.carrier.id, made.id))] == ["card_opening"]


def test_a_name_is_there_once_among_a_customers_open_cards(
    superuser: psycopg.Connection, operator: cast.CharterOperator
) -> None:
    first = add(operator)

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(CardExists):
        add(operator, name=" gOLD ")
    add(operator, customer_id=cast.customer(operator.carrier, name="Other").id)
    close(operator, first.id)
    second = add(operator)

    assert [card.id for card in queries.cards_of(operator.customer.id, actor=operator.actor)][-1] == second.id


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"name": " "}, InvalidRequest),
        ({"name": "x" * 101}, InvalidRequest),
        ({"name": "a\x00"}, InvalidRequest),
        ({"opening_balance": -1, "reference": "x"}, InvalidRequest),
        ({"opening_balance": 10**16, "reference": "x"}, InvalidRequest),
        ({"opening_balance": 1}, InvalidRequest),  # without a reference
        ({"low_mark": -1}, InvalidRequest),
        ({"customer_id": 999_999_999}, CustomerNotFound),
        ({"person_ids": [999_999_999]}, PersonNotFound),
    ],
)
def test_what_is_wrong_adds_nothing(
    superuser: psycopg.Connection, operator: cast.CharterOperator, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(refusal):
        add(operator, **wrong)


def test_only_active_persons_of_the_customer_are_assigned(operator: cast.CharterOperator) -> None:
    other = cast.customer(operator.carrier, name="Other")
    stranger = cast.person(other, operator.carrier, "Stranger")
    deactivate(operator, operator.bob.id)

    with pytest.raises(PersonNotFound):
        add(operator, person_ids=[stranger.id])
    with pytest.raises(PersonInactive):
        add(operator, person_ids=[operator.bob.id])


def test_cards_take_the_permission_of_their_own(operator: cast.CharterOperator) -> None:
    clerk = Actor(operator.carrier.id, "clerk", ALL - {Permission.JET_CARDS})
    abroad = Actor(operator.carrier.id, "abroad", ALL, countries=frozenset({"PE"}))

    for actor in (clerk, abroad):
        with pytest.raises(PermissionDenied):
            add(operator, actor=actor)
        with pytest.raises(PermissionDenied):
            change(operator, CardChanges(name="x"), actor=actor)
        with pytest.raises(PermissionDenied):
            closing.close(card_id=operator.card.id, reference="x", key="k", actor=actor, now=cast.NOON)


# ------------------------------------------------------------------------------------------------------------ changing


def test_changes_stand_in_the_history_with_old_and_new_values(operator: cast.CharterOperator) -> None:
    change(
        operator,
        CardChanges(name="Platinum", person_ids=frozenset({operator.ann.id}), low_mark=1_000),
        reference="as agreed",
    )

    act = queries.history(operator.customer.id, actor=operator.actor)[0]
    assert (act.action, act.reference, act.account_id) == ("jet_card.changed", "as agreed", operator.card.id)
    assert act.changes == {
        "name": [operator.card.code, "Platinum"],
        "person_ids": [[], [operator.ann.id]],
        "low_mark": [0, 1_000],
    }


def test_what_somebody_else_changed_is_told_and_not_overwritten(
    superuser: psycopg.Connection, operator: cast.CharterOperator
) -> None:
    shown = CardChanges(name=operator.card.code, person_ids=frozenset())
    change(operator, CardChanges(person_ids=frozenset({operator.ann.id})))

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(ChangedMeanwhile) as conflict:
        change(operator, CardChanges(name="x", person_ids=frozenset({operator.bob.id})), expected=shown)

    assert conflict.value.facts == {"person_ids": [operator.ann.id]}


def test_a_closed_card_stays_as_it_is(superuser: psycopg.Connection, operator: cast.CharterOperator) -> None:
    close(operator, operator.card.id)

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(AccountClosed):
        change(operator, CardChanges(name="x"))
    with pytest.raises(CardNotFound):
        change(operator, CardChanges(name="x"), card_id=999_999_999)


def test_who_left_may_stay_on_a_card_and_use_it_no_more(operator: cast.CharterOperator) -> None:
    change(operator, CardChanges(person_ids=frozenset({operator.ann.id})))
    deactivate(operator, operator.ann.id)

    change(operator, CardChanges(name="Still hers", person_ids=frozenset({operator.ann.id, operator.bob.id})))

    with pytest.raises(PersonInactive):
        assigning.payment_methods(customer_id=operator.customer.id, person_id=operator.ann.id, actor=operator.actor)
    assert pay(operator, person_id=operator.ann.id) == "person_inactive"
    assert pay(operator, person_id=operator.bob.id) is None


# ----------------------------------------------------------------------------------------------------------- assigning


def pay(operator: cast.CharterOperator, *, card_id: int | None = None, person_id: int | None = None) -> str | None:
    answer = spending.pay(
        card_id=card_id or operator.card.id,
        amount=100,
        reference="B-1",
        key=cast.fresh_key("pay"),
        person_id=person_id,
        actor=operator.actor,
        now=cast.NOON,
    )
    return answer.code


@pytest.mark.parametrize(
    ("assigned", "person", "may"),
    [((), None, True), ((), 1, True), ((1,), 1, True), ((1, 2), 2, True), ((1,), 2, False), ((1,), None, False)],
)
def test_no_persons_is_everybody_and_some_are_nobody_else(assigned: tuple[int, ...], person: int, may: bool) -> None:
    assert may_use(assigned, person) is may


def test_payment_methods_are_the_usable_open_cards_by_name_with_what_they_have(
    operator: cast.CharterOperator,
) -> None:
    anns = add(operator, name="A hers", person_ids=[operator.ann.id])
    both = add(operator, name="B both's", person_ids=[operator.ann.id, operator.bob.id], low_mark=5)
    closed = add(operator, name="C closed")
    close(operator, closed.id)

    def methods(person_id: int | None) -> list[tuple[int, int]]:
        found = assigning.payment_methods(customer_id=operator.customer.id, person_id=person_id, actor=operator.actor)
        return [(method.card_id, method.available) for method in found]

    everybodys = (operator.card.id, 500_000)
    assert methods(None) == [everybodys]
    assert methods(operator.ann.id) == [(anns.id, 0), (both.id, 0), everybodys]
    assert methods(operator.bob.id) == [(both.id, 0), everybodys]


def test_what_is_hidden_cannot_pay_either(operator: cast.CharterOperator) -> None:
    change(operator, CardChanges(person_ids=frozenset({operator.ann.id})))
    stranger = cast.person(cast.customer(operator.carrier, name="Other"), operator.carrier, "Stranger")

    codes = [pay(operator, person_id=one) for one in (operator.ann.id, operator.bob.id, None, stranger.id)]

    assert codes == [None, "card_not_for_person", "card_not_for_person", "person_not_found"]


# -------------------------------------------------------------------------------------------------------------- events


def told(card: cast.Account) -> list[tuple[str, Any]]:
    relay()
    found = events.page(carrier_id=card.carrier.id, account_id=card.id, limit=500)
    return [(event.type, event.data) for event in found]


def remove(card: cast.Account, minor: int) -> None:
    funding.remove_funds(
        card_id=card.id, amount=minor, reference="x", key=cast.fresh_key(), actor=card.actor, now=cast.NOON
    )


def load(card: cast.Account, minor: int) -> None:
    funding.add_funds(
        card_id=card.id, amount=minor, reference="x", key=cast.fresh_key(), actor=card.actor, now=cast.NOON
    )


def test_a_cards_life_is_told_in_public_words(operator: cast.CharterOperator) -> None:
    card, other = operator.card, cast.card(operator.carrier, operator.customer, balance=0)
    load(card, 100)
    remove(card, 100)
    transfer(
        from_card_id=card.id,
        to_card_id=other.id,
        amount=100,
        reference="x",
        key="t",
        actor=operator.actor,
        now=cast.NOON,
    )
    pay(operator)
    change(operator, CardChanges(name="Platinum"))
    with pytest.raises(Exception, match="insufficient"):
        remove(card, 10**9)
    close(operator, card.id)

    events_ = told(card)

    assert [kind for kind, _ in events_] == [
        "jet_card.added",
        "jet_card.funded",
        "jet_card.funded",
        "jet_card.funds_removed",
        "jet_card.transferred",
        "jet_card.paid",
        "jet_card.changed",
        "jet_card.refused",
        "jet_card.closed",
    ]
    assert [kind for kind, _ in told(other)] == ["jet_card.added", "jet_card.transferred"]
    data = events_[4][1]
    assert data["account"] == {
        "id": card.id,
        "type": "jet_card",
        "code": operator.customer.code,
        "city": None,
        "currency": "USD",
    }
    assert data["jet_card"]["customer"] == {"id": operator.customer.id, "code": operator.customer.code}
    assert (data["amount"], data["from_card"], data["to_card"]) == ("1.00", card.id, other.id)
    assert (data["movement"]["debit"], data["movement"]["net"]) == ("1.00", "4999.00")


def test_a_low_card_is_told_once_until_it_has_risen_above_the_mark_and_a_margin() -> None:
    operator = cast.charter_operator(balance=100_000)
    card = operator.card
    change(operator, CardChanges(low_mark=50_000))

    def lows() -> int:
        return [kind for kind, _ in told(card)].count("jet_card.low")

    remove(card, 50_000)
    exactly = lows()
    remove(card, 1)
    remove(card, 1_000)
    once = lows()
    load(card, 2_000)  # above the mark, and not by the margin
    remove(card, 2_000)
    still = lows()
    load(card, 10_000)
    remove(card, 10_000)

    assert (exactly, once, still, lows()) == (0, 1, 1, 2)


def test_a_mark_set_above_what_is_there_tells_nothing_until_it_is_crossed(operator: cast.CharterOperator) -> None:
    change(operator, CardChanges(low_mark=10**9))

    remove(operator.card, 100)
    close(operator, operator.card.id)

    assert "jet_card.low" not in [kind for kind, _ in told(operator.card)]


def test_closing_a_card_is_no_low_card(operator: cast.CharterOperator) -> None:
    change(operator, CardChanges(low_mark=1))

    close(operator, operator.card.id)

    assert [kind for kind, _ in told(operator.card)][-1] == "jet_card.closed"


def test_an_opening_balance_takes_the_permission_for_funds(
    superuser: psycopg.Connection, operator: cast.CharterOperator
) -> None:
    sales = Actor(operator.carrier.id, "sales", ALL - {Permission.CARD_FUNDS})

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(PermissionDenied) as no:
        add(operator, actor=sales, opening_balance=7_777_700, reference="mine")

    assert no.value.facts["permission"] is Permission.CARD_FUNDS
    assert add(operator, actor=sales).name == "Gold"
