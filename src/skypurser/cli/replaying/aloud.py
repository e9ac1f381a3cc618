"""A run as a command does it: it says what it does, and how far it came when something stops it."""

from skypurser.cli.replaying.files import Files
from skypurser.cli.replaying.opening import Opened
from skypurser.cli.replaying.results import Tally
from skypurser.cli.replaying.summary import meter, say_opened, say_tally
from skypurser.cli.replaying.whole import open_accounts, run_sales
from skypurser.config.database import Database


def replay_aloud(files: Files, *, carrier_code: str, carrier_name: str, database: Database) -> tuple[Opened, Tally]:
    """Open the accounts, run the sales and print the summary, also of a run that was stopped on the way."""
    tally = Tally()
    opened = open_accounts(files, carrier_code=carrier_code, carrier_name=carrier_name)
    say_opened(opened)
    try:
        run_sales(files, carrier=opened.carrier, database=database, tally=tally, meter=meter)
    finally:
        if tally.rows:
            say_tally(tally)
    return opened, tally
