"""The server's log: one file and the one before it, each of bounded size."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LARGEST = 8 * 1024 * 1024  # bytes
_SHOWN_LINES = 8


@dataclass(frozen=True, slots=True)
class Log:
    """The server writes to its end; the keeper looks after its size."""

    path: Path

    def appending(self) -> IO[str]:
        """The file, for the server's output. It stays the same file when its older part is moved away."""
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")

    def shorten(self) -> None:
        """Move the content to the older file, replacing that, once it is large enough."""
        if self.path.stat().st_size > _LARGEST:
            self.path.with_suffix(".old.log").write_bytes(self.path.read_bytes())
            os.truncate(self.path, 0)

    def last_lines(self) -> str:
        """The end of the log, for messages."""
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - 4096))
            return "\n".join(file.read().decode(errors="replace").strip().splitlines()[-_SHOWN_LINES:])
