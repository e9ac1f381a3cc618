"""The verb `api-key`."""

import click

from skypurser.access.callers import CONCURRENCY_LIMIT, RATE_LIMIT, Scope
from skypurser.cli import options
from skypurser.cli.session import opened


@click.group(name="api-key")
def api_key() -> None:
    """Create, list and revoke the keys with which programs sign in."""


@api_key.command()
@options.carrier
@click.option("--name", required=True, help="What the history calls it.")
@click.option(
    "--scopes", type=options.Several(Scope), required=True, help=f"What it is for, of: {', '.join(Scope)}; or all."
)
@click.option(
    "--expires",
    metavar="DATE",
    help="The first day on which it no longer works, in the carrier's time zone; or an instant such as "
    "2027-01-01T12:00Z.",
)
@click.option("--rate", type=int, metavar="N", default=RATE_LIMIT, show_default=True, help="Requests per second.")
@click.option(
    "--concurrency",
    type=int,
    metavar="N",
    default=CONCURRENCY_LIMIT,
    show_default=True,
    help="Requests at the same time.",
)
def create(
    carrier: str | None,
    name: str,
    scopes: frozenset[Scope],
    expires: str | None,
    rate: int,
    concurrency: int,
) -> None:
    """Create a key. Its token, and nothing else, is printed on standard output; nobody can ask for it again."""
    with opened():
        from skypurser.cli.keys import print_new_key  # noqa: PLC0415 — needs Django set up

        print_new_key(
            carrier_code=carrier, name=name, scopes=scopes, expires=expires, rate=rate, concurrency=concurrency
        )


@api_key.command(name="list")
@options.carrier
def list_(carrier: str | None) -> None:
    """List the carrier's keys, those that no longer work included. The tokens are nowhere."""
    with opened():
        from skypurser.cli.keys import print_keys  # noqa: PLC0415 — needs Django set up

        print_keys(carrier_code=carrier)


@api_key.command()
@options.carrier
@click.option("--id", "key_id", type=int, metavar="N", help="Which, by its number in the list.")
@click.option("--prefix", metavar="PREFIX", help="Which, by the 8 characters that the list shows, with sp_ or without.")
def revoke(carrier: str | None, key_id: int | None, prefix: str | None) -> None:
    """Take a key out of use for good."""
    if (key_id is None) == (prefix is None):
        raise click.UsageError("Name the key by --id or by --prefix.")
    with opened():
        from skypurser.cli.keys import revoke_and_say  # noqa: PLC0415 — needs Django set up

        revoke_and_say(carrier_code=carrier, key_id=key_id, prefix=prefix)
