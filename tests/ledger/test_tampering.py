"""Whoever changes the books behind the ledger's back is found out, and where.

Each test changes something as a superuser with the triggers asleep, and puts it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from skypurser.electronic import manual
from skypurser.ledger.audit import Invariant, audit_carrier, chains, snapshot
from tests import cast
from tests.tampering import tampering

BALANCED, SUMS, CHAIN, FUNDED = Invariant.BALANCED, Invariant.SUMS, Invariant.CHAIN, Invariant.FUNDED
REFUSALS, ONE_ANSWER, REVERSALS = Invariant.REFUSALS, Invariant.ONE_ANSWER, Invariant.REVERSALS
ONE_DEDUCTION, CARRIERS, PERIODS = Invariant.ONE_DEDUCTION, Invariant.CARRIERS, Invariant.PERIODS

#: Invariant, item.
type Where = tuple[Invariant, int | None]


@dataclass
class Books:
    """An agency's books: 1 credit, 2–5 sales, 6 a refund of item 2, 7 a capture, 8 a debit memo, 9 its reversal."""

    agency: cast.Account
    db: psycopg.Connection
    captured: int
    held: int

    def change(self, sql: str) -> None:
        """Run a statement; `{line}` selects this agency's movements, `{account}` its row, `{entry[n]}` item n's id."""
        found = self.db.execute("SELECT item, id FROM ledger_entry WHERE account_id = %s", [self.agency.id])
        names = {
            "account": f"carrier_id = {self.agency.carrier.id} AND id = {self.agency.id}",
            "line": f"carrier_id = {self.agency.carrier.id} AND account_id = {self.agency.id}",
            "carrier": f"carrier_id = {self.agency.carrier.id}",
            "entry": dict(found.fetchall()),
            "captured": self.captured,
            "held": self.held,
        }
        changed = self.db.execute(sql.format(**names))
        assert changed.rowcount > 0, "nothing was tampered with"

    def found(self) -> set[Where]:
        """What the audit finds; every break that names an account names this one."""
        breaks = list(audit_carrier(self.agency.carrier.id))
        assert {found.account_id for found in breaks} <= {self.agency.id, None}
        assert len(breaks) <= 10
        return {(found.invariant, found.item) for found in breaks}

    def details(self) -> str:
        """What the audit says."""
        return "\n".join(found.detail for found in audit_carrier(self.agency.carrier.id))


@dataclass(frozen=True)
class Written:
    """What all tests here tamper with, one after the other."""

    agency: cast.Account
    captured: int
    held: int
    unused: cast.Account
    others_entry: int


@pytest.fixture(scope="module")
def written() -> Written:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 100_000))
    sales = [cast.issue(agency) for _ in range(4)]
    for sale in sales:
        cast.post(sale)
    assert sales[0].document
    cast.post(cast.refund(agency, sales[0].document, fare=25_000, taxes=3_000, penalty=5_000))
    captured = cast.post(cast.hold(agency, 700)).facts["hold"]
    held = cast.post(cast.hold(agency, 400)).facts["hold"]
    cast.post(cast.capture(agency, captured, 650))
    memo = cast.post(cast.debit(agency, 1_234))
    cast.post(cast.issue(agency, fare=10**10))
    manual.reverse(
        account_id=agency.id,
        entry_id=memo.facts["entry"],
        reference="sorry",
        key=cast.fresh_key(),
        actor=agency.actor,
        now=cast.NOON,
    )
    other = cast.agency(agency.carrier)
    others_entry = cast.post(cast.debit(other, 1_234)).facts["entry"]
    return Written(agency, captured, held, cast.agency(agency.carrier), others_entry)


@pytest.fixture
def books(written: Written, superuser: psycopg.Connection) -> Iterator[Books]:
    with tampering(superuser, written.agency.carrier.id) as db:
        yield Books(written.agency, db, written.captured, written.held)


def test_untouched_books_are_sound(books: Books) -> None:
    assert books.found() == set()


# --------------------------------------------------------------------------------------------------- movements changed


def test_an_amount_changed_on_a_movement(books: Books) -> None:
    books.change("UPDATE ledger_entry SET debit = debit - 100 WHERE {line} AND item = 3")

    assert books.found() == {(BALANCED, 3), (BALANCED, None), (CHAIN, 3), (ONE_ANSWER, 3), (SUMS, None)}
    assert "debits 479.00 USD and credits 480.00 USD" in books.details()


