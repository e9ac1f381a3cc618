"""Secrets, and the signatures that they make. Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

#: What the specification asks for at least is 24 bytes.
_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret, `whsec_…`."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(*, message_id: str, at: datetime, body: bytes, signed_by: Sequence[str]) -> dict[str, str]:
    """Return the three headers of a signed message, with one signature for each secret.

    Args:
        message_id: The same each time the same event is sent.
        at: Of this attempt; whoever verifies allows it some minutes.
    """
    text = body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, text) for secret in signed_by),
    }
