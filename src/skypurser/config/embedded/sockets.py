"""The folder of the server's socket, safe against others who may write beside it."""

import contextlib
import os
import stat

from skypurser.config.embedded.account import Account
from skypurser.config.embedded.errors import StateFolderUnsafe
from skypurser.config.embedded.home import Home


def prepare(home: Home, account: Account) -> None:
    """Create the folder, or check that the existing one is ours; only the account (and root) may enter it.

    Raises:
        StateFolderUnsafe: Someone else created it, or put a link in its place. Nothing is changed.
    """
    folder = home.socket_folder
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as failure:
        raise _taken(home) from failure
    try:
        # Checks and changes are made on what was opened, not on a name that may mean something else by now.
        if os.fstat(descriptor).st_uid not in (os.geteuid(), account.uid):
            raise _taken(home)
        os.fchown(descriptor, account.uid, account.gid)
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != stat.S_IRWXU:
            os.fchmod(descriptor, stat.S_IRWXU)
    finally:
        os.close(descriptor)


def _taken(home: Home) -> StateFolderUnsafe:
    return StateFolderUnsafe(
        f"The folder for the database's socket, {home.socket_folder}, belongs to another user or is not a "
        "folder. Remove it, or choose another SKYPURSER_HOME (a short path keeps the socket inside it)."
    )
