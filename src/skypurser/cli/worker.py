"""The verb `worker`."""

import importlib
import os

import click

from skypurser.cli.keeping import kept
from skypurser.cli.session import opened


@click.command()
def worker() -> None:
    """Do what happens later, until SIGTERM: relay events, deliver webhooks, keep house.

    Any number of workers may run; each delivery is one worker's. What is under way comes to its end first. Logs are
    lines of JSON on stderr.
    """
    os.environ.setdefault("SKYPURSER_LOGS", "json")
    with opened() as session, kept(session.database):
        # By name, like the app that a server serves: one interface does not know the other.
        run = importlib.import_module("skypurser.jobs.worker").run
        sending = importlib.import_module("skypurser.webhooks.sending")
        reach = importlib.import_module("skypurser.webhooks.reach").Reach.from_environment()
        run(sender=sending.Sender(reach=reach))
