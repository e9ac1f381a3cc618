"""Which PostgreSQL a process talks to, as whom, and whether that server is fit for a ledger.

Two URLs decide: the application's (`DATABASE_URL`) and the owner's, which migrations use
(`DATABASE_OWNER_URL`; default: the same). Without `DATABASE_URL` the embedded server is leased. Whatever user
the application's URL names, its connections act as the role `skypurser_app`, which row-level security binds.

    with database() as chosen:                                        # the CLI, around each command
        DATABASES = django_databases(os.environ)                      # in settings: pages and resources
        Poster(chosen.app_url)                                        # the counter's batches
        check_server(connection)                                      # at start, and in readiness

The role is a startup parameter: behind PgBouncer, whose sessions are shared, log in as `skypurser_app` itself.
Nothing here opens a connection, except that leasing starts the embedded server.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

APP_ROLE = "skypurser_app"
OWNER_ROLE = "skypurser_owner"
OLDEST_MAJOR = 18


class DatabaseUrlUnreadable(Exception):
    """A database URL that can't be parsed, or asks for what a driver can't do; no password in the message."""


class DatabaseUnfit(Exception):
    """The server, or the role on it, is not one that money may be entrusted to."""


class ServerTooOld(DatabaseUnfit):
    """The server is older than PostgreSQL 18."""


class NotDurable(DatabaseUnfit):
    """The server may forget what it has confirmed: a setting that guards against a crash is off."""


class RoleTooPowerful(DatabaseUnfit):
    """The application's role may ignore row-level security, so one carrier could see another's data."""


@dataclass(frozen=True, slots=True)
class Database:
    """What a process talks to.

    Attributes:
        app_url: For everything but migrations.
        owner_url: For migrations and administration: the user who owns the tables.
        embedded: Whether it is our own server, leased for the process.
    """

    app_url: str = field(repr=False)  # may hold a password
    owner_url: str = field(repr=False)
    embedded: bool


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """The database of this process while the block runs: `DATABASE_URL`'s, else the embedded one, leased.

    Raises:
        DatabaseUrlUnreadable: One of the two variables can't be parsed.
        EmbeddedUnavailable: With the reason and what to do.
    """
    if app_url := os.environ.get("DATABASE_URL"):
        owner_url = os.environ.get("DATABASE_OWNER_URL") or app_url
        for name, url in (("DATABASE_URL", app_url), ("DATABASE_OWNER_URL", owner_url)):
            _parsed(url, called=name)
        yield Database(app_url=app_url, owner_url=owner_url, embedded=False)
        return
    from skypurser.config import embedded  # noqa: PLC0415 — needs Unix; a process with a URL does not

    with embedded.lease() as server:
        yield Database(app_url=server.url(APP_ROLE), owner_url=server.url(OWNER_ROLE), embedded=True)


def django_databases(
    environ: Mapping[str, str], *, pool: bool | Mapping[str, Any] = False
) -> dict[str, dict[str, Any]]:
    """Django's `DATABASES`: `default` acts as the application, `owner` is for migrations. Starts nothing.

    Without `DATABASE_URL` both point to where the embedded server answers while somebody leases it.

    Args:
        environ: `os.environ`, or something like it.
        pool: As in `django_database`, for `default` only.

    Raises:
        DatabaseUrlUnreadable: The message holds no password.
    """
    if app_url := environ.get("DATABASE_URL"):
        owner_url = environ.get("DATABASE_OWNER_URL") or app_url
    else:
        from skypurser.config import embedded  # noqa: PLC0415 — needs Unix; a process with a URL does not

        server = embedded.Server()
        app_url, owner_url = server.url(APP_ROLE), server.url(OWNER_ROLE)
    return {"default": django_database(app_url, pool=pool), "owner": django_database(owner_url, role=None)}


def django_database(url: str, *, role: str | None = APP_ROLE, pool: bool | Mapping[str, Any] = False) -> dict[str, Any]:
    """One entry of Django's `DATABASES`.

    Args:
        url: As libpq reads it; parameters that Django has no name for go to the driver unchanged.
        role: Assumed by each connection when the URL's user is another; None for migrations.
        pool: True, or psycopg_pool's options; connections then outlive requests.

    Raises:
        DatabaseUrlUnreadable: The message holds no password.
    """
    parameters = _parsed(url)
    entry: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parameters.pop("dbname", ""),
        "USER": parameters.pop("user", ""),
        "PASSWORD": parameters.pop("password", ""),
        "HOST": parameters.pop("host", ""),
        "PORT": parameters.pop("port", ""),
        "OPTIONS": dict(parameters),
    }
    if not entry["NAME"] and "service" not in parameters:
        raise DatabaseUrlUnreadable(f"{masked(url)} names no database. Add /name to its end.")
    if role is not None and entry["USER"] != role:
        # Not Django's assume_role: together with a pool it waits for itself (Django 6.1 composes SET ROLE on a
        # second connection of the same pool). The server sets this one before the first statement.
        entry["OPTIONS"]["options"] = f"{parameters.get('options', '')} -c role={role}".strip()
    if pool:
        entry["OPTIONS"]["pool"] = pool if pool is True else dict(pool)
    return entry


class _Cursor(Protocol):
    def execute(self, query: Any, /) -> object: ...
    def fetchone(self) -> Any: ...


class _Connection(Protocol):
    def cursor(self) -> contextlib.AbstractContextManager[_Cursor]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What the judgement on a server rests on; settings as PostgreSQL spells them."""

    version_number: int
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    role: str
    is_superuser: bool
    bypasses_row_security: bool


