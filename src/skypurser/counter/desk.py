"""What an operation asks for, whichever server it runs in; and what may come instead of an answer.

Everything is awaited. Inside Django nothing ever waits, so a coroutine runs through at once (`run_at_once`).
"""

from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from skypurser.access.api_keys import Caller
from skypurser.access.limits import Limits
from skypurser.contract.operations import Operation
from skypurser.electronic.availability import Verdict
from skypurser.electronic.directory import AccountName, Found, Held
from skypurser.errors import Refusal
from skypurser.ledger.requests import Answer, Request


class Unavailable(Refusal):
    """The database does not answer; nothing was judged."""

    code = "unavailable"


class Overloaded(Refusal):
    """Too many requests are waiting; nothing was judged."""

    code = "overloaded"


class OutcomeUnknown(Refusal):
    """The outcome is not known: the request may still be posted, and the same key tells."""

    code = "outcome_unknown"


class Exchange(Protocol):
    """A request as the server has it."""

    method: str
    path: str

    def header(self, name: str) -> str:
        """Return a header by its name in lower case; empty where it is missing."""

    def query(self) -> str:
        """Return what stands behind the question mark."""

    async def body(self, most: int) -> bytes:
        """Return the body.

        Raises:
            BodyTooLarge, RequestTimeout.
        """


class Accounts(Protocol):
    """Where the account is found that a request names."""

    async def account_by_name(self, carrier_id: int, name: AccountName) -> Found | None:
        """Return the account, or raise AccountAmbiguous."""

    async def account_by_id(self, carrier_id: int, account_id: int) -> Found | None:
        """Return the account."""


class Desk(Accounts, Protocol):
    """Where an operation finds what it needs.

    Attributes:
        limits: What the keys are doing in this process.
    """

    limits: Limits

    async def caller(self, token: str) -> Caller:
        """Return who holds the token, or raise Unauthenticated."""

    async def accounts(self, carrier_id: int, named: Iterable[AccountName | int]) -> Accounts:
        """Look all of these up together; what is returned knows them and no others."""

    async def breathe(self) -> None:
        """Let others go on, in the middle of something long."""

    async def account_of_sale(self, carrier_id: int, document: str) -> int | None:
        """Return the id of the account on which a document (13 digits) was sold."""

    def note_sale(self, carrier_id: int, document: str, account_id: int) -> None:
        """Take notice of a sale, which saves looking it up."""

    async def held(self, carrier_id: int, hold_id: int) -> Held | None:
        """Return where a hold is."""

    async def verdict(self, carrier_id: int, account_id: int, amount: int) -> Verdict:
        """Tell whether a sale would pass, or raise AccountNotFound."""

    async def ask(self, request: Request) -> Answer:
        """Have the ledger judge a request.

        Raises:
            Overloaded, Unavailable: Nothing was judged.
            OutcomeUnknown: It may have been posted or not.
        """

    async def ask_all(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        """Have the ledger judge requests in their order; in the place of an answer may be what `ask` raises."""


@dataclass(slots=True)
class Call:
    """A request that was let in and decoded.

    Attributes:
        key: The idempotency key; empty where the operation needs none.
        variable: The part of the path in braces.
        content: The decoded body; None where the operation has none.
        query: The value of the operation's query parameter.
    """

    operation: Operation
    caller: Caller
    key: str
    variable: str
    content: Any
    query: str = ""


def run_at_once[T](coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    coroutine.close()
    raise RuntimeError("something waited where nothing may wait")
