"""The chain of digests over an account's movements.

Each movement carries SHA-256 over the digest of the movement before it and everything that the entry says, all its
lines included. Changing, deleting, inserting or swapping anything later breaks the chain from there on, whoever did
it. The account's row keeps the newest digest, so that cutting off the end shows too.

What is hashed is a JSON array, so that no two different movements can be written alike.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

import msgspec

_encode = msgspec.json.Encoder().encode

#: One line of an entry as it is hashed: its account's id or its control account's name, debit, credit.
type LineFacts = tuple[int | str, int, int]

#: account id, debit, credit, item, net, available, business date, original date
type MovementFacts = tuple[int, int, int, int, int, int, date | None, date | None]

#: id, kind, currency, document, reference, actor, occurred at, posted at (both in UTC), reverses
type EntryFacts = tuple[int, str, str, str | None, str, str, datetime, datetime, int | None]


def link(before: bytes, movement: MovementFacts, entry: EntryFacts, lines: Sequence[LineFacts]) -> bytes:
    """Return the digest (32 bytes) of a movement whose predecessor has the digest `before`, empty for the first.

    `lines` are all lines of the entry in their order.
    """
    return sha256(before + _encode((movement, entry, lines))).digest()
