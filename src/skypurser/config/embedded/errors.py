"""Why the embedded server can't be had; every message says what to do next."""


class EmbeddedUnavailable(Exception):
    """The base of all of these. The state folder is left as it was or in a state the next lease recovers."""


class NoAccount(EmbeddedUnavailable):
    """This machine has no user account that the server could run as."""


class BinariesMissing(EmbeddedUnavailable):
    """The PostgreSQL binaries are not installed, or do not run on this machine."""


class StateFolderUnsafe(EmbeddedUnavailable):
    """The state folder, or the socket folder, belongs to someone else or is open to everybody."""


class StateFolderUnreachable(EmbeddedUnavailable):
    """The account that the server runs as can't enter the state folder."""


class DataFolderOfAnotherVersion(EmbeddedUnavailable):
    """The data were written by another major version of PostgreSQL than the one installed."""


class ServerDidNotStart(EmbeddedUnavailable):
    """Initialising or starting the server failed; the message carries what the server said."""


BY_NAME: dict[str, type[EmbeddedUnavailable]] = {
    kind.__name__: kind
    for kind in (
        NoAccount,
        BinariesMissing,
        StateFolderUnsafe,
        StateFolderUnreachable,
        DataFolderOfAnotherVersion,
        ServerDidNotStart,
    )
}
"""How the keeper's refusal travels to the command that asked for the server: by its name."""
