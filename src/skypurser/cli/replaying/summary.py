"""What a run says while it goes and when it is done."""

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from skypurser.cli import console
from skypurser.cli.choosing import called
from skypurser.cli.replaying.opening import Opened
from skypurser.cli.replaying.results import Tally

_ORDER = ("posted", "recorded", "replayed", "refused")


@contextlib.contextmanager
def meter(size: int) -> Iterator[Callable[[int], object]]:
    """Show a bar on stderr while the block runs, if that is a terminal; yields what is told the bytes done.

    Args:
        size: Of the file; 0 when unknown.
    """
    out = console.stderr()
    if not out.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("Sales", total=size or None)
        yield lambda done: progress.update(task, completed=done)


def say_opened(opened: Opened) -> None:
    """Say what was opened."""
    about = "set up" if opened.carrier_is_new else "there already"
    console.show(
        f"Carrier {called(opened.carrier)}: {about}.",
        f"Accounts: {opened.new_accounts:,} opened, {opened.old_accounts:,} there already with the same data.",
    )


def say_tally(tally: Tally) -> None:
    """Print rows by outcome and code, the money moved, the first malformed rows and the speed."""
    rows = console.table("Outcome", "Code", "Rows", right=frozenset({"Rows"}))
    known = sorted(tally.outcomes.items(), key=lambda item: (_ORDER.index(item[0][0]), -item[1], item[0][1]))
    for (outcome, code), many in known:
        rows.add_row(outcome, code, f"{many:,}")
    rows.add_section()
    rows.add_row("", "", f"{tally.rows:,}", style="bold")
    console.show("", rows, "")
    if tally.moved:
        money = console.table("Moved", "Debits", "Credits", right=frozenset({"Debits", "Credits"}))
        for currency, (debits, credits_) in sorted(tally.moved.items()):
            money.add_row(currency, console.grouped(debits, currency), console.grouped(credits_, currency))
        console.show(money)
    else:
        console.show("No money moved.")
    _say_malformed(tally)
    speed = tally.rows / max(tally.seconds, 1e-9)
    console.show("", f"{tally.rows:,} rows in {tally.seconds:.1f} s, {speed:,.0f} a second.")


def _say_malformed(tally: Tally) -> None:
    if not tally.malformed:
        return
    many = sum(count for (_, code), count in tally.outcomes.items() if code == "invalid_request")
    console.show("", f"Malformed rows: {many:,}" + (", the first of them:" if many > len(tally.malformed) else ":"))
    for line, flaw in tally.malformed:
        console.show(console.cell(f"  line {line:,}: {flaw}"))
