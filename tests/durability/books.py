"""Open the books of these tests, or audit them, on the server that the environment names.

Run as `python -m tests.durability.books open`, which prints the accounts, or `… audit CARRIER…`, which fails with
every break that the audits find.
"""

import sys

import django

django.setup()

from tests import cast  # noqa: E402 — needs Django set up
from tests.audits import assert_books_hold  # noqa: E402
from tests.durability.wire import Account, encode  # noqa: E402

#: In minor units; a handful of tickets, so that many sales are refused.
CREDIT_LIMIT = 200_000


def main() -> None:
    """Do as told."""
    if sys.argv[1] == "audit":
        assert_books_hold([int(carrier_id) for carrier_id in sys.argv[2:]])
        return
    accounts = [cast.agency(carrier, credit_limit=CREDIT_LIMIT) for carrier in [cast.carrier(), cast.carrier()] * 5]
    print(encode([Account(one.carrier.id, one.id, CREDIT_LIMIT) for one in accounts]).decode())  # noqa: T201 — the answer


if __name__ == "__main__":
    main()
