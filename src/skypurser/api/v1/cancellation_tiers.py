"""What the carrier asks for cancellations: tiers of hours before the first departure and of the price."""

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Body, Percent, Shown
from skypurser.charter import once
from skypurser.charter.tiers import MOST_HOURS, MOST_TIERS, Tier, shown_tiers
from skypurser.money import format_percent, parse_percent

router = Router(tags=["bookings"])

_PATH = "/cancellation-tiers"


class SetTier(Body):
    """Less than so many hours before the first departure, so much of the price."""

    hours: Annotated[int, Field(strict=True, ge=1, le=MOST_HOURS)]
    percent: Percent


class SetTiers(Body):
    """All of them, each with other hours; the nearer the departure, the more it costs. None: cancelling is free."""

    tiers: Annotated[list[SetTier], Field(max_length=MOST_TIERS)]


class CancellationTier(Shown):
    """Less than so many hours before the first departure, so much of the price."""

    hours: int
    percent: Percent


class CancellationTiers(Shown):
    """The tiers that bookings made now keep, from the earliest to the latest."""

    tiers: list[CancellationTier]


@operation(
    router,
    "GET",
    _PATH,
    summary="Read the tiers of cancellation fees",
    scopes=(Scope.CHARTER, Scope.ADMINISTRATION),
    result=CancellationTiers,
    refusals=("jet_cards_off",),
)
def read_cancellation_tiers(request: Request) -> Any:
    """A booking keeps those that held when it was made."""
    return _shown(shown_tiers(actor=request.call.actor))


@operation(
    router,
    "PUT",
    _PATH,
    summary="Set the tiers of cancellation fees",
    scopes=(Scope.ADMINISTRATION,),
    needs_key=True,
    result=CancellationTiers,
    refusals=("jet_cards_off",),
)
def set_cancellation_tiers(request: Request, body: SetTiers) -> Any:
    """Whole, for bookings from now on."""
    call = request.call
    wanted = [
        Tier(one.hours, parse_percent(one.percent, field=f"tiers/{at}/percent")) for at, one in enumerate(body.tiers)
    ]
    answer = once.set_tiers(wanted=wanted, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return _shown(once.told_tiers(answer))


def _shown(tiers: tuple[Tier, ...]) -> dict[str, Any]:
    return {"tiers": [{"hours": one.hours, "percent": format_percent(one.percent_bps)} for one in tiers]}
