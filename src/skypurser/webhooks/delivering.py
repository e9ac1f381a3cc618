"""Send what is due, several at a time."""

from collections.abc import Collection
from concurrent.futures import Executor, Future
from datetime import datetime

from django.db import connection

from skypurser.webhooks.claiming import Claimed, claim, settle
from skypurser.webhooks.sending import Sender
from skypurser.webhooks.signing import headers


def begin(
    *,
    carrier_ids: Collection[int],
    most: int,
    sender: Sender,
    pool: Executor,
    now: datetime | None = None,
) -> dict[Future[str], Claimed]:
    """Claim up to `most` deliveries and let the pool send them; each future ends with the delivery's new status.

    Args:
        pool: Of threads; each uses a connection of its own and closes it.
        now: None for the database's clock.
    """
    claimed = claim(carrier_ids=carrier_ids, most=most, now=now)
    return {pool.submit(_send_and_close, one, sender, now): one for one in claimed}


def send(claimed: Claimed, *, sender: Sender, now: datetime | None = None) -> str:
    """Send one and settle it; return its new status."""
    signed = headers(message_id=claimed.message_id, at=claimed.at, body=claimed.body, signed_by=claimed.secrets)
    sent = sender.send(url=claimed.url, body=claimed.body, headers=signed)
    return settle(claimed, sent, now=now)


def _send_and_close(claimed: Claimed, sender: Sender, now: datetime | None) -> str:
    try:
        return send(claimed, sender=sender, now=now)
    finally:
        connection.close()
