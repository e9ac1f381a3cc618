"""What may be asked of the ledger, and what it answers.

A `Request` asks one thing of one account under one idempotency key. The business packages subclass it: they say what
they need to know (`shelves`), turn themselves into an intent under the lock (`plan`) and leave their own rows behind
(`record`). `posting` knows none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import msgspec

from skypurser.errors import InvalidRequest, Refusal
from skypurser.ledger.intents import AccountState, Contra, Intent, Posted, Refused
from skypurser.ledger.states import Outcome
from skypurser.money import MAX_MINOR

if TYPE_CHECKING:
    from skypurser.ledger.book import Book
    from skypurser.ledger.writes import Writes

KEY_LENGTH = 128


def fingerprint(*payload: Any) -> bytes:
    """Return what identifies a payload: the same for the same values, 32 bytes."""
    return sha256(msgspec.json.encode(payload)).digest()


def check_key(key: str) -> str:
    """Return the idempotency key if it is one: 1 to 128 printable ASCII characters; else raise InvalidRequest."""
    if not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise InvalidRequest(f"a key has 1 to {KEY_LENGTH} printable characters", field="key")
    return key


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question that is asked together with the ledger's own.

    `sql` is a SELECT of one row with one column of type json (or null), its parameters numbered from $1.
    """

    sql: str
    parameters: Sequence[Any]


class Shelf(Protocol):
    """What a business package knows during a batch, read under the locks and written with them."""

    def lookup(self, requests: Sequence[Any], book: "Book") -> Lookup | None:
        """Say what to read for these requests, once the accounts that the book wants are locked."""

    def learn(self, text: str | None) -> None:
        """Take the JSON that the lookup returned."""

    def store(self, writes: "Writes") -> None:
        """Add what has changed since it was last called to the batch's writes; a large batch is written in portions."""


@dataclass(slots=True, kw_only=True)
class Request:
    """One thing asked of one account.

    Attributes:
        operation: The entry's kind and the attempt's name (`ticket`, `void`, `credit` …).
        action: What the history calls it; empty for what it does not tell.
        shelves: What must be known before it is judged.
        fingerprint: Of the payload; a second request under the same key must have the same.
        account_id: None when no such account exists; `account_named` is what the caller wrote.
        currency: The amounts' currency.
        actor: Who, as the history shows it.
        now: The clock of the act; None for the database's, read after the lock.
        flaw: A refusal that was clear before asking and binds no key, such as an invalid document number.
    """

    operation: ClassVar[str] = ""
    action: ClassVar[str] = ""
    shelves: ClassVar[tuple[type[Shelf], ...]] = ()

    carrier_id: int
    key: str
    fingerprint: bytes
    account_id: int | None
    currency: str
    actor: str
    reference: str
    account_named: str = ""
    document: str | None = None
    now: datetime | None = None
    flaw: Refused | None = None

    def __post_init__(self) -> None:
        """Check what every request has, so that nothing malformed reaches a batch; tell the instant in UTC.

        Raises:
            InvalidRequest: A text that is not printable, or too long; an instant without an offset.
        """
        for name, text in (("reference", self.reference), ("actor", self.actor), ("account", self.account_named)):
            plain_text(text, field=name)
        if self.now is not None:
            self.now = in_utc(self.now, field="now")

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Return what this asks of the account, or the refusal that is clear before funds are looked at."""
        raise NotImplementedError

    def record(self, account: AccountState, posted: Posted, entry_id: int | None, book: "Book") -> None:
        """Note what the package itself will store. Called after the account has changed."""

    def changes(self, account: AccountState) -> dict[str, list[Any]] | None:  # noqa: ARG002 — for subclasses
        """Return old and new values for the history. Called before the account changes."""
        return None


@dataclass(slots=True, kw_only=True)
class BetweenControls(Request):
    """An entry that moves no customer's account, such as an invoice's: nothing is locked, and no funds are asked for.

    Attributes:
        lines: Two control accounts at least, one side of each above zero; debits equal credits, in `currency`.
        reverses: The entry between control accounts that this one takes back in part; never more of it than it moved,
            which the database watches over.
    """

    account_id: int | None = None
    lines: tuple[Contra, ...]
    reverses: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not balance, before it reaches a batch."""
        Request.__post_init__(self)
        for _, debit, credit in self.lines:
            above_zero(debit + credit)
            if debit and credit:
                raise InvalidRequest("a line has one side", field="lines")
        if (
            len(self.lines) < 2
            or self.account_id is not None
            or sum(debit - credit for _, debit, credit in self.lines) != 0
        ):
            raise InvalidRequest("debits equal credits, and no account moves", field="lines")


def plain_text(text: str, *, field: str, longest: int = 500) -> str:
    """Return the text if it is printable (so without line breaks and NUL) and not too long; else InvalidRequest."""
    if len(text) > longest or not text.isprintable():
        raise InvalidRequest(f"a {field} has at most {longest} printable characters", field=field)
    return text


def in_utc(instant: datetime, *, field: str) -> datetime:
    """Return the instant in UTC, as it is stored and hashed; without an offset it names no moment: InvalidRequest."""
    if instant.tzinfo is None:
        raise InvalidRequest("an instant has an offset", field=field)
    return instant.astimezone(UTC)


def not_negative(amount: int, *, field: str) -> None:
    """Raise InvalidRequest unless the amount, in minor units, is one that an account can take, or zero."""
    if type(amount) is not int or not 0 <= amount <= MAX_MINOR:
        raise InvalidRequest("the amount is zero or more and not beyond all bounds", field=field)


def above_zero(amount: int, *, field: str = "amount") -> None:
    """Raise InvalidRequest unless the amount, in minor units, is above zero and one that an account can take."""
    if type(amount) is not int or not 0 < amount <= MAX_MINOR:
        raise InvalidRequest("the amount is above zero and not beyond all bounds", field=field)


@dataclass(slots=True)
class Answer:
    """What became of a request.

    Attributes:
        code: Why it was refused; None otherwise.
        facts: `account`, its id; `item`, `debit`, `credit` of the movement if there is one, `net`, `held`, `available`
            after it; or what explains a refusal. Minor units.
        replayed: The key was bound before; this is the first answer again and nothing was written.
    """

    outcome: Outcome
    code: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False

    def raise_if_refused(self) -> "Answer":
        """Return the answer, or raise RequestRefused with its code and facts."""
        if self.outcome is Outcome.REFUSED:
            raise RequestRefused(self)
        return self


class RequestRefused(Refusal):
    """The ledger refused; the refusal itself is recorded and bound to its key.

    Attributes:
        code: The answer's, on the instance.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__((answer.code or "refused").replace("_", " "), **answer.facts)
        self.code = answer.code or "refused"  # type: ignore[misc]
        self.answer = answer
