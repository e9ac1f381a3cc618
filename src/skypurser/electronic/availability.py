"""Answer "could I sell this now?" without selling anything.

The answer is the ledger's own: the functions that judge a sale under the lock judge here what was just read. It binds
nobody; the sale itself is judged again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from skypurser.access.acting import reading_for
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.decide import available, decide, refuse_by_status
from skypurser.ledger.intents import AccountState, Movement, Refused
from skypurser.ledger.queries import Standing, standings
from skypurser.ledger.states import Purpose, Status

#: Expired holds are out of the sum that was read, so nothing is left for which the judge needs a clock.
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sale would be told. Amounts are minor units of the account's currency.

    Attributes:
        shortfall: What is missing; 0 where the amount is there.
        reasons: The codes of all that stands in the way; empty when it would pass.
    """

    account_id: int
    currency: str
    status: Status
    net: int
    held: int
    available: int
    shortfall: int
    reasons: tuple[str, ...]


def could_sell(*, carrier_id: int, account_id: int, amount: int, now: datetime | None = None) -> Verdict:
    """Tell whether a sale that debits `amount` minor units would pass now.

    Args:
        now: Holds past this instant no longer count; None for the database's clock.

    Raises:
        AccountNotFound: The carrier has no such account.
    """
    verdict = could_sell_each(carrier_id=carrier_id, sales=[(account_id, amount)], now=now)[0]
    if verdict is None:
        raise AccountNotFound(f"there is no account {account_id}")
    return verdict


def could_sell_each(
    *, carrier_id: int, sales: Sequence[tuple[int, int]], now: datetime | None = None
) -> list[Verdict | None]:
    """Tell of each sale (account id, minor units) whether it would pass by itself, in their order and in one query.

    Args:
        now: As in `could_sell`.

    Returns:
        None where the carrier has no such account.
    """
    with reading_for(carrier_id):
        found = standings(carrier_id=carrier_id, account_ids={account_id for account_id, _ in sales}, now=now)
    return [
        None if (standing := found.get(account_id)) is None else _verdict(carrier_id, standing, amount, now)
        for account_id, amount in sales
    ]


def _verdict(carrier_id: int, standing: Standing, amount: int, now: datetime | None) -> Verdict:
    account = AccountState(
        standing.account_id,
        carrier_id,
        standing.currency,
        standing.status,
        standing.credit_limit,
        standing.debits,
        standing.credits,
        standing.held,
        standing.movements,
    )
    # On no date that could be closed: the office's own today never is, it moves on.
    sale = Movement(Purpose.SALE, debit=amount, credit=0, contra=(), business_date=date.max, needs_funds=True)
    by_status = refuse_by_status(account, Purpose.SALE)
    by_funds = decide(replace(account, status=Status.ACTIVE), sale, now or _NEVER)
    refusals = [no for no in (by_status, by_funds) if isinstance(no, Refused)]
    return Verdict(
        account_id=standing.account_id,
        currency=account.currency,
        status=account.status,
        net=account.net,
        held=account.held,
        available=available(account),
        shortfall=by_funds.facts["shortfall"] if isinstance(by_funds, Refused) else 0,
        reasons=tuple(no.code for no in refusals),
    )
