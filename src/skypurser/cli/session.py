"""Around a command: the database is there, fit for a ledger and up to date, and Django knows it.

    with opened() as session:
        from skypurser.electronic import queries   # only now: Django is set up

The embedded server is migrated when it has to be. A database that `DATABASE_URL` names belongs to somebody, so only
`skypurser migrate` changes its tables.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skypurser.errors import Refusal

if TYPE_CHECKING:
    from skypurser.config.database import Database


class SchemaBehind(Refusal):
    """The database's tables are not those of this version; run `skypurser migrate`."""

    code = "schema_behind"


class SchemaAhead(Refusal):
    """The database's tables are those of a newer version."""

    code = "schema_ahead"


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with.

    Attributes:
        migrated: The changes to tables that were made for it, `app.name` each.
    """

    database: "Database"
    migrated: tuple[str, ...] = ()


@contextmanager
def opened(*, migrating: bool = False) -> Iterator[Session]:
    """Lease the database, set up Django, check the server; a block in which domain packages work.

    Args:
        migrating: Bring the tables up to date even where they are not our own server's.

    Raises:
        SchemaBehind: `DATABASE_URL` names a database whose tables are older than this version.
        SchemaAhead: The tables are newer.
        DatabaseUnfit, DatabaseUrlUnreadable, EmbeddedUnavailable: Nothing was written.
    """
    from skypurser.config.database import database  # noqa: PLC0415 — loads the driver

    with database() as chosen:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skypurser.config.settings")
        import django  # noqa: PLC0415 — needs the settings, which need the database

        django.setup()
        # What the ledger says about a request that failed, the command says better, with its line.
        logging.getLogger("skypurser.ledger").setLevel(logging.CRITICAL)
        from django.db import connections  # noqa: PLC0415

        try:
            yield Session(chosen, _made_ready(migrating=migrating or chosen.embedded))
        finally:
            if chosen.embedded:  # before the lease ends
                connections.close_all()


def _made_ready(*, migrating: bool) -> tuple[str, ...]:
    """Check the server and its tables; return the changes that were made."""
    from django.core.management import call_command  # noqa: PLC0415 — these need Django set up
    from django.db import connections  # noqa: PLC0415

    from skypurser.config.database import check_server  # noqa: PLC0415

    if not migrating:
        _require_role()
        check_server(connections["default"])
        if pending := _pending("default"):
            raise SchemaBehind(
                f"The database lacks {len(pending)} of this version's changes to its tables "
                f"(first: {pending[0]}). Run: skypurser migrate"
            )
        return ()
    # The owner first: a database that was never migrated has no application role to connect as.
    check_server(connections["owner"], as_application=False)
    pending = _pending("owner")
    if pending:
        call_command("migrate", database="owner", verbosity=0)
    check_server(connections["default"])
    return pending


def _pending(alias: str) -> tuple[str, ...]:
    """Return the migrations that the database lacks, `app.name` each, in order."""
    from django.db import connections  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connections[alias])
    known = executor.loader.disk_migrations or {}
    if unknown := sorted(".".join(name) for name in executor.loader.applied_migrations if name not in known):
        raise SchemaAhead(
            f"The database was brought up to date by a newer version of Skypurser ({unknown[-1]}); upgrade this one."
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def _require_role() -> None:
    """Connect as the application; a database without its role was never migrated."""
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from skypurser.config.database import APP_ROLE  # noqa: PLC0415

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        if f'role "{APP_ROLE}" does not exist' in str(error) or f'parameter "role": "{APP_ROLE}"' in str(error):
            raise SchemaBehind("The database has never been set up for Skypurser. Run: skypurser migrate") from error
        raise
