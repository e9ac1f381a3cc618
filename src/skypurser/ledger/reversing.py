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

# Amounts are debits above zero and credits below, as entries hold them; the index on `reverses` finds what came back.
_LOOKUP = """
SELECT json_agg(json_build_array(o.id, o.kind, o.account_id, o.credit - o.debit, o.controls, o.amounts,
    (SELECT json_agg(json_build_array(line.control, line.amount))
       FROM ledger_entry back CROSS JOIN LATERAL unnest(back.controls, back.amounts) AS line(control, amount)
      WHERE back.carrier_id = o.carrier_id AND back.reverses = o.id)))
FROM ledger_entry o WHERE o.carrier_id = ANY($1::integer[]) AND o.id = ANY($2::bigint[])
"""


class _Entry(msgspec.Struct, array_like=True):
    id: int
    kind: str
    account_id: int | None
    net: int
    controls: list[Control]
    amounts: list[int]
    taken_back: list[tuple[Control, int]] | None


_decode = msgspec.json.Decoder(list[_Entry]).decode


@dataclass(slots=True)
class _Found:
    """An entry that a request names; `net` is what it credited to the account, less what it debited."""

    kind: str
    account_id: int | None
    net: int
    original: Original


class OriginalShelf:
    """The entries that the batch's requests want to take back."""

    def __init__(self) -> None:
        self.found: dict[int, _Found] = {}

    def lookup(self, requests: Sequence["ReverseEntry"], book: "Book") -> Lookup | None:
        """Ask for the entries, and for what was taken back of them."""
        return Lookup(_LOOKUP, (Integers(book.carriers), Bigints(request.entry_id for request in requests)))

    def learn(self, text: str | None) -> None:
        """Take the entries."""
        for entry in _decode(text or "[]"):
            original = Original(entry.id, {})
            for control, amount in zip(entry.controls, entry.amounts, strict=True):
                original.moved[control] = original.moved.get(control, 0) - amount
            for control, amount in entry.taken_back or ():
                original.reversed[control] = original.reversed.get(control, 0) + amount
            self.found[entry.id] = _Found(entry.kind, entry.account_id, entry.net, original)

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
