"""What is known while a batch is judged: the locked accounts, the bound keys, the holds, the packages' shelves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from skypurser.ledger.intents import AccountState
from skypurser.ledger.requests import Answer, Shelf
from skypurser.ledger.states import Control
from skypurser.ledger.writes import Table, Writes

ACCOUNT = Table(
    "ledger_account",
    """
    carrier_id integer shared
    id bigint
    status text
    credit_limit bigint
    debits bigint
    credits bigint
    held bigint
    last_item bigint
    last_posted_at timestamptz
    digest bytea
    closed_through date
    low_since timestamptz
    """,
    keys=2,
)
CONTROL_TOTAL = Table(
    "ledger_controltotal",
    """
    carrier_id integer shared
    control text
    currency text
    debits bigint
    credits bigint
    """,
)

_BEFORE_READING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class BoundKey:
    """A key that has been judged, and its answer."""

    fingerprint: bytes
    answer: Answer


@dataclass(slots=True)
class Book:
    """The state of one batch.

    Attributes:
        wanted, carriers: The accounts that requests name, and the carriers that they are of, in ascending order.
        accounts: Those of them that there are, once they are locked.
        clock: The database's, read after the locks were taken.
        ids: Row numbers drawn for this batch, one per request.
        latest: The latest instant that a request brought along; None when all go by the database's clock.
    """

    wanted: Sequence[int] = ()
    carriers: Sequence[int] = ()
    latest: datetime | None = None
    accounts: dict[int, AccountState] = field(default_factory=dict)
    keys: dict[tuple[int, str], BoundKey] = field(default_factory=dict)
    shelves: dict[type[Shelf], Any] = field(default_factory=dict)
    clock: datetime = _BEFORE_READING
    ids: list[int] = field(default_factory=list)
    changed: dict[int, AccountState] = field(default_factory=dict)
    control: dict[tuple[int, Control, str], list[int]] = field(default_factory=dict)

    def control_total(self, carrier_id: int, control: Control, currency: str) -> list[int]:
        """Return the batch's debits and credits on a control account, to be added to."""
        total = self.control.get((carrier_id, control, currency))
        if total is None:
            total = self.control[carrier_id, control, currency] = [0, 0]
        return total

    def store(self, writes: Writes) -> None:
        """Add what has changed since it was last called: accounts, control accounts' parts, what the shelves hold."""
        if self.changed:
            rows = writes.rows(ACCOUNT)
            for account in self.changed.values():
                rows.append(
                    (
                        account.carrier_id,
                        account.id,
                        account.status,
                        account.credit_limit,
                        account.debits,
                        account.credits,
                        account.held,
                        account.last_item,
                        account.last_posted_at,
                        account.digest,
                        account.closed_through,
                        account.low_since,
                    )
                )
            self.changed.clear()
        if self.control:
            parts = writes.rows(CONTROL_TOTAL)
            for (carrier_id, control, currency), (debits, credits_) in self.control.items():
                parts.append((carrier_id, control, currency, debits, credits_))
            self.control.clear()
        for shelf in self.shelves.values():
            shelf.store(writes)
