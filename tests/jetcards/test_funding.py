"""Give and take money on a card. Source: FL3XX, "Managing Balances"."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import closing
from skypurser.errors import InvalidRequest
from skypurser.jetcards import funding
from skypurser.jetcards.directory import CardNotFound
from skypurser.ledger.control import balances
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Control, Outcome
from skypurser.money import Money
from tests import cast
from tests.databases import unchanged
from tests.jetcards import holding, spending

HOUR = timedelta(hours=1)


def move(verb: Any, card: cast.Account, minor: int, **differently: Any) -> Answer:
    how: dict[str, Any] = {
        "card_id": card.id,
        "amount": Money(minor, card.currency),
        "reference": "wire 4711",
        "key": cast.fresh_key("funds"),
        "actor": card.actor,
        "now": cast.NOON,
    }
    answer: Answer = verb(**{**how, **differently})
    return answer


def test_adding_and_removing_funds_moves_bank_clearing_and_the_opening_balance_its_own_account() -> None:
    card = cast.charter_operator(balance=500_000).card

    move(funding.add_funds, card, 20_000)
    answer = move(funding.remove_funds, card, 120_000)

    assert (answer.facts["item"], answer.facts["net"], answer.facts["available"]) == (3, 400_000, 400_000)
    with acting_for(card.carrier.id):
        assert balances() == {
            (Control.BANK_CLEARING, "USD"): (20_000, 120_000),
            (Control.OPENING_BALANCES, "USD"): (500_000, 0),
        }


def test_removing_more_than_is_available_is_refused_with_the_shortfall(superuser: psycopg.Connection) -> None:
    card = cast.charter_operator(balance=100_000).card

    with unchanged(superuser, card.carrier.id), pytest.raises(RequestRefused) as refusal:
        move(funding.remove_funds, card, 100_001)

    assert refusal.value.code == "insufficient_funds"
    assert refusal.value.facts == {"available": 100_000, "shortfall": 1}


def test_an_exact_fit_is_removed() -> None:
    card = cast.charter_operator(balance=100_000).card

    answer = move(funding.remove_funds, card, 100_000)

    assert answer.facts["available"] == 0


def test_held_money_cannot_be_removed() -> None:
    card = cast.charter_operator(balance=100_000).card
    move(holding.place, card, 70_000, expires_at=cast.NOON + HOUR)

    with pytest.raises(RequestRefused) as refusal:
        move(funding.remove_funds, card, 40_000)

    assert (refusal.value.code, refusal.value.facts["shortfall"]) == ("insufficient_funds", 10_000)


def test_a_retried_removal_removes_once_even_when_the_money_is_gone(superuser: psycopg.Connection) -> None:
    card = cast.charter_operator(balance=100_000).card
    first = move(funding.remove_funds, card, 100_000, key="k")

    with unchanged(superuser, card.carrier.id, but=()):
        again = move(funding.remove_funds, card, 100_000, key="k")

    assert again == replace(first, replayed=True)


@pytest.mark.parametrize(
    "differently", [{"reference": "wire 4712"}, {"amount": Money(101, "USD")}, {"amount": Money(100, "EUR")}]
)
def test_a_key_with_another_payload_is_a_conflict(differently: dict[str, Any]) -> None:
    card = cast.charter_operator().card
    move(funding.add_funds, card, 100, key="k")

    with pytest.raises(RequestRefused) as refusal:
        move(funding.add_funds, card, 100, key="k", **differently)

    assert refusal.value.code == "key_reused"


def test_another_currency_than_the_cards_is_refused() -> None:
    card = cast.charter_operator().card

    with pytest.raises(RequestRefused) as refusal:
        move(funding.add_funds, card, 100, amount=Money(100, "EUR"))

    assert refusal.value.code == "currency_mismatch"


@pytest.mark.parametrize("verb", [funding.add_funds, funding.remove_funds])
@pytest.mark.parametrize("differently", [{"amount": 0}, {"amount": -1}, {"reference": " "}, {"reference": "a\x00b"}])
def test_no_amount_or_reference_is_malformed(
    superuser: psycopg.Connection, verb: Any, differently: dict[str, Any]
) -> None:
    card = cast.charter_operator().card

    with unchanged(superuser, card.carrier.id, but=()), pytest.raises(InvalidRequest):
        move(verb, card, 100, **differently)


def test_funds_take_the_permission_of_their_own() -> None:
    card = cast.charter_operator().card
    clerk = Actor(card.carrier.id, "clerk", ALL - {Permission.CARD_FUNDS})

    with pytest.raises(PermissionDenied):
        move(funding.add_funds, card, 100, actor=clerk)


def test_a_member_limited_to_countries_moves_money_of_customers_billed_there_only() -> None:
    operator = cast.charter_operator()
    home = Actor(operator.carrier.id, "home", ALL, countries=frozenset({"US"}))
    abroad = Actor(operator.carrier.id, "abroad", ALL, countries=frozenset({"PE"}))
    in_a_city = Actor(operator.carrier.id, "city", ALL, cities=frozenset({"NYC"}))

    move(funding.add_funds, operator.card, 100, actor=home)
    with pytest.raises(PermissionDenied):
        move(funding.add_funds, operator.card, 100, actor=abroad)
    with pytest.raises(PermissionDenied):
        move(funding.add_funds, operator.card, 100, actor=in_a_city)


def test_another_carriers_card_does_not_exist() -> None:
    card, outsider = cast.charter_operator().card, cast.charter_operator()

    with pytest.raises(CardNotFound):
        move(funding.add_funds, card, 100, actor=outsider.actor)


def test_nothing_moves_while_jet_cards_are_switched_off(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)

    for verb in (funding.add_funds, funding.remove_funds, spending.pay):
        with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(JetCardsOff):
            move(verb, operator.card, 100)


def test_an_electronic_account_is_no_card() -> None:
    operator = cast.charter_operator()
    agency = cast.agency(operator.carrier)

    with pytest.raises(CardNotFound):
        move(funding.add_funds, agency, 100)


def test_a_payment_takes_the_price_at_once() -> None:
    card = cast.charter_operator(balance=100_000).card

    answer = move(spending.pay, card, 60_000, document="B-1")
    refused = move(spending.pay, card, 60_000, document="B-2")

    assert (answer.outcome, answer.facts["available"]) == (Outcome.POSTED, 40_000)
    assert (refused.code, refused.facts["shortfall"]) == ("insufficient_funds", 20_000)


def test_a_payment_in_a_transaction_that_fails_did_not_happen() -> None:
    operator = cast.charter_operator(balance=100_000)

    def book() -> None:
        with acting_for(operator.carrier.id):
            move(spending.pay, operator.card, 60_000)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book()

    assert cast.standing(operator.card).net == 100_000


def test_a_captured_hold_is_one_debit_and_gives_the_rest_back() -> None:
    """Worked example: available 1,000; hold 700; second hold 400; capture 650 of the first."""
    card = cast.charter_operator(balance=100_000).card
    hold = move(holding.place, card, 70_000, expires_at=cast.NOON + HOUR).facts["hold"]
    with pytest.raises(RequestRefused) as refusal:
        move(holding.place, card, 40_000, expires_at=cast.NOON + HOUR)

    answer = move(holding.capture, card, 65_000, hold_id=hold)

    assert (refusal.value.code, refusal.value.facts["shortfall"]) == ("insufficient_funds", 10_000)
    assert (answer.facts["net"], answer.facts["held"], answer.facts["available"]) == (35_000, 0, 35_000)


def test_a_hold_is_extended_and_released() -> None:
    card = cast.charter_operator(balance=100_000).card
    hold = move(holding.place, card, 70_000, expires_at=cast.NOON + HOUR).facts["hold"]
    about: dict[str, Any] = {
        "card_id": card.id,
        "hold_id": hold,
        "reference": "later",
        "actor": card.actor,
        "now": cast.NOON,
    }

    holding.extend(**about, expires_at=cast.NOON + 2 * HOUR, key=cast.fresh_key())
    assert cast.standing(card, now=cast.NOON + HOUR).available == 30_000
    holding.release(**about, key=cast.fresh_key())

    assert cast.standing(card).available == 100_000


def test_a_date_never_goes_back_along_a_card() -> None:
    card = cast.charter_operator(balance=100_000).card

    move(funding.add_funds, card, 100, now=cast.NOON + timedelta(days=2))
    move(funding.add_funds, card, 100, now=cast.NOON + timedelta(days=1))

    assert [line.business_date.day for line in cast.statement(card)] == [15, 17, 17]


def test_a_closed_card_pays_what_is_left_back_and_moves_nothing_any_more() -> None:
    card = cast.charter_operator(balance=100_000).card
    about: dict[str, Any] = {"card_id": card.id, "reference": "contract ended", "actor": card.actor, "now": cast.NOON}

    answer = closing.close(**about, key="close")

    assert (answer.facts["debit"], answer.facts["net"], answer.facts["available"]) == (100_000, 0, 0)
    for verb in (funding.add_funds, funding.remove_funds):
        with pytest.raises(RequestRefused) as refusal:
            move(verb, card, 100)
        assert refusal.value.code == "account_closed"
    with pytest.raises(RequestRefused) as again:
        closing.close(**about, key="again")
    assert again.value.code == "account_closed"
    assert move(spending.pay, card, 100).code == "account_closed"
    with pytest.raises(RequestRefused) as held:
        move(holding.place, card, 1, expires_at=cast.NOON + HOUR)
    assert held.value.code == "account_closed"
    assert closing.close(**about, key="close") == replace(answer, replayed=True)


def test_an_empty_card_is_closed_without_a_movement() -> None:
    card = cast.charter_operator(balance=0).card

    answer = closing.close(card_id=card.id, reference="never used", key="close", actor=card.actor, now=cast.NOON)

    assert (answer.outcome, cast.statement(card)) == (Outcome.RECORDED, [])


def test_a_card_with_an_open_hold_is_not_closed(superuser: psycopg.Connection) -> None:
    card = cast.charter_operator(balance=100_000).card
    move(holding.place, card, 70_000, expires_at=cast.NOON + HOUR)
    about: dict[str, Any] = {"card_id": card.id, "reference": "contract ended", "actor": card.actor}

    with unchanged(superuser, card.carrier.id), pytest.raises(RequestRefused) as refusal:
        closing.close(**about, key="close", now=cast.NOON)

    assert (refusal.value.code, refusal.value.facts) == ("hold_open", {"held_minor": 70_000})
    assert closing.close(**about, key="later", now=cast.NOON + HOUR).facts["debit"] == 100_000