def test_an_amount_changed_on_a_control_line(books: Books) -> None:
    books.change("UPDATE ledger_entry SET amounts[1] = amounts[1] - 1 WHERE id = {entry[3]}")

    assert books.found() == {(BALANCED, 3), (BALANCED, None), (CHAIN, 3), (SUMS, None)}


def test_an_amount_changed_on_both_sides_of_an_entry(books: Books) -> None:
    books.change("UPDATE ledger_entry SET debit = debit + 1 WHERE {line} AND item = 3")
    books.change("UPDATE ledger_entry SET amounts[1] = amounts[1] - 1 WHERE id = {entry[3]}")

    assert books.found() == {(CHAIN, 3), (ONE_ANSWER, 3), (SUMS, None)}


def test_an_amount_changed_everywhere_but_in_the_digest(books: Books) -> None:
    books.change("UPDATE ledger_entry SET debit = debit + 1 WHERE {line} AND item = 3")
    books.change("UPDATE ledger_entry SET net = net - 1, available = available - 1 WHERE {line} AND item >= 3")
    books.change("UPDATE ledger_entry SET amounts[1] = amounts[1] - 1 WHERE id = {entry[3]}")
    books.change("UPDATE ledger_account SET debits = debits + 1 WHERE {account}")
    books.change(
        "UPDATE ledger_controltotal SET credits = credits + 1 WHERE ctid = (SELECT min(ctid)"
        " FROM ledger_controltotal WHERE {carrier} AND control = 'sales')"
    )
    books.change(
        "UPDATE ledger_key k SET facts = facts || jsonb_build_object('debit', l.debit, 'net', l.net,"
        " 'available', l.available) FROM ledger_entry l WHERE k.entry_id = l.id AND l.{line}"
    )

    assert books.found() == {(CHAIN, item) for item in range(3, 10)}


def test_a_reference_changed(books: Books) -> None:
    books.change("UPDATE ledger_entry SET reference = 'PNR XYZ987' WHERE id = {entry[4]}")

    assert books.found() == {(CHAIN, 4)}


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'nobody'",
        "occurred_at = occurred_at - interval '1 day'",
        "posted_at = posted_at + interval '1 microsecond'",
        "document = '2790000000000'",
        "kind = 'sale'",
        "currency = 'EUR'",
        "reverses = 1",
    ],
)
def test_anything_else_changed_on_an_entry(books: Books, change: str) -> None:
    books.change(f"UPDATE ledger_entry SET {change} WHERE id = {{entry[4]}}")

    assert (CHAIN, 4) in books.found()


def test_a_digest_recomputed_for_one_movement_only_breaks_the_next(books: Books) -> None:
    books.change("UPDATE ledger_entry SET digest = sha256(digest) WHERE {line} AND item = 4")

    assert books.found() == {(CHAIN, 4), (CHAIN, 5)}


def test_a_digest_recomputed_for_the_last_movement_breaks_the_account(books: Books) -> None:
    books.change("UPDATE ledger_entry SET digest = sha256(digest) WHERE {line} AND item = 9")

    assert books.found() == {(CHAIN, 9)}
    assert "the account's digest is not its last movement's" in books.details()


def test_two_tamperings_are_both_found_and_nothing_between(books: Books) -> None:
    books.change("UPDATE ledger_entry SET reference = 'x' WHERE id IN ({entry[3]}, {entry[7]})")

    assert books.found() == {(CHAIN, 3), (CHAIN, 7)}


