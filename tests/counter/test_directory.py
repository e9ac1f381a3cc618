"""What the directory remembers, for how long, and what it costs to ask for what is not there."""

import asyncio
from collections.abc import Sequence

import pytest

from skypurser.access.actors import Place
from skypurser.counter.desk import Unavailable
from skypurser.counter.directory import Directory
from skypurser.electronic.directory import AccountAmbiguous, AccountName, Found

NYC = AccountName("agency", "NYC100", "USD")


class Registry:
    """Accounts that can be opened and deleted, and a count of the queries."""

    def __init__(self, *accounts: Found) -> None:
        self.accounts = list(accounts)
        self.queries = 0
        self.is_lost = False

    async def look_up(self, _carrier_id: int, codes: Sequence[str], ids: Sequence[int]) -> list[Found]:
        self.queries += 1
        await asyncio.sleep(0.001)
        if self.is_lost:
            raise Unavailable
        return [one for one in self.accounts if one.name.code in codes or one.account_id in ids]


def account(number: int, code: str = "NYC100", city: str = "NYC", kind: str = "agency") -> Found:
    return Found(number, AccountName(kind, code, "USD", city), Place("US", city))


def test_what_is_known_is_not_looked_up_again_until_its_time_is_over() -> None:
    async def story() -> tuple[int, int, int]:
        registry = Registry(account(1))
        directory = Directory(registry.look_up, seconds=0.1)
        for _ in range(10):
            await directory.by_name(1, NYC)
        once = registry.queries
        await asyncio.sleep(0.15)
        registry.accounts = [account(2)]
        found = await directory.by_name(1, NYC)
        return once, registry.queries, found.account_id if found else 0

    assert asyncio.run(story()) == (1, 2, 2)


def test_everybody_who_asks_meanwhile_is_answered_by_the_next_query() -> None:
    async def story() -> tuple[int, int]:
        registry = Registry(*(account(n, f"NYC{n}") for n in range(1, 101)))
        directory = Directory(registry.look_up)
        names = [AccountName("agency", f"NYC{n}", "USD") for n in range(1, 101)] * 3
        found = await asyncio.gather(*(directory.by_name(1, name) for name in names))
        return registry.queries, len({one.account_id for one in found if one})

    queries, accounts = asyncio.run(story())

    assert queries <= 2
    assert accounts == 100


def test_unknown_names_are_never_remembered_and_asked_for_with_a_pause() -> None:
    async def story() -> tuple[int, Found | None]:
        registry = Registry()
        directory = Directory(registry.look_up, pause=0.05)

        async def hammer() -> None:
            while True:
                await directory.by_name(1, NYC)

        hammers = [asyncio.create_task(hammer()) for _ in range(50)]
        await asyncio.sleep(0.3)
        for task in hammers:
            task.cancel()
        queries = registry.queries
        registry.accounts.append(account(1))
        return queries, await directory.by_name(1, NYC)

    queries, found = asyncio.run(story())

    assert 2 <= queries <= 8
    assert found is not None


def test_one_carriers_unknown_names_do_not_slow_another_down() -> None:
    async def story() -> bool:
        registry = Registry(account(1))
        directory = Directory(registry.look_up, pause=60)
        await directory.by_name(1, AccountName("agency", "NOBODY", "USD"))
        async with asyncio.timeout(5):
            return await directory.by_name(2, NYC) is not None

    assert asyncio.run(story())


def test_a_name_that_fits_two_cities_is_ambiguous_without_one() -> None:
    async def story() -> None:
        registry = Registry(account(1, "ACME", "BOS", "corporate"), account(2, "ACME", "SIN", "corporate"))
        directory = Directory(registry.look_up)
        found = await directory.by_name(1, AccountName("corporate", "ACME", "USD", "SIN"))
        assert found is not None
        assert found.account_id == 2
        assert await directory.by_name(1, AccountName("corporate", "ACME", "USD", "ROM")) is None
        with pytest.raises(AccountAmbiguous):
            await directory.by_name(1, AccountName("corporate", "ACME", "USD"))

    asyncio.run(story())


def test_an_account_in_a_second_city_is_found_however_lately_the_first_was_asked_for() -> None:
    async def story() -> Found | None:
        registry = Registry(account(1, "ACME", "BOS", "corporate"))
        directory = Directory(registry.look_up, seconds=60)
        assert await directory.by_name(1, AccountName("corporate", "ACME", "USD", "BOS")) is not None
        assert await directory.by_name(1, AccountName("corporate", "ACME", "USD")) is not None
        registry.accounts.append(account(2, "ACME", "SIN", "corporate"))
        return await directory.by_name(1, AccountName("corporate", "ACME", "USD", "SIN"))

    found = asyncio.run(story())

    assert found is not None
    assert found.account_id == 2


def test_a_lost_database_is_told_and_forgotten() -> None:
    async def story() -> Found | None:
        registry = Registry(account(1))
        directory = Directory(registry.look_up, pause=0.01)
        registry.is_lost = True
        with pytest.raises(Unavailable):
            await directory.by_name(1, NYC)
        registry.is_lost = False
        return await directory.by_id(1, 1)

    assert asyncio.run(story()) is not None


def test_who_stops_waiting_takes_nobody_along() -> None:
    async def story() -> Found | None:
        registry = Registry(account(1))
        directory = Directory(registry.look_up)
        first = asyncio.create_task(directory.by_name(1, NYC))
        second = asyncio.create_task(directory.by_name(1, NYC))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(story()) is not None
