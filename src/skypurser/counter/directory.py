"""The accounts that callers name, kept in memory for a few seconds.

What is not known, or known for too long, is looked up: all the questions of a carrier that came in meanwhile by one
query, one query at a time, and after one that found something missing only after a pause. So names that do not exist
cost their sender's time and not the database's. That there is no such account is never remembered: it may be opened
now. That there is one is remembered briefly: it may be deleted, and then the ledger says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from skypurser.electronic.directory import AccountAmbiguous, AccountName, Found

#: A name, its city empty where none was named, or an id.
type Question = tuple[str, str, str, str] | int
#: Looks codes and ids of one carrier up.
type LookUp = Callable[[int, Sequence[str], Sequence[int]], Awaitable[Sequence[Found]]]

_MOST_KNOWN = 500_000
_MOST_AT_ONCE = 1_000


@dataclass(slots=True)
class _Carrier:
    """One carrier's part: what is known and until when, and who waits for what."""

    known: dict[Question, tuple[float, list[Found]]] = field(default_factory=dict)
    asked: dict[Question, asyncio.Future[list[Found]]] = field(default_factory=dict)
    work: asyncio.Task[None] | None = None


class Directory:
    """Answers who is meant.

    Args:
        seconds: So long an account is remembered.
        pause: Seconds between two queries of a carrier when the first found something missing.
    """

    def __init__(self, look_up: LookUp, *, seconds: float = 5, pause: float = 0.05) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._pause = pause
        self._carriers: dict[int, _Carrier] = {}

    async def by_name(self, carrier_id: int, name: AccountName) -> Found | None:
        """Return the account with this name; None where there is none.

        Raises:
            AccountAmbiguous: It fits several, and the city is missing.
            Unavailable: The database does not answer.
        """
        found = await self._find(carrier_id, (name.type, name.code, name.currency, name.city))
        if len(found) > 1:
            raise AccountAmbiguous
        return found[0] if found else None

    async def by_id(self, carrier_id: int, account_id: int) -> Found | None:
        """Return the account with this id; None where the carrier has none. Raises Unavailable."""
        found = await self._find(carrier_id, account_id)
        return found[0] if found else None

    async def _find(self, carrier_id: int, question: Question) -> list[Found]:
        carrier = self._carriers.get(carrier_id)
        if carrier is None:
            carrier = self._carriers[carrier_id] = _Carrier()
        known = carrier.known.get(question)
        if known is not None and known[0] > monotonic():
            return known[1]
        waiting = carrier.asked.get(question)
        if waiting is None:
            waiting = carrier.asked[question] = asyncio.get_running_loop().create_future()
            if carrier.work is None:
                carrier.work = asyncio.create_task(self._work(carrier_id, carrier))
        return await asyncio.shield(waiting)  # others wait for it too

    async def _work(self, carrier_id: int, carrier: _Carrier) -> None:
        try:
            while carrier.asked:
                # What comes while this is under way goes with the next.
                batch = {question: carrier.asked.pop(question) for question in list(carrier.asked)[:_MOST_AT_ONCE]}
                is_missing = await self._answer(carrier_id, carrier, batch)
                if is_missing and self._pause:
                    await asyncio.sleep(self._pause)
        finally:
            carrier.work = None

    async def _answer(
        self, carrier_id: int, carrier: _Carrier, batch: dict[Question, asyncio.Future[list[Found]]]
    ) -> bool:
        """Answer the questions; return whether there is no answer to some of them."""
        codes = [question[1] for question in batch if not isinstance(question, int)]
        ids = [question for question in batch if isinstance(question, int)]
        try:
            rows = await self._look_up(carrier_id, codes, ids)
        except Exception as error:  # noqa: BLE001 — whoever asked gets it
            for waiting in batch.values():
                if not waiting.done():
                    waiting.set_exception(error)
                    waiting.exception()  # all of them may have gone
            return True
        found: dict[Question, dict[int, Found]] = {}
        for row in rows:
            name = row.name
            questions: set[Question] = {
                (name.type, name.code, name.currency, ""),
                (name.type, name.code, name.currency, name.city),
                row.account_id,
            }
            for question in questions:
                found.setdefault(question, {})[row.account_id] = row
        if len(carrier.known) > _MOST_KNOWN:
            carrier.known.clear()
        until = monotonic() + self._seconds
        for question, waiting in batch.items():
            answer = list(found.get(question, {}).values())
            if answer:
                carrier.known[question] = (until, answer)
            if not waiting.done():
                waiting.set_result(answer)
        return any(question not in found for question in batch)
