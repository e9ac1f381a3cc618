"""Take a whole entry back by another one that names it.

Movements are never changed; a mistake is corrected by its mirror image. What was taken back before, in whole or in
part, is read under the lock, and the database keeps the same bound once more (migrations).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec

from skypurser.ledger.arrays import Bigints, Integers
from skypurser.ledger.intents import AccountState, Intent, Movement, Original, Refused
from skypurser.ledger.requests import Lookup, Request, Shelf
from skypurser.ledger.states import Control, Purpose
from skypurser.ledger.writes import Writes

if TYPE_CHECKING:
    from skypurser.ledger.book import Book

_LOOKUP = """
SELECT json_agg(json_build_array(
    o.entry_id, e.kind, o.account_id, o.control, o.credit - o.debit,
    coalesce((SELECT sum(r.debit - r.credit)::bigint
                FROM ledger_entry back JOIN ledger_line r ON r.carrier_id = back.carrier_id AND r.entry_id = back.id
               WHERE back.carrier_id = o.carrier_id AND back.reverses = o.entry_id AND r.control = o.control), 0)))
FROM ledger_line o JOIN ledger_entry e ON e.carrier_id = o.carrier_id AND e.id = o.entry_id
WHERE o.carrier_id = ANY($1::integer[]) AND o.entry_id = ANY($2::bigint[])
"""


class _Line(msgspec.Struct, array_like=True):
    entry_id: int
    kind: str
    account_id: int | None
    control: Control | None
    moved: int
    reversed: int


_decode = msgspec.json.Decoder(list[_Line]).decode


@dataclass(slots=True)
class _Found:
    """An entry that a request names."""

    kind: str
    original: Original
    account_id: int | None = None
    net: int = 0


class OriginalShelf:
    """The entries that the batch's requests want to take back."""

    def __init__(self) -> None:
        self.found: dict[int, _Found] = {}

    def lookup(self, requests: Sequence["ReverseEntry"], book: "Book") -> Lookup | None:
        """Ask for the entries' lines, and for what was taken back of them."""
        carriers = sorted({account.carrier_id for account in book.accounts.values()})
        return Lookup(_LOOKUP, (Integers(carriers), Bigints(request.entry_id for request in requests)))

    def learn(self, text: str | None) -> None:
        """Take the lines."""
        for line in _decode(text or "[]"):
            found = self.found.setdefault(line.entry_id, _Found(line.kind, Original(line.entry_id, {})))
            if line.control is None:
                found.account_id, found.net = line.account_id, line.moved
            else:
                moved = found.original.moved
                moved[line.control] = moved.get(line.control, 0) + line.moved
                found.original.reversed[line.control] = line.reversed

    def store(self, writes: Writes) -> None:
        """Nothing to store: the reversing entry says it all."""


@dataclass(slots=True, kw_only=True)
class ReverseEntry(Request):
    """Take back the whole of one entry, if it is one of the `kinds` and nothing of it was taken back before."""

    operation: ClassVar[str] = "reversal"
    action: ClassVar[str] = "entry.reversed"
    shelves: ClassVar[tuple[type[Shelf], ...]] = (OriginalShelf,)

    entry_id: int
    kinds: frozenset[str]
    business_date: date

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:  # noqa: ARG002
        """Mirror the entry."""
        found: _Found | None = book.shelves[OriginalShelf].found.get(self.entry_id)
        if found is None or found.account_id != account.id or found.kind not in self.kinds:
            return Refused("entry_not_found")
        original = found.original
        if any(original.reversed.values()):
            return Refused("already_reversed")
        return Movement(
            purpose=Purpose.MANUAL,
            debit=max(found.net, 0),
            credit=max(-found.net, 0),
            contra=tuple((control, max(moved, 0), max(-moved, 0)) for control, moved in original.moved.items()),
            business_date=self.business_date,
            reverses=original,
        )
