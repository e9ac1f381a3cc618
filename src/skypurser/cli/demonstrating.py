"""The demo: a day of sales, what became of it checked against what should, two accounts, the audit."""

import shlex
import tempfile
from pathlib import Path

from rich.text import Text

from skypurser.access.actors import operator
from skypurser.access.carriers import CarrierView, all_carrier_ids
from skypurser.cli import console
from skypurser.cli.auditing import audit_carriers
from skypurser.cli.demo_administrator import administrator, told
from skypurser.cli.demo_charter import charter_week
from skypurser.cli.failures import Failed
from skypurser.cli.replaying.aloud import replay_aloud
from skypurser.cli.replaying.files import open_files
from skypurser.cli.statement import print_account
from skypurser.config.database import Database
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.ledger.states import Status

_CODE = "EX"
_NAME = "Example Air"
_RESULTS = "results"
_BALANCES = "balances"


def demonstrate(day: Path, *, database: Database, home: Path | None, is_serving: bool) -> CarrierView:
    """Replay the day for Example Air, show that it came out as expected, and return the carrier.

    Args:
        day: The folder with the four files.
        home: As the user named it, for the commands at the end.
        is_serving: Whether servers follow, which tell of the desk themselves.

    Raises:
        Failed: Something came out other than expected.
    """
    _title(f"A day of ticket sales, {day}")
    with tempfile.TemporaryDirectory(prefix="skypurser-demo-") as folder:
        written = {name: Path(folder) / f"{name}.csv" for name in (_RESULTS, _BALANCES)}
        with open_files(accounts=day / "accounts.csv", sales=day / "sales.csv", **written) as files:
            opened, tally = replay_aloud(files, carrier_code=_CODE, carrier_name=_NAME, database=database)
        is_same = {
            name: path.read_bytes() == (day / f"expected-{name}.csv").read_bytes() for name, path in written.items()
        }
    _title("As expected?")
    if opened.carrier_is_new:
        for name, same in is_same.items():
            console.show(f"{name}.csv {'equals' if same else 'DIFFERS from'} expected-{name}.csv, byte for byte.")
        if not all(is_same.values()):
            raise Failed(
                "The day came out other than expected; that is a bug in Skypurser, or these files were edited."
            )
    else:
        _say_replayed(moved=bool(tally.moved), balances_are_same=is_same[_BALANCES])
    over, suspended = _two_accounts(opened.carrier)
    for title, view in (
        ("An account over its limit: it sells nothing on account until cured; card sales earn it commission", over),
        ("A suspended account: no sales, but voids and refunds of what it sold", suspended),
    ):
        if view is not None:
            _title(title)
            print_account(view, carrier=opened.carrier, limit=6)
    _title("The same carrier flies charter: prepaid jet cards, quotes, bookings, an invoice")
    charter_week(opened.carrier)
    _title("The audit")
    proof = audit_carriers([opened.carrier.id])
    console.show(str(proof))
    if proof.breaks:
        raise Failed("The audit found what should not be.")
    _say_next(over, home)
    if not is_serving:
        signs_in = told(administrator(opened.carrier), desk="http://localhost:8000/")
        console.show("", "The desk, once you run `skypurser serve`:", "", signs_in)
    return opened.carrier


def _say_replayed(*, moved: bool, balances_are_same: bool) -> None:
    if moved:
        console.show("The day had been run in part; the rest of it ran now.")
    else:
        console.show("The day had been run before: every row that bound its key was replayed, and nothing moved.")
    console.show(
        "balances.csv equals expected-balances.csv, byte for byte."
        if balances_are_same
        else "The balances are no longer those of the day: the accounts have been used since."
    )


def _two_accounts(carrier: CarrierView) -> tuple[queries.AccountView | None, queries.AccountView | None]:
    everything = Filters(type=None, statuses=frozenset(Status))
    views = queries.accounts(everything, actor=operator(carrier.id), limit=queries.LONGEST_PAGE)
    over = next((view for view in views if view.standing.available < 0), None)
    suspended = next((view for view in views if view.standing.status is Status.SUSPENDED), None)
    return over, suspended


def _say_next(view: queries.AccountView | None, home: Path | None) -> None:
    before = "" if home is None else f"SKYPURSER_HOME={shlex.quote(str(home))} "
    named = "" if len(all_carrier_ids()) == 1 else f" --carrier {_CODE}"
    commands = [
        f"account list{named}",
        f"account list --type corporate --all{named}",
        f"account show {view.code if view else 'NYC100'} --movements 50{named}",
        f"audit{named}",
        "serve",
        "replay --help",
    ]
    _title("What next")
    console.show(*(f"  {before}skypurser {command}" for command in commands))
    console.show("", "Run the demo again: everything is replayed, and nothing moves.")


def _title(text: str) -> None:
    console.show("", Text(text, style="bold cyan"), Text("=" * len(text), style="cyan"), "")
