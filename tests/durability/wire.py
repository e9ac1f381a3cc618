"""What the processes of these tests tell each other: orders, and what became of them. One line of JSON each."""

from collections.abc import Sequence
from typing import Any

import msgspec


class Account(msgspec.Struct, frozen=True):
    """An account of the template's books; its agency earns 8 % on every fare."""

    carrier: int
    id: int
    credit_limit: int


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to ask of one account, in plain values: everything needed to ask it again, and to judge the answer."""

    key: str
    kind: str
    carrier: int
    account: int
    document: str = ""
    fare: int = 0
    taxes: int = 0
    penalty: int = 0
    amount: int = 0
    hold: int = 0


class Task(msgspec.Struct, frozen=True):
    """What a seller is started with.

    Attributes:
        name: Of this seller; its keys begin with it.
        documents: First digits (5) of the documents it sells.
        callers: How many ask at the same time, each waiting for its answer; none: it only asks `again`.
        again: Asked first, all at once.
        stalls_in_batch: A lie: it tells answers before they are committed, and hangs between the two in this batch.
        renames_keys: A lie: when a caller asks again what it knows, it does so under another key.
        is_careless: A lie: its session takes a commit for done before it is written to the log's file.
    """

    name: str
    documents: str
    recorder: str
    accounts: Sequence[Account]
    callers: int = 0
    again: Sequence[Order] = ()
    stalls_in_batch: int | None = None
    renames_keys: bool = False
    is_careless: bool = False


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """Told before the request is submitted, each time."""

    order: Order


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """Told after the answer was received."""

    key: str
    outcome: str
    code: str | None
    facts: dict[str, Any]
    replayed: bool

    @property
    def content(self) -> tuple[str, str | None, dict[str, Any]]:
        """What every answer to one key must have in common."""
        return self.outcome, self.code, self.facts


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """Told when the outcome of a request was said to be unknown."""

    key: str


class Stalled(msgspec.Struct, frozen=True, tag="stalled"):
    """Told by a liar that hangs before its commit."""


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """Noted by the recorder when a seller has ended, however it did: nothing more comes from it."""


type Event = Sent | Answered | Unknown | Stalled | Gone

encode = msgspec.json.Encoder().encode
decode_event = msgspec.json.Decoder(Sent | Answered | Unknown | Stalled | Gone).decode
decode_task = msgspec.json.Decoder(Task).decode
decode_accounts = msgspec.json.Decoder(list[Account]).decode
