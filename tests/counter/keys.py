"""API keys for tests."""

import os
import secrets
import tempfile
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from skypurser.access.api_keys import Caller, Scope

if TYPE_CHECKING:
    from skypurser.access.carriers import CarrierView  # needs Django set up; this is read before


def make_key(
    carrier: "CarrierView",
    *,
    scopes: Collection[Scope] = frozenset(Scope),
    rate_limit: int = 100_000,
    concurrency_limit: int = 10_000,
) -> str:
    """A token with which a machine acts for this carrier."""
    token, callers = f"sp_{secrets.token_hex(16)}", _read()
    callers[sha256(token.encode()).hexdigest()] = Caller(
        key_id=len(callers) + 1,
        carrier_id=carrier.id,
        carrier_code=carrier.code,
        name="gds",
        scopes=frozenset(scopes),
        rate_limit=rate_limit,
        concurrency_limit=concurrency_limit,
        expires_at=None,
    )
    _write(callers)
    return token


def revoke(token: str) -> None:
    """Take the key back."""
    callers = _read()
    del callers[sha256(token.encode()).hexdigest()]
    _write(callers)


def environment() -> dict[str, str]:
    """What another process needs to know the same keys."""
    return {"SKYPURSER_API_KEYS_FILE": str(_file())}


def _file() -> Path:
    name = os.environ.get("SKYPURSER_API_KEYS_FILE")
    if name is None:
        name = os.environ["SKYPURSER_API_KEYS_FILE"] = str(Path(tempfile.mkdtemp(prefix="skypurser-keys-")) / "keys")
        Path(name).write_bytes(b"{}")
    return Path(name)


def _read() -> dict[str, Caller]:
    return msgspec.json.decode(_file().read_bytes(), type=dict[str, Caller])


def _write(callers: dict[str, Caller]) -> None:
    written = _file().with_suffix(".new")
    written.write_bytes(msgspec.json.encode(callers))
    written.replace(_file())
