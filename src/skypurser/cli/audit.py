"""The verb `audit`."""

import click

from skypurser.cli import options
from skypurser.cli.session import opened


@click.command()
@click.option("--carrier", type=options.CAPITALS, metavar="CODE", help="Only this carrier's books.")
def audit(carrier: str | None) -> None:
    """Prove that the books hold: every balance, chain and reversal, on live data and while sales go on.

    Prints each break and exits with 1, or one line of what was proved and exits with 0. Changes nothing.
    """
    with opened():
        from skypurser.access.carriers import all_carrier_ids, find_carrier  # noqa: PLC0415 — needs Django set up
        from skypurser.cli.auditing import audit_carriers  # noqa: PLC0415

        proof = audit_carriers(all_carrier_ids() if carrier is None else [find_carrier(carrier).id])
        click.echo(proof)
    if proof.breaks:
        raise SystemExit(1)
