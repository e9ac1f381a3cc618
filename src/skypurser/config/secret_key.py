"""The key that signs sessions and links: `SKYPURSER_SECRET_KEY`, else one that is kept in the state folder.

It is the same for all processes and after each restart; whoever has it can sign in as anybody.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from django.utils.functional import lazystr

FILE = "secret-key"

#: Characters; fewer can be guessed.
_SHORTEST = 32


class SecretKeyUnfit(Exception):
    """The secret key can't be kept, can be read by others, or can be guessed. The message never holds it."""


def secret_key(environ: Mapping[str, str], *, folder: Path | None = None) -> str:
    """Return the key; the first process that asks makes it, and all others get the same one.

    Args:
        environ: `os.environ`, or something like it.
        folder: Where it is kept; default: the state folder, which is created when missing.

    Raises:
        SecretKeyUnfit: Says what to do. Nothing is changed.
    """
    if chosen := environ.get("SKYPURSER_SECRET_KEY"):
        return _checked(chosen, "SKYPURSER_SECRET_KEY")
    file = (folder or _state_folder()) / FILE
    try:
        if not file.exists():
            _make(file)
        return _checked(_read(file), str(file))
    except OSError as error:
        raise SecretKeyUnfit(
            f"The secret key {file} can't be kept: {error.strerror}. Set SKYPURSER_SECRET_KEY, or SKYPURSER_HOME to a "
            "folder of your own."
        ) from error


def when_needed(environ: Mapping[str, str]) -> str:
    """Return the key as text that is looked up at its first use, because most commands sign nothing.

    Raises:
        SecretKeyUnfit: At its first use.
    """
    return cast("str", lazystr(_Later(environ)))


class _Later:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._found = ""

    def __str__(self) -> str:
        self._found = self._found or secret_key(self._environ)
        return self._found


def _state_folder() -> Path:
    from skypurser.config.embedded.errors import StateFolderUnsafe  # noqa: PLC0415 — needs Unix; a key set does not
    from skypurser.config.embedded.home import Home  # noqa: PLC0415

    home = Home()
    try:
        home.prepare()
    except StateFolderUnsafe as error:
        raise SecretKeyUnfit(f"The secret key can't be kept. {error} Or set SKYPURSER_SECRET_KEY.") from error
    return home.folder


def _make(file: Path) -> None:
    """Write a new key; whoever comes second finds the first one's, and never half of it."""
    fresh = file.with_name(f"{FILE}.{os.getpid()}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(secrets.token_urlsafe(50) + "\n")
            written.flush()
            os.fsync(written.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)
    finally:
        fresh.unlink()


def _read(file: Path) -> str:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as kept:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise SecretKeyUnfit(
                f"The secret key {file} belongs to another user, or others may read it. Delete it, or chmod 600 it if "
                "nobody has read it; without it a new one is made, and everybody signs in anew."
            )
        return kept.read(1_000).strip()


def _checked(key: str, where: str) -> str:
    if len(key) < _SHORTEST:
        raise SecretKeyUnfit(f"The secret key in {where} has fewer than {_SHORTEST} characters.")
    return key
