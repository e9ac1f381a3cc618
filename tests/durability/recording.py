"""What the recorder wrote down, read while it is being written."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.durability.wire import Answered, Gone, Order, Sent, Stalled, Unknown, decode_event

_LONGEST_WAIT_SECONDS = 60.0


class Recording:
    """The recorder's file, as far as it was read.

    Attributes:
        orders: Everything that was sent, by key.
        answers: What was answered to each key, in the order in which it was told.
        unknown: How often the outcome of each key was said to be unknown.
        gone: How many sellers have ended.
        stalled: Whether a liar hangs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self.orders: dict[str, Order] = {}
        self.sent: Counter[str] = Counter()
        self.answers: defaultdict[str, list[Answered]] = defaultdict(list)
        self.unknown: Counter[str] = Counter()
        self.gone = 0
        self.stalled = False

    @property
    def answered(self) -> int:
        """How many keys have an answer."""
        return len(self.answers)

    @property
    def in_doubt(self) -> set[str]:
        """The keys that were sent, and never answered."""
        return self.orders.keys() - self.answers.keys()

    @property
    def replays(self) -> int:
        """How many answers were replays."""
        return sum(answer.replayed for answers in self.answers.values() for answer in answers)

    def first(self, key: str) -> Answered:
        """The first answer that was told."""
        return self.answers[key][0]

    def first_with(self, outcome: str) -> list[str]:
        """The keys whose first answer was this."""
        return [key for key in self.answers if self.first(key).outcome == outcome]

    def read(self) -> None:
        """Read what has been written since."""
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):  # the rest is on its way
                    return
                self._read += len(line)
                self._learn(line)

    def wait_until(self, enough: Callable[["Recording"], bool], is_alive: Callable[[], bool] = lambda: True) -> None:
        """Return when enough was written down. `is_alive` is whether more can come."""
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        while True:
            more_can_come = is_alive()
            self.read()
            if enough(self):
                return
            assert more_can_come, "whoever should go on has ended"
            assert time.monotonic() < deadline, f"waited in vain; {self.answered} answered, {len(self.in_doubt)} not"
            time.sleep(0.005)

    def _learn(self, line: bytes) -> None:
        match decode_event(line):
            case Sent(order):
                assert self.orders.setdefault(order.key, order) == order, "one key for two orders"
                self.sent[order.key] += 1
            case Answered() as answer:
                self.answers[answer.key].append(answer)
            case Unknown(key):
                self.unknown[key] += 1
            case Stalled():
                self.stalled = True
            case Gone():
                self.gone += 1
