"""Questions that come while others are being answered go together, with the next query.

A query at a time and carrier: the more there is to ask, the more each query answers, and a carrier that asks much
takes one thread and no more. What is told was read after the question came.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

_MOST_AT_ONCE = 1_000


class Together[Question, Answer]:
    """Answers questions of one kind.

    Args:
        ask: Answers some questions of a carrier, in their order. What it raises, all who wait for them get.
    """

    def __init__(self, ask: Callable[[int, Sequence[Question]], Awaitable[Sequence[Answer]]]) -> None:
        self._ask = ask
        self._waiting: dict[int, list[tuple[Question, asyncio.Future[Answer]]]] = {}
        self._work: dict[int, asyncio.Task[None]] = {}

    async def answer(self, carrier_id: int, question: Question) -> Answer:
        """Return the answer, read after now."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(carrier_id, []).append((question, future))
        if carrier_id not in self._work:
            self._work[carrier_id] = asyncio.create_task(self._answer(carrier_id))
        return await future

    async def _answer(self, carrier_id: int) -> None:
        try:
            while waiting := [one for one in self._waiting.pop(carrier_id, []) if not one[1].done()]:
                batch, later = waiting[:_MOST_AT_ONCE], waiting[_MOST_AT_ONCE:]
                if later:
                    self._waiting[carrier_id] = later
                await self._answer_all(carrier_id, batch)
        finally:
            del self._work[carrier_id]

    async def _answer_all(self, carrier_id: int, batch: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask(carrier_id, [question for question, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                with suppress(asyncio.InvalidStateError):  # whoever asked has gone
                    future.set_result(answer)
        except Exception as error:  # noqa: BLE001 — whoever asked gets it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
