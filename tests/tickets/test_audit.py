"""Tickets and the ledger tell the same story, and the audit of tickets finds where they do not."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from skypurser.ledger.audit import Invariant
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.audit import audit_tickets
from tests import cast
from tests.tampering import tampering

DEDUCTION, REVERSALS = Invariant.ONE_DEDUCTION, Invariant.REVERSALS

#: Document, item of the sale (where it moved money) and of what came after it.
SOLD, REFUNDED, VOIDED, BY_CARD, CARD_REFUNDED, RECORDED, FREE = (f"279{n:010d}" for n in range(9_000_001, 9_000_008))


@dataclass(frozen=True)
class Written:
    """Items: 1 SOLD, 2 REFUNDED, 3 VOIDED, 4 BY_CARD, 5 CARD_REFUNDED; 6 and 7 refunds, 8 the void, 9 a recall."""

    agency: cast.Account


@dataclass(frozen=True)
class Shelf:
    """The tickets of a carrier, open to tampering."""

    agency: cast.Account
    db: psycopg.Connection

    def change(self, document: str, changes: str) -> None:
        """Change a ticket."""
        carrier_id = self.agency.carrier.id
        sql = f"UPDATE tickets_ticket SET {changes} WHERE carrier_id = {carrier_id} AND document_number = '{document}'"
        assert self.db.execute(sql).rowcount == 1

    def ledger(self, sql: str) -> None:
        """Change the ledger; `{carrier}` and `{account}` select this one's rows."""
        names = {"carrier": f"carrier_id = {self.agency.carrier.id}", "account": f"account_id = {self.agency.id}"}
        assert self.db.execute(sql.format(**names)).rowcount > 0

    def found(self) -> set[tuple[Invariant, int | None]]:
        """What the audit finds."""
        breaks = list(audit_tickets(self.agency.carrier.id))
        assert {found.account_id for found in breaks} <= {self.agency.id}
        return {(found.invariant, found.item) for found in breaks}

    def details(self) -> str:
        """What the audit says."""
        return "\n".join(found.detail for found in audit_tickets(self.agency.carrier.id))


@pytest.fixture(scope="module")
def written() -> Written:
    agency = cast.airline().agency
    for document in (SOLD, REFUNDED, VOIDED):
        cast.post(cast.issue(agency, document=document))
    for document in (BY_CARD, CARD_REFUNDED):
        cast.post(cast.issue(agency, document=document, form_of_payment=FormOfPayment.CARD))
    cast.post(cast.issue(agency, document=RECORDED, form_of_payment=FormOfPayment.CARD_OFFLINE))
    cast.post(cast.issue(agency, document=FREE, fare=0, taxes=0))
    for _ in range(2):
        cast.post(cast.refund(agency, REFUNDED, fare=12_345, taxes=1_000, penalty=500))
    cast.post(cast.void(agency, VOIDED))
    cast.post(cast.refund(agency, CARD_REFUNDED, fare=100, taxes=8_000))
    cast.post(cast.refund(agency, RECORDED, fare=100))
    cast.post(cast.void(agency, FREE))
    return Written(agency)


@pytest.fixture
def shelf(written: Written, superuser: psycopg.Connection) -> Iterator[Shelf]:
    with tampering(superuser, written.agency.carrier.id) as db:
        yield Shelf(written.agency, db)


def test_what_nobody_touched_is_sound(shelf: Shelf) -> None:
    assert shelf.found() == set()


def test_the_fare_of_a_sale_changed(shelf: Shelf) -> None:
    shelf.change(SOLD, "fare = fare + 1")

    assert shelf.found() == {(DEDUCTION, 1)}
    assert f"ticket {SOLD}: its sale moved" in shelf.details()
    assert "sales 400.00 USD instead of 400.01 USD" in shelf.details()


def test_the_taxes_of_a_sale_changed(shelf: Shelf) -> None:
    shelf.change(SOLD, "taxes = taxes - 1")

    assert shelf.found() == {(DEDUCTION, 1)}


def test_the_commission_of_a_sale_changed(shelf: Shelf) -> None:
    shelf.change(SOLD, "commission = commission + 1")

    assert shelf.found() == {(DEDUCTION, None), (DEDUCTION, 1)}
    assert "its commission is 32.01 USD, but 8.00 % of its fare 32.00 USD" in shelf.details()


def test_the_commission_of_a_card_sale_changed(shelf: Shelf) -> None:
    shelf.change(BY_CARD, "commission = commission + 1")

    assert shelf.found() == {(DEDUCTION, None), (DEDUCTION, 4)}


