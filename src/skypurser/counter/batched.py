"""The desk of the lean server: requests go to the batcher, questions to memory and, where needed, to a thread."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic

from skypurser.access import acting
from skypurser.access.api_keys import Caller, authenticate
from skypurser.access.limits import Limits, UseNotes
from skypurser.counter.callers import Callers
from skypurser.counter.deadlines import Deadlines
from skypurser.counter.desk import Accounts, OutcomeUnknown, Overloaded, Unavailable
from skypurser.counter.directory import Directory
from skypurser.counter.observing import Observer
from skypurser.counter.threads import DatabaseThreads
from skypurser.counter.together import Together
from skypurser.electronic import directory
from skypurser.electronic.availability import Verdict, could_sell_each
from skypurser.electronic.directory import AccountName, Found, Held
from skypurser.errors import Refusal
from skypurser.ledger import batching
from skypurser.ledger.accounts import AccountNotFound
from skypurser.ledger.requests import Answer, Request
from skypurser.tickets.queries import account_of

_log = logging.getLogger(__name__)

_MOST_REMEMBERED = 100_000

#: Accounts are remembered longer than callers: what is remembered hardly ever changes, the ledger knows when one is
#: gone, and looking a thousand of them up every few seconds took much of a processor.
_ACCOUNTS_LONGER = 10


class BatchedDesk:
    """Asks the batcher.

    Args:
        threads: For questions about accounts, sales and holds.
        guards: For questions about tokens, so that whoever guesses tokens takes no thread from those who sell.
        deadline: Seconds that a request waits for its answer; after that its outcome is unknown to the caller.
        memory: Seconds for which callers are remembered; accounts are ten times as long.
    """

    def __init__(
        self,
        batcher: batching.Batcher,
        threads: DatabaseThreads,
        guards: DatabaseThreads,
        observer: Observer,
        *,
        deadline: float = 10,
        memory: float = 3,
    ) -> None:
        self.limits = Limits()
        self.notes = UseNotes()
        self._batcher = batcher
        self._threads = threads
        self._guards = guards
        self._observer = observer
        self._deadline = deadline
        self._waiting = Deadlines(deadline)
        self._callers = Callers(self._authenticate, seconds=memory)
        self._directory = Directory(self._look_up, seconds=_ACCOUNTS_LONGER * memory)
        self._verdicts = Together(self._judge)
        # Neither ever changes: a document's account, a hold's account and amount.
        self._sales: _Remembered[tuple[int, str], int] = _Remembered()
        self._holds: _Remembered[tuple[int, int], Held] = _Remembered()

    def is_posting(self, seconds: float) -> bool:
        """Tell whether requests are posted: the thread lives, and no batch has been under way for longer than that."""
        return self._batcher.is_alive and self._batcher.seconds_under_way() <= seconds

    async def caller(self, token: str) -> Caller:
        """Return who holds the token."""
        caller = await self._callers.of(token)
        self.notes.note(caller, now=datetime.now(UTC))
        return caller

    async def account_by_name(self, carrier_id: int, name: AccountName) -> Found | None:
        """Return the account with this name."""
        return await self._directory.by_name(carrier_id, name)

    async def account_by_id(self, carrier_id: int, account_id: int) -> Found | None:
        """Return the account with this id."""
        return await self._directory.by_id(carrier_id, account_id)

    async def accounts(self, carrier_id: int, named: Iterable[AccountName | int]) -> Accounts:
        """Look all of these up together: a batch of unknown names pays for one pause, not for one each."""
        questions = list(dict.fromkeys(named))
        found = await asyncio.gather(
            *(
                self._directory.by_id(carrier_id, one)
                if isinstance(one, int)
                else self._directory.by_name(carrier_id, one)
                for one in questions
            ),
            return_exceptions=True,
        )
        return _LookedUp(dict(zip(questions, found, strict=True)))

    async def breathe(self) -> None:
        """Let the event loop take its turn."""
        await asyncio.sleep(0)

    async def account_of_sale(self, carrier_id: int, document: str) -> int | None:
        """Return the id of the account on which the document was sold."""
        known = self._sales.get((carrier_id, document))
        if known is None:
            known = await self._threads.run(lambda: account_of(document, carrier_id=carrier_id))
            if known is not None:
                self._sales.put((carrier_id, document), known)
        return known

    def note_sale(self, carrier_id: int, document: str, account_id: int) -> None:
        """Remember where a document was sold: most voids come soon after."""
        self._sales.put((carrier_id, document), account_id)

    async def held(self, carrier_id: int, hold_id: int) -> Held | None:
        """Return where a hold is."""
        known = self._holds.get((carrier_id, hold_id))
        if known is None:
            known = await self._threads.run(lambda: directory.held(hold_id, carrier_id=carrier_id))
            if known is not None:
                self._holds.put((carrier_id, hold_id), known)
        return known

    async def verdict(self, carrier_id: int, account_id: int, amount: int) -> Verdict:
        """Tell whether a sale would pass."""
        verdict = await self._verdicts.answer(carrier_id, (account_id, amount))
        if verdict is None:
            raise AccountNotFound(f"there is no account {account_id}")
        return verdict

    async def ask(self, request: Request) -> Answer:
        """Wait for the answer of the batch that the request goes with."""
        future, observer, begin = self._submit(request), self._observer, monotonic()
        waiting = self._waiting.begin(lambda: _give_up(future))
        observer.handed_over()
        try:
            return await future
        except Exception as error:
            told = _told(error)
            if told is error:
                raise
            raise told from error
        finally:
            waiting.has_ended = True
            observer.given_back(monotonic() - begin)

    async def ask_all(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        """Hand all over in their order, without letting another in between, and wait for the answers."""
        if not requests:
            return []
        observer, begin = self._observer, monotonic()
        try:
            group = self._batcher.submit_all(requests)
        except (batching.Overloaded, batching.Stopping) as error:
            return [_not_taken(error)] * len(requests)
        taken = len(group.answers)
        observer.handed_over(taken)
        try:
            async with asyncio.timeout(self._deadline):
                await group.done
        except TimeoutError:
            _log.warning("requests were not answered in time", extra={"requests": group.answers.count(None)})
        finally:
            observer.given_back(monotonic() - begin, taken)
        # A later one must not be judged before an earlier one, so of those that were not taken none is tried again.
        return [_result(answer) for answer in group.answers] + [Overloaded()] * (len(requests) - taken)

    def _submit(self, request: Request) -> asyncio.Future[Answer]:
        try:
            return self._batcher.submit(request)
        except (batching.Overloaded, batching.Stopping) as error:
            raise _not_taken(error) from error

    async def _authenticate(self, token: str, now: datetime, *, is_known: bool) -> Caller:
        threads = self._threads if is_known else self._guards
        return await threads.run(lambda: authenticate(token=token, now=now))

    async def _judge(self, carrier_id: int, sales: Sequence[tuple[int, int]]) -> list[Verdict | None]:
        return await self._threads.run(lambda: could_sell_each(carrier_id=carrier_id, sales=sales))

    async def _look_up(self, carrier_id: int, codes: Sequence[str], ids: Sequence[int]) -> list[Found]:
        return await self._threads.run(lambda: directory.look_up(carrier_id=carrier_id, codes=codes, account_ids=ids))


class _LookedUp:
    """The accounts of a batch."""

    def __init__(self, found: dict[AccountName | int, Found | BaseException | None]) -> None:
        self._found = found

    async def account_by_name(self, carrier_id: int, name: AccountName) -> Found | None:  # noqa: ARG002
        return self._told(name)

    async def account_by_id(self, carrier_id: int, account_id: int) -> Found | None:  # noqa: ARG002
        return self._told(account_id)

    def _told(self, question: AccountName | int) -> Found | None:
        found = self._found[question]
        if isinstance(found, BaseException):
            raise found
        return found


class _Remembered[K, V]:
    """What never changes; what was remembered first is forgotten first."""

    def __init__(self) -> None:
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        self._values[key] = value
        if len(self._values) > _MOST_REMEMBERED:
            self._values.popitem(last=False)


def _give_up(future: asyncio.Future[Answer]) -> None:
    if not future.done():
        future.set_exception(OutcomeUnknown())


def _result(answer: Answer | Exception | None) -> Answer | Exception:
    """Return an answer as the counter tells it; what has none by now may still be posted."""
    if answer is None:
        return OutcomeUnknown()
    return _told(answer) if isinstance(answer, Exception) else answer


def _not_taken(error: batching.Overloaded | batching.Stopping) -> Refusal:
    if isinstance(error, batching.Overloaded):
        return Overloaded()
    return Unavailable("The counter is stopping; nothing was judged.")


def _told(error: Exception) -> Exception:
    """Return an exception of the batcher's as the counter tells it; a bug stays what it is."""
    if isinstance(error, acting.OutcomeUnknown):
        return OutcomeUnknown()
    if isinstance(error, batching.Stopping):
        return _not_taken(error)
    return error
