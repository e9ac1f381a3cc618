"""The audit from the command line: one line and 0, or each break and 1."""

import re
from pathlib import Path

from tests import cast
from tests.cli.files import Replay, agency_row, run, run_process, sale
from tests.databases import post_batch, post_together, throwaway_database


def test_sound_books_end_with_one_line_of_what_was_proved(tmp_path: Path) -> None:
    replay = Replay(
        tmp_path, [agency_row(opening_credit="5.00")], [sale(), sale(), sale(form_of_payment="card_offline")]
    )
    replay.run()

    result = run("audit", "--carrier", replay.carrier)

    assert result.exit_code == 0
    assert result.stdout == "The books hold: 1 carrier, 1 account, 3 movements, 3 entries; nothing broken.\n"


def test_without_a_carrier_all_of_them_are_audited() -> None:
    post_together([cast.issue(cast.airline().agency)])
    cast.outsider()

    result = run("audit")

    assert result.exit_code == 0
    found = re.fullmatch(r"The books hold: (\d[\d,]*) carriers, .* nothing broken\.\n", result.stdout)
    assert found
    assert int(found[1].replace(",", "")) >= 2


def test_a_change_behind_the_ledgers_back_is_named_with_carrier_account_and_item() -> None:
    with throwaway_database() as database:
        with database.behind_django():
            agency = cast.airline().agency
        post_batch(database, [cast.issue(agency), cast.issue(agency), cast.issue(agency)])
        with database.superuser() as inside:
            inside.execute("SET session_replication_role = replica")  # no trigger, no foreign key
            inside.execute("UPDATE ledger_entry SET debit = debit - 100 WHERE account_id IS NOT NULL AND item = 2")
        result = run_process("audit", "--carrier", agency.carrier.code, DATABASE_URL=database.url("skypurser_app"))

    assert result.returncode == 1
    assert f"carrier {agency.carrier.code}, agency {agency.code} USD NYC, item 2: " in result.stdout
    assert re.search(r"The books do not hold: \d+ breaks? in 1 carrier, ", result.stdout.splitlines()[-1])


def test_a_booking_without_its_deduction_is_named() -> None:
    with throwaway_database() as database:
        with database.behind_django():
            operator = cast.charter_operator()
            booking = cast.booking(operator)
        with database.superuser() as inside:
            inside.execute("SET session_replication_role = replica")
            inside.execute("DELETE FROM charter_bookingstep")
        result = run_process("audit", "--carrier", operator.carrier.code, DATABASE_URL=database.url("skypurser_app"))

    assert result.returncode == 1
    assert f"booking {booking.number}: its steps are not all there" in result.stdout
    assert "what is sold is deducted exactly once" in result.stdout


def test_an_unknown_carrier_is_no_sound_one() -> None:
    result = run("audit", "--carrier", "NOBODY")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no carrier NOBODY.\n"
