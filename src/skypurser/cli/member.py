"""The verb `member`."""

import click

from skypurser.access.permissions import Permission
from skypurser.cli import options
from skypurser.cli.session import opened

_PERMISSIONS = options.Several(Permission)
_CODES = options.Several()
_ROLE = "The role whose permissions the member has; `skypurser role list` shows what there is."
_MAY = f"Instead of a role, what this one member may do, of: {', '.join(Permission)}; or all."


@click.group()
def member() -> None:
    """Add members of a carrier, list them, set what they may do and where."""


@member.command()
@click.argument("email")
@options.carrier
@click.option("--name", required=True, help="The person's.")
@click.option("--role", metavar="NAME", help=_ROLE)
@click.option("--permissions", type=_PERMISSIONS, help=_MAY)
@click.option("--countries", type=_CODES, default="", help="Only accounts in these countries (ISO 3166).")
@click.option("--cities", type=_CODES, default="", help="Only accounts in these cities (IATA).")
@click.option("--offices", type=_CODES, default="", help="Only accounts of these offices.")
def add(
    email: str,
    carrier: str | None,
    name: str,
    role: str | None,
    permissions: frozenset[Permission] | None,
    countries: frozenset[str],
    cities: frozenset[str],
    offices: frozenset[str],
) -> None:
    """Add the member EMAIL, by --role or --permissions, and print a link with which the person joins.

    Several limits add up; without any, the member reaches every account.
    """
    if (role is None) == (permissions is None):
        raise click.UsageError("Say what the member may do, by --role or by --permissions.")
    with opened():
        from skypurser.cli.members import add_and_say  # noqa: PLC0415 — needs Django set up

        add_and_say(
            carrier_code=carrier,
            email=email,
            name=name,
            role=role,
            permissions=permissions,
            countries=countries,
            cities=cities,
            offices=offices,
        )


@member.command()
@click.argument("email")
@options.carrier
def link(email: str, carrier: str | None) -> None:
    """Make a fresh invitation for the member EMAIL, who has not joined yet; earlier links no longer work."""
    with opened():
        from skypurser.cli.members import link_and_say  # noqa: PLC0415 — needs Django set up

        link_and_say(carrier_code=carrier, email=email)


@member.command(name="list")
@options.carrier
def list_(carrier: str | None) -> None:
    """List the carrier's members, those who are no longer active included."""
    with opened():
        from skypurser.cli.members import print_members  # noqa: PLC0415 — needs Django set up

        print_members(carrier_code=carrier)


@member.command(name="set")
@click.argument("email")
@options.carrier
@click.option("--role", metavar="NAME", help=_ROLE)
@click.option("--permissions", type=_PERMISSIONS, help=_MAY)
@click.option("--countries", type=_CODES, help="Only accounts in these countries (ISO 3166).")
@click.option("--cities", type=_CODES, help="Only accounts in these cities (IATA).")
@click.option("--offices", type=_CODES, help="Only accounts of these offices.")
def set_(
    email: str,
    carrier: str | None,
    role: str | None,
    permissions: frozenset[Permission] | None,
    countries: frozenset[str] | None,
    cities: frozenset[str] | None,
    offices: frozenset[str] | None,
) -> None:
    """Set what the member EMAIL may do, and where.

    Each option replaces what was there, with nothing when it is empty; what is not given stays.
    """
    if role is not None and permissions is not None:
        raise click.UsageError("Say what the member may do by --role or by --permissions, not by both.")
    with opened():
        from skypurser.cli.members import set_and_say  # noqa: PLC0415 — needs Django set up

        set_and_say(
            carrier_code=carrier,
            email=email,
            role=role,
            permissions=permissions,
            countries=countries,
            cities=cities,
            offices=offices,
        )


@member.command()
@click.argument("email")
@options.carrier
def deactivate(email: str, carrier: str | None) -> None:
    """Let the member EMAIL act no longer; nothing is forgotten."""
    with opened():
        from skypurser.cli.members import set_active_and_say  # noqa: PLC0415 — needs Django set up

        set_active_and_say(carrier_code=carrier, email=email, is_active=False)


@member.command()
@click.argument("email")
@options.carrier
def reactivate(email: str, carrier: str | None) -> None:
    """Let the member EMAIL act again, as before."""
    with opened():
        from skypurser.cli.members import set_active_and_say  # noqa: PLC0415 — needs Django set up

        set_active_and_say(carrier_code=carrier, email=email, is_active=True)
