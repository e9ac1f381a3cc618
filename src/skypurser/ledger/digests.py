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


def chain(
    before: bytes,
    *,
    account_id: int,
    item: int,
    net: int,
    available: int,
    business_date: date,
    original_date: date | None,
    entry_id: int,
    kind: str,
    currency: str,
    document: str | None,
    reference: str,
    actor: str,
    occurred_at: datetime,
    posted_at: datetime,
    reverses: int | None,
    lines: Sequence[LineFacts],
) -> bytes:
    """Return the digest (32 bytes) of a movement whose predecessor has the digest `before` (empty for the first).

    Instants are aware and in UTC; `lines` are all lines of the entry in their order.
    """
    facts = (
        account_id,
        item,
        net,
        available,
        business_date,
        original_date,
        entry_id,
        kind,
        currency,
        document,
        reference,
        actor,
        occurred_at,
        posted_at,
        reverses,
        lines,
    )
    return sha256(before + _encode(facts)).digest()