_FACTS = """\
SELECT current_setting('server_version_num')::int, current_setting('fsync'),
       current_setting('full_page_writes'), current_setting('synchronous_commit'),
       rolname::text, rolsuper, rolbypassrls
FROM pg_roles WHERE rolname = current_user"""


def check_server(source: _Connection | _Cursor, *, as_application: bool = True) -> None:
    """Refuse a server or a role that a ledger can't rely on. Reads one row, changes nothing.

    Args:
        source: An open connection or cursor, of Django or psycopg, as the role that will be used.
        as_application: False for the owner's connection, whose role may do more.

    Raises:
        ServerTooOld, NotDurable, RoleTooPowerful: With what to change.
    """
    if hasattr(source, "fetchone"):
        judge(_read(cast("_Cursor", source)), as_application=as_application)
        return
    with source.cursor() as cursor:
        judge(_read(cursor), as_application=as_application)


def judge(facts: Facts, *, as_application: bool = True) -> None:
    """The rules of `check_server`, on facts already read; same arguments and errors."""
    if facts.version_number < OLDEST_MAJOR * 10_000:
        major, minor = divmod(facts.version_number, 10_000)
        raise ServerTooOld(
            f"The database server is PostgreSQL {major}.{minor}; Skypurser needs {OLDEST_MAJOR} or newer. "
            "Upgrade it, or unset DATABASE_URL to use the embedded one."
        )
    guards = {
        "fsync": facts.fsync,
        "full_page_writes": facts.full_page_writes,
        "synchronous_commit": facts.synchronous_commit,
    }
    if missing := [name for name, value in guards.items() if value == "off"]:
        raise NotDurable(
            f"The database may lose confirmed postings in a crash: {', '.join(missing)} is off. "
            "Turn it on in the server's configuration (and for the role and the database) and reload it."
        )
    if as_application and (facts.is_superuser or facts.bypasses_row_security):
        power = "is a superuser" if facts.is_superuser else "has BYPASSRLS"
        raise RoleTooPowerful(
            f"The application would act as the role {facts.role!r}, which {power}: carriers would not be "
            f"isolated. Create {APP_ROLE} as an ordinary role, and grant it to the user of DATABASE_URL, or "
            "log in as it."
        )


def masked(url: str) -> str:
    """The URL for messages and logs: user, host, port and database only; never a password or a key."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "(unreadable URL)"
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{parts.get('user', '')}@{parts.get('host', '')}{port}/{parts.get('dbname', '')}"


def _read(cursor: _Cursor) -> Facts:
    cursor.execute(_FACTS)
    return Facts(*cursor.fetchone())


def _parsed(url: str, *, called: str = "The database URL") -> dict[str, str]:
    try:
        # Without what the environment would add (PGHOST and the like): drivers do that themselves.
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        # The driver's own words may repeat a piece of the password.
        raise DatabaseUrlUnreadable(
            f"{called} can't be read. It should look like postgresql://user:password@host:5432/name, with "
            "special characters in the password percent-encoded (@ is %40, % is %25)."
        ) from None
