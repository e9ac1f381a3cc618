"""Run the servers under their supervisor, for the verbs that do."""

import os
from collections.abc import Callable

import click
from django.db import connections

from skypurser.cli.failures import Failed
from skypurser.cli.keeping import kept
from skypurser.config.database import Database
from skypurser.config.secret_key import secret_key
from skypurser.config.serving.plan import Addresses, PortTaken, children, metrics_folder, reserved
from skypurser.config.serving.supervisor import ChildFailed, Supervisor, stopped_by_signals


class PortUnavailable(Failed):
    """A port is taken; nothing was started."""


def serve_until_stopped(
    *,
    host: str,
    port: int,
    counter_port: int,
    with_worker: bool,
    logs: str,
    database: Database,
    counters: int = 1,
    ready: Callable[[Addresses], None],
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        port, counter_port: 0 for a free one.
        counters: Processes of the counter.
        ready: Called once when everything answers.

    Raises:
        PortUnavailable: A port is taken.
        Failed: A server ended before it was ready.
        SecretKeyUnfit: Nothing was started.
    """
    secret_key(os.environ)  # made once, before several processes ask for it
    connections.close_all()  # this process only watches from here on
    try:
        with (
            reserved(host=host, port=port, counter_port=counter_port) as addresses,
            metrics_folder(counters) as metrics,
        ):
            found = children(
                addresses, counters=counters, metrics=metrics, with_worker=with_worker, logs=logs, database=database
            )
            supervisor = Supervisor(found, say=lambda line: click.echo(line, err=True))
            with kept(database), stopped_by_signals(supervisor):
                supervisor.run(ready=lambda: ready(addresses))
    except PortTaken as error:
        raise PortUnavailable(str(error)) from error
    except ChildFailed as error:
        raise Failed(str(error)) from error
