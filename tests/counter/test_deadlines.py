"""One timer for many deadlines."""

import asyncio

import pytest

from skypurser.counter.deadlines import Deadlines


def test_what_takes_too_long_is_cancelled_and_told_so() -> None:
    async def late() -> None:
        with Deadlines(0.02).cancelling():
            await asyncio.sleep(20)

    with pytest.raises(TimeoutError):
        asyncio.run(late())


def test_only_the_late_ones_are_and_each_at_its_own_time() -> None:
    async def run() -> list[str]:
        deadlines, told = Deadlines(0.1), []

        async def one(name: str, begin: float, seconds: float) -> None:
            await asyncio.sleep(begin)
            try:
                with deadlines.cancelling():
                    await asyncio.sleep(seconds)
            except TimeoutError:
                told.append(f"{name} late")
            else:
                told.append(f"{name} in time")

        await asyncio.gather(
            one("first", 0, 20), one("second", 0, 0.01), one("third", 0.05, 20), one("fourth", 0.07, 0.01)
        )
        return told

    assert asyncio.run(run()) == ["second in time", "fourth in time", "first late", "third late"]


def test_somebody_elses_cancellation_stays_one() -> None:
    async def run() -> bool:
        async def block() -> None:
            with Deadlines(10).cancelling():
                await asyncio.sleep(20)

        task = asyncio.create_task(block())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return task.cancelled()

    assert asyncio.run(run())


def test_what_has_ended_is_forgotten_on_the_way() -> None:
    async def run() -> int:
        deadlines = Deadlines(10)
        for _ in range(1_000):
            with deadlines.cancelling():
                await asyncio.sleep(0)
        return len(deadlines)

    assert asyncio.run(run()) == 1


def test_the_timer_starts_again_after_a_rest() -> None:
    async def run() -> int:
        deadlines, late = Deadlines(0.02), 0
        for _ in range(2):
            try:
                with deadlines.cancelling():
                    await asyncio.sleep(20)
            except TimeoutError:
                late += 1
            await asyncio.sleep(0.05)
        return late

    assert asyncio.run(run()) == 2
