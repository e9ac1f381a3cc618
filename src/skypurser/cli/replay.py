"""The verb `replay`."""

from pathlib import Path

import click

from skypurser.cli.options import CAPITALS
from skypurser.cli.session import opened

_FILE = click.Path(path_type=Path)


@click.command()
@click.option(
    "--carrier", type=CAPITALS, required=True, metavar="CODE", help="Whose accounts; set up where it does not exist."
)
@click.option("--accounts", required=True, type=_FILE, help="Accounts to open; those that exist must agree.")
@click.option("--sales", required=True, type=_FILE, help="Sales, voids, refunds, credits …, run in their order.")
@click.option("--results", required=True, type=_FILE, help="Written: what became of each row.")
@click.option("--balances", required=True, type=_FILE, help="Written: what each account has at the end.")
def replay(carrier: str, accounts: Path, sales: Path, results: Path, balances: Path) -> None:
    """Open accounts and run a file of sales through the ledger.

    Rows run in file order, each at its own time (occurred_at). A row whose key was bound before is a replay and moves
    nothing, so the same files may be run again, also after an interruption. A malformed row is refused and the run
    goes on. A malformed accounts file, a missing file or a missing column stops the run before anything is written.

    These files name an account by type, code and currency; where a client has such accounts in two cities, its rows
    are refused as account_ambiguous, which binds no key.
    """
    from skypurser.cli.replaying.files import open_files  # noqa: PLC0415 — loads currencies and airports

    with open_files(accounts=accounts, sales=sales, results=results, balances=balances) as files, opened() as session:
        from skypurser.cli.replaying.aloud import replay_aloud  # noqa: PLC0415 — needs Django set up

        replay_aloud(files, carrier_code=carrier, carrier_name=carrier, database=session.database)
