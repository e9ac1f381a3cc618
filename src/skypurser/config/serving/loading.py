"""What the supervised servers load.

A server is a process that its own first process has forked, whose handlers of signals it has until it sets others,
once all is loaded: one that is told to end before would go on, and be waited for until it is killed. Nothing is
accepted yet, so here it just ends.
"""

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

    from skypurser.counter.asgi import Counter


def counter() -> "Counter":
    """Return the counter; errors are those of `config.asgi`."""
    _end_when_told()
    from skypurser.config import asgi  # noqa: PLC0415 — takes a second or two, for which this is

    return asgi.counter()


def pages() -> "WSGIHandler":
    """Return Django."""
    _end_when_told()
    from skypurser.config.wsgi import application  # noqa: PLC0415 — likewise

    return application


def _end_when_told() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
