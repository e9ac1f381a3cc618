"""Transfers between two cards of a customer: both halves or none."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.charter import closing
from skypurser.errors import InvalidRequest
from skypurser.jetcards import statement, transferring
from skypurser.jetcards.requests import TransferOut
from skypurser.ledger import posting
from skypurser.ledger.control import balances
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, RequestRefused
from skypurser.ledger.states import Control
from tests import cast
from tests.databases import Database, alone, at_once, end_whoever_waits, hold_back, this_database, unchanged


def transfer(source: cast.Account, target: cast.Account, minor: int, **differently: Any) -> Answer:
    how: dict[str, Any] = {
        "from_card_id": source.id,
        "to_card_id": target.id,
        "amount": minor,
        "reference": "move it",
        "key": cast.fresh_key("transfer"),
        "actor": source.actor,
        "now": cast.NOON,
    }
    return transferring.transfer(**{**how, **differently})


def two_cards(balance: int = 100_000) -> tuple[cast.CharterOperator, cast.Account, cast.Account]:
    operator = cast.charter_operator(balance=balance)
    return operator, operator.card, cast.card(operator.carrier, operator.customer, balance=balance)


def test_a_transfer_moves_money_from_one_card_to_the_other_and_leaves_nothing_between() -> None:
    operator, card, other = two_cards()

    answer = transfer(card, other, 30_000)

    assert (answer.facts["from"]["net"], answer.facts["to"]["net"]) == (70_000, 130_000)
    assert (cast.standing(card).net, cast.standing(other).net) == (70_000, 130_000)
    with acting_for(operator.carrier.id):
        assert balances()[Control.CARD_TRANSFERS, "USD"] == (30_000, 30_000)


def test_each_movement_names_the_other_card() -> None:
    operator, card, other = two_cards()

    transfer(card, other, 30_000)

    page = statement.page(customer_id=operator.customer.id, actor=operator.actor)
    assert [(line.card_id, line.other_card_id) for line in page.lines[:2]] == [
        (other.id, card.id),
        (card.id, other.id),
    ]
    assert {line.movement.document for line in page.lines[:2]} == {page.lines[0].movement.document}


def test_more_than_is_available_moves_nothing_on_either_card(superuser: psycopg.Connection) -> None:
    _, card, other = two_cards()

    with unchanged(superuser, card.carrier.id), pytest.raises(RequestRefused) as refusal:
        transfer(card, other, 100_001)

    assert (refusal.value.code, refusal.value.facts["shortfall"]) == ("insufficient_funds", 1)


def test_a_closed_target_takes_nothing_and_the_source_keeps_its_money(superuser: psycopg.Connection) -> None:
    _, card, other = two_cards()
    closing.close(card_id=other.id, reference="done", key="close", actor=card.actor, now=cast.NOON)

    with unchanged(superuser, card.carrier.id), pytest.raises(RequestRefused) as refusal:
        transfer(card, other, 100)

    assert refusal.value.code == "account_closed"


def test_another_customers_card_is_refused(superuser: psycopg.Connection) -> None:
    operator, card, _ = two_cards()
    theirs = cast.card(operator.carrier, cast.customer(operator.carrier, name="Other"))

    with unchanged(superuser, card.carrier.id), pytest.raises(RequestRefused) as refusal:
        transfer(card, theirs, 100)

    assert refusal.value.code == "other_customers_card"


def test_a_card_is_no_other_card_than_itself() -> None:
    _, card, _ = two_cards()

    with pytest.raises(InvalidRequest):
        transfer(card, card, 100)


def test_a_retried_transfer_moves_once_and_a_refused_one_stays_refused(superuser: psycopg.Connection) -> None:
    _, card, other = two_cards()
    first = transfer(card, other, 100_000, key="k")
    with pytest.raises(RequestRefused):
        transfer(card, other, 1, key="refused")
    transfer(other, card, 100_000)

    with unchanged(superuser, card.carrier.id, but=()):
        again = transfer(card, other, 100_000, key="k")
        with pytest.raises(RequestRefused) as refusal:
            transfer(card, other, 1, key="refused")

    assert again == replace(first, replayed=True)
    assert refusal.value.answer.replayed
    with pytest.raises(RequestRefused) as other_payload:
        transfer(card, other, 99_999, key="k")
    assert other_payload.value.code == "key_reused"


def test_the_database_refuses_half_a_transfer() -> None:
    _, card, other = two_cards()
    common: dict[str, Any] = {
        "carrier_id": card.carrier.id,
        "key": "half",
        "fingerprint": b"",
        "currency": "USD",
        "actor": "desk",
        "reference": "half",
        "document": "transfer:1",
        "amount": 100,
        "now": cast.NOON,
    }
    half = TransferOut(**common, account_id=card.id, other_card=other.id)

    with pytest.raises(psycopg.errors.CheckViolation, match="two entries at once"), acting_for(card.carrier.id):
        post_one(half)


# ----------------------------------------------------------------------------------------------------------- at once


@pytest.fixture
def ours() -> Database:
    return this_database()


def to_and_fro(database: Database) -> tuple[list[Answer | Exception], int, int]:
    with database.behind_django():
        _, card, other = two_cards()
        works = [partial(transfer, *pair, 10_000) for pair in [(card, other), (other, card)] * 5]
        answers = at_once(database, works)
        return answers, cast.standing(card).net, cast.standing(other).net


def test_transfers_in_both_directions_never_wait_for_one_another_in_a_circle(ours: Database) -> None:
    answers, card, other = to_and_fro(ours)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert (card, other) == (100_000, 100_000)


def test_without_the_global_order_they_would(ours: Database) -> None:
    """Each locks the account that gives first: the circle that the order forbids."""
    in_order = posting.LOCK
    _, card, other = two_cards()

    def one_by_one(source: cast.Account, target: cast.Account) -> None:
        with acting_for(source.carrier.id):
            _lock(source)
            met.wait(timeout=30)
            _lock(target)

    met = threading.Barrier(2)

    def _lock(account: cast.Account) -> None:
        with psycopg.RawCursor(connection.connection) as cursor:
            cursor.execute(in_order, ([account.carrier.id], [account.id]))

    with ThreadPoolExecutor(2) as pool:
        pairs = [(card, other), (other, card)]
        results = [pool.submit(alone, ours, partial(one_by_one, *pair)) for pair in pairs]
        failed = [type(result.result()).__name__ for result in results if isinstance(result.result(), Exception)]

    assert failed == ["DeadlockDetected"]


def test_two_transfers_of_the_same_money_have_one_winner(ours: Database) -> None:
    operator, card, other = two_cards()
    third = cast.card(operator.carrier, operator.customer, balance=0)

    answers = at_once(ours, [partial(transfer, card, target, 100_000) for target in (other, third)])

    refused = [answer for answer in answers if isinstance(answer, RequestRefused)]
    assert [no.facts["shortfall"] for no in refused] == [100_000]
    assert cast.standing(card).net == 0
    assert cast.standing(other).net + cast.standing(third).net == 200_000


def test_the_same_key_at_once_moves_once(ours: Database) -> None:
    _, card, other = two_cards()

    answers = at_once(ours, [partial(transfer, card, other, 60_000, key="same") for _ in range(4)])

    assert sorted(answer.replayed for answer in answers if isinstance(answer, Answer)) == [False, True, True, True]
    assert (cast.standing(card).net, cast.standing(other).net) == (40_000, 160_000)


def test_killed_between_the_halves_nothing_was_moved_and_the_same_key_moves_both(
    ours: Database, superuser: psycopg.Connection
) -> None:
    """The session dies after both halves are written and before what belongs to them is."""
    _, card, other = two_cards()

    with unchanged(superuser, card.carrier.id, but=()), ThreadPoolExecutor(1) as pool:
        with ours.superuser() as gate, gate.transaction():
            hold_back(gate, writing="jetcards_cardtransfer")
            doomed = pool.submit(alone, ours, partial(transfer, card, other, 60_000, key="k"))
            end_whoever_waits(ours, writing="jetcards_cardtransfer")
        assert isinstance(doomed.result(), Exception)

    answer = transfer(card, other, 60_000, key="k")

    assert not answer.replayed
    assert (cast.standing(card).net, cast.standing(other).net) == (40_000, 160_000)
