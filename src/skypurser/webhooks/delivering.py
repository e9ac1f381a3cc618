"""Send what is due, several at a time."""

import time
import traceback
from collections.abc import Collection
from concurrent.futures import Executor, Future
from datetime import datetime

import structlog
from django.db import connection

from skypurser.webhooks.claiming import Claimed, claim, settle
from skypurser.webhooks.sending import Sender, Sent
from skypurser.webhooks.signing import headers

_log = structlog.get_logger(__name__)


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
    """Send one and settle it; return its new status. A bug of ours is logged, and is a failed attempt."""
    return settle(claimed, _attempt(claimed, sender), now=now)


def _attempt(claimed: Claimed, sender: Sender) -> Sent:
    began = time.monotonic()
    try:
        signed = headers(message_id=claimed.message_id, at=claimed.at, body=claimed.body, signed_by=claimed.secrets)
        return sender.send(url=claimed.url, body=claimed.body, headers=signed)
    except Exception as error:  # noqa: BLE001 — whatever it is, it concerns this delivery only
        name = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))  # not its words, which may hold the URL
        _log.error(
            "webhook attempt broke",
            carrier_id=claimed.carrier_id,
            delivery=claimed.delivery_id,
            error=name,
            where=where,
        )
        return Sent("broken", None, round((time.monotonic() - began) * 1000), name)


def _send_and_close(claimed: Claimed, sender: Sender, now: datetime | None) -> str:
    try:
        return send(claimed, sender=sender, now=now)
    finally:
        connection.close()
