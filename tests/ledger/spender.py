"""A process that spends: reads orders from its input and answers with the codes, None for every sale that passed.

An order is a line of JSON: carrier, account, and how many sales of which amount. `unlocked` as argument takes the
ledger's lock away.
"""

import json
import sys

import django

django.setup()

from skypurser.ledger import posting  # noqa: E402 — needs Django set up
from tests import cast  # noqa: E402


def main() -> None:
    """Say ready, then spend as told until the input ends."""
    if "unlocked" in sys.argv:
        posting.LOCK = posting.LOCK.replace("FOR NO KEY UPDATE", "")
    print("ready", flush=True)  # noqa: T201 — the protocol
    for line in sys.stdin:
        order = json.loads(line)
        account = cast.known(order["carrier"], order["account"])
        codes = []
        for number in range(order["sales"]):
            document = f"{order['documents']}{number:04d}"
            sale = cast.issue(account, fare=0, taxes=order["amount"], document=document, key=f"sale {document}")
            try:
                codes.append(cast.post(sale).code)
            except Exception as error:  # noqa: BLE001 — told to the test
                codes.append(type(error).__name__)
        print(json.dumps(codes), flush=True)  # noqa: T201 — the protocol


if __name__ == "__main__":
    main()
