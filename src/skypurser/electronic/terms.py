"""The terms on which an electronic account buys, read under the account's lock.

A change of terms takes the same lock, so a sale never mixes old and new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from skypurser.commissions.rules import Mode, Rates, Rule
from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.requests import Lookup
from skypurser.ledger.writes import Writes
from skypurser.parties.airports import local_date

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

_LOOKUP = """
SELECT json_agg(json_build_array(
    account_id, type, credit_card, time_zone, domestic_mode, domestic_bps, international_mode, international_bps,
    domestic_card_mode, domestic_card_bps, international_card_mode, international_card_bps))
FROM electronic_electronicaccount WHERE carrier_id = ANY($1::integer[]) AND account_id = ANY($2::bigint[])
"""


@dataclass(slots=True)
class Terms:
    """What an account's own terms say. `time_zone` is the IANA name of the office's or client's."""

    is_agency: bool
    credit_card: bool
    time_zone: str
    rates: Rates
    _asked: datetime | None = None
    _date: date = date.min

    def today(self, now: datetime) -> date:
        """Return the business date of an instant; a batch mostly asks for the same one again."""
        if now is not self._asked:
            self._asked, self._date = now, local_date(now, self.time_zone)
        return self._date


class TermsShelf:
    """The terms of a batch's accounts."""

    def __init__(self) -> None:
        self.terms: dict[int, Terms] = {}

    def lookup(self, requests: Sequence[Any], book: "Book") -> Lookup | None:  # noqa: ARG002
        """Ask for the terms of all accounts wanted."""
        if not book.wanted:
            return None
        return Lookup(_LOOKUP, (Integers(book.carriers), Bigints(book.wanted)))

    def learn(self, text: str | None) -> None:
        """Take the terms."""
        for row in msgspec.json.decode(text or "[]"):
            self.terms[row[0]] = Terms(row[1] == "agency", row[2], row[3], rates_of(*row[4:]))

    def store(self, writes: Writes) -> None:
        """Nothing to store: no batch changes terms."""


def rates_of(
    domestic_mode: str,
    domestic_bps: int,
    international_mode: str,
    international_bps: int,
    domestic_card_mode: str | None,
    domestic_card_bps: int | None,
    international_card_mode: str | None,
    international_card_bps: int | None,
) -> Rates:
    """Return the rates that an account's columns hold."""
    domestic, international = _rule(domestic_mode, domestic_bps), _rule(international_mode, international_bps)
    if domestic is None or international is None:
        raise ValueError("an electronic account has a domestic and an international rate")
    return Rates(
        domestic,
        international,
        _rule(domestic_card_mode, domestic_card_bps),
        _rule(international_card_mode, international_card_bps),
    )


_rules: dict[tuple[str, int], Rule] = {}


def _rule(mode: str | None, bps: int | None) -> Rule | None:
    if mode is None or bps is None:
        return None
    rule = _rules.get((mode, bps))
    if rule is None:
        # At most three modes by ten thousand percentages, usually a dozen.
        rule = _rules[mode, bps] = Rule(Mode(mode), bps)
    return rule
