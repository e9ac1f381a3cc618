"""Whether an act took an account over its limit, or its available below the amount at which somebody wants to know.

Judged under the lock that the act holds, so that each crossing is told exactly once, whoever sells at the same time.
Pure, like `decide`: the caller stores what is returned.
"""

from datetime import datetime

from skypurser.ledger.decide import available
from skypurser.ledger.intents import AccountState
from skypurser.ledger.states import Status

OVER_LIMIT = "account.over_limit"
LOW = "account.low"

#: Without a threshold of its own an account is low when less than this part of its credit limit is left.
_USUAL_PART = 10
#: Once told, available must rise above the threshold by this part of it before the account can be low again.
_MARGIN_PART = 10


def percent_mark(percent: int) -> int:
    """Return the mark of an account that is low when less than so many percent of its credit limit are left.

    It is the number below zero, so that the account's row has one column for both; the limit may change under it.
    """
    return -percent


def threshold(mark: int | None, *, credit_limit: int) -> int:
    """Return the amount below which an account with this mark is low, in minor units.

    0 where there is no mark and no limit: nobody is told of it as low, and it counts as low while it is over its limit.
    """
    if mark is None:
        return credit_limit // _USUAL_PART
    return mark if mark > 0 else credit_limit * -mark // 100


def crossed(account: AccountState, *, before: int, now: datetime) -> list[str]:
    """Return what must be told after an act, and note on the account since when it is low.

    Args:
        account: After the act.
        before: What was available before it.
    """
    if account.status is Status.CLOSED:  # nobody waits for money on it
        account.low_since = None
        return []
    after, low = available(account), threshold(account.low_at, credit_limit=account.credit_limit)
    told = [OVER_LIMIT] if after < 0 <= before else []
    if account.low_since is None and after < low:
        account.low_since = now  # without a mark too: whoever is below nothing stands in the index of the watched
        if low:
            told.append(LOW)
    elif account.low_since is not None and after >= _recovered(low, credit_limit=account.credit_limit):
        account.low_since = None
    return told


def _recovered(low: int, *, credit_limit: int) -> int:
    """Return from what amount on an account that was low may be low again.

    Where the margin would go beyond the credit limit, the whole limit is enough: an account that owes nothing has
    recovered, however little it may sell before it is low.
    """
    enough = low + low // _MARGIN_PART
    return min(enough, credit_limit) if low <= credit_limit else enough
