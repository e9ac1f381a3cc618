"""The four files of a run, checked before the database is even opened."""

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from skypurser.cli.replaying import accounts as accounts_file
from skypurser.cli.replaying import sales as sales_file
from skypurser.cli.replaying.csvfile import CsvFile, FileUnusable
from skypurser.errors import InvalidRequest

#: How far into the sales the first readable instant is looked for.
_FAR_ENOUGH = 1_000


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run.

    Attributes:
        lines: The accounts file, read and checked.
        sales: Open, its header read.
        begins_at: The first instant in the sales: when the accounts are opened, so that what they bring along comes
            before what they buy. The present where there are no sales.
        results, balances: Will be written, or overwritten.
    """

    accounts: Path
    lines: list[accounts_file.Line]
    sales: CsvFile
    begins_at: datetime
    results: Path
    balances: Path


@contextlib.contextmanager
def open_files(*, accounts: Path, sales: Path, results: Path, balances: Path) -> Iterator[Files]:
    """Check the files of a run and keep the sales open meanwhile. Nothing is written.

    Raises:
        FileUnusable: With the file's name, and line and column where there is one.
    """
    _check_outputs(results, balances, inputs=(accounts, sales))
    with CsvFile(sales, sales_file.COLUMNS) as file:
        lines = accounts_file.read_accounts(accounts)
        yield Files(accounts, lines, file, _first_instant(sales), results, balances)


def _check_outputs(*outputs: Path, inputs: tuple[Path, ...]) -> None:
    taken = list(inputs)
    for path in outputs:
        if any(_is_same(path, other) for other in taken):
            raise FileUnusable(f"{path} is named twice; it would be overwritten. Nothing was written.")
        taken.append(path)
        if path.is_dir() or not path.parent.is_dir():
            raise FileUnusable(f"{path} can't be written: {path.parent} is no folder, or {path.name} is one.")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise FileUnusable(f"{path} can't be written: permission denied.")


def _is_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        # /dev/null and the like may be named as often as one likes.
        return one.samefile(other) and one.is_file()
    return one.resolve() == other.resolve()


def _first_instant(path: Path) -> datetime:
    if path.is_file():
        with CsvFile(path, sales_file.COLUMNS) as file:
            for _, cells, _ in itertools.islice(file, _FAR_ENOUGH):
                with contextlib.suppress(InvalidRequest):
                    return sales_file.parse_instant(cells[1])
    return datetime.now(UTC)
