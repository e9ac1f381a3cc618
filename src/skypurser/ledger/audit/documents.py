"""What the ledger moved for each document, for packages that prove their own rows by it. Inside a snapshot."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from skypurser.ledger.audit.snapshot import opened

# A document compares by its bytes here, as `by_document` promises.
_ENTRIES = """
SELECT coalesce(document, ''), id, kind, currency, reverses, account_id, item, credit - debit, controls, amounts
FROM ledger_entry WHERE carrier_id = $1 AND kind = ANY($2::text[])
ORDER BY coalesce(document, '') COLLATE "C", id
"""


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
    _, entry_id, kind, currency, reverses, account_id, item, net, controls, amounts = row
    moved: dict[int | str, int] = {} if account_id is None else {account_id: net}
    for control, amount in zip(controls, amounts, strict=False):  # unequal lengths are told by the audit of entries
        moved[control] = moved.get(control, 0) - amount
    return EntryOfDocument(entry_id, kind, currency, reverses, account_id, item, moved)
