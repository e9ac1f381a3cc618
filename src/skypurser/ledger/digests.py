"""The chain of digests over an account's movements.

Each movement carries SHA-256 over the digest of the movement before it and everything that its entry says, all its
lines included. Changing, deleting, inserting or swapping anything later breaks the chain from there on, whoever did
it. The account's row keeps the newest digest, so that cutting off the end shows too.

What is hashed is a JSON array, so that no two different movements can be written alike.
"""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

import msgspec

_encode = msgspec.json.Encoder().encode

#: id, kind, currency, document, reference, actor, occurred at, posted at (both in UTC), reverses
type EntryFacts = tuple[int, str, str, str | None, str, str, datetime, datetime, int | None]

#: account id, item, debit, credit, net, available, business date, original date
type MovementFacts = tuple[int, int, int, int, int, int, date | None, date | None]


def link(
    before: bytes, entry: EntryFacts, movement: MovementFacts, controls: Sequence[str], amounts: Sequence[int]
) -> bytes:
    """Return the digest (32 bytes) of an entry whose account's movement before it has the digest `before`.

    `before` is empty for an account's first. `controls` and `amounts` are the control accounts' lines, in their order.
    """
    return sha256(before + _encode((entry, movement, controls, amounts))).digest()
