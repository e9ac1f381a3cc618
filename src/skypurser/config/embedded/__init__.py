"""The embedded PostgreSQL: a real server that starts with the first command and stops with the last.

Start reading at `lease.py` (what a command does) and `keeper.py` (the process that owns the server). The two
talk through three lock files in the state folder only, see `home.py`; the kernel frees a lock when its holder
dies, so no kill leaves anything that needs cleaning up by hand. Nothing here imports Django or a driver: the
keeper has to start fast.
"""

from skypurser.config.embedded.errors import (
    BinariesMissing,
    DataFolderOfAnotherVersion,
    EmbeddedUnavailable,
    NoAccount,
    ServerDidNotStart,
    StateFolderUnreachable,
    StateFolderUnsafe,
)
from skypurser.config.embedded.home import default_home
from skypurser.config.embedded.lease import Server, lease, wait_until_stopped

__all__ = [
    "BinariesMissing",
    "DataFolderOfAnotherVersion",
    "EmbeddedUnavailable",
    "NoAccount",
    "Server",
    "ServerDidNotStart",
    "StateFolderUnreachable",
    "StateFolderUnsafe",
    "default_home",
    "lease",
    "wait_until_stopped",
]