def test_the_fare_of_a_sale_that_moved_nothing_changed_shows_by_its_commission(shelf: Shelf) -> None:
    shelf.change(RECORDED, "fare = fare * 2")

    assert shelf.found() == {(DEDUCTION, None)}
    assert "USD" in shelf.details()


def test_a_sale_settled_otherwise(shelf: Shelf) -> None:
    shelf.change(SOLD, "settlement = 'none'")

    assert shelf.found() == {(DEDUCTION, 1)}


def test_a_sale_that_moved_nothing_said_to_be_on_account(shelf: Shelf) -> None:
    shelf.change(RECORDED, "settlement = 'on_account'")

    assert (DEDUCTION, None) in shelf.found()


def test_a_sale_that_names_another_entry(shelf: Shelf) -> None:
    shelf.change(SOLD, "entry_id = entry_id + 1")

    assert shelf.found() == {(DEDUCTION, 1)}


def test_a_sale_moved_to_another_account(shelf: Shelf) -> None:
    shelf.ledger("UPDATE ledger_entry SET account_id = account_id + 1 WHERE {account} AND item = 1")

    assert {found for found, _ in shelf.found()} == {DEDUCTION}


def test_an_entry_without_its_ticket(shelf: Shelf) -> None:
    shelf.ledger(f"DELETE FROM tickets_ticket WHERE {{carrier}} AND document_number = '{REFUNDED}'")

    assert shelf.found() == {(DEDUCTION, 2), (DEDUCTION, 6), (DEDUCTION, 7)}
    assert "belongs to no ticket" in shelf.details()


def test_an_entry_that_lost_its_document(shelf: Shelf) -> None:
    shelf.ledger(f"UPDATE ledger_entry SET document = NULL WHERE {{carrier}} AND document = '{SOLD}'")

    assert shelf.found() == {(DEDUCTION, 1), (DEDUCTION, None)}


@pytest.mark.parametrize("change", ["refunded_fare = refunded_fare + 1", "refunded_taxes = refunded_taxes - 1"])
def test_what_was_refunded_changed(shelf: Shelf, change: str) -> None:
    shelf.change(REFUNDED, change)

    assert shelf.found() == {(REVERSALS, 7)}
    assert "what it was refunded moved" in shelf.details()


@pytest.mark.parametrize(("document", "item"), [(REFUNDED, 7), (CARD_REFUNDED, 9)])
def test_the_commission_recalled_changed(shelf: Shelf, document: str, item: int) -> None:
    shelf.change(document, "recalled_commission = recalled_commission - 1")

    assert shelf.found() == {(REVERSALS, None), (REVERSALS, item)}


def test_a_refund_enlarged_in_the_ledger(shelf: Shelf) -> None:
    shelf.ledger(
        "UPDATE ledger_entry SET amounts[array_position(controls, 'sales')] ="
        " amounts[array_position(controls, 'sales')] + 1 WHERE {account} AND item = 6"
    )

    assert shelf.found() == {(REVERSALS, 7)}


def test_refunds_counted_down(shelf: Shelf) -> None:
    shelf.change(REFUNDED, "refunds = 1")

    assert shelf.found() == {(REVERSALS, 7)}


def test_a_refunded_ticket_said_to_be_good(shelf: Shelf) -> None:
    shelf.change(REFUNDED, "status = 'ISSUED'")

    assert shelf.found() == {(REVERSALS, None)}


def test_a_voided_ticket_said_to_be_good(shelf: Shelf) -> None:
    shelf.change(VOIDED, "status = 'ISSUED'")

    assert shelf.found() == {(REVERSALS, 8)}


def test_a_ticket_said_to_be_voided(shelf: Shelf) -> None:
    shelf.change(SOLD, "status = 'VOIDED'")

    assert shelf.found() == {(REVERSALS, None)}


def test_a_void_that_nets_to_more_than_zero(shelf: Shelf) -> None:
    shelf.ledger("UPDATE ledger_entry SET credit = credit + 1 WHERE {account} AND item = 8")

    assert shelf.found() == {(REVERSALS, 8)}


def test_a_void_of_another_sale(shelf: Shelf) -> None:
    shelf.ledger(f"UPDATE ledger_entry SET reverses = 1 WHERE {{carrier}} AND document = '{VOIDED}' AND kind = 'void'")

    assert shelf.found() == {(REVERSALS, 8)}


def test_the_sale_of_another_carrier_is_not_this_ones(shelf: Shelf) -> None:
    ours = cast.agency(cast.carrier())
    cast.post(cast.issue(ours, document=SOLD))
    shelf.change(SOLD, "fare = fare + 1")

    assert list(audit_tickets(ours.carrier.id)) == []
