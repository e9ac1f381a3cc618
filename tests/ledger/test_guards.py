"""What the database itself refuses, whoever asks and whatever the code says. Raw SQL only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from psycopg import errors

from tests import cast

APPEND_ONLY = ("ledger_entry", "ledger_key", "history_act", "history_refusedattempt")


@contextmanager
def acting(carrier_id: int, *, as_owner: bool = False) -> Iterator[psycopg.Connection]:
    """A session of the application (or the tables' owner) for one carrier; nothing is kept."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL" if as_owner else "DATABASE_URL"]) as db:
        db.execute("SELECT set_config('skypurser.carriers', %s, true)", [str(carrier_id)])
        yield db
        db.rollback()


#: What a movement's columns hold where no account moves.
NO_MOVEMENT: dict[str, object] = dict.fromkeys(("account_id", "item", "net", "available", "business_date", "digest"))


@dataclass(frozen=True)
class RawEntry:
    """An entry as SQL writes it, and what the account's row says afterwards. By default all is well.

    Attributes:
        columns: Of the entry, beside those in which nothing can go wrong.
    """

    account: cast.Account
    columns: dict[str, object]
    debits: int = 100
    credits: int = 0
    last_item: int = 1
    digest: bytes = field(default=b"\x01" * 32)

    def write(self, db: psycopg.Connection) -> int:
        """Write the account and the entry in two statements; return the entry's id."""
        db.execute(
            "UPDATE ledger_account SET debits = %s, credits = %s, last_item = %s, digest = %s WHERE id = %s",
            [self.debits, self.credits, self.last_item, self.digest, self.account.id],
        )
        columns = {"carrier_id": self.account.carrier.id, "digest": self.digest, **self.columns}
        values = ", ".join([f"%({name})s" for name in columns])
        found = db.execute(
            f"INSERT INTO ledger_entry (reference, actor, occurred_at, posted_at, {', '.join(columns)})"
            f" VALUES ('raw', 'raw', now(), now(), {values}) RETURNING id",
            columns,
        ).fetchone()
        assert found
        return int(found[0])


def entry(account: cast.Account) -> RawEntry:
    """A debit of 1.00 against adjustments, the account's first movement: sound in every respect."""
    return RawEntry(
        account,
        {
            "kind": "debit",
            "currency": "USD",
            "reverses": None,
            "account_id": account.id,
            "item": 1,
            "debit": 100,
            "credit": 0,
            "net": -100,
            "available": 10**6,
            "business_date": "2026-01-15",
            "controls": ["adjustments"],
            "amounts": [-100],
        },
    )


def changed(sound: RawEntry, **columns: object) -> RawEntry:
    """The entry with some of its columns changed."""
    return replace(sound, columns={**sound.columns, **columns})


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
@pytest.mark.parametrize("change", ["UPDATE {} SET carrier_id = carrier_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
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


def test_an_entry_of_control_accounts_alone_is_accepted(account: cast.Account) -> None:
    alone = changed(entry(account), **NO_MOVEMENT, debit=0, controls=["sales", "adjustments"], amounts=[5, -5])

    with acting(account.carrier.id) as db:
        assert replace(alone, debits=0, last_item=0, digest=b"").write(db) > 0


@pytest.mark.parametrize(
    "columns",
    [
        {"amounts": [-99]},
        {"amounts": [100]},
        {"controls": [], "amounts": []},
        {"controls": ["adjustments", "sales"]},
        {"amounts": [-60, -40]},
        {**NO_MOVEMENT},
        {**NO_MOVEMENT, "debit": 0, "controls": ["sales"], "amounts": [1]},
        {**NO_MOVEMENT, "debit": 0, "controls": [], "amounts": []},
        # Arrays that do not begin at one.
        {**NO_MOVEMENT, "debit": 0, "controls": ["sales", "adjustments"], "amounts": "[5:6]={93,-7}"},
        {**NO_MOVEMENT, "debit": 0, "controls": ["sales", "adjustments"], "amounts": "[-5:-4]={93,-7}"},
        {**NO_MOVEMENT, "debit": 0, "controls": ["sales", "adjustments", "penalties"], "amounts": "[0:2]={93,7,-7}"},
    ],
)
def test_an_entry_that_does_not_balance_or_is_not_whole(account: cast.Account, columns: dict[str, object]) -> None:
    refused(changed(entry(account), **columns), "does not balance, or is not whole")


@pytest.mark.parametrize("column", list(NO_MOVEMENT))
def test_half_a_movement(account: cast.Account, column: str) -> None:
    refused(changed(entry(account), **{column: None}), "entry_movement_whole")


@pytest.mark.parametrize("columns", [{"credit": 100}, {"debit": -100, "amounts": [100]}, {"debit": 0, "credit": -1}])
def test_a_movement_that_debits_and_credits_or_less_than_nothing(
    account: cast.Account, columns: dict[str, object]
) -> None:
    refused(changed(entry(account), **columns), "entry_one_side")


@pytest.mark.parametrize(
    ("columns", "domain"),
    [
        ({"controls": ["petty_cash"]}, "ledger_controls"),
        ({"controls": [["adjustments"]]}, "ledger_controls"),
        ({"controls": ["adjustments", "sales"], "amounts": [-100, 0]}, "ledger_amounts"),
        ({"controls": ["adjustments", "sales"], "amounts": [-100, None]}, "ledger_amounts"),
    ],
)
def test_lines_that_no_control_account_has(account: cast.Account, columns: dict[str, object], domain: str) -> None:
    refused(changed(entry(account), **columns), domain)


# ----------------------------------------------------------------------------------------------------------- movements


def test_a_gap_in_the_items(account: cast.Account) -> None:
    refused(replace(changed(entry(account), item=2), last_item=2), "disagree")


def test_an_item_that_is_there_already(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        entry(account).write(db)

        with pytest.raises(errors.UniqueViolation, match="movement_item_once"):
            entry(account).write(db)


def test_a_net_that_does_not_follow(account: cast.Account) -> None:
    refused(replace(changed(entry(account), net=-99), debits=99), "disagree")


def test_sums_of_the_account_that_do_not_follow(account: cast.Account) -> None:
    refused(replace(entry(account), debits=101), "disagree")


def test_a_movement_that_the_account_does_not_count(account: cast.Account) -> None:
    refused(replace(entry(account), last_item=0), "disagree")


def test_a_movement_in_another_currency_than_its_account(account: cast.Account) -> None:
    refused(changed(entry(account), currency="EUR"), "disagree")


def test_a_movement_on_an_account_that_does_not_exist(account: cast.Account) -> None:
    refused(changed(entry(account), account_id=2**60), "disagree")


def test_a_movement_on_another_carriers_account(account: cast.Account) -> None:
    outsider = cast.outsider().agency

    refused(changed(entry(account), account_id=outsider.id), "disagree")


def test_an_entry_for_another_carrier(account: cast.Account) -> None:
    outsider = cast.outsider()

    with acting(account.carrier.id) as db, pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        entry(outsider.agency).write(db)


def test_a_sale_beyond_what_is_available(account: cast.Account) -> None:
    refused(changed(entry(account), kind="ticket", available=-1), "beyond what is available")


def test_a_sale_that_leaves_exactly_nothing_is_accepted(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        changed(entry(account), kind="ticket", available=0).write(db)


# ------------------------------------------------------------------------------------------------------ closed periods


def mark(account: cast.Account, through: str, *, item: int = 1, net: int = 0, digest: bytes = b"\x02" * 32) -> RawEntry:
    """The movement that marks the end of a period."""
    columns = {"kind": "cut_off", "item": item, "debit": 0, "net": net, "controls": [], "amounts": []}
    raw = changed(entry(account), **columns, business_date=through)
    return replace(raw, debits=-net, last_item=item, digest=digest)


def close(db: psycopg.Connection, account: cast.Account, through: str | None) -> None:
    db.execute("UPDATE ledger_account SET closed_through = %s WHERE id = %s", [through, account.id])


def test_a_movement_in_a_closed_period(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        close(db, account, "2026-01-15")

        with pytest.raises(errors.CheckViolation, match="closed period disagree"):
            entry(account).write(db)


def test_a_movement_on_the_first_open_date(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        close(db, account, "2026-01-14")

        assert entry(account).write(db)


def test_a_period_is_marked_on_its_last_date(account: cast.Account) -> None:
    with acting(account.carrier.id) as db:
        close(db, account, "2026-01-15")
        mark(account, "2026-01-15").write(db)

    for through in ("2026-01-14", "2026-01-16"):
        with acting(account.carrier.id) as db:
            close(db, account, "2026-01-15")

            with pytest.raises(errors.CheckViolation, match="closed and marked at once"):
                mark(account, through).write(db)


def test_a_mark_of_a_period_that_was_not_closed(account: cast.Account) -> None:
    refused(mark(account, "2026-01-15"), "closed and marked at once")


def test_a_mark_that_moves_something_and_a_movement_that_moves_nothing(account: cast.Account) -> None:
    refused(changed(entry(account), kind="cut_off"), "does not balance, or is not whole")
    refused(changed(mark(account, "2026-01-15"), kind="debit"), "does not balance, or is not whole")


def test_a_movement_dated_into_a_period_by_the_statement_that_closes_it(account: cast.Account) -> None:
    columns = (
        *("carrier_id", "currency", "account_id", "kind", "item", "debit", "credit", "net", "available"),
        *("business_date", "digest", "controls", "amounts"),
    )
    marking, late = mark(account, "2026-01-15"), changed(entry(account), item=2, digest=b"\x01" * 32)
    rows = [
        [{"carrier_id": account.carrier.id, "digest": one.digest, **one.columns}[name] for name in columns]
        for one in (marking, late)
    ]
    values = ", ".join(["('raw', 'raw', now(), now(), " + ", ".join(["%s"] * len(columns)) + ")"] * 2)
    names = ", ".join(columns)
    with acting(account.carrier.id) as db:
        close(db, account, "2026-01-15")
        db.execute(
            "UPDATE ledger_account SET debits = 100, last_item = 2, digest = %s WHERE id = %s",
            [late.digest, account.id],
        )

        with pytest.raises(errors.CheckViolation, match="dated into it afterwards"):
            db.execute(
                f"INSERT INTO ledger_entry (reference, actor, occurred_at, posted_at, {names}) VALUES {values}",
                [*rows[0], *rows[1]],
            )


@pytest.mark.parametrize("through", ["2026-01-14", None])
def test_a_closed_period_is_never_opened_again(account: cast.Account, through: str | None) -> None:
    with acting(account.carrier.id) as db:
        close(db, account, "2026-01-15")

        with pytest.raises(errors.RestrictViolation, match="is closed through 2026-01-15"):
            close(db, account, through)


# ----------------------------------------------------------------------------------------------------------- reversals


def back(sound: RawEntry, original: int, amount: int) -> RawEntry:
    """An entry that takes `amount` of the original back, as the account's second movement."""
    columns = {"item": 2, "debit": 0, "credit": amount, "net": amount - 100, "amounts": [amount]}
    reversing = changed(sound, kind="reversal", reverses=original, **columns)
    return replace(reversing, credits=amount, last_item=2, digest=b"\x02" * 32)


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
        second = changed(first, item=3, net=20)

        with pytest.raises(errors.CheckViolation, match="is not taken back as it was posted"):
            replace(second, credits=120, last_item=3, digest=b"\x03" * 32).write(db)


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
            changed(there, controls=["bank_clearing"]).write(db)


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
