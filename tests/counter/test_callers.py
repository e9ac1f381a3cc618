"""For how long a caller is remembered."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from skypurser.access.api_keys import Caller, Scope, Unauthenticated
from skypurser.counter.callers import Callers
from skypurser.counter.desk import Unavailable


class Doorman:
    """Knows one token, and counts how often he was asked."""

    def __init__(self, *, expires_at: datetime | None = None) -> None:
        self.asked = 0
        self.known: list[bool] = []
        self.is_lost = False
        self.caller: Caller | None = Caller(1, 1, "QX", "gds", frozenset(Scope), 10, 10, expires_at)

    async def authenticate(self, token: str, now: datetime, *, is_known: bool) -> Caller:
        assert now <= datetime.now(UTC)
        self.asked += 1
        self.known.append(is_known)
        await asyncio.sleep(0)
        if self.is_lost:
            raise Unavailable
        if token != "right" or self.caller is None:
            raise Unauthenticated
        return self.caller


def test_a_caller_is_remembered_until_its_time_is_over() -> None:
    async def story() -> int:
        doorman = Doorman()
        callers = Callers(doorman.authenticate, seconds=0.05)
        await asyncio.gather(*(callers.of("right") for _ in range(10)))
        await callers.of("right")
        doorman.caller = None
        await asyncio.sleep(0.06)
        with pytest.raises(Unauthenticated):
            await callers.of("right")
        return doorman.asked

    assert asyncio.run(story()) == 2


def test_a_wrong_token_is_asked_about_once_in_a_while() -> None:
    async def story() -> int:
        doorman = Doorman()
        callers = Callers(doorman.authenticate)
        for _ in range(10):
            with pytest.raises(Unauthenticated):
                await callers.of("wrong")
        return doorman.asked

    assert asyncio.run(story()) == 1


def test_an_expiry_counts_at_once() -> None:
    async def story() -> None:
        doorman = Doorman(expires_at=datetime.now(UTC) + timedelta(milliseconds=50))
        callers = Callers(doorman.authenticate)
        await callers.of("right")
        await asyncio.sleep(0.06)
        with pytest.raises(Unauthenticated):
            await callers.of("right")

    asyncio.run(story())


def test_a_lost_database_is_not_remembered() -> None:
    async def story() -> None:
        doorman = Doorman()
        callers = Callers(doorman.authenticate)
        doorman.is_lost = True
        with pytest.raises(Unavailable):
            await callers.of("right")
        doorman.is_lost = False
        await callers.of("right")

    asyncio.run(story())


def test_who_was_let_in_before_waits_behind_no_guess() -> None:
    async def story() -> list[bool]:
        doorman = Doorman()
        callers = Callers(doorman.authenticate, seconds=0.01)
        for token in ("right", "wrong", "right"):
            await asyncio.gather(callers.of(token), return_exceptions=True)
            await asyncio.sleep(0.02)
        return doorman.known

    assert asyncio.run(story()) == [False, False, True]


def test_many_guesses_at_once_are_turned_away_and_push_nobody_out() -> None:
    async def story() -> tuple[list[object], int]:
        doorman = Doorman()
        callers = Callers(doorman.authenticate)
        await callers.of("right")
        guesses = await asyncio.gather(*(callers.of(f"guess {n}") for n in range(300)), return_exceptions=True)
        await callers.of("right")
        return [type(guess) for guess in guesses], doorman.asked

    kinds, asked = asyncio.run(story())

    assert (kinds.count(Unauthenticated), kinds.count(Unavailable)) == (200, 100)
    assert asked == 201
