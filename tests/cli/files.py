"""Replay files to write, and the command to run on them."""

import csv
import itertools
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result
from tests import cast

from skypurser.cli.main import main
from skypurser.cli.replaying import accounts, sales

DAY = Path(__file__).parents[2] / "examples" / "sales-2013-01-02"

#: The command as a user types it.
COMMAND = str(Path(sys.executable).parent / "skypurser")

type Cells = Mapping[str, str]

_numbers = itertools.count(1)


def run(*arguments: str | Path, terminal_width: int | None = None) -> Result:
    """Run the command in this process, on this worker's database."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], terminal_width=terminal_width)


def run_process(*arguments: str | Path, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own; an environment variable that is None is taken away."""
    wanted = {**os.environ, **environment}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        env={name: value for name, value in wanted.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def agency_row(code: str = "NYC100", **cells: str) -> dict[str, str]:
    """An agency of the accounts file, limit 10,000.00 USD."""
    return {
        "type": "agency",
        "code": code,
        "name": f"Agency {code}",
        "issue_id": "9549656",
        "city": "NYC",
        "airport": "JFK",
        "country": "US",
        "currency": "USD",
        "credit_limit": "10000.00",
        "credit_card": "ON",
        "domestic_commission": "FIXED 8.00",
        "international_commission": "MAX 8.00",
        "domestic_card_commission": "FIXED 5.00",
        "international_card_commission": "FREE",
        "agency_involved": "",
        "opening_credit": "0.00",
        "reference": "by contract",
        **cells,
    }


def client_row(code: str = "CORP001", **cells: str) -> dict[str, str]:
    """A corporate client of the accounts file, limit 10,000.00 USD."""
    plain = {"issue_id": "", "credit_card": "", "domestic_card_commission": "", "international_card_commission": ""}
    return {**agency_row(code), "type": "corporate", "name": f"Client {code}", **plain, **cells}


def sale(**cells: str) -> dict[str, str]:
    """A ticket of 400.00 + 80.00 on account, with a key and a document of its own."""
    number = next(_numbers)
    return {
        **dict.fromkeys(sales.COLUMNS, ""),
        "key": f"sale-{number}",
        "occurred_at": "2026-01-15T17:00:00Z",
        "operation": "issue",
        "account_type": "agency",
        "account_code": "NYC100",
        "currency": "USD",
        "document_number": f"279{number:010d}",
        "form_of_payment": "account",
        "route": "JFK-LAX",
        "fare": "400.00",
        "taxes": "80.00",
        "passenger": "DOE/JANE",
        "reference": "PNR ABC123",
        **cells,
    }


def act(operation: str, **cells: str) -> dict[str, str]:
    """Another operation on the agency, with the columns that it has no use for left empty."""
    plain = dict.fromkeys(("document_number", "form_of_payment", "route", "fare", "taxes", "passenger"), "")
    return sale(**{**plain, "operation": operation, "reference": "by hand", **cells})


def refund(document: str, fare: str, taxes: str = "0.00", penalty: str = "0.00", **cells: str) -> dict[str, str]:
    """A refund."""
    amounts = {"refund_fare": fare, "refund_taxes": taxes, "penalty": penalty}
    return act("refund", document_number=document, **{**amounts, **cells})


@dataclass
class Replay:
    """Four files in a folder, and a carrier that no other test has."""

    folder: Path
    accounts: Iterable[Cells] = field(default_factory=lambda: [agency_row()])
    sales: Iterable[Cells] = ()
    carrier: str = field(default_factory=cast.fresh_code)

    @property
    def results_path(self) -> Path:
        return self.folder / "results.csv"

    @property
    def balances_path(self) -> Path:
        return self.folder / "balances.csv"

    def write(self) -> None:
        """Write the two files that go in."""
        write_csv(self.folder / "accounts.csv", accounts.COLUMNS, self.accounts)
        write_csv(self.folder / "sales.csv", sales.COLUMNS, self.sales)

    def arguments(self) -> list[str | Path]:
        """The command's words."""
        words: list[str | Path] = ["replay", "--carrier", self.carrier]
        for name in ("accounts", "sales", "results", "balances"):
            words += [f"--{name}", self.folder / f"{name}.csv"]
        return words

    def run(self) -> Result:
        """Write the files and run the command in this process."""
        self.write()
        return self.run_as_written()

    def run_as_written(self) -> Result:
        """Run the command on the files that are there."""
        return run(*self.arguments())

    def results(self) -> list[dict[str, str]]:
        """What the results file says."""
        return read_csv(self.results_path)

    def outcomes(self) -> list[str]:
        """Outcome and code of each row, as one text."""
        return [f"{row['outcome']} {row['code']}".strip() for row in self.results()]

    def balances(self) -> list[dict[str, str]]:
        """What the balances file says."""
        return read_csv(self.balances_path)


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Cells]) -> None:
    """Write a CSV file with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))
