"""Post the sales in file order, in chunks, and write the results as they are committed.

The next chunk is read while the one before is under way. A commit whose answer is lost is asked for again with the
same keys, as often as `PATIENCE` allows; the keys tell what had become of it.
"""

import contextlib
import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
from django.db import DatabaseError, connections

from skypurser.access.acting import OutcomeUnknown, acting_for
from skypurser.cli.replaying.csvfile import CsvFile
from skypurser.cli.replaying.results import Results
from skypurser.cli.replaying.rows import Row, RowReader
from skypurser.config.database import Database
from skypurser.ledger.poster import Poster
from skypurser.ledger.queries import clock, keys_bound_after
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Outcome

CHUNK = 1_000

#: Seconds before each new attempt after an unknown outcome; a server that recovers takes its time.
PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


class RowFailed(Exception):
    """The database refused a row for a reason that is no answer; the others of its chunk are committed."""

    def __init__(self, line: int, key: str, error: Exception) -> None:
        about = str(error).strip().partition("\n")[0] or type(error).__name__
        super().__init__(f"line {line} (key {key}): the database refused it: {about}")
        self.line = line


class Interrupted(Exception):
    """Somebody asked to stop. What comes before `line` is committed; the same command goes on from there."""

    def __init__(self, line: int) -> None:
        super().__init__(f"stopped before line {line}")
        self.line = line


@dataclass(slots=True)
class Run:
    """One file of sales on its way into the ledger.

    Attributes:
        advance: Told how many bytes of the file are done.
    """

    database: Database
    carrier_id: int
    sales: CsvFile
    reader: RowReader
    results: Results
    poster: Poster
    advance: Callable[[int], object]

    def __call__(self) -> None:
        """Post everything.

        Raises:
            RowFailed, Interrupted, OutcomeUnknown: The results of what was committed before are written.
        """
        began = time.perf_counter()
        chunks = self._chunks()
        with ThreadPoolExecutor(max_workers=1) as ahead, _stop_asked() as stop_asked:
            try:
                chunk = next(chunks, [])
                while chunk:
                    following: Future[list[Row]] = ahead.submit(next, chunks, [])
                    self._post_chunk(chunk)
                    chunk = following.result()
                    if chunk and stop_asked():
                        raise Interrupted(chunk[0].line)
            finally:
                self.poster.close()
                self.results.tally.seconds = time.perf_counter() - began

    def _chunks(self) -> Iterator[list[Row]]:
        read = self.reader.read
        rows = (read(line, cells, is_whole=is_whole) for line, cells, is_whole in self.sales)
        while chunk := list(itertools.islice(rows, CHUNK)):
            yield chunk

    def _post_chunk(self, chunk: list[Row]) -> None:
        requests = [row.request for row in chunk if row.request is not None]
        answers = iter(self._answers(requests) if requests else ())
        failed: tuple[Row, Exception] | None = None
        for row in chunk:
            answer = None if row.request is None else next(answers)
            if isinstance(answer, Exception):
                failed = failed or (row, answer)
            else:
                self.results.add(row, answer)
        self.results.flush()
        self.advance(self.sales.read)
        if failed is not None:
            row, error = failed
            if not isinstance(error, psycopg.Error):  # a bug: its traceback is what helps
                raise error
            raise RowFailed(row.line, row.key, error) from error

    def _answers(self, requests: list[Request]) -> list[Answer | Exception]:
        """Post until the outcome is known."""
        began: datetime | None = None
        for wait in (*PATIENCE, None):
            try:
                is_first = began is None
                began = began or clock()
                answers = self.poster.post(requests)
                for answer in answers:
                    if isinstance(answer, OutcomeUnknown):
                        raise answer
                return answers if is_first else self._first_told(requests, answers, began)
            except (OutcomeUnknown, DatabaseError):
                if wait is None:
                    raise
                time.sleep(wait)
                self._recover()
        raise AssertionError("the last attempt returns or raises")

    def _first_told(
        self, requests: list[Request], answers: list[Answer | Exception], began: datetime
    ) -> list[Answer | Exception]:
        """Return the answers as they would have been told, had none been lost.

        A key that this chunk's own lost commit had bound is answered as a replay now, though this is the first that
        anybody hears of it.
        """
        with acting_for(self.carrier_id):
            ours = keys_bound_after(began, carrier_id=self.carrier_id, keys=[request.key for request in requests])
        told: list[Answer | Exception] = []
        for request, answer in zip(requests, answers, strict=True):
            if isinstance(answer, Exception) or request.key not in ours:
                told.append(answer)
            elif request.flaw is not None:  # before the row that bound the key
                told.append(Answer(Outcome.REFUSED, request.flaw.code, request.flaw.facts))
            else:
                ours.remove(request.key)  # what follows under the same key is a replay indeed
                told.append(replace(answer, replayed=False))
        return told

    def _recover(self) -> None:
        connections.close_all()
        if self.database.embedded:
            from skypurser.config import embedded  # noqa: PLC0415 — needs Unix; a process with a URL does not

            embedded.Server().ensure_running()


@contextlib.contextmanager
def _stop_asked() -> Iterator[Callable[[], bool]]:
    """Let the chunk under way end before Ctrl-C or a polite kill stops the run; a second one stops at once."""
    asked = False
    before = {}

    def ask(number: int, frame: object) -> None:  # noqa: ARG001 — as signal calls it
        nonlocal asked
        asked = True
        signal.signal(number, signal.default_int_handler)

    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
