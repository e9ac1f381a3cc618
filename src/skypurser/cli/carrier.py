"""The verb `carrier`."""

import click

from skypurser.cli.options import CAPITALS
from skypurser.cli.session import opened


@click.group()
def carrier() -> None:
    """Set up carriers, and list them."""


@carrier.command()
@click.argument("code", type=CAPITALS)
@click.option("--name", required=True, help="As statements show it.")
@click.option("--country", type=CAPITALS, required=True, metavar="CC", help="ISO 3166, two capital letters.")
@click.option("--time-zone", required=True, metavar="ZONE", help="IANA name, such as America/New_York.")
@click.option(
    "--currency", type=CAPITALS, required=True, metavar="CCC", help="ISO 4217; the currency of its jet cards."
)
def create(code: str, name: str, country: str, time_zone: str, currency: str) -> None:
    """Set up the carrier CODE: 2 to 12 capital letters and digits; airlines use their IATA code."""
    with opened():
        from datetime import UTC, datetime  # noqa: PLC0415

        from skypurser.administration.carriers import create_carrier  # noqa: PLC0415 — needs Django set up

        made = create_carrier(
            code=code, name=name, country=country, time_zone=time_zone, currency=currency, now=datetime.now(UTC)
        )
        click.echo(f"Carrier {made.code} {made.name} is set up.")


@carrier.command(name="list")
def list_() -> None:
    """List the carriers of this installation."""
    with opened():
        from skypurser.access.carriers import all_carrier_ids, get_carrier  # noqa: PLC0415 — needs Django set up
        from skypurser.cli import console  # noqa: PLC0415

        views = sorted(map(get_carrier, all_carrier_ids()), key=lambda view: view.code)
        if not views:
            click.echo("There is no carrier yet. Set one up with: skypurser carrier create")
            return
        shown = console.table("Code", "Name", "Country", "Time zone", "Currency")
        for view in views:
            shown.add_row(
                *(console.cell(text) for text in (view.code, view.name, view.country, view.time_zone, view.currency))
            )
        console.show(shown)


@carrier.command(name="jet-cards")
@click.argument("code", type=CAPITALS)
@click.argument("switch", type=click.Choice(["on", "off"]))
def jet_cards(code: str, switch: str) -> None:
    """Switch charter customers and jet cards of the carrier CODE on or off. Off hides them and deletes nothing."""
    with opened():
        from datetime import UTC, datetime  # noqa: PLC0415

        from skypurser.access.actors import operator  # noqa: PLC0415 — needs Django set up
        from skypurser.access.carriers import find_carrier  # noqa: PLC0415
        from skypurser.administration.carriers import switch_jet_cards  # noqa: PLC0415

        found = find_carrier(code)
        switch_jet_cards(on=switch == "on", actor=operator(found.id), now=datetime.now(UTC))
        click.echo(f"Carrier {found.code} has jet cards switched {switch}.")
