"""The verb `demo`."""

import os
from pathlib import Path

import click

from skypurser.cli.failures import Failed
from skypurser.cli.session import opened

_DAY = Path("examples") / "sales-2013-01-02"
_FILES = ("accounts.csv", "sales.csv", "expected-results.csv", "expected-balances.csv")


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the embedded PostgreSQL keeps the data; default: as for every other command.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"The day's files; default: {_DAY}, in this folder or in the source tree.",
)
@click.option(
    "--serve/--no-serve",
    "is_serving",
    default=True,
    show_default=True,
    help="Go on serving at the end, on the ports 8000 and 8001 or others where these are taken.",
)
def demo(home: Path | None, data: Path | None, *, is_serving: bool) -> None:
    """Run a day of ticket sales through the ledger, look at what became of it, and sell one more over HTTP.

    The day goes to the carrier EX, Example Air, on the embedded PostgreSQL. A second run replays it: nothing moves.
    EX gets an administrator whose password everybody knows, so let nobody in who may not see EX.
    """
    if os.environ.get("DATABASE_URL"):
        raise Failed("DATABASE_URL is set, and the demo is not for a database in use. Unset it and try again.")
    day = _found(data)
    if home is not None:
        os.environ["SKYPURSER_HOME"] = str(home)
    click.echo("Starting PostgreSQL …", err=True)
    with opened() as session:
        from skypurser.cli.demonstrating import demonstrate  # noqa: PLC0415 — needs Django set up

        seller = demonstrate(day, database=session.database, home=home, is_serving=is_serving)
        if is_serving:
            from skypurser.cli.demo_serving import serve_demo  # noqa: PLC0415 — needs Django set up

            serve_demo(seller, database=session.database)


def _found(data: Path | None) -> Path:
    source_tree = Path(__file__).parents[3]
    places = [data] if data is not None else [_DAY, source_tree / _DAY]
    for place in places:
        if all((place / name).is_file() for name in _FILES):
            return place
    raise Failed(
        f"The demo's files ({', '.join(_FILES)}) are not in {' or '.join(map(str, places))}. They come with the "
        "source, in its folder examples; name their folder with --data."
    )
