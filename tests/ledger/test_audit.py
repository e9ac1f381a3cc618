"""Sound books have no break, whatever happened in them, and the audit disturbs nobody."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from skypurser.access.acting import acting_for
from skypurser.electronic import manual
from skypurser.ledger import control
from skypurser.ledger.audit import Break, Invariant, audit_carrier, chains, movements, snapshot
from skypurser.ledger.book import Book
from skypurser.ledger.intents import AccountState, ClosePeriod, Intent
from skypurser.ledger.requests import Answer, Request, fingerprint
from skypurser.money import Money
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.audit import audit_tickets
from tests import cast
from tests.tampering import tampering

TODAY = date(2026, 1, 15)


@dataclass(slots=True, kw_only=True)
class CloseBooks(Request):
    """A cut-off, as the ledger sees it."""

    operation = "cut_off"
    action = "account.cut_off"

    through: date

    def plan(self, account: AccountState, book: Book, now: datetime) -> Intent:  # noqa: ARG002
        return ClosePeriod(self.through, TODAY)


def close(account: cast.Account, through: date) -> Answer:
    key = cast.fresh_key("close")
    return cast.post(
        CloseBooks(
            carrier_id=account.carrier.id,
            key=key,
            fingerprint=fingerprint(key),
            account_id=account.id,
            currency=account.currency,
            actor="desk",
            reference="January",
            now=cast.NOON,
            through=through,
        )
    )


def breaks(carrier_id: int) -> list[Break]:
    return [*audit_carrier(carrier_id), *audit_tickets(carrier_id)]


def live_a_little(account: cast.Account) -> None:
    """Everything that can happen to an account: 16 movements, among them refusals, holds and cards."""
    later = cast.NOON + timedelta(hours=2)
    sold = [cast.issue(account, fare=14_175, taxes=833) for _ in range(4)]
    by_card = cast.issue(account, form_of_payment=FormOfPayment.CARD)
    cast.post(cast.credit(account, 100_001))
    for request in (*sold, by_card, cast.issue(account, form_of_payment=FormOfPayment.CARD_OFFLINE)):
        cast.post(request)
    cast.post(sold[0])  # again: the same answer
    cast.post(cast.issue(account, document=sold[0].document))
    cast.post(cast.issue(account, fare=10**12))
    assert sold[0].document
    assert sold[1].document
    assert by_card.document
    cast.post(cast.void(account, sold[0].document))
    for _ in range(3):
        cast.post(cast.refund(account, sold[1].document, fare=4_725, taxes=277, penalty=10))
    cast.post(cast.refund(account, by_card.document, fare=333))
    cast.post(cast.void(account, sold[1].document))
    holds = [cast.post(cast.hold(account, 7_000)).facts["hold"] for _ in range(5)]
    cast.post(cast.capture(account, holds[0], 6_500))
    cast.post(cast.capture(account, holds[1], 7_001))
    cast.post(cast.capture(account, holds[1], 7_001))
    cast.post(cast.release(account, holds[2]))
    cast.post(cast.extend(account, holds[3], later + timedelta(days=1)))
    cast.post(cast.capture(account, holds[4], 1, now=later))
    debited = manual.debit(
        account_id=account.id,
        amount=Money(2_000_000, account.currency),
        reference="memo",
        key=cast.fresh_key(),
        actor=account.actor,
        now=later,
    )
    cast.post(cast.issue(account, now=later))
    manual.reverse(
        account_id=account.id,
        entry_id=debited.facts["entry"],
        reference="sorry",
        key=cast.fresh_key(),
        actor=account.actor,
        now=later,
    )
    cast.post(cast.limit(account, 0, now=later))


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_a_life_with_everything_in_it_breaks_nothing(currency: str) -> None:
    agency = cast.agency(cast.carrier(), currency=currency, opening_credit=1)

    live_a_little(agency)

    assert breaks(agency.carrier.id) == []
    standing = cast.standing(agency)
    assert standing.movements == 16
    assert standing.held == 7_000


def test_several_currencies_of_one_carrier_are_weighed_apart() -> None:
    carrier = cast.carrier()

    for currency in ("USD", "JPY", "KWD"):
        live_a_little(cast.agency(carrier, currency=currency))

    assert breaks(carrier.id) == []


def test_a_carrier_without_an_account_breaks_nothing() -> None:
    assert breaks(cast.carrier().id) == []


def test_a_sale_that_is_all_commission_has_an_entry_without_a_movement() -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates(domestic="FREE"))
    sale = cast.issue(agency, taxes=0, commission_bps=10_000)

    answer = cast.post(sale)

    assert "item" not in answer.facts
    assert breaks(agency.carrier.id) == []


def test_a_capture_within_its_hold_is_sound_though_a_cut_limit_left_the_account_over_it() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000)
    hold = cast.post(cast.hold(agency, 700)).facts["hold"]
    cast.post(cast.limit(agency, 500))

    cast.post(cast.capture(agency, hold, 650))

    assert cast.standing(agency).available == -150
    assert breaks(agency.carrier.id) == []


def test_a_late_item_that_was_moved_out_of_a_closed_period_is_sound() -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.issue(agency))
    close(agency, TODAY)

    cast.post(cast.issue(agency))

    told = [(m.kind, m.business_date, m.original_date) for m in cast.statement(agency)]
    assert told == [("ticket", TODAY, None), ("cut_off", TODAY, None), ("ticket", TODAY + timedelta(days=1), TODAY)]
    assert breaks(agency.carrier.id) == []


def test_rolling_up_the_control_accounts_changes_no_balance() -> None:
    agency = cast.agency(cast.carrier())
    live_a_little(agency)

    with acting_for(agency.carrier.id):
        control.roll_up()

    assert breaks(agency.carrier.id) == []


def test_accounts_and_movements_are_fetched_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FETCH", 2)
    carrier = cast.carrier()
    for account in (cast.agency(carrier), cast.client(carrier), cast.agency(carrier, currency="KWD")):
        cast.post(cast.issue(account))
    live_a_little(cast.agency(carrier))

    assert breaks(carrier.id) == []


def test_progress_counts_movements_up_to_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chains, "REPORT_EVERY", 2)
    agency = cast.agency(cast.carrier())
    for _ in range(3):
        cast.post(cast.issue(agency))
    told: list[tuple[int, int]] = []

    list(audit_carrier(agency.carrier.id, progress=lambda done, total: told.append((done, total))))

    assert told == [(2, 3), (3, 3)]


def test_sales_that_go_on_meanwhile_are_no_break(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.issue(agency))

    def sell() -> None:
        cast.post(cast.issue(agency))
        connection.close()

    def sell_and_read(carrier_id: int) -> AbstractContextManager[Iterator[snapshot.Row]]:
        seller = threading.Thread(target=sell)  # with a connection of its own
        seller.start()
        seller.join()
        return movements.opened_movements(carrier_id)

    monkeypatch.setattr("skypurser.ledger.audit.chains.opened_movements", sell_and_read)
    found = list(audit_carrier(agency.carrier.id))
    monkeypatch.undo()

    assert found == []
    assert cast.standing(agency).movements == 2


def test_the_audit_writes_nothing_and_wants_a_transaction_of_its_own() -> None:
    carrier = cast.carrier()

    with acting_for(carrier.id), pytest.raises(RuntimeError):
        next(audit_carrier(carrier.id))


def test_giving_up_halfway_leaves_the_connection_as_it_was(superuser: psycopg.Connection) -> None:
    agency = cast.agency(cast.carrier())
    cast.post(cast.issue(agency))
    with tampering(superuser, agency.carrier.id) as db:
        db.execute("UPDATE ledger_account SET debits = debits + 1 WHERE id = %s", [agency.id])
        first: Iterator[Break] = audit_carrier(agency.carrier.id)

        next(first)
        del first

        assert not connection.in_atomic_block
    cast.post(cast.issue(agency))


def test_anothers_tampering_is_not_this_carriers(superuser: psycopg.Connection) -> None:
    ours, outsider = cast.agency(cast.carrier()), cast.outsider().agency
    for account in (ours, outsider):
        cast.post(cast.issue(account))

    with tampering(superuser, outsider.carrier.id) as db:
        db.execute("UPDATE ledger_account SET debits = debits + 1 WHERE id = %s", [outsider.id])

        assert breaks(ours.carrier.id) == []
        assert breaks(outsider.carrier.id) != []


def test_a_break_reads_like_a_sentence() -> None:
    found = Break(Invariant.SUMS, "stored debits are 1.00 USD; its movements add up to 2.00 USD", 1, 7, 3)

    assert str(found) == (
        "carrier 1, account 7, item 3: stored debits are 1.00 USD; its movements add up to 2.00 USD"
        " (stored sums are what they sum up)"
    )
