"""The example day, byte for byte."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import cast
from tests.cli.files import DAY, read_csv, run, run_process

from skypurser.config import embedded


def words(carrier: str, folder: Path) -> list[str | Path]:
    return [
        *("replay", "--carrier", carrier, "--accounts", DAY / "accounts.csv", "--sales", DAY / "sales.csv"),
        *("--results", folder / "results.csv", "--balances", folder / "balances.csv"),
    ]


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's own account can pass through, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    yield folder
    embedded.wait_until_stopped(folder)
    shutil.rmtree(folder)


def test_the_day_comes_out_byte_for_byte_on_a_fresh_embedded_database(home: Path, tmp_path: Path) -> None:
    alone = {"SKYPURSER_HOME": str(home), "DATABASE_URL": None, "DATABASE_OWNER_URL": None}

    done = run_process(*words("EX", tmp_path), **alone)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert (tmp_path / "results.csv").read_bytes() == (DAY / "expected-results.csv").read_bytes()
    assert (tmp_path / "balances.csv").read_bytes() == (DAY / "expected-balances.csv").read_bytes()


def test_run_again_the_day_replays_every_row_that_bound_its_key_and_moves_nothing(tmp_path: Path) -> None:
    carrier = cast.fresh_code()
    assert run(*words(carrier, tmp_path)).exit_code == 0
    assert (tmp_path / "results.csv").read_bytes() == (DAY / "expected-results.csv").read_bytes()
    first = read_csv(tmp_path / "results.csv")

    again = run(*words(carrier, tmp_path))

    assert again.exit_code == 0
    assert "No money moved." in again.stdout
    second = read_csv(tmp_path / "results.csv")
    binds_nothing = {"key_reused", "invalid_document_number"}
    for before, after in zip(first, second, strict=True):
        expected = "refused" if before["code"] in binds_nothing else "replayed"
        assert (after["outcome"], after["code"]) == (expected, before["code"]), after
        assert float(after["debit"]) == float(after["credit"]) == 0
    assert (tmp_path / "balances.csv").read_bytes() == (DAY / "expected-balances.csv").read_bytes()


def test_the_summary_counts_rows_by_outcome_and_money_by_currency(tmp_path: Path) -> None:
    result = run(*words(cast.fresh_code(), tmp_path))

    lines = {tuple(line.split()) for line in result.stdout.splitlines()}
    expected = Counter((row["outcome"], row["code"]) for row in read_csv(DAY / "expected-results.csv"))
    for (outcome, code), many in expected.items():
        assert ((outcome, code, str(many)) if code else (outcome, str(many))) in lines
    assert ("2,041",) in lines
    assert ("USD", "242,842.05", "33,717.01") in lines
    assert ("JPY", "4,993,826", "503,384") in lines
    assert "rows in" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_example_is_what_its_readme_counts() -> None:
    assert len(read_csv(DAY / "accounts.csv")) == 46
    assert len(read_csv(DAY / "sales.csv")) == 2_041