def test_a_tampering_at_the_edge_of_what_is_fetched_at_once(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FETCH", 3)
    monkeypatch.setattr(chains, "REPORT_EVERY", 3)
    books.change("UPDATE ledger_entry SET reference = 'x' WHERE id IN ({entry[3]}, {entry[4]}, {entry[9]})")

    assert books.found() == {(CHAIN, 3), (CHAIN, 4), (CHAIN, 9)}


def test_a_net_changed_on_a_movement(books: Books) -> None:
    books.change("UPDATE ledger_entry SET net = net + 5 WHERE {line} AND item = 3")

    assert books.found() == {(CHAIN, 3), (CHAIN, 4), (ONE_ANSWER, 3)}


def test_two_movements_swapped(books: Books) -> None:
    books.change("UPDATE ledger_entry SET item = 99 WHERE {line} AND item = 3")
    books.change("UPDATE ledger_entry SET item = 3 WHERE {line} AND item = 4")
    books.change("UPDATE ledger_entry SET item = 4 WHERE {line} AND item = 99")

    assert books.found() == {(CHAIN, 3), (CHAIN, 4), (CHAIN, 5), (ONE_ANSWER, 3), (ONE_ANSWER, 4)}
    assert "the one before at" in books.details()


def test_a_movement_posted_before_the_one_before_it(books: Books) -> None:
    books.change("UPDATE ledger_entry SET posted_at = '2026-01-01' WHERE id = {entry[9]}")

    assert books.found() == {(CHAIN, 9), (SUMS, None)}


def test_a_movement_deleted_in_the_middle(books: Books) -> None:
    books.change("DELETE FROM ledger_entry WHERE {line} AND item = 3")

    assert books.found() == {(CHAIN, 4), (ONE_ANSWER, None), (SUMS, None)}
    assert "item 3 is missing before the ticket" in books.details()


def test_the_last_movement_deleted_with_its_whole_entry(books: Books) -> None:
    last = "{entry[9]}"
    books.change(f"DELETE FROM ledger_key WHERE entry_id = {last}")
    books.change(f"DELETE FROM ledger_entry WHERE id = {last}")

    assert books.found() == {(SUMS, 9), (SUMS, None)}
    assert "the account counts 9 movements; the last one there is has number 8" in books.details()


def test_a_movement_that_left_less_than_nothing_available(books: Books) -> None:
    books.change("UPDATE ledger_entry SET available = -1 WHERE {line} AND item = 5")

    assert books.found() == {(FUNDED, 5), (CHAIN, 5), (ONE_ANSWER, 5)}
    assert "left -0.01 USD available" in books.details()


def test_a_business_date_changed(books: Books) -> None:
    books.change("UPDATE ledger_entry SET business_date = '2026-01-14' WHERE {line} AND item = 5")

    assert books.found() == {(CHAIN, 5)}


def test_a_movement_dated_into_a_period_that_was_closed_by_then(books: Books) -> None:
    books.change("UPDATE ledger_account SET closed_through = '2026-01-31' WHERE {account}")
    books.change(
        "UPDATE ledger_entry SET original_date = business_date, business_date = '2026-02-01'"
        " WHERE {line} AND item IN (3, 5)"
    )

    assert books.found() == {(CHAIN, 3), (PERIODS, 4), (CHAIN, 5), *((PERIODS, item) for item in range(6, 10))}


def test_an_account_opened_again_after_its_cut_off(books: Books) -> None:
    books.change(
        "UPDATE ledger_entry SET original_date = business_date, business_date = '2026-02-01' WHERE {line} AND item = 9"
    )

    assert books.found() == {(CHAIN, 9), (PERIODS, None)}


def test_a_movement_moved_to_an_earlier_date(books: Books) -> None:
    books.change("UPDATE ledger_entry SET original_date = business_date WHERE {line} AND item = 1")

    assert {(CHAIN, 1), (PERIODS, 1)} <= books.found()


# ------------------------------------------------------------------------------------------------------ entries broken


def test_a_movement_struck_from_its_entry(books: Books) -> None:
    books.change(
        "UPDATE ledger_entry SET account_id = NULL, item = NULL, net = NULL, available = NULL, business_date = NULL,"
        " digest = NULL, debit = 0 WHERE id = {entry[3]}"
    )

    assert {(BALANCED, None), (CHAIN, 4), (SUMS, None)} <= books.found()
    assert "debits 32.00 USD and credits 480.00 USD" in books.details()


def test_an_entry_stripped_of_all_it_moved(books: Books) -> None:
    books.change("UPDATE ledger_entry SET controls = '{{}}', amounts = '{{}}' WHERE id = {entry[3]}")

    assert {(BALANCED, 3), (CHAIN, 3)} <= books.found()


def test_an_entry_of_the_control_accounts_alone_that_debits_an_account(books: Books) -> None:
    books.change(
        "UPDATE ledger_entry SET account_id = NULL, item = NULL, net = NULL, available = NULL, business_date = NULL,"
        " digest = NULL WHERE id = {entry[3]}"
    )

    assert (BALANCED, None) in books.found()
    assert "moves an account that it does not name" in books.details()


def test_an_entry_added_that_no_key_asked_for(books: Books) -> None:
    books.change(
        "INSERT INTO ledger_entry SELECT (e).* FROM (SELECT jsonb_populate_record(x,"
        ' \'{{"id": 999999999, "item": 10}}\') AS e FROM ledger_entry x WHERE id = {entry[3]}) y'
    )

    assert {(ONE_ANSWER, 10), (CHAIN, 10), (SUMS, 10)} <= books.found()


def test_two_control_accounts_exchanged(books: Books) -> None:
    books.change("UPDATE ledger_entry SET controls[1] = controls[2], controls[2] = controls[1] WHERE id = {entry[3]}")

    assert books.found() == {(CHAIN, 3), (SUMS, None)}


def test_a_control_account_struck_from_an_entry(books: Books) -> None:
    books.change("UPDATE ledger_entry SET controls = controls[1:2] WHERE id = {entry[3]}")

    assert {(BALANCED, 3), (CHAIN, 3)} <= books.found()
    assert "names 2 control accounts for 3 amounts" in books.details()


# ------------------------------------------------------------------------------------------------------------ accounts


@pytest.mark.parametrize("column", ["debits", "credits", "held"])
def test_a_sum_changed_on_the_account(books: Books, column: str) -> None:
    books.change(f"UPDATE ledger_account SET {column} = {column} + 5 WHERE {{account}}")

    expected: set[Where] = {(SUMS, None)}
    assert books.found() == expected | ({(BALANCED, None)} if column != "held" else set())
    assert f"stored {column} are" in books.details()


def test_a_digest_changed_on_the_account(books: Books) -> None:
    books.change("UPDATE ledger_account SET digest = sha256(digest) WHERE {account}")

    assert books.found() == {(CHAIN, 9)}


def test_the_last_item_and_its_instant_changed_on_the_account(books: Books) -> None:
    books.change("UPDATE ledger_account SET last_item = 10, last_posted_at = now() WHERE {account}")

    assert books.found() == {(SUMS, 10), (SUMS, None)}


def test_an_account_in_another_currency(books: Books) -> None:
    books.change("UPDATE ledger_account SET currency = 'EUR' WHERE {account}")

    assert books.found() == {(BALANCED, 1), (BALANCED, None)}


def test_an_account_that_is_gone(books: Books) -> None:
    books.change("DELETE FROM ledger_account WHERE {account}")

    assert books.found() == {(CARRIERS, None), (CARRIERS, 7), (BALANCED, None)}
    assert "movements on an account that this carrier does not have" in books.details()


def test_money_on_an_account_without_a_movement(books: Books, written: Written) -> None:
    books.db.execute("UPDATE ledger_account SET credits = 5 WHERE id = %s", [written.unused.id])

    breaks = list(audit_carrier(books.agency.carrier.id))

    assert [(b.invariant, b.account_id) for b in breaks] == [(SUMS, written.unused.id), (BALANCED, None)]


def test_a_control_account_changed(books: Books) -> None:
    books.change(
        "UPDATE ledger_controltotal SET credits = credits + 1 WHERE ctid = (SELECT min(ctid)"
        " FROM ledger_controltotal WHERE {carrier} AND control = 'taxes_payable')"
    )

    assert books.found() == {(SUMS, None), (BALANCED, None)}
    assert "taxes_payable: stored credits are 320.01 USD, its lines add up to 320.00 USD" in books.details()


# --------------------------------------------------------------------------------------------------------------- holds


def test_an_amount_changed_on_an_open_hold(books: Books) -> None:
    books.change("UPDATE ledger_hold SET amount = amount - 1 WHERE id = {held}")

    assert books.found() == {(SUMS, None)}
    assert "stored held are 4.00 USD; its open holds add up to 3.99 USD" in books.details()


def test_an_open_hold_deleted(books: Books) -> None:
    books.change("DELETE FROM ledger_hold WHERE id = {held}")

    assert books.found() == {(SUMS, None), (ONE_ANSWER, None)}


def test_what_was_captured_changed(books: Books) -> None:
    books.change("UPDATE ledger_hold SET captured = captured + 1 WHERE id = {captured}")

    assert books.found() == {(ONE_DEDUCTION, 7)}


def test_a_captured_hold_said_to_be_released(books: Books) -> None:
    books.change("UPDATE ledger_hold SET status = 'RELEASED', captured = 0, entry_id = NULL WHERE id = {captured}")

    assert books.found() == {(ONE_DEDUCTION, 7)}
    assert "belongs to 0 holds" in books.details()


def test_two_holds_captured_by_one_entry_are_refused_even_to_a_superuser(books: Books) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation, match="hold_captured_once"):
        books.change(
            "UPDATE ledger_hold SET status = 'CAPTURED', captured = 650, entry_id = {entry[7]},"
            " resolved_at = placed_at WHERE id = {held}"
        )


