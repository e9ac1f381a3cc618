"""The trial balance: what every control account and all customers' accounts stand at, which together is nothing.

Exact at any moment: the control accounts' parts and the customers' accounts are read in one statement.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from skypurser.ledger.states import Control

# Sorted by the currency's bytes, customers first: their lines have no control account.
_BALANCES = """
SELECT currency, control, sum(debits)::bigint, sum(credits)::bigint, is_apart FROM (
    SELECT currency::text, NULL AS control, debits, credits, id = ANY(%(apart)s::bigint[]) AS is_apart
      FROM ledger_account WHERE carrier_id = %(carrier)s AND (debits > 0 OR credits > 0)
    UNION ALL
    SELECT currency::text, control::text, debits, credits, false
      FROM ledger_controltotal WHERE carrier_id = %(carrier)s) parts
 WHERE %(currency)s = '' OR currency = %(currency)s
 GROUP BY currency, control, is_apart ORDER BY currency COLLATE "C", control COLLATE "C" NULLS FIRST, is_apart
"""


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """Sums of all debits and credits of a control account, in minor units; of customers' accounts where None.

    Attributes:
        is_apart: Whether it is the line of those customers' accounts that were asked for apart.
    """

    control: Control | None
    debits: int
    credits: int
    is_apart: bool = False

    @property
    def balance(self) -> int:
        """Debits less credits: above zero stands on the debit side."""
        return self.debits - self.credits


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All lines of one currency, the customers' first; control accounts that nothing was posted to are left out."""

    currency: str
    lines: tuple[BalanceLine, ...]

    @property
    def debits(self) -> int:
        """All of the lines' debits."""
        return sum(line.debits for line in self.lines)

    @property
    def credits(self) -> int:
        """All of the lines' credits; the debits' equal in sound books."""
        return sum(line.credits for line in self.lines)


def trial_balances(*, carrier_id: int, currency: str = "", apart: Collection[int] = ()) -> list[TrialBalance]:
    """Return the carrier's trial balance in each currency that anything was posted in. Inside `acting_for`.

    Args:
        currency: Only this one; empty for all.
        apart: Ids of customers' accounts that have a line of their own, all together, in each currency.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"carrier": carrier_id, "currency": currency, "apart": list(apart)})
        rows = cursor.fetchall()
    by_currency: dict[str, list[BalanceLine]] = {}
    for in_currency, control, debits, credits_, is_apart in rows:
        line = BalanceLine(None if control is None else Control(control), debits, credits_, is_apart)
        by_currency.setdefault(in_currency, []).append(line)
    return [TrialBalance(in_currency, tuple(lines)) for in_currency, lines in by_currency.items()]
