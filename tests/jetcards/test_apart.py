"""Cards and electronic accounts are both accounts of the ledger; what is asked of one kind never reaches the other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from skypurser.access.acting import acting_for
from skypurser.electronic import holding as electronic_holding
from skypurser.electronic import managing, manual, queries
from skypurser.electronic.filtering import Filters
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Status
from tests import cast
from tests.api.v1.asking import program
from tests.jetcards import holding


@pytest.fixture
def both() -> tuple[cast.CharterOperator, cast.Account, int]:
    """A carrier with an agency and a card, and a hold on the card."""
    operator = cast.charter_operator()
    agency = cast.agency(operator.carrier)
    held = holding.place(
        card_id=operator.card.id,
        amount=100,
        expires_at=cast.NOON + timedelta(days=36_500),
        reference="quote",
        key="hold",
        actor=operator.actor,
        now=cast.NOON,
    )
    return operator, agency, held.facts["hold"]


def test_lists_of_electronic_accounts_and_their_holds_show_no_card(
    both: tuple[cast.CharterOperator, cast.Account, int],
) -> None:
    operator, agency, _ = both

    every = queries.accounts(Filters(type=None, statuses=frozenset(Status)), actor=operator.actor)

    assert [view.account_id for view in every] == [agency.id]
    assert electronic_holding.open_holds(actor=operator.actor) == []
    assert electronic_holding.held_sums(actor=operator.actor) == []
    assert [one.amount for one in holding.holds_of(operator.card.id, actor=operator.actor)] == [100]


def test_a_card_is_neither_credited_nor_managed_as_an_electronic_account(
    both: tuple[cast.CharterOperator, cast.Account, int],
) -> None:
    operator, _, _ = both
    about: dict[str, Any] = {
        "account_id": operator.card.id,
        "reference": "x",
        "actor": operator.actor,
        "now": cast.NOON,
    }

    codes = []
    for verb, what in (
        (manual.debit, {"amount": 100}),
        (managing.set_status, {"status": Status.SUSPENDED}),
        (managing.set_credit_limit, {"credit_limit": 100}),
    ):
        ask: Callable[..., Any] = verb
        with pytest.raises(RequestRefused) as refusal:
            ask(**about, **what, key=cast.fresh_key())
        codes.append(refusal.value.code)

    assert codes == ["account_not_found"] * 3
    with pytest.raises(AccountNotFound):
        managing.delete(**about)


def test_a_hold_on_a_card_is_none_of_the_counters(both: tuple[cast.CharterOperator, cast.Account, int]) -> None:
    operator, _, hold = both
    ask = program(operator.carrier)

    answers = [
        ask("GET", f"/holds/{hold}"),
        ask("POST", f"/holds/{hold}/release", {"reference": "x"}),
        ask("POST", f"/holds/{hold}/capture", {"amount": "1.00", "reference": "x"}),
    ]

    assert [(told.status, told.code) for told in answers] == [(404, "hold_not_found")] * 3
    with acting_for(operator.carrier.id):
        assert cast.standing(operator.card).held == 100


def test_an_account_of_an_agency_is_neither_funded_nor_closed_as_a_card(
    both: tuple[cast.CharterOperator, cast.Account, int],
) -> None:
    operator, agency, _ = both
    ask = program(operator.carrier)

    answers = [
        ask("GET", f"/jet-cards/{agency.id}"),
        ask("POST", f"/jet-cards/{agency.id}/close", {"reference": "x"}),
        ask("POST", f"/jet-cards/{agency.id}/funds", {"direction": "add", "amount": "1.00", "reference": "x"}),
    ]

    assert [(told.status, told.code) for told in answers] == [(404, "card_not_found")] * 3
