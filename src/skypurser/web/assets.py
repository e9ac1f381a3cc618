"""Static files: served from the installed package, compressed and cacheable for ever, with no step at installation.

The address of every file has a version in it, which is a digest of all of them: `/static/<version>/web/desk.css`.
Relative references between style sheets, scripts and fonts stay within the version, so nothing is rewritten, and what
a browser has once it never asks for again. Whoever asks for another version (a page from before an upgrade) gets the
present file, to be kept by nobody.
"""

import atexit
import hashlib
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponseBase
from whitenoise.compress import Compressor
from whitenoise.middleware import WhiteNoiseMiddleware

PREFIX = "/static/"

_VERSIONED = re.compile(rf"{PREFIX}([0-9a-f]{{12}})/(.+)")
_COMPRESSED = (".css", ".js", ".svg")


@cache
def files() -> dict[str, Path]:
    """Return every static file of the installed apps by its name; the first app that has a name wins."""
    found: dict[str, Path] = {}
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            found.setdefault(name.replace("\\", "/"), Path(storage.path(name)))
    return dict(sorted(found.items()))


@cache
def version() -> str:
    """Return a digest of all static files."""
    digest = hashlib.sha256()
    for name, path in files().items():
        digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


class Storage(StaticFilesStorage):
    """Tells where a static file is served."""

    def url(self, name: str | None) -> str:
        """Return the file's address."""
        return f"{PREFIX}{version()}/{name or ''}"


class Assets(WhiteNoiseMiddleware):  # type: ignore[misc]  # without types
    """Serves static files, to whoever takes it gzipped."""

    def add_files_from_finders(self) -> None:
        """Take the compressed copies where there are any, else the files as they are installed."""
        folder = _compressed()
        for name, path in files().items():
            served = path if folder is None or not (folder / name).exists() else folder / name
            self.add_file_to_dictionary(f"{PREFIX}{version()}/{name}", str(served))

    def immutable_file_test(self, path: str, url: str) -> bool:  # noqa: ARG002 — WhiteNoise's signature
        """Tell that what has a version in its address never changes."""
        return _VERSIONED.fullmatch(url) is not None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the file, or hand the request on."""
        match = _VERSIONED.fullmatch(request.path_info)
        if match is None or match[1] == version():
            answer: HttpResponseBase = super().__call__(request)
            return answer
        file: Any = self.files.get(f"{PREFIX}{version()}/{match[2]}")
        if file is None:
            unknown: HttpResponseBase = self.get_response(request)
            return unknown
        response: HttpResponseBase = self.serve(file, request)
        response["Cache-Control"] = "no-cache"
        return response


@cache
def _compressed() -> Path | None:
    """Return a folder with gzipped copies for as long as the process runs; None where there is no place for one."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="skypurser-static-"))
    except OSError:
        return None  # a machine on which nothing may be written; files then go out as they are
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    compressor = Compressor(use_brotli=False, quiet=True)
    for name, path in files().items():
        if name.endswith(_COMPRESSED):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            for _ in compressor.compress(str(copy)):
                pass
    return folder
