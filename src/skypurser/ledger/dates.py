"""Business dates that never go back along an account.

Where an account's movements are read by date together with those of others (`merging`), the order of items must be the
order of dates. So whoever posts on such an account takes the date from here: today's, or that of the account's newest
movement where a clock lags behind it.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.requests import Lookup
from skypurser.ledger.writes import Writes

if TYPE_CHECKING:
    from skypurser.ledger.book import Book
    from skypurser.ledger.intents import AccountState, Posted

_LOOKUP = """
SELECT json_agg(json_build_array(a.id, e.business_date)) FROM ledger_account a
  JOIN ledger_entry e ON e.carrier_id = a.carrier_id AND e.account_id = a.id AND e.item = a.last_item
 WHERE a.carrier_id = ANY($1::integer[]) AND a.id = ANY($2::bigint[])
"""

_decode = msgspec.json.Decoder(list[tuple[int, date]]).decode


class DateShelf:
    """The business date of the newest movement of each of a batch's accounts."""

    def __init__(self) -> None:
        self._dates: dict[int, date] = {}

    def lookup(self, requests: Sequence[Any], book: "Book") -> Lookup | None:  # noqa: ARG002
        """Ask for the newest movements of all accounts wanted."""
        if not book.wanted:
            return None
        return Lookup(_LOOKUP, (Integers(book.carriers), Bigints(book.wanted)))

    def learn(self, text: str | None) -> None:
        """Take their dates."""
        self._dates = dict(_decode(text or "[]"))

    def date_for(self, account: "AccountState", today: date) -> date:
        """Return the date that a movement of today bears."""
        return max(today, self._dates.get(account.id, today))

    def note(self, account: "AccountState", posted: "Posted") -> None:
        """Take the date of a movement of this batch."""
        if posted.business_date is not None:
            self._dates[account.id] = posted.business_date

    def store(self, writes: Writes) -> None:
        """Nothing to store: the entry has the date."""
