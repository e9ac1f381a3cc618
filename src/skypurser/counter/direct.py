"""The desk inside Django: each request in a transaction of its own, on the connection of the thread."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from skypurser.access import acting
from skypurser.access.acting import acting_for
from skypurser.access.api_keys import Caller, authenticate
from skypurser.access.limits import Limits, UseNotes
from skypurser.counter.desk import Accounts, OutcomeUnknown, Unavailable
from skypurser.electronic import directory
from skypurser.electronic.availability import Verdict, could_sell
from skypurser.electronic.directory import AccountName, Found, Held
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.posting import post_one
from skypurser.ledger.requests import Answer, Request
from skypurser.tickets.queries import account_of

_log = logging.getLogger(__name__)
_LOST = (OperationalError, InterfaceError)


class DirectDesk:
    """Asks the database at once. Its coroutines never wait."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.notes = UseNotes()

    async def caller(self, token: str) -> Caller:
        """Return who holds the token."""
        now = datetime.now(UTC)
        with _reading():
            caller = authenticate(token=token, now=now)
        self.notes.note(caller, now=now)
        try:
            self.notes.flush_if_due(at=monotonic())
        except (DatabaseError, acting.OutcomeUnknown):
            _log.warning("the use of API keys was not noted; it will be the next time")
        return caller

    async def account_by_name(self, carrier_id: int, name: AccountName) -> Found | None:
        """Return the account with this name."""
        with _reading():
            try:
                return directory.find(name, carrier_id=carrier_id)
            except AccountNotFound:
                return None

    async def account_by_id(self, carrier_id: int, account_id: int) -> Found | None:
        """Return the account with this id."""
        with _reading():
            try:
                return directory.get(account_id, carrier_id=carrier_id)
            except AccountNotFound:
                return None

    async def accounts(self, carrier_id: int, named: Iterable[AccountName | int]) -> Accounts:  # noqa: ARG002
        """Each is looked up when its turn comes."""
        return self

    async def breathe(self) -> None:
        """Other requests have threads of their own."""

    async def account_of_sale(self, carrier_id: int, document: str) -> int | None:
        """Return the id of the account on which the document was sold."""
        with _reading():
            return account_of(document, carrier_id=carrier_id)

    def note_sale(self, carrier_id: int, document: str, account_id: int) -> None:
        """Nothing is remembered from request to request."""

    async def held(self, carrier_id: int, hold_id: int) -> Held | None:
        """Return where a hold is."""
        with _reading():
            return directory.held(hold_id, carrier_id=carrier_id)

    async def verdict(self, carrier_id: int, account_id: int, amount: int) -> Verdict:
        """Tell whether a sale would pass."""
        with _reading():
            return could_sell(carrier_id=carrier_id, account_id=account_id, amount=amount)

    async def ask(self, request: Request) -> Answer:
        """Post the request."""
        try:
            with acting_for(request.carrier_id):
                return post_one(request)
        except (*_LOST, acting.OutcomeUnknown) as error:
            # Before the commit or in it: nobody knows.
            connection.close()
            raise OutcomeUnknown from error

    async def ask_all(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        """Post the requests one after the other, each in a transaction of its own."""
        answers: list[Answer | Exception] = []
        for request in requests:
            try:
                answers.append(await self.ask(request))
            except Exception as error:  # noqa: BLE001 — handed back in the answer's place, and logged
                if not isinstance(error, OutcomeUnknown):
                    _log.exception("a request failed: %s", request.operation)
                answers.append(error)
        return answers


class _reading:  # noqa: N801 — reads like a function
    """Turn a lost database into Unavailable; nothing was judged."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _LOST):
            connection.close()
            raise Unavailable from error
