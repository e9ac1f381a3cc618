"""The audit of cards finds what does not fit the ledger. Everything is put back afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from skypurser.charter.closing import close
from skypurser.jetcards.audit import audit_cards
from skypurser.jetcards.transferring import transfer
from skypurser.ledger.audit import Invariant
from tests import cast
from tests.tampering import tampering


@dataclass(frozen=True)
class Cards:
    """Two cards with a transfer between them, and one that is closed, open to tampering."""

    operator: cast.CharterOperator
    card: int
    other: int
    closed: int
    db: psycopg.Connection

    def change(self, sql: str) -> None:
        names = {"carrier": self.operator.carrier.id, "card": self.card, "other": self.other, "closed": self.closed}
        assert self.db.execute(sql.format(**names)).rowcount > 0, "nothing was tampered with"

    def found(self) -> list[Invariant]:
        return [one.invariant for one in audit_cards(self.operator.carrier.id)]


@pytest.fixture
def cards(superuser: psycopg.Connection) -> Iterator[Cards]:
    operator = cast.charter_operator()
    other, closed = (cast.card(operator.carrier, operator.customer) for _ in range(2))
    transfer(
        from_card_id=operator.card.id,
        to_card_id=other.id,
        amount=100,
        reference="move",
        key="t",
        actor=operator.actor,
        now=cast.NOON,
    )
    close(card_id=closed.id, reference="end", key="c", actor=operator.actor, now=cast.NOON)
    cast.person(cast.customer(operator.carrier, name="Other"), operator.carrier, "Stranger")
    with tampering(superuser, operator.carrier.id) as db:
        yield Cards(operator, operator.card.id, other.id, closed.id, db)


def test_sound_cards_have_no_breaks(cards: Cards) -> None:
    assert cards.found() == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE jetcards_jetcard SET currency = 'EUR' WHERE account_id = {card}", [Invariant.BALANCED]),
        ("UPDATE ledger_account SET currency = 'EUR' WHERE id = {card}", [Invariant.BALANCED]),
        ("UPDATE ledger_account SET credit_limit = 1 WHERE id = {card}", [Invariant.FUNDED]),
        ("UPDATE ledger_account SET status = 'CLOSED' WHERE id = {card}", [Invariant.SUMS]),
        ("UPDATE ledger_account SET status = 'ACTIVE' WHERE id = {closed}", [Invariant.SUMS]),
        ("UPDATE jetcards_jetcard SET closed_at = NULL WHERE account_id = {closed}", [Invariant.SUMS]),
        ("UPDATE ledger_account SET credits = credits + 1 WHERE id = {closed}", [Invariant.SUMS]),
        ("DELETE FROM ledger_account WHERE id = {card}", [Invariant.CARRIERS]),
        (
            "INSERT INTO jetcards_cardperson SELECT {carrier}, {card}, max(id) FROM parties_person",
            [Invariant.CARRIERS],
        ),
        ("UPDATE jetcards_cardtransfer SET amount = amount + 1 WHERE carrier_id = {carrier}", [Invariant.BALANCED]),
        (
            "UPDATE jetcards_cardtransfer SET from_entry_id = to_entry_id + 1000 WHERE carrier_id = {carrier}",
            [Invariant.BALANCED] * 2,
        ),
        ("DELETE FROM jetcards_cardtransfer WHERE carrier_id = {carrier}", [Invariant.BALANCED] * 2),
        (
            "UPDATE jetcards_jetcard SET customer_id = customer_id + 1 WHERE account_id = {other}",
            [Invariant.CARRIERS],
        ),
        (
            "UPDATE ledger_entry SET business_date = '2026-01-01' WHERE account_id = {card} AND item = 2",
            [Invariant.CHAIN],
        ),
    ],
)
def test_each_break_is_found(cards: Cards, sql: str, found: list[Invariant]) -> None:
    cards.change(sql)

    assert cards.found() == found
