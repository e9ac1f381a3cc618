"""Questions that are answered together: how many queries they cost, and who gets which answer."""

import asyncio
from collections.abc import Sequence

import pytest

from skypurser.counter.desk import Unavailable
from skypurser.counter.together import Together


class Squares:
    """Tells the square of each number, and remembers who asked what at once."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, list[int]]] = []
        self.is_lost = False

    async def ask(self, carrier_id: int, numbers: Sequence[int]) -> list[int]:
        self.asked.append((carrier_id, list(numbers)))
        await asyncio.sleep(0.005)
        if self.is_lost:
            raise Unavailable
        return [number * number for number in numbers]


def test_what_is_asked_meanwhile_goes_with_the_next_query_and_each_gets_its_own_answer() -> None:
    async def story() -> tuple[list[int], list[tuple[int, list[int]]]]:
        squares = Squares()
        together = Together(squares.ask)
        first = asyncio.create_task(together.answer(1, 7))
        while not squares.asked:
            await asyncio.sleep(0)
        others = [asyncio.create_task(together.answer(1, number)) for number in range(100)]
        return [await first, *await asyncio.gather(*others)], squares.asked

    answers, asked = asyncio.run(story())

    assert answers == [49, *(number * number for number in range(100))]
    assert asked == [(1, [7]), (1, list(range(100)))]


def test_more_than_a_query_takes_go_with_the_one_after() -> None:
    async def story() -> list[int]:
        squares = Squares()
        together = Together(squares.ask)
        await asyncio.gather(*(together.answer(1, number) for number in range(2_500)))
        return [len(numbers) for _, numbers in squares.asked]

    assert asyncio.run(story()) == [1_000, 1_000, 500]


def test_carriers_do_not_wait_for_each_other() -> None:
    async def story() -> list[int]:
        squares = Squares()
        together = Together(squares.ask)
        await asyncio.gather(together.answer(1, 2), together.answer(2, 3))
        return [carrier_id for carrier_id, _ in squares.asked]

    assert asyncio.run(story()) == [1, 2]


def test_a_lost_database_is_told_to_all_who_wait_and_to_nobody_after() -> None:
    async def story() -> int:
        squares = Squares()
        together = Together(squares.ask)
        squares.is_lost = True
        told = await asyncio.gather(together.answer(1, 2), together.answer(1, 3), return_exceptions=True)
        assert [type(one) for one in told] == [Unavailable, Unavailable]
        squares.is_lost = False
        return await together.answer(1, 4)

    assert asyncio.run(story()) == 16


def test_who_stops_waiting_takes_nobody_along() -> None:
    async def story() -> int:
        squares = Squares()
        together = Together(squares.ask)
        first, second = (asyncio.create_task(together.answer(1, number)) for number in (2, 3))
        while not squares.asked:
            await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(story()) == 9
