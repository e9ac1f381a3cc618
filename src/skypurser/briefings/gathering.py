"""What there is to tell a member: of the days that are over what happened, and of now what wants attention.

Each part is asked as the member would ask for it on the desk, so nobody is told what their pages would not show.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from skypurser.access.acting import reading_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import CarrierView, get_carrier
from skypurser.access.permissions import Permission
from skypurser.electronic import approvals
from skypurser.electronic.filtering import Filters
from skypurser.electronic.queries import AccountView, accounts
from skypurser.jetcards.owing import owed
from skypurser.ledger.states import Status
from skypurser.mail import queries as letters
from skypurser.overview.questions import Attention, RefusalsOn, exposures, recent_sales, refusals_on
from skypurser.parties.clientele import READING
from skypurser.webhooks import queries as webhooks

#: How many accounts over their limit are named.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold in one currency: tickets that are not voided, fare and taxes in minor units."""

    currency: str
    tickets: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What there is to tell. What the member may not see is empty, or 0.

    Attributes:
        first_date, last_date: The days that are over, by the carrier's calendar.
        attention: Counts of accounts as they are now.
        over_limit: The first of those over their limit.
        low_cards: Jet cards that are low now.
        approvals: Requests that wait for the member's decision now.
        failed_letters, failed_deliveries: That failed for good on those days; deliveries are those of webhooks.
    """

    carrier: CarrierView
    first_date: date
    last_date: date
    sold: tuple[Sold, ...] = ()
    refused: RefusalsOn | None = None
    attention: Attention | None = None
    over_limit: tuple[AccountView, ...] = ()
    low_cards: int = 0
    approvals: int = 0
    failed_letters: int = 0
    failed_deliveries: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        has = self.attention
        wanting = 0 if has is None else has.near_limit + has.over_limit + has.low + has.suspended + has.inhibited
        refused = self.refused is not None and bool(self.refused.by_reason)
        failed = self.failed_letters + self.failed_deliveries
        return not (self.sold or refused or wanting or self.low_cards or self.approvals or failed)


def gather(*, actor: Actor, day: date, days: int, now: datetime) -> Briefing:
    """Return what there is to tell a member on a day, by the carrier's calendar, of so many days before it."""
    first, last = day - timedelta(days=days), day - timedelta(days=1)
    with reading_for(actor.carrier_id):
        carrier = get_carrier(actor.carrier_id)
        zone = ZoneInfo(carrier.time_zone)
        between = {"since": datetime.combine(first, time(), zone), "until": datetime.combine(day, time(), zone)}
        told: dict[str, Any] = {"carrier": carrier, "first_date": first, "last_date": last}
        may = actor.permissions
        if Permission.QUERIES in may:
            told["sold"] = _sold(actor, first, last, now, carrier.time_zone)
            told["refused"] = refusals_on(actor=actor, **between)
        if Permission.LIST_ACCOUNTS in may:
            told["attention"] = exposures(actor=actor).attention
            over = Filters(type=None, statuses=frozenset(Status), is_over_limit=True)
            told["over_limit"] = tuple(accounts(over, actor=actor, limit=NAMED))
        if carrier.has_jet_cards and may & frozenset(READING):
            told["low_cards"] = sum(one.low for one in owed(actor=actor))
        told["approvals"] = approvals.count_waiting(actor=actor)
        if Permission.ADMINISTRATION in may:
            told["failed_letters"] = letters.count_failed(actor=actor, **between)
        if Permission.WEBHOOKS in may and not actor.is_limited:
            told["failed_deliveries"] = webhooks.count_failed(actor=actor, **between)
        return Briefing(**told)


def _sold(actor: Actor, first: date, last: date, now: datetime, time_zone: str) -> tuple[Sold, ...]:
    sums: dict[str, list[int]] = {}
    for one in recent_sales(actor=actor, now=now, time_zone=time_zone).days:
        if first <= one.issue_date <= last:
            of = sums.setdefault(one.currency, [0, 0])
            of[0] += one.tickets
            of[1] += one.amount
    return tuple(Sold(currency, *of) for currency, of in sorted(sums.items()))
