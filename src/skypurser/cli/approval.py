"""The verb `approval`."""

import click

from skypurser.cli import options
from skypurser.cli.session import opened


@click.group()
def approval() -> None:
    """Look at the manual credits and debits that wait for approval, and say which have to."""


@approval.command(name="list")
@options.carrier
@click.option("--decided", is_flag=True, help="What was approved, declined or withdrawn instead, the newest first.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=200, show_default=True, help="How many at most.")
def list_(carrier: str | None, *, decided: bool, limit: int) -> None:
    """List what waits, the oldest first. Only members approve, and not what they asked for themselves."""
    with opened():
        from skypurser.cli.approvals import print_approvals  # noqa: PLC0415 — needs Django set up

        print_approvals(carrier_code=carrier, decided=decided, limit=limit)


@approval.command()
@options.carrier
@click.argument("currency", type=options.CAPITALS)
@click.argument("amount", required=False)
@click.option("--none", "is_none", is_flag=True, help="Nothing in this currency needs approval any longer.")
def threshold(carrier: str | None, currency: str, amount: str | None, *, is_none: bool) -> None:
    """Set the AMOUNT (such as 10000.00) from which on a credit or debit in CURRENCY needs approval; or show it."""
    if amount is not None and is_none:
        raise click.UsageError("Name an amount or --none, not both.")
    with opened():
        from skypurser.cli.approvals import set_or_say_threshold  # noqa: PLC0415 — needs Django set up

        set_or_say_threshold(carrier_code=carrier, currency=currency, amount=amount, is_none=is_none)
