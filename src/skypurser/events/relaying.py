"""Tell what was committed since the last time."""

from skypurser.events.wording import word
from skypurser.history import outbox
from skypurser.history.outbox import React


def relay(*, react: React | None = None) -> int:
    """Make events of what was committed since the last time and return how many; 0 while another relay works.

    Args:
        react: Is given new events, in their order, in the transaction that makes them: what it writes is there if and
            only if they are. An exception of its leaves everything for the next time.
    """
    return outbox.relay(word=word, react=react)
