"""What a form showed, as a digest that comes back with it: so that nobody overwrites what somebody else has changed."""

from hashlib import sha256
from typing import Any

import msgspec

_json = msgspec.json.Encoder(order="deterministic").encode


def digest(shown: Any) -> str:
    """Return the digest of what a form shows; any change of it makes another one."""
    return sha256(_json(shown)).hexdigest()
