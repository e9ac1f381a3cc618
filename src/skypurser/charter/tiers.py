"""The tiers of cancellation fees: so many hours before the first departure, so much of the price.

A booking keeps the tiers that held when it was made: what a customer agreed to is not changed afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from skypurser.access.acting import acting_for, reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import require_jet_cards
from skypurser.access.permissions import Permission
from skypurser.charter.models import CancellationTiers
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.money import MAX_BPS, format_percent, share

MOST_TIERS = 20
#: Two years.
MOST_HOURS = 2 * 366 * 24


@dataclass(frozen=True, slots=True)
class Tier:
    """Less than `hours` before the first departure a cancellation costs `percent_bps` of the price."""

    hours: int
    percent_bps: int


def set_tiers(
    *, tiers: Sequence[Tier], actor: Actor, now: datetime, fee_tax_bps: int | None = None
) -> tuple[Tier, ...]:
    """Set the tiers for bookings from now on, and return them from the earliest to the latest.

    Recorded as `carrier.cancellation_tiers_set` with old and new; what held before stays stored.

    Args:
        tiers: Each with other hours; the nearer the departure, the more it costs. None at all: cancelling is free.
        fee_tax_bps: The rate of the tax that fees have in them, in hundredths of a percent, for invoices of fees from
            now on, of bookings made before too: it is the law's. Zero where they are not subject to tax; None leaves
            it as it is, which is zero until it is set.

    Raises:
        JetCardsOff, PermissionDenied, InvalidRequest: Nothing is written.
    """
    require_jet_cards(actor.carrier_id)
    actor.require_everywhere(Permission.ADMINISTRATION)
    wanted = _checked(tiers)
    if fee_tax_bps is not None and (type(fee_tax_bps) is not int or not 0 <= fee_tax_bps <= MAX_BPS):
        raise InvalidRequest("from 0 to 100 percent", field="fee_tax_percent")
    with acting_for(actor.carrier_id):
        before, tax_before = current_tiers(carrier_id=actor.carrier_id), current_fee_tax(carrier_id=actor.carrier_id)
        tax = tax_before if fee_tax_bps is None else fee_tax_bps
        CancellationTiers.objects.create(
            carrier_id=actor.carrier_id,
            tiers=stored_tiers(wanted),
            fee_tax_bps=tax,
            set_at=now,
            set_by=actor.name,
        )
        changes: dict[str, list[Any]] = {"cancellation_tiers": [_told(before), _told(wanted)]}
        if tax != tax_before:
            changes["fee_tax_bps"] = [tax_before, tax]
        acts.record(
            carrier_id=actor.carrier_id,
            action="carrier.cancellation_tiers_set",
            actor=actor.name,
            reference="",
            changes=changes,
            now=now,
        )
    return wanted


def current_tiers(*, carrier_id: int) -> tuple[Tier, ...]:
    """Return the tiers that bookings made now keep, from the earliest to the latest."""
    with reading_for(carrier_id):
        row = CancellationTiers.objects.filter(carrier_id=carrier_id).order_by("-id").first()
    return () if row is None else read_tiers(row.tiers)


def shown_tiers(*, actor: Actor) -> tuple[Tier, ...]:
    """Return the tiers that bookings made now keep, from the earliest to the latest.

    Raises:
        JetCardsOff.
        PermissionDenied: The actor has none of SALES, INVOICES and ADMINISTRATION.
    """
    require_jet_cards(actor.carrier_id)
    actor.require_any(Permission.SALES, Permission.INVOICES, Permission.ADMINISTRATION)
    return current_tiers(carrier_id=actor.carrier_id)


def current_fee_tax(*, carrier_id: int) -> int:
    """Return the rate of the tax that cancellation fees have in them, in hundredths of a percent; zero for none."""
    with reading_for(carrier_id):
        row = CancellationTiers.objects.filter(carrier_id=carrier_id).order_by("-id").first()
    return 0 if row is None else row.fee_tax_bps


def tier_at(tiers: Sequence[Tier], *, departs_at: datetime, at: datetime) -> Tier | None:
    """Return the tier of a cancellation at an instant; None where it is free.

    With exactly so many hours left a tier does not apply yet.
    """
    left = departs_at - at
    fitting = [tier for tier in tiers if left < timedelta(hours=tier.hours)]
    return min(fitting, key=lambda tier: tier.hours, default=None)


def fee_of(tier: Tier | None, price: int) -> int:
    """Return the fee, in minor units like the price, rounded once."""
    return 0 if tier is None else share(price, tier.percent_bps)


def stored_tiers(tiers: Sequence[Tier]) -> list[Any]:
    """Return tiers as the database keeps them."""
    kept: list[Any] = msgspec.to_builtins(list(tiers))
    return kept


def read_tiers(kept: Any) -> tuple[Tier, ...]:
    """Return the tiers that the database keeps."""
    return msgspec.convert(kept, tuple[Tier, ...])


def _checked(tiers: Sequence[Tier]) -> tuple[Tier, ...]:
    if len(tiers) > MOST_TIERS:
        raise InvalidRequest(f"at most {MOST_TIERS} tiers", field="tiers")
    for place, tier in enumerate(tiers):
        if type(tier.hours) is not int or not 1 <= tier.hours <= MOST_HOURS:
            raise InvalidRequest(f"from 1 hour to {MOST_HOURS}", field=f"tiers/{place}/hours")
        if type(tier.percent_bps) is not int or not 0 <= tier.percent_bps <= MAX_BPS:
            raise InvalidRequest("from 0 to 100 percent", field=f"tiers/{place}/percent")
    ordered = tuple(sorted(tiers, key=lambda tier: -tier.hours))
    for earlier, later in pairwise(ordered):
        if earlier.hours == later.hours:
            raise InvalidRequest(f"{later.hours} hours are there twice", field="tiers")
        if earlier.percent_bps > later.percent_bps:
            raise InvalidRequest("nearer to the departure a cancellation costs no less", field="tiers")
    return ordered


def _told(tiers: Sequence[Tier]) -> str:
    return ", ".join(f"{tier.hours} h {format_percent(tier.percent_bps)} %" for tier in tiers)