def test_a_hold_captured_after_its_expiry(books: Books) -> None:
    books.change("UPDATE ledger_hold SET resolved_at = expires_at WHERE id = {captured}")

    assert books.found() == {(SUMS, 7)}


def test_a_capture_beyond_its_hold_that_left_less_than_nothing(books: Books) -> None:
    books.change("UPDATE ledger_hold SET amount = 649 WHERE id = {captured}")
    books.change("UPDATE ledger_entry SET available = -1 WHERE {line} AND item = 7")

    assert books.found() == {(FUNDED, 7), (CHAIN, 7), (ONE_ANSWER, 7)}


# ---------------------------------------------------------------------------------------------------------------- keys


def test_an_answer_changed(books: Books) -> None:
    books.change('UPDATE ledger_key SET facts = facts || \'{{"debit": "nothing"}}\' WHERE entry_id = {entry[3]}')

    assert books.found() == {(ONE_ANSWER, 3)}


def test_a_key_deleted(books: Books) -> None:
    books.change("DELETE FROM ledger_key WHERE entry_id = {entry[3]}")

    assert books.found() == {(ONE_ANSWER, 3)}
    assert "is the answer to no key" in books.details()


def test_a_second_key_for_one_entry(books: Books) -> None:
    books.change(
        'INSERT INTO ledger_key SELECT (k).* FROM (SELECT jsonb_populate_record(x, \'{{"key": "again"}}\')'
        " AS k FROM ledger_key x WHERE entry_id = {entry[3]}) y"
    )

    assert books.found() == {(ONE_ANSWER, 3)}
    assert "is the answer to 2 keys" in books.details()


