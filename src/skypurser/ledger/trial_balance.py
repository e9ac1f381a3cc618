"""The trial balance: what every control account and all customers' accounts stand at, which together is nothing.

Exact at any moment: the control accounts' parts and the customers' accounts are read in one statement.
"""

from dataclasses import dataclass

from django.db import connection

from skypurser.ledger.states import Control

# Sorted by the currency's bytes, customers first: their line has no control account.
_BALANCES = """
SELECT currency, control, sum(debits)::bigint, sum(credits)::bigint FROM (
    SELECT currency::text, NULL AS control, debits, credits FROM ledger_account
     WHERE carrier_id = %(carrier)s AND (debits > 0 OR credits > 0)
    UNION ALL
    SELECT currency::text, control::text, debits, credits FROM ledger_controltotal WHERE carrier_id = %(carrier)s) parts
 WHERE %(currency)s = '' OR currency = %(currency)s
 GROUP BY currency, control ORDER BY currency COLLATE "C", control COLLATE "C" NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """Sums of all debits and credits of a control account, in minor units; of all customers' accounts where None."""

    control: Control | None
    debits: int
    credits: int

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


def trial_balances(*, carrier_id: int, currency: str = "") -> list[TrialBalance]:
    """Return the carrier's trial balance in each currency that anything was posted in. Inside `acting_for`.

    Args:
        currency: Only this one; empty for all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"carrier": carrier_id, "currency": currency})
        rows = cursor.fetchall()
    by_currency: dict[str, list[BalanceLine]] = {}
    for in_currency, control, debits, credits_ in rows:
        line = BalanceLine(None if control is None else Control(control), debits, credits_)
        by_currency.setdefault(in_currency, []).append(line)
    return [TrialBalance(in_currency, tuple(lines)) for in_currency, lines in by_currency.items()]
