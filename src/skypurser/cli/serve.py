"""The verb `serve`."""

import os
import sys
from typing import TYPE_CHECKING

import click

from skypurser.cli.session import opened

if TYPE_CHECKING:
    from skypurser.config.serving.plan import Addresses


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="Of pages and resources; 0: any."
)
@click.option(
    "--counter-port", type=click.IntRange(0, 65_535), default=8001, show_default=True, help="Of the counter; 0: any."
)
@click.option(
    "--counters",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Processes of the counter; more than one where processors are idle.",
)
@click.option("--worker/--no-worker", default=True, show_default=True, help="Also do what happens later.")
@click.option(
    "--logs", type=click.Choice(["json", "console"]), help="How servers log; default: json, console on a terminal."
)
def serve(host: str, port: int, counter_port: int, counters: int, logs: str | None, *, worker: bool) -> None:
    """Serve pages, resources and the counter until SIGTERM or Ctrl-C, and do what happens later.

    The addresses are printed on standard output once everything answers; logs go to standard error. A server that
    ends is started again. At the end, everything that was accepted is answered first.
    """
    with opened() as session:
        from skypurser.cli.serving import serve_until_stopped  # noqa: PLC0415 — needs Django set up

        serve_until_stopped(
            host=host,
            port=port,
            counter_port=counter_port,
            counters=counters,
            with_worker=worker,
            logs=logs or ("console" if sys.stderr.isatty() else "json"),
            database=session.database,
            ready=lambda addresses: click.echo(_told(addresses)),
        )
    click.echo("Stopped.", err=True)


def _told(addresses: "Addresses") -> str:
    desk = os.environ.get("SKYPURSER_URL") or addresses.desk
    return f"desk: {desk}\npages and resources: {addresses.pages}\ncounter: {addresses.counter}"
