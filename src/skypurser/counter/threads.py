"""Questions to the database from an event loop: in a few threads, over Django's connection of each."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connection

from skypurser.counter.desk import Unavailable


class DatabaseThreads:
    """A few threads that only read. What is asked beyond their number waits.

    Args:
        seconds: So long may a question take, its wait included.
    """

    def __init__(self, *, threads: int = 4, seconds: float = 5) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="counter-database")
        self._threads = threads
        self._seconds = seconds

    async def run[T](self, work: Callable[[], T]) -> T:
        """Return what `work` returns.

        Raises:
            Unavailable: The database was lost, or does not answer in time.
        """
        asked = asyncio.get_running_loop().run_in_executor(self._pool, _with_connection, work)
        try:
            async with asyncio.timeout(self._seconds):
                return await asked
        except TimeoutError as error:
            raise Unavailable from error

    def close(self) -> None:
        """Wait for what is under way, close the connections and end the threads."""
        together = threading.Barrier(self._threads)
        for _ in range(self._threads):  # the barrier keeps a thread from taking two
            self._pool.submit(_close, together)
        self._pool.shutdown()


def _with_connection[T](work: Callable[[], T]) -> T:
    """Run it; over a new connection where the old one is lost, since the server may have been restarted meanwhile."""
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise Unavailable from error


def _close(together: threading.Barrier) -> None:
    together.wait()
    connection.close()
