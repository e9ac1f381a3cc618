"""What an account had at the end of a business date, told from what it has now.

Sums are those of now without what bears a younger date, so they cost as much as has moved since. A limit is what the
first change since says it was before. Amounts are minor units; inside `acting_for`.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skypurser.electronic import queries
from skypurser.electronic.queries import AccountView
from skypurser.history import acts
from skypurser.ledger import paging
from skypurser.ledger.decide import available
from skypurser.ledger.held import held_at
from skypurser.ledger.queries import MovementFilters, Standing, standings


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What there was at the end of a date.

    Attributes:
        as_of: Of what was held and of the limit (UTC): the end of the date, or now where that comes first.
        debits, credits, movements: All that bears the date or an earlier one, marks of cut-offs among the movements.
    """

    as_of: datetime
    debits: int
    credits: int
    movements: int
    held: int
    credit_limit: int

    @property
    def net(self) -> int:
        """Credits less debits."""
        return self.credits - self.debits

    @property
    def available(self) -> int:
        """What could be spent."""
        return available(self)


def now_of(account_id: int, *, carrier_id: int, now: datetime) -> AccountView:
    """Return an account with what it has by a clock: holds past this instant no longer count.

    Raises:
        AccountNotFound: There is none.
    """
    found = standings(carrier_id=carrier_id, account_ids=[account_id], now=now)
    return replace(queries.shown(account_id, carrier_id=carrier_id), standing=found[account_id])


def reckon(
    *,
    carrier_id: int,
    standing: Standing,
    through: date,
    time_zone: str,
    now: datetime,
    younger: paging.Totals | None = None,
) -> Reckoning:
    """Return what the account had at the end of a date.

    Args:
        standing: What it has now; movements posted since are left out.
        time_zone: In which its business dates are told (IANA name).
        younger: What `younger_than` shows, summed up, where one knows it.
    """
    if younger is None:
        (younger,) = paging.summed(carrier_id=carrier_id, standing=standing, filters=[younger_than(through)])
    ended = end_of(through, time_zone)
    if ended > now:
        as_of, held, limit = now.astimezone(UTC), standing.held, standing.credit_limit
    else:
        whose = {"carrier_id": carrier_id, "account_id": standing.account_id}
        as_of, held = ended, held_at(**whose, at=ended)
        limit = _limit_at(ended, carrier_id=carrier_id, standing=standing)
    return Reckoning(
        as_of,
        standing.debits - younger.debits,
        standing.credits - younger.credits,
        standing.movements - younger.count,
        held,
        limit,
    )


def end_of(day: date, time_zone: str) -> datetime:
    """Return the first instant after a date, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


def younger_than(through: date) -> MovementFilters:
    """Return the filter that shows what bears a younger date."""
    return MovementFilters(first_date=through + timedelta(days=1))


def _limit_at(at: datetime, *, carrier_id: int, standing: Standing) -> int:
    changed = acts.first_since(
        carrier_id=carrier_id, account_id=standing.account_id, action="account.limit_changed", at=at
    )
    return standing.credit_limit if changed is None else int((changed.changes or {})["credit_limit"][0])
