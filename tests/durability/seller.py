"""The posting process: asks through the batcher, and tells the recorder what it is about to ask and what it was told.

Run as `python -m tests.durability.seller` with the server's environment. The first line of its input is its task; at
the input's end its callers finish what they have begun. A request of unknown outcome is asked again, with the same
key, until it is answered; so the server may go and come back. Everything else that goes wrong ends the process.
"""

import asyncio
import random
import socket
import sys
import threading
from collections.abc import Sequence
from os import environ
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 — needs Django set up

from skypurser.access.acting import OutcomeUnknown  # noqa: E402
from skypurser.ledger import poster, posting  # noqa: E402
from skypurser.ledger.batching import Batcher  # noqa: E402
from skypurser.ledger.posting import Judged, Steps  # noqa: E402
from skypurser.ledger.requests import Answer, Request  # noqa: E402
from tests import cast  # noqa: E402
from tests.durability import wire  # noqa: E402
from tests.durability.callers import orders_of  # noqa: E402
from tests.durability.wire import Order, Task  # noqa: E402

#: How long a caller waits before it asks again what was unknown.
PATIENCE_SECONDS = 0.1

#: How often a caller asks again what it knows already.
DOUBTS = 0.05


class Witness:
    """The recorder, as a seller sees it. What was told can't be taken back, whatever becomes of this process."""

    def __init__(self, path: str) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(path)
        self._one_at_a_time = threading.Lock()

    def tell(self, event: wire.Event) -> None:
        """Return when the kernel has it."""
        with self._one_at_a_time:
            self._line.sendall(wire.encode(event) + b"\n")

    def tell_answer(self, key: str, answer: Answer) -> None:
        """Tell what was answered."""
        self.tell(wire.Answered(key, answer.outcome.value, answer.code, answer.facts, answer.replayed))


class Seller:
    """Asks and tells."""

    def __init__(self, task: Task, witness: Witness) -> None:
        self._task = task
        self._witness = witness
        self._stop = asyncio.Event()
        self._accounts = {account.id: cast.known(account.carrier, account.id) for account in task.accounts}
        settings = {"synchronous_commit": "off"} if task.is_careless else {}
        self._batcher = Batcher(environ["DATABASE_URL"], settings=settings)

    async def sell(self) -> None:
        """Ask again what is to be asked again; then let the callers ask until the input ends."""
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._finish)
        async with self._batcher, asyncio.TaskGroup() as group:
            again = [group.create_task(self._ask(order)) for order in self._task.again]
            await asyncio.gather(*again)
            for caller in range(self._task.callers):
                group.create_task(self._call(caller))

    def _finish(self) -> None:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        self._stop.set()

    async def _call(self, caller: int) -> None:
        orders = orders_of(self._task, caller)
        doubts = random.Random(f"{self._task.name} {caller} doubts")  # noqa: S311 — the same again on purpose
        order = next(orders)
        while not self._stop.is_set():
            answer = await self._ask(order)
            if doubts.random() < DOUBTS:
                await self._ask(order, key=f"{order.key} again" if self._task.renames_keys else order.key)
            order = orders.send(answer)

    async def _ask(self, order: Order, *, key: str | None = None) -> wire.Answered:
        while True:
            request = self._request(order)
            request.key = key or order.key
            self._witness.tell(wire.Sent(order))
            try:
                answer = await self._batcher.submit(request)
            except OutcomeUnknown:
                self._witness.tell(wire.Unknown(order.key))
                await asyncio.sleep(PATIENCE_SECONDS)
                continue
            if self._task.stalls_in_batch is None:
                self._witness.tell_answer(order.key, answer)
            return wire.Answered(order.key, answer.outcome.value, answer.code, answer.facts, answer.replayed)

    def _request(self, order: Order) -> Request:
        """Return the request, marked with its key for whoever looks into the ledger."""
        account, key, what = self._accounts[order.account], order.key, order
        request: Request
        match order.kind:
            case "issue":
                request = cast.issue(account, fare=what.fare, taxes=what.taxes, document=what.document, key=key)
            case "void":
                request = cast.void(account, what.document, key=key)
            case "refund":
                request = cast.refund(
                    account, what.document, fare=what.fare, taxes=what.taxes, penalty=what.penalty, key=key
                )
            case "credit":
                request = cast.credit(account, what.amount, key=key)
            case "hold":
                request = cast.hold(account, what.amount, key=key)
            case "capture":
                request = cast.capture(account, what.hold, what.amount, key=key)
            case "release":
                request = cast.release(account, what.hold, key=key)
            case unknown:
                raise ValueError(unknown)
        request.reference = key
        return request


def answer_before_the_commit(witness: Witness, *, stall_in_batch: int) -> None:
    """Lie from now on: tell each batch's answers as soon as they are decided, and hang in one of them."""
    honest, batches = posting.post, 0

    def post(requests: Sequence[Request], **how: Any) -> Steps[Judged]:
        nonlocal batches
        judged = yield from honest(requests, **how)
        for request, answer in zip(requests, judged.answers, strict=True):
            witness.tell_answer(request.key, answer)
        batches += 1
        if batches == stall_in_batch:
            witness.tell(wire.Stalled())
            threading.Event().wait()
        return judged

    poster.post = post  # type: ignore[attr-defined]


def main() -> None:
    """Take the task, and sell."""
    task = wire.decode_task(sys.stdin.readline())
    witness = Witness(task.recorder)
    if task.stalls_in_batch is not None:
        answer_before_the_commit(witness, stall_in_batch=task.stalls_in_batch)
    seller = Seller(task, witness)
    connections.close_all()
    asyncio.run(seller.sell())


if __name__ == "__main__":
    main()
