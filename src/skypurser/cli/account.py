"""The verb `account`."""

import click

from skypurser.cli import options
from skypurser.cli.session import opened

_TYPES = click.Choice(["agency", "corporate"])


@click.group()
def account() -> None:
    """Look at electronic accounts."""


@account.command(name="list")
@options.carrier
@click.option("--type", "type_", type=_TYPES, default="agency", show_default=True, help="Which kind of account.")
@click.option(
    "--country", type=options.CAPITALS, metavar="CC", default="", help="Only those in this country (ISO 3166)."
)
@click.option("--city", type=options.CAPITALS, metavar="CCC", default="", help="Only those in this city (IATA).")
@click.option(
    "--currency", type=options.CAPITALS, metavar="CCC", default="", help="Only those in this currency (ISO 4217)."
)
@click.option(
    "--credit-limit",
    type=click.Choice(["zero", "above-zero"]),
    help="Only prepaid accounts, or only those with a limit.",
)
@click.option("--suspended", "shown", flag_value="suspended", help="Suspended accounts, and inhibited agencies.")
@click.option("--all", "shown", flag_value="all", help="Accounts of every status.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=200, show_default=True, help="How many at most.")
def list_(
    carrier: str | None,
    type_: str,
    country: str,
    city: str,
    currency: str,
    credit_limit: str | None,
    shown: str | None,
    limit: int,
) -> None:
    """List accounts: the ACTIVE travel agencies, unless the options say otherwise."""
    with opened():
        from skypurser.cli.listing import print_list  # noqa: PLC0415 — needs Django set up
        from skypurser.electronic.filtering import SUSPENDED, Filters  # noqa: PLC0415
        from skypurser.ledger.states import Status  # noqa: PLC0415

        statuses = {"suspended": SUSPENDED, "all": frozenset(Status)}.get(shown or "", frozenset({Status.ACTIVE}))
        filters = Filters(
            type=type_,
            country=country,
            city=city,
            currency=currency,
            has_credit_limit=None if credit_limit is None else credit_limit == "above-zero",
            statuses=statuses,
        )
        print_list(filters, carrier_code=carrier, limit=limit)


@account.command()
@click.argument("code", type=options.CAPITALS)
@options.carrier
@click.option("--type", "type_", type=_TYPES, default=None, help="Where an agency and a client share the code.")
@click.option(
    "--currency", type=options.CAPITALS, metavar="CCC", default="", help="Where it has accounts in several currencies."
)
@click.option(
    "--city", type=options.CAPITALS, metavar="CCC", default="", help="Where a client has accounts in several cities."
)
@click.option(
    "--movements", type=click.IntRange(0, 10_000), default=20, show_default=True, help="How many of the newest."
)
def show(code: str, carrier: str | None, type_: str | None, currency: str, city: str, movements: int) -> None:
    """Show the account of the agency office or corporate client CODE, with its newest movements."""
    with opened():
        from skypurser.cli.statement import print_statement  # noqa: PLC0415 — needs Django set up

        print_statement(
            code,
            carrier_code=carrier,
            type=type_ or "",
            currency=currency,
            city=city,
            limit=movements,
        )
