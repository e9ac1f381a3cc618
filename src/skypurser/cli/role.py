"""The verb `role`."""

import click

from skypurser.cli import options
from skypurser.cli.session import opened


@click.group()
def role() -> None:
    """Look at the roles of a carrier: named sets of permissions."""


@role.command(name="list")
@options.carrier
def list_(carrier: str | None) -> None:
    """List the carrier's roles, what they allow, and how many members have them."""
    with opened():
        from skypurser.cli.members import print_roles  # noqa: PLC0415 — needs Django set up

        print_roles(carrier_code=carrier)
