"""What a caller asks, one thing after the other: tickets above all, some of them taken back, credits and holds.

The same name and number ask the same, as long as they are answered the same.
"""

import random
from collections.abc import Generator
from functools import partial
from itertools import count

from tests.durability.wire import Answered, Order, Task

type Orders = Generator[Order, Answered, None]


def orders_of(task: Task, caller: int) -> Orders:
    """Yield orders without end, and be sent the answer to each."""
    choose = random.Random(f"{task.name} {caller}")  # noqa: S311 — the same again on purpose
    for number in count():
        account = choose.choice(task.accounts)
        order = partial(Order, carrier=account.carrier, account=account.id)
        name = f"{task.name}-{caller}-{number}"
        what = choose.random()
        if what < 0.6:
            document = f"{task.documents}{caller:03d}{number:05d}"
            yield from _sell(choose, partial(order, document=document), name)
        elif what < 0.8:
            yield order(key=f"{name}-credit", kind="credit", amount=choose.randint(1, 90_000))
        else:
            yield from _hold(choose, order, name)


def _sell(choose: random.Random, order: partial[Order], name: str) -> Orders:
    fare, taxes = choose.randint(5_000, 60_000), choose.randint(0, 9_000)
    answer = yield order(key=f"{name}-issue", kind="issue", fare=fare, taxes=taxes)
    what_then = choose.random()
    if answer.outcome != "posted" or what_then < 0.6:
        return
    if what_then < 0.8:
        yield order(key=f"{name}-void", kind="void")
        return
    back, penalty = choose.randint(3_000, fare), choose.randint(0, 1_000)
    yield order(key=f"{name}-refund", kind="refund", fare=back, taxes=taxes, penalty=penalty)


def _hold(choose: random.Random, order: partial[Order], name: str) -> Orders:
    amount = choose.randint(100, 20_000)
    answer = yield order(key=f"{name}-hold", kind="hold", amount=amount)
    what_then = choose.random()
    if answer.outcome != "recorded" or what_then < 0.1:
        return
    kind = "capture" if what_then < 0.5 else "release"
    captured = choose.randint(1, amount) if kind == "capture" else 0
    yield order(key=f"{name}-{kind}", kind=kind, amount=captured, hold=answer.facts["hold"])
