"""The two halves of a run: open the accounts; run the sales, and write results and balances."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from skypurser.access.actors import operator
from skypurser.access.carriers import CarrierView
from skypurser.cli.replaying.balances import write_balances
from skypurser.cli.replaying.files import Files
from skypurser.cli.replaying.opening import ACTOR, Opened, open_all
from skypurser.cli.replaying.results import Results, Tally
from skypurser.cli.replaying.rows import AMBIGUOUS, RowReader
from skypurser.cli.replaying.run import Run
from skypurser.config.database import Database
from skypurser.electronic import queries
from skypurser.ledger.poster import Poster

#: Shows how far a run has come: entered with the file's size, told how many bytes are done.
type Meter = Callable[[int], AbstractContextManager[Callable[[int], object]]]


def open_accounts(files: Files, *, carrier_code: str, carrier_name: str) -> Opened:
    """Open the carrier and the accounts, all or none.

    Raises:
        FileUnusable, Refusal: Nothing is written.
    """
    return open_all(
        files.accounts, files.lines, carrier_code=carrier_code, carrier_name=carrier_name, now=files.begins_at
    )


def run_sales(files: Files, *, carrier: CarrierView, database: Database, tally: Tally, meter: Meter) -> None:
    """Run the sales and write both files; `tally` counts as they go.

    Raises:
        RowFailed, Interrupted, OutcomeUnknown: On the way. Every committed row has its line in the results, except
            those of a chunk whose outcome is unknown; the balances are not written.
    """
    accounts: dict[tuple[str, str, str], int] = {}
    for name, account_id in queries.names(carrier_id=carrier.id):
        known = (name.type, name.code, name.currency)
        accounts[known] = AMBIGUOUS if known in accounts else account_id
    with (
        files.results.open("w", encoding="utf-8", errors="surrogateescape", newline="") as written,
        meter(files.sales.size) as advance,
    ):
        Run(
            database=database,
            carrier_id=carrier.id,
            sales=files.sales,
            reader=RowReader(carrier_id=carrier.id, accounts=accounts, actor=ACTOR),
            results=Results(written, tally),
            poster=Poster(database.app_url),
            advance=advance,
        )()
    with files.balances.open("w", encoding="utf-8", newline="") as written:
        write_balances(written, actor=operator(carrier.id, name=ACTOR))
