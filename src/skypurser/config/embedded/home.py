"""The state folder: where everything that the embedded server keeps on disk lives.

users.lock    shared by every lease; the keeper waits for it alone: then nobody uses the server
start.lock    held from the decision to start a server until it answers, or failed
keeper.lock   held by the keeper as long as it lives
server.json   the server that this keeper started; means nothing while keeper.lock is free
data/         PostgreSQL's own; the only folder, with run/, that belongs to the server's account
run/          the socket; a short folder in /tmp instead where its path would not do for a socket
config/       rewritten at each start
log/          bounded
binaries/     a copy of PostgreSQL, only when its account can't reach the installed one
"""

import contextlib
import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from skypurser.config.embedded.errors import StateFolderUnsafe

_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 103  # bytes, without the closing zero: 107 on Linux, 103 on macOS and the BSDs
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 — $TMPDIR may be as long as the home; the folder in it is checked


def default_home() -> Path:
    """`SKYPURSER_HOME`, else the user's data folder, else (for root) /var/lib/skypurser."""
    if chosen := os.environ.get("SKYPURSER_HOME"):
        return Path(chosen).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/skypurser")
    import platformdirs  # noqa: PLC0415 — 30 ms that most starts do not need

    return platformdirs.user_data_path("skypurser")


class Home:
    """The paths of one state folder; resolved, so that two spellings are one server.

    Args:
        folder: Need not exist yet; without it, the default one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = (folder or default_home()).absolute().resolve()
        self.users_lock = self.folder / "users.lock"
        self.start_lock = self.folder / "start.lock"
        self.keeper_lock = self.folder / "keeper.lock"
        self.state_file = self.folder / "server.json"
        self.data = self.folder / "data"
        self.config = self.folder / "config"
        self.log = self.folder / "log"
        self.binaries = self.folder / "binaries"
        self.socket_folder = self._socket_folder()
        self.socket = self.socket_folder / _SOCKET_NAME

    def prepare(self) -> None:
        """Create the folder where it is missing; an existing one keeps its permissions.

        Raises:
            StateFolderUnsafe: It belongs to someone else, or everybody may write to it. Nothing is written.
        """
        # Root's server runs as another account, which must pass through the folder to reach its own.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                self.folder.mkdir(mode=mode)
                self.folder.chmod(mode)  # whatever the umask
            found = self.folder.stat()
        except OSError as failure:
            raise StateFolderUnsafe(
                f"The state folder {self.folder} can't be created or read: {failure.strerror}. "
                "Set SKYPURSER_HOME to a folder of your own."
            ) from failure
        if found.st_uid != os.geteuid():
            raise StateFolderUnsafe(
                f"The state folder {self.folder} belongs to another user (id {found.st_uid}). Run the "
                "command as that user, or set SKYPURSER_HOME to a folder of your own."
            )
        if found.st_mode & stat.S_IWOTH or not stat.S_ISDIR(found.st_mode):
            raise StateFolderUnsafe(
                f"{self.folder} is not a folder of your own: everybody may write to it, or it is a file. "
                "Set SKYPURSER_HOME to a folder that only you may write to."
            )

    def running(self) -> int | None:
        """The postmaster's process id while a keeper watches over a server that answers."""
        with opened(self.keeper_lock) as keeper:
            if _is_free(keeper):
                return None
            try:
                return int(json.loads(self.state_file.read_text())["pid"])
            except FileNotFoundError:
                return None

    def _socket_folder(self) -> Path:
        ordinary = self.folder / "run"
        # A comma separates hosts in a database URL.
        if len(os.fsencode(ordinary / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and "," not in str(ordinary):
            return ordinary
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()
        return _SHORT_FOLDER / f"skypurser-{digest[:24]}"

    def publish(self, pid: int) -> None:
        """Tell everybody that the server with this process id answers. Only the keeper may call this."""
        fresh = self.state_file.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": pid}))
        fresh.rename(self.state_file)


@contextlib.contextmanager
def opened(lock: Path) -> Iterator[int]:
    """A lock file, open for `flock` and never inherited by a program that is started meanwhile.

    Closing it frees the lock, unless a forked child still holds the same open file.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
