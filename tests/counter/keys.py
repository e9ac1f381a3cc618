"""API keys for tests, with limits that no test reaches by chance."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from skypurser.access.callers import Scope

if TYPE_CHECKING:
    from skypurser.access.carriers import CarrierView  # needs Django set up; this is read before


def make_key(
    carrier: "CarrierView",
    *,
    scopes: Collection[Scope] = frozenset(Scope),
    rate_limit: int = 10_000,
    concurrency_limit: int = 1_000,
) -> str:
    """A token with which a machine acts for this carrier."""
    from tests import cast  # noqa: PLC0415 — needs Django set up

    return cast.api_key(carrier, *scopes, rate_limit=rate_limit, concurrency_limit=concurrency_limit).token


def revoke(carrier: "CarrierView", token: str) -> None:
    """Take the key back."""
    from skypurser.access import api_keys  # noqa: PLC0415 — needs Django set up
    from skypurser.access.actors import operator  # noqa: PLC0415
    from skypurser.administration.api_keys import revoke_key  # noqa: PLC0415

    actor = operator(carrier.id)
    (found,) = [key for key in api_keys.keys(actor=actor) if token.startswith(f"sp_{key.prefix}")]
    revoke_key(key_id=found.id, actor=actor, now=datetime.now(UTC))
