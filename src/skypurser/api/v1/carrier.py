"""Who am I: the carrier, and the key that asks."""

from typing import Any

from ninja import Router
from pydantic import Field

from skypurser.access.carriers import get_carrier
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Instant, Shown, instant

router = Router(tags=["carrier"])


class OwnKey(Shown):
    """The key that asks."""

    id: int
    name: str
    scopes: list[str]
    rate_limit: int
    concurrency_limit: int
    expires_at: Instant | None


class OwnCarrier(Shown):
    """The carrier for which the key acts."""

    code: str
    name: str
    country: str
    time_zone: str
    currency: str
    has_jet_cards: bool = Field(
        description="Whether it sells charter; `jet_cards_off` is the answer where it does not."
    )
    key: OwnKey


@operation(
    router,
    "GET",
    "/carrier",
    summary="Tell for which carrier the key acts, and what it may do",
    scopes=(),
    result=OwnCarrier,
)
def read_carrier(request: Request) -> Any:
    """Any key may ask."""
    caller = request.call.caller
    carrier = get_carrier(caller.carrier_id)
    return {
        "code": carrier.code,
        "name": carrier.name,
        "country": carrier.country,
        "time_zone": carrier.time_zone,
        "currency": carrier.currency,
        "has_jet_cards": carrier.has_jet_cards,
        "key": {
            "id": caller.key_id,
            "name": caller.name,
            "scopes": sorted(caller.scopes),
            "rate_limit": caller.rate_limit,
            "concurrency_limit": caller.concurrency_limit,
            "expires_at": instant(caller.expires_at),
        },
    }
