"""One of the processes that post through Django; started by `bench.posting` with the stage's environment.

Reads the accounts as JSON from standard input, posts for so many seconds after a first sale, prints sales a second.
"""

import json
import sys
import time

import django

from bench.stage import Sales, Seller


def main(number: int, processes: int, seconds: float) -> None:
    """Post one sale after the other, each in a transaction of its own."""
    django.setup()
    from skypurser.access.acting import acting_for  # noqa: PLC0415 — needs Django
    from skypurser.ledger.posting import post_one  # noqa: PLC0415

    sellers = [Seller(**named) for named in json.load(sys.stdin)]
    sales = Sales(first=10**9 * (number + 2) + time.time_ns() // 1_000_000 % 10**8)
    done, until, started = -1, 0.0, 0.0
    while not until or time.perf_counter() < until:
        seller = sellers[(done * processes + number) % len(sellers)]
        with acting_for(seller.carrier_id):
            answer = post_one(sales.on(seller))
        assert answer.code is None, answer
        done += 1
        if not until:  # the first sale connects and prepares; it does not count
            started = time.perf_counter()
            until = started + seconds
    print(done / (time.perf_counter() - started))


main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