def test_a_key_that_names_no_entry_or_another(books: Books) -> None:
    books.change("UPDATE ledger_key SET entry_id = NULL WHERE entry_id = {entry[3]}")
    books.change("UPDATE ledger_key SET entry_id = 999999999 WHERE entry_id = {entry[4]}")

    assert books.found() == {(ONE_ANSWER, None), (ONE_ANSWER, 3), (ONE_ANSWER, 4)}


def test_a_sale_said_to_be_refused(books: Books) -> None:
    books.change("UPDATE ledger_key SET outcome = 'refused', code = 'insufficient_funds' WHERE entry_id = {entry[3]}")

    assert books.found() == {(REFUSALS, 3), (REFUSALS, None)}


def test_a_sale_said_to_have_moved_nothing(books: Books) -> None:
    books.change("UPDATE ledger_key SET outcome = 'recorded' WHERE entry_id = {entry[3]}")

    assert books.found() == {(ONE_ANSWER, 3)}


def test_the_reason_of_a_refusal_changed(books: Books) -> None:
    books.change("UPDATE ledger_key SET facts = '{{}}' WHERE {carrier} AND outcome = 'refused'")

    assert books.found() == {(REFUSALS, None)}


def test_a_refusal_struck_from_the_history(books: Books) -> None:
    books.change("DELETE FROM history_refusedattempt WHERE {carrier}")

    assert books.found() == {(REFUSALS, None)}


# ----------------------------------------------------------------------------------------------------------- reversals


def test_a_reversal_enlarged(books: Books) -> None:
    books.change("UPDATE ledger_entry SET credit = credit + 1 WHERE {line} AND item = 9")
    books.change("UPDATE ledger_entry SET amounts[1] = amounts[1] + 1 WHERE id = {entry[9]}")

    assert books.found() == {(REVERSALS, 9), (CHAIN, 9), (ONE_ANSWER, 9), (SUMS, None)}
    assert "moved 12.34 USD on adjustments, of which 12.35 USD is taken back" in books.details()


def test_a_reversal_in_the_wrong_direction(books: Books) -> None:
    books.change(
        "UPDATE ledger_entry SET debit = credit, credit = debit, amounts[1] = -amounts[1] WHERE id = {entry[9]}"
    )

    assert (REVERSALS, 9) in books.found()


def test_a_reversal_of_nothing(books: Books) -> None:
    books.change("UPDATE ledger_entry SET reverses = 999999999 WHERE id = {entry[9]}")

    assert books.found() == {(REVERSALS, 9), (CHAIN, 9)}


def test_a_reversal_of_itself(books: Books) -> None:
    books.change("UPDATE ledger_entry SET reverses = id WHERE id = {entry[9]}")

    assert books.found() == {(REVERSALS, 9), (CHAIN, 9)}


def test_a_reversal_of_another_accounts_entry(books: Books, written: Written) -> None:
    books.change(f"UPDATE ledger_entry SET reverses = {written.others_entry} WHERE id = {{entry[9]}}")

    assert books.found() == {(REVERSALS, 9), (CHAIN, 9)}
