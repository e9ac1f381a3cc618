"""The floor: the least SQL that checks a limit and writes one movement, one transaction each.

What a ledger without entries, keys, digests, tickets or history would cost; everything is measured against it. It is
driven by asyncpg, which runs single statements with the least overhead of the Python drivers.
"""

import asyncio
import itertools
import time
from typing import Any

import asyncpg

_SCHEMA = """
CREATE TABLE floor_account (id bigint PRIMARY KEY, credit_limit bigint NOT NULL, debits bigint NOT NULL,
                            credits bigint NOT NULL, last_item bigint NOT NULL) WITH (fillfactor = 45);
CREATE TABLE floor_movement (account_id bigint, item bigint, debit bigint NOT NULL, net bigint NOT NULL,
                             reference text NOT NULL, posted_at timestamptz NOT NULL, PRIMARY KEY (account_id, item));
INSERT INTO floor_account SELECT n, 1000000000000000, 0, 0, 0 FROM generate_series(1, 1000) n;
VACUUM ANALYZE floor_account;
"""
_POST = """
WITH sold AS (UPDATE floor_account SET debits = debits + $2, last_item = last_item + 1
               WHERE id = $1 AND credits - debits + credit_limit >= $2 RETURNING id, last_item, credits - debits AS net)
INSERT INTO floor_movement SELECT id, last_item, $2, net, $3, clock_timestamp() FROM sold
"""


async def prepare(url: str) -> None:
    """Make the floor's own tables."""
    connection = await asyncpg.connect(url)
    for statement in filter(str.strip, _SCHEMA.split(";\n")):
        await connection.execute(statement)
    await connection.close()


async def run(url: str, *, accounts: int, connections: int, seconds: float) -> float:
    """Return posts a second: each connection posts one at a time, over so many accounts."""
    pool = [await asyncpg.connect(url) for _ in range(connections)]
    numbers = itertools.count()
    posted = 0
    until = time.perf_counter() + seconds

    async def caller(connection: Any) -> None:
        nonlocal posted
        statement = await connection.prepare(_POST)
        while time.perf_counter() < until:
            number = next(numbers)
            await statement.fetch(number % accounts + 1, 100, f"reference {number}")
            posted += 1

    started = time.perf_counter()
    await asyncio.gather(*map(caller, pool))
    spent = time.perf_counter() - started
    for connection in pool:
        await connection.close()
    return posted / spent
