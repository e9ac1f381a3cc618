"""What the database itself refuses, whoever asks and whatever the code says. Raw SQL only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from psycopg import errors

from tests import cast

APPEND_ONLY = ("ledger_entry", "ledger_line", "ledger_key", "history_act", "history_refusedattempt")


@contextmanager
def acting(carrier_id: int, *, as_owner: bool = False) -> Iterator[psycopg.Connection]:
    """A session of the application (or the tables' owner) for one carrier; nothing is kept."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL" if as_owner else "DATABASE_URL"]) as db:
        db.execute("SELECT set_config('skypurser.carriers', %s, true)", [str(carrier_id)])
        yield db
        db.rollback()


@dataclass(frozen=True)
class RawLine:
    """A line as SQL writes it."""

    debit: int = 0
    credit: int = 0
    account_id: int | None = None
    control: str | None = None
    item: int | None = None
    net: int | None = None
    available: int = 10**6


@dataclass(frozen=True)
class RawEntry:
    """An entry with its lines, and what the account's row says afterwards. By default all is well."""

    account: cast.Account
    lines: tuple[RawLine, ...]
    kind: str = "debit"
    currency: str = "USD"
    reverses: int | None = None
    debits: int = 100
    credits: int = 0
    last_item: int = 1
    digest: bytes = field(default=b"\x01" * 32)

    def write(self, db: psycopg.Connection) -> int:
        """Write the account, the entry and all lines in three statements; return the entry's id."""
        carrier_id, account_id = self.account.carrier.id, self.account.id
        db.execute(
            "UPDATE ledger_account SET debits = %s, credits = %s, last_item = %s, digest = %s WHERE id = %s",
            [self.debits, self.credits, self.last_item, self.digest, account_id],
        )
        found = db.execute(
            "INSERT INTO ledger_entry (carrier_id, kind, currency, reference, actor, occurred_at, posted_at, reverses)"
            " VALUES (%s, %s, %s, 'raw', 'raw', now(), now(), %s) RETURNING id",
            [carrier_id, self.kind, self.currency, self.reverses],
        ).fetchone()
        assert found
        entry_id = int(found[0])
        add_lines(db, carrier_id, entry_id, self.lines, digest=self.digest)
        return entry_id


def add_lines(
    db: psycopg.Connection,
    carrier_id: int,
    entry_id: int,
    lines: tuple[RawLine, ...],
    *,
    first: int = 1,
    digest: bytes = b"",
) -> None:
    """Write lines of one entry in one statement."""
    rows = []
    for position, line in enumerate(lines, first):
        moves = line.account_id is not None
        rows.append(
            (
                *(carrier_id, entry_id, position, line.account_id, line.control, line.debit, line.credit, line.item),
                *((line.net, line.available, "2026-01-15", digest) if moves else (None,) * 4),
            )
        )
    values = ", ".join(
        ["(%s, %s, %s, %s::bigint, %s, %s, %s, %s::bigint, %s::bigint, %s::bigint, %s::date, %s::bytea)"] * len(rows)
    )
    db.execute(
        "INSERT INTO ledger_line (carrier_id, entry_id, position, account_id, control, debit, credit, item, net,"
        f" available, business_date, digest) VALUES {values}",
        [value for row in rows for value in row],
    )


def entry(account: cast.Account) -> RawEntry:
    """A debit of 1.00 against adjustments, the account's first movement: sound in every respect."""
    return RawEntry(
        account,
        (
            RawLine(debit=100, account_id=account.id, item=1, net=-100),
            RawLine(credit=100, control="adjustments"),
        ),
    )


def first_line(sound: RawEntry, **changes: int) -> RawEntry:
    """The entry with its movement changed."""
    return replace(sound, lines=(replace(sound.lines[0], **changes), *sound.lines[1:]))  # type: ignore[arg-type]


@pytest.fixture
def account() -> cast.Account:
    return cast.agency(cast.carrier())


def refused(raw: RawEntry, message: str) -> None:
    """Assert that the database refuses the entry, saying this."""
    with acting(raw.account.carrier.id) as db, pytest.raises(errors.CheckViolation, match=message):
        raw.write(db)


# ----------------------------------------------------------------------------------------------- history never changes


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET carrier_id = carrier_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_not_change_what_was_written(account: cast.Account, table: str, change: str) -> None:
    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(change.format(table))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET carrier_id = carrier_id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_owner_of_the_tables_can_not_either(account: cast.Account, table: str, change: str) -> None:
    with acting(account.carrier.id, as_owner=True) as db, pytest.raises(errors.RestrictViolation, match="append-only"):
        db.execute(change.format(table))


@pytest.mark.parametrize("table", ["ledger_hold", "ledger_account", "ledger_controltotal", "tickets_ticket"])
def test_the_application_may_not_empty_a_table(account: cast.Account, table: str) -> None:
    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(f"TRUNCATE {table}")


@pytest.mark.parametrize("table", ["ledger_hold", "tickets_ticket"])
def test_the_application_may_not_delete_holds_and_tickets(account: cast.Account, table: str) -> None:
    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("column", ["fare", "taxes", "commission", "commission_rate_bps", "settlement", "entry_id"])
def test_the_application_may_not_change_what_was_sold(account: cast.Account, column: str) -> None:
    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(f"UPDATE tickets_ticket SET {column} = {column}")


def test_an_account_that_moved_money_can_not_be_deleted(account: cast.Account) -> None:
    cast.post(cast.credit(account, 1))

    with acting(account.carrier.id) as db, pytest.raises(errors.RestrictViolation, match="has been used and stays"):
        db.execute("DELETE FROM ledger_account WHERE id = %s", [account.id])


# ------------------------------------------------------------------------------------------------------- whole entries


def test_a_sound_entry_is_accepted(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        assert entry(account).write(db) > 0


def test_an_entry_that_does_not_balance(account: cast.Account) -> None:
    sound = entry(account)
    lines = (sound.lines[0], replace(sound.lines[1], credit=99))

    refused(replace(sound, lines=lines), "does not balance")


def test_an_entry_with_one_line(account: cast.Account) -> None:
    line = RawLine(account_id=account.id, item=1, net=0)

    refused(replace(entry(account), lines=(line,), debits=0), "was not written whole")


def test_a_line_written_later_to_an_entry_that_is_there(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        entry_id = entry(account).write(db)
        late = (RawLine(debit=5, control="sales"), RawLine(credit=5, control="sales"))

        with pytest.raises(errors.CheckViolation, match="was not written whole"):
            add_lines(db, account.carrier.id, entry_id, late, first=3)


def test_lines_not_numbered_from_one_on(account: cast.Account) -> None:
    lines = (RawLine(debit=5, control="sales"), RawLine(credit=5, control="adjustments"))

    with acting(account.carrier.id) as db, pytest.raises(errors.CheckViolation, match="was not written whole"):
        add_lines(db, account.carrier.id, 2**60, lines, first=2)


def test_lines_without_an_entry(account: cast.Account) -> None:
    lines = (RawLine(debit=5, control="sales"), RawLine(credit=5, control="adjustments"))

    with acting(account.carrier.id) as db, pytest.raises(errors.CheckViolation, match="without its entry"):
        add_lines(db, account.carrier.id, 2**60, lines)


def test_a_line_that_debits_and_credits(account: cast.Account) -> None:
    refused(first_line(entry(account), credit=100), "line_one_side")


def test_a_control_account_that_does_not_exist(account: cast.Account) -> None:
    sound = entry(account)

    refused(
        replace(sound, lines=(sound.lines[0], RawLine(credit=100, control="petty_cash"))), "line_movement_or_control"
    )


# ----------------------------------------------------------------------------------------------------------- movements


def test_a_gap_in_the_items(account: cast.Account) -> None:
    refused(replace(first_line(entry(account), item=2), last_item=2), "disagree")


def test_an_item_that_is_there_already(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        entry(account).write(db)

        with pytest.raises(errors.UniqueViolation, match="line_item_once"):
            entry(account).write(db)


def test_a_net_that_does_not_follow(account: cast.Account) -> None:
    refused(replace(first_line(entry(account), net=-99), debits=99), "disagree")


def test_sums_of_the_account_that_do_not_follow(account: cast.Account) -> None:
    refused(replace(entry(account), debits=101), "disagree")


def test_a_movement_that_the_account_does_not_count(account: cast.Account) -> None:
    refused(replace(entry(account), last_item=0), "disagree")


def test_a_movement_in_another_currency_than_its_account(account: cast.Account) -> None:
    refused(replace(entry(account), currency="EUR"), "disagree")


def test_a_movement_on_an_account_that_does_not_exist(account: cast.Account) -> None:
    refused(first_line(entry(account), account_id=2**60), "disagree")


def test_a_movement_on_another_carriers_account(account: cast.Account) -> None:
    outsider = cast.outsider().agency

    refused(first_line(entry(account), account_id=outsider.id), "disagree")


def test_an_entry_for_another_carrier(account: cast.Account) -> None:
    outsider = cast.outsider()

    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        entry(outsider.agency).write(db)


def test_a_sale_beyond_what_is_available(account: cast.Account) -> None:
    refused(first_line(replace(entry(account), kind="ticket"), available=-1), "beyond what is available")


def test_a_sale_that_leaves_exactly_nothing_is_accepted(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        first_line(replace(entry(account), kind="ticket"), available=0).write(db)


# ----------------------------------------------------------------------------------------------------------- reversals


def back(sound: RawEntry, original: int, amount: int) -> RawEntry:
    """An entry that takes `amount` of the original back, as the account's second movement."""
    lines = (
        RawLine(credit=amount, account_id=sound.account.id, item=2, net=amount - 100),
        RawLine(debit=amount, control="adjustments"),
    )
    return replace(
        sound, kind="reversal", lines=lines, reverses=original, credits=amount, last_item=2, digest=b"\x02" * 32
    )


def test_a_reversal_of_all_is_accepted(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        original = entry(account).write(db)
        back(entry(account), original, 100).write(db)


def test_a_reversal_beyond_the_original(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        original = entry(account).write(db)

        with pytest.raises(errors.CheckViolation, match="is not taken back as it was posted"):
            back(entry(account), original, 101).write(db)


def test_two_reversals_that_are_together_beyond_the_original(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        original = entry(account).write(db)
        first = back(entry(account), original, 60)
        first.write(db)
        lines = (replace(first.lines[0], item=3, net=20), first.lines[1])

        with pytest.raises(errors.CheckViolation, match="is not taken back as it was posted"):
            replace(first, lines=lines, credits=120, last_item=3, digest=b"\x03" * 32).write(db)


def test_a_reversal_of_nothing(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        entry(account).write(db)

        with pytest.raises(errors.CheckViolation, match="is not taken back as it was posted"):
            back(entry(account), 2**60, 1).write(db)


def test_a_reversal_on_a_control_account_that_the_original_did_not_move(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        original = entry(account).write(db)
        there = back(entry(account), original, 100)

        with pytest.raises(errors.CheckViolation, match="is not taken back as it was posted"):
            replace(there, lines=(there.lines[0], RawLine(debit=100, control="bank_clearing"))).write(db)


# ------------------------------------------------------------------------------------------- what else stays as it is


def test_every_trigger_function_looks_in_one_schema_only(superuser: psycopg.Connection) -> None:
    loose = superuser.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid WHERE NOT t.tgisinternal"
        " AND p.pronamespace = 'public'::regnamespace"
        " AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=public, pg_temp']"
    ).fetchall()

    assert loose == []


def test_a_temporary_table_does_not_stand_in_for_the_account(
    superuser: psycopg.Connection, account: cast.Account
) -> None:
    superuser.execute(f"GRANT TEMPORARY ON DATABASE {superuser.info.dbname} TO skypurser_app")
    try:
        with acting(account.carrier.id) as db:
            db.execute("CREATE TEMPORARY TABLE ledger_account (LIKE public.ledger_account)")

            with pytest.raises(errors.CheckViolation):
                replace(entry(account)).write(db)
    finally:
        superuser.execute(f"REVOKE TEMPORARY ON DATABASE {superuser.info.dbname} FROM skypurser_app")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger_account", "currency = 'JPY'"),
        ("ledger_hold", "amount = 1"),
        ("access_carrier", "code = 'ZZ'"),
        ("tickets_ticket", "fare = 1"),
    ],
)
def test_the_application_may_not_change_what_is_fixed(account: cast.Account, table: str, change: str) -> None:
    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege):
        db.execute(f"UPDATE {table} SET {change}")


def test_a_resolved_hold_stays_resolved(account: cast.Account) -> None:
    hold = cast.post(cast.hold(account, 100)).facts["hold"]
    cast.post(cast.release(account, hold))

    with acting(account.carrier.id) as db, pytest.raises(errors.RestrictViolation, match="has been resolved"):
        db.execute("UPDATE ledger_hold SET status = 'OPEN', resolved_at = NULL WHERE id = %s", [hold])
