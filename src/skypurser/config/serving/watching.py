"""Keep the embedded PostgreSQL running for who needs it all the time."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from skypurser.config.embedded import EmbeddedUnavailable, Server

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@contextlib.contextmanager
def database_kept(*, say: Callable[[str], None]) -> Iterator[None]:
    """While the block runs, start the embedded server again whenever it has ended, for instance because it was killed.

    The caller holds a lease. A command finds the server dead when it begins; what runs on would never begin again.

    Args:
        say: Takes a line for whoever watches.
    """
    is_over = threading.Event()
    watch = threading.Thread(target=_keep, args=(Server(), is_over, say), name="database", daemon=True)
    watch.start()
    try:
        yield
    finally:
        is_over.set()
        watch.join()


def _keep(server: Server, is_over: threading.Event, say: Callable[[str], None]) -> None:
    pause = _FIRST_PAUSE
    while not is_over.wait(pause):
        if server.pid() is not None:
            pause = _FIRST_PAUSE
            continue
        say("The embedded PostgreSQL has ended; it starts again.")
        try:
            server.ensure_running()
        except EmbeddedUnavailable as refusal:
            pause = min(2 * pause, _LONGEST_PAUSE)
            say(f"It did not, and is tried again in {pause:.0f} s: {refusal}")
