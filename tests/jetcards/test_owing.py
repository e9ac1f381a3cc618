"""What a carrier owes its customers on cards, all and by customer; and which cards run low."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from skypurser.access.actors import Actor, OutOfReach, PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import closing
from skypurser.jetcards import owing, queries
from skypurser.jetcards.directory import CardNotFound
from skypurser.jetcards.owing import Owed
from skypurser.jetcards.queries import Totals
from skypurser.parties import customers
from skypurser.parties.clientele import READING
from tests import cast


@pytest.fixture
def operator() -> cast.CharterOperator:
    """5,000.00 on a card in the US, of which 100.00 are held; 30.00 on a low one in Spain; and a closed one."""
    found = cast.charter_operator()
    cast.post(cast.hold(found.card, 10_000, now=datetime.now(UTC)))
    spaniard = cast.customer(found.carrier, name="Ánima Jets", country="ES")
    cast.card(found.carrier, spaniard, balance=3_000, low_mark=5_000)
    gone = cast.card(found.carrier, found.customer, balance=700)
    closing.close(card_id=gone.id, reference="over", key="close", actor=found.actor, now=cast.NOON)
    return found


def limited(operator: cast.CharterOperator, *countries: str) -> Actor:
    """A member of these countries."""
    return replace(operator.actor, countries=frozenset(countries))


def test_what_is_on_open_cards_is_owed_within_the_members_places(operator: cast.CharterOperator) -> None:
    assert owing.owed(actor=operator.actor) == [Owed("USD", 2, 503_000, 10_000, 493_000, 1)]
    assert owing.owed(actor=limited(operator, "ES")) == [Owed("USD", 1, 3_000, 0, 3_000, 1)]
    assert owing.owed(actor=limited(operator, "FR")) == []


def test_who_may_not_read_cards_and_where_they_are_off_nothing_is_told(operator: cast.CharterOperator) -> None:
    nobody = replace(operator.actor, permissions=frozenset({Permission.QUERIES}))

    with pytest.raises(PermissionDenied):
        owing.owed(actor=nobody)
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)
    with pytest.raises(JetCardsOff):
        owing.owed(actor=operator.actor)
    with pytest.raises(JetCardsOff):
        queries.account_with(operator.card.id, actor=operator.actor)
    with pytest.raises(JetCardsOff):
        queries.account_with(2**40, actor=operator.actor)


def test_an_account_has_persons_cards_and_their_totals(operator: cast.CharterOperator) -> None:
    account, card = queries.account_with(operator.card.id, actor=operator.actor)

    assert account == queries.account(operator.customer.id, actor=operator.actor)
    assert card == queries.card(operator.card.id, actor=operator.actor)
    assert [one.name for one in account.persons] == ["Ann", "Bob"]
    assert [one.is_closed for one in account.cards] == [False, True]
    assert account.totals == Totals(1, 500_000, 10_000, 490_000)
    assert queries.totals_of([operator.customer.id], carrier_id=operator.carrier.id) == {
        operator.customer.id: account.totals
    }


def test_another_carriers_card_and_one_out_of_reach_are_told_as_what_they_are(operator: cast.CharterOperator) -> None:
    stranger = cast.charter_operator()

    with pytest.raises(CardNotFound):
        queries.account_with(operator.card.id, actor=stranger.actor)
    with pytest.raises(OutOfReach):
        queries.account_with(operator.card.id, actor=limited(operator, "ES"))
    with pytest.raises(OutOfReach):
        customers.get(operator.customer.id, actor=limited(operator, "ES"))
    with pytest.raises(PermissionDenied) as denied:
        customers.get(operator.customer.id, actor=replace(operator.actor, permissions=ALL - set(READING)))
    assert not isinstance(denied.value, OutOfReach)


def test_cards_are_listed_by_name_and_by_running_low(operator: cast.CharterOperator) -> None:
    low = queries.cards(actor=operator.actor, is_low=True)
    named = queries.cards(actor=operator.actor, text=operator.card.code.lower())

    assert [(one.standing.net, one.is_low) for one in low] == [(3_000, True)]
    assert [one.id for one in named] == [operator.card.id]
    assert queries.cards(actor=operator.actor, text="%") == []


def test_customers_are_listed_by_country_and_to_and_fro(operator: cast.CharterOperator) -> None:
    for name in ("Beta", "Delta", "Epsilon"):
        cast.customer(operator.carrier, name=name, country="FR")
    every = customers.customers(actor=operator.actor)

    french = customers.customers(actor=operator.actor, country="FR")
    back = customers.customers(actor=operator.actor, before=every[3].position, limit=2)

    assert [one.name for one in french] == ["Beta", "Delta", "Epsilon"]
    assert back == every[1:3]
    assert customers.countries(actor=operator.actor) == ["ES", "FR", "US"]
    assert customers.countries(actor=limited(operator, "ES", "PT")) == ["ES"]
    assert customers.by_id([every[0].id, 2**40], carrier_id=operator.carrier.id) == {every[0].id: every[0]}
