"""Folders for servers of one's own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from skypurser.config import embedded


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's own account can pass through, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="skypurser-"))
    folder.chmod(0o711)
    yield folder
    embedded.wait_until_stopped(folder)
    shutil.rmtree(folder)
