"""The demo: what `make demo` shows."""

import re
import shutil
from pathlib import Path

from tests.cli.files import DAY, run_process


def test_the_demo_proves_the_day_and_a_second_one_moves_nothing(home: Path) -> None:
    alone = {"DATABASE_URL": None, "DATABASE_OWNER_URL": None}

    first = run_process("demo", "--no-serve", "--home", home, **alone)
    second = run_process("demo", "--no-serve", "--home", home, **alone)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "results.csv equals expected-results.csv, byte for byte." in first.stdout
    assert "balances.csv equals expected-balances.csv, byte for byte." in first.stdout
    assert "every row that bound its key was replayed, and nothing moved." in second.stdout
    assert "No money moved." in second.stdout
    for said in (first.stdout, second.stdout):
        assert "over limit by 3,256.11 USD" in said
        assert "SUSPENDED" in said
        assert "Booking 2 over 11,435.00 USD: cancelled, 2,858.75 USD kept as the fee." in said
        assert re.search(r"Invoice INV-\d{4}-000001 over 74,537.50 USD: 0.00 USD open.", said)
        assert "The books hold: 1 carrier, 49 accounts, 978 movements" in said
        assert f"SKYPURSER_HOME={home} skypurser account show SCL111" in said
        assert "\x1b" not in said
        assert "http://localhost:8000/" in said
        assert "demo@example.org" in said
        assert "This administrator is for demonstration" in said


def test_the_demo_leaves_a_database_in_use_alone() -> None:
    result = run_process("demo")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: DATABASE_URL is set")


def test_a_demo_without_its_files_says_where_they_come_from(tmp_path: Path) -> None:
    shutil.copy(DAY / "sales.csv", tmp_path)

    result = run_process("demo", "--data", tmp_path, DATABASE_URL=None)

    assert result.returncode == 1
    assert f"are not in {tmp_path}" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_day_that_comes_out_otherwise_fails_the_demo(home: Path, tmp_path: Path) -> None:
    for file in DAY.glob("*.csv"):
        shutil.copy(file, tmp_path)
    expected = tmp_path / "expected-balances.csv"
    expected.write_bytes(expected.read_bytes().replace(b"-1271.80", b"-1271.81"))

    result = run_process("demo", "--home", home, "--data", tmp_path, DATABASE_URL=None, DATABASE_OWNER_URL=None)

    assert result.returncode == 1
    assert "balances.csv DIFFERS from expected-balances.csv" in result.stdout
    assert result.stderr.splitlines()[-1].startswith("Error: The day came out other than expected")
