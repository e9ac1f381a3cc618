"""As whom the server runs: as the user who starts it, or as an unprivileged account when that is root."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from skypurser.config.embedded.errors import NoAccount, StateFolderUnsafe

_CANDIDATES = ("postgres", "nobody", "daemon")
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Account:
    """The operating system's user that the server runs as.

    Attributes:
        invoker: The name of the user who runs the command; the only one who may connect.
        differs: Started by root: the account is not the invoker.
    """

    name: str
    uid: int
    gid: int
    invoker: str
    differs: bool

    def run(self, program: Path, *arguments: str, feed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as this account to its end; both of its outputs come back as one text."""
        with self.start([str(program), *arguments], output=subprocess.PIPE, on_orphaned=signal.SIGKILL) as process:
            said, _ = process.communicate(feed)
            return subprocess.CompletedProcess(process.args, process.returncode, said, "")

    def start(
        self, command: Sequence[str], *, output: int | IO[str], on_orphaned: signal.Signals
    ) -> subprocess.Popen[str]:
        """Start a program as this account; it gets the signal when this thread dies (on Linux)."""
        return subprocess.Popen(  # noqa: S603 — PostgreSQL's programs by full path
            command,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.PIPE if output == subprocess.PIPE else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            umask=0o077,
            user=self.uid if self.differs else None,
            group=self.gid if self.differs else None,
            extra_groups=[] if self.differs else None,
            preexec_fn=_die_with_parent(on_orphaned),  # noqa: PLW1509 — the keeper has one thread so far
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through the folder. The calling process must have one thread."""
        if not self.differs:
            return True
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
                os.chdir(folder)
                status = 0
            finally:
                os._exit(status)
        return os.waitpid(child, 0)[1] == 0


def choose(data: Path) -> Account:
    """The account for a data folder: its owner, once it exists, so that a new account changes nothing.

    Raises:
        NoAccount: The machine has none that would do, or the invoking user has no name.
        StateFolderUnsafe: The data belong to another user.
    """
    uid = os.geteuid()
    try:
        invoker = pwd.getpwuid(uid)
    except KeyError:
        raise NoAccount(
            f"The user id {uid} has no name on this machine, and PostgreSQL needs one. Add the user to "
            "/etc/passwd, or set DATABASE_URL to a server of your own."
        ) from None
    owner = data.stat().st_uid if data.exists() else None
    if uid != 0:
        if owner not in (None, uid):
            raise StateFolderUnsafe(
                f"The database in {data} belongs to another user (id {owner}). Run the command as that user "
                "(or as root, if root created it), or choose another SKYPURSER_HOME."
            )
        return Account(name=invoker.pw_name, uid=uid, gid=invoker.pw_gid, invoker=invoker.pw_name, differs=False)
    for entry in _entries(owner):
        if entry.pw_uid != 0:
            return Account(
                name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, invoker=invoker.pw_name, differs=True
            )
    raise NoAccount(
        f"PostgreSQL refuses to run as root, and this machine has no account for it "
        f"({', '.join(_CANDIDATES)}, or the owner of {data}). Create one of "
        "them, run the command as an ordinary user, or set DATABASE_URL."
    )


def _entries(owner: int | None) -> list[pwd.struct_passwd]:
    found = []
    if owner is not None:
        try:
            return [pwd.getpwuid(owner)]
        except KeyError:
            return []
    for name in _CANDIDATES:
        try:
            found.append(pwd.getpwnam(name))
        except KeyError:
            continue
    return found


def _die_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes the program; after its change of user, which clears the setting."""
    if _libc is None:
        return None
    parent = os.getpid()
    prctl = _libc.prctl

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died before it was arranged

    return arrange
