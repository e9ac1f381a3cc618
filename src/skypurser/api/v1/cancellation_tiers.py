"""What the carrier asks for cancellations: tiers of hours before the first departure and of the price."""

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from skypurser.access.callers import Scope
from skypurser.api.v1.operations import Request, operation
from skypurser.api.v1.shapes import Body, Percent, Shown
from skypurser.charter import once
from skypurser.charter.tiers import MOST_HOURS, MOST_TIERS, Tier, current_fee_tax, shown_tiers
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
    fee_tax_percent: Percent | None = Field(
        None, description="The tax that fees have in them, for their invoices from now on; left as it is where absent."
    )


class CancellationTier(Shown):
    """Less than so many hours before the first departure, so much of the price."""

    hours: int
    percent: Percent


class CancellationTiers(Shown):
    """The tiers that bookings made now keep, from the earliest to the latest; and the tax that fees have in them."""

    tiers: list[CancellationTier]
    fee_tax_percent: Percent


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
    actor = request.call.actor
    return _shown(shown_tiers(actor=actor), current_fee_tax(carrier_id=actor.carrier_id))


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
    tax = body.fee_tax_percent
    bps = None if tax is None else parse_percent(tax, field="fee_tax_percent")
    answer = once.set_tiers(wanted=wanted, fee_tax_bps=bps, key=call.key, actor=call.actor, now=call.now)
    call.replayed = answer.replayed
    return _shown(once.told_tiers(answer), once.told_fee_tax(answer))


def _shown(tiers: tuple[Tier, ...], fee_tax_bps: int) -> dict[str, Any]:
    shown = [{"hours": one.hours, "percent": format_percent(one.percent_bps)} for one in tiers]
    return {"tiers": shown, "fee_tax_percent": format_percent(fee_tax_bps)}
