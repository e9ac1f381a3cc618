"""What an import makes, or would make: counts, and totals by currency."""

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Total:
    """What is opened and brought along in one currency, in minor units."""

    currency: str
    accounts: int
    credit_limits: int
    balances: int
    credits: int
    debits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is made.

    Attributes:
        offices, clients: How many are registered; `known` are there already, with the same data.
        agencies, corporates: Accounts that are opened.
        balances: Opening balances, on accounts of the file and others.
        over_limit: Accounts that owe more than their limit from the beginning, and sell nothing.
        suspended: Accounts that are opened suspended or inhibited.
        recipients: E-mail addresses that are told of accounts.
        above_threshold: Opening balances that reach the carrier's threshold for four eyes.
        totals: By currency, in alphabetical order.
    """

    offices: int
    clients: int
    known: int
    agencies: int
    corporates: int
    balances: int
    over_limit: int
    suspended: int
    recipients: int
    above_threshold: int
    totals: tuple[Total, ...]

    @property
    def accounts(self) -> int:
        """How many accounts are opened."""
        return self.agencies + self.corporates

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return self.offices + self.clients + self.known + self.accounts + self.balances


def as_facts(report: Report) -> dict[str, Any]:
    """Return the report, ready for JSON."""
    facts: dict[str, Any] = msgspec.to_builtins(report)
    return facts


def report_in(facts: Any) -> Report:
    """Return the report that `as_facts` made JSON of."""
    return msgspec.convert(facts, Report)
