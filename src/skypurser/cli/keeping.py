"""The embedded server for verbs that run until they are stopped."""

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from skypurser.config.database import Database


def kept(database: "Database") -> contextlib.AbstractContextManager[None]:
    """While the block runs, start the embedded server again where it is killed; nothing with a server of one's own."""
    if not database.embedded:
        return contextlib.nullcontext()
    from skypurser.config.serving.watching import database_kept  # noqa: PLC0415 — needs Unix; a URL does not

    return database_kept(say=lambda line: click.echo(line, err=True))
