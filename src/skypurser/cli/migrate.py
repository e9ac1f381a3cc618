"""The verb `migrate`."""

import click

from skypurser.cli.session import opened


@click.command()
def migrate() -> None:
    """Bring the database's tables up to this version.

    Acts as the user of DATABASE_OWNER_URL (default: DATABASE_URL), who owns the tables. The embedded database needs
    no such command: it is brought up to date by whatever command comes first.
    """
    with opened(migrating=True) as session:
        done = session.migrated
        if not done:
            click.echo("The tables are up to date.")
            return
        for name in done:
            click.echo(f"applied {name}")
