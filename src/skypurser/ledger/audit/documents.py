"""What the ledger moved for each document, for packages that prove their own rows by it. Inside a snapshot."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec

from skypurser.ledger.audit.movements import LINES
from skypurser.ledger.audit.snapshot import opened

# A document compares by its bytes here, as `by_document` promises.
_ENTRIES = f"""
SELECT coalesce(e.document, ''), e.id, e.kind, e.currency, e.reverses, m.account_id, m.item, l.lines
FROM ledger_entry e
LEFT JOIN (SELECT entry_id, {LINES} AS lines FROM ledger_line WHERE carrier_id = $1 GROUP BY entry_id) l
       ON l.entry_id = e.id
LEFT JOIN (SELECT entry_id, account_id, item FROM ledger_line
            WHERE carrier_id = $1 AND position = 1 AND account_id IS NOT NULL) m ON m.entry_id = e.id
WHERE e.carrier_id = $1 AND e.kind = ANY($2::text[])
ORDER BY coalesce(e.document, '') COLLATE "C", e.id
"""  # noqa: S608 — ours

_decode_lines = msgspec.json.Decoder(list[tuple[Any, int, int]]).decode


@dataclass(frozen=True, slots=True)
class EntryOfDocument:
    """An entry as a package compares it with its own rows.

    Attributes:
        account_id, item: Of its movement; None where only control accounts moved.
        moved: Credit less debit in minor units, by control account's name, and by account's id for customers'.
    """

    id: int
    kind: str
    currency: str
    reverses: int | None
    account_id: int | None
    item: int | None
    moved: dict[int | str, int]


@contextmanager
def by_document(carrier_id: int, kinds: Collection[str]) -> Iterator[Iterator[tuple[str, Iterator[EntryOfDocument]]]]:
    """Open the entries of these kinds, grouped by document in the order of the documents' bytes, oldest first.

    Entries without a document come first, under the empty one.
    """
    with opened("audit_entries_by_document", _ENTRIES, carrier_id, list(kinds)) as found:
        yield ((document, map(_entry, group)) for document, group in groupby(found, key=lambda row: row[0]))


def _entry(row: tuple[Any, ...]) -> EntryOfDocument:
    _, entry_id, kind, currency, reverses, account_id, item, lines = row
    moved: dict[int | str, int] = {}
    for account, debit, credit in _decode_lines(lines or "[]"):
        moved[account] = moved.get(account, 0) + credit - debit
    return EntryOfDocument(entry_id, kind, currency, reverses, account_id, item, moved)
