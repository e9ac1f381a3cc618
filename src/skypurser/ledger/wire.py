"""Prepared statements over libpq, as many in one round trip as need no rows of one another.

A cursor of psycopg's finds out for each statement what kind its parameters are and what its columns are called, which
is most of what a lone sale cost in Python. What the ledger sends is known: columns of values (`arrays`) in PostgreSQL's
binary format, and single values as PostgreSQL writes them, each with its type in the statement's text (`$1::bigint`).

Connecting, errors, notices and the loading of rows are psycopg's, whose connection may be used as ever in between.
"""

import select
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from itertools import count, islice
from types import NoneType
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus

from skypurser.ledger.arrays import Array

type Row = Sequence[Any]

#: The text of a statement and its parameters.
type Statement = tuple[str, Sequence[Any]]

#: Statements that may go to the server in one round trip, since none needs the rows of another; and the rows of each.
type Pipeline = Sequence[Statement]
type Rows = Sequence[Sequence[Row]]

type _Send = Callable[[], object]

#: So many statements a connection keeps prepared; beyond them those not used for longest are forgotten for new ones.
MOST_PREPARED = 1_000


class Result(NamedTuple):
    """What the server said to a statement: its rows, and what it did (`INSERT 0 1`, `COMMIT`)."""

    rows: Sequence[Row]
    did: str


class Wire:
    """Runs statements over a connection. Not to be shared between threads.

    Args:
        connection: Speaks UTF-8. Nothing else may be under way on it while `run` is, nor from `send` to the next `run`.
            Whoever made it keeps it; the wire does not hold on to it.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = weakref.ref(connection)
        self._readable = select.poll()
        self._readable.register(connection.pgconn.socket, select.POLLIN)
        self._prepared: dict[str, bytes] = {}
        self._numbers = count(1)
        self._ahead = 0

    @property
    def connection(self) -> "psycopg.Connection[Any]":
        """The connection; raises ReferenceError when nobody has it any more."""
        connection = self._connection()
        if connection is None:
            raise ReferenceError("the connection is gone")
        return connection

    @property
    def is_idle(self) -> bool:
        """Whether no transaction is open, and nothing was sent whose answer is still to come."""
        return self.connection.pgconn.transaction_status == TransactionStatus.IDLE and not self._ahead

    def send(self, pipeline: Pipeline) -> None:
        """Send statements ahead of those of the next `run`, which tells what became of them, and go on meanwhile.

        Raises:
            As `run`. What the server says to these statements the next `run` tells; but where one of them has to be
            prepared, what it said to those sent before is told at once.
        """
        sends = self._sends(pipeline)
        with self._closed_by_errors():
            self._start(sends)
            self._flush()
        self._ahead += len(sends)

    def run(self, pipeline: Pipeline) -> list[Result]:
        """Run the statements in one round trip, behind those that were sent ahead.

        Raises:
            psycopg.Error: That of the first statement that failed, ahead or not; those after it did nothing. Where the
                connection was lost it is closed, and whether anything was done nobody knows.
            psycopg.DataError, UnicodeEncodeError, struct.error, TypeError: A text with a NUL or without an encoding, a
                number beyond its type, or a value of a kind that is not sent here. None of these statements was sent.
        """
        answers = self._exchange(self._sends(pipeline))
        loader = Transformer(self.connection)
        results = []
        for answer in answers:
            rows: Sequence[Row] = ()
            if answer.status == ExecStatus.TUPLES_OK:
                loader.set_pgresult(answer)
                rows = loader.load_rows(0, answer.ntuples, tuple)
            results.append(Result(rows, (answer.command_status or b"").decode()))
        return results

    def _sends(self, pipeline: Pipeline) -> list[_Send]:
        """Return what sends the statements, all of which the server has prepared."""
        packed = [(sql, *_packed(parameters)) for sql, parameters in pipeline]
        new: dict[str, bytes] = {}
        for sql, _, _ in packed:
            name = self._prepared.pop(sql, None)
            if name is None:
                new[sql] = b"skypurser_%d" % next(self._numbers)
            else:
                self._prepared[sql] = name  # the last to be forgotten
        if new:
            self._prepare(new, keep={sql for sql, _, _ in packed})
        send, prepared = self.connection.pgconn.send_query_prepared, self._prepared
        return [partial(send, prepared[sql], values, formats, Format.BINARY) for sql, values, formats in packed]

    def _prepare(self, new: Mapping[str, bytes], *, keep: Set[str]) -> None:
        """Let the server prepare statements under these names, and forget those not used for longest beyond the most.

        Args:
            keep: What is to be run next.
        """
        pg = self.connection.pgconn
        most = max(0, len(self._prepared) + len(new) - MOST_PREPARED)
        if pg.transaction_status == TransactionStatus.INERROR:  # nothing can be forgotten there
            most = 0
        old = list(islice((sql for sql in self._prepared if sql not in keep), most))
        forgotten = [self._prepared.pop(sql) for sql in old]  # whatever becomes of the rest
        self._exchange(
            [
                *(partial(pg.send_query_params, b"DEALLOCATE " + name, None) for name in forgotten),
                *(partial(pg.send_prepare, name, sql.encode()) for sql, name in new.items()),
            ]
        )
        self._prepared.update(new)

    def _exchange(self, sends: Sequence[_Send]) -> list[Any]:
        """Send, and return the server's answer to each, all of which say that it was done."""
        ahead, self._ahead = self._ahead, 0
        lost: Exception | None = None
        with self._closed_by_errors():
            self._start(sends)
            self.connection.pgconn.pipeline_sync()
            self._flush()
            answers, lost = self._answers()
        for answer in answers:
            if answer.status not in _DONE:  # says more of why a connection was lost than that it was
                error = psycopg.errors.error_from_result(answer)
                if isinstance(error, _OUTDATED):  # somebody has deallocated or altered what they stand on
                    self._prepared.clear()
                raise error
        if lost is not None or len(answers) != ahead + len(sends):
            raise psycopg.OperationalError("the connection was lost before everything was answered") from lost
        return answers[ahead:]

    def _answers(self) -> tuple[list[Any], Exception | None]:
        """Return what the server answers up to the sync; and, where the connection ends before, what ended it."""
        pg = self.connection.pgconn
        answers: list[Any] = []
        try:
            while pg.status == ConnStatus.OK:
                while pg.is_busy():
                    self._readable.poll()
                    pg.consume_input()
                answer = pg.get_result()
                if answer is None:  # the end of one statement's
                    continue
                if answer.status == ExecStatus.PIPELINE_SYNC:
                    pg.exit_pipeline_mode()
                    return answers, None
                answers.append(answer)
            lost = psycopg.OperationalError(pg.get_error_message())
        except psycopg.OperationalError as error:
            lost = error
        self.connection.close()
        return answers, lost

    def _start(self, sends: Sequence[_Send]) -> None:
        self.connection.pgconn.enter_pipeline_mode()  # says nothing where it is in it
        for send in sends:
            send()

    @contextmanager
    def _closed_by_errors(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.connection.close()  # what comes next on it would be taken for the answer to something else
            raise

    def _flush(self) -> None:
        """Send what does not fit into the socket at once, and read meanwhile: the server does not wait for us to."""
        pg = self.connection.pgconn
        while pg.flush():
            both = select.poll()
            both.register(pg.socket, select.POLLIN | select.POLLOUT)
            if any(event & ~select.POLLOUT for _, event in both.poll()):
                pg.consume_input()


_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)

# "prepared statement … does not exist", "cached plan must not change result type"
_OUTDATED = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported)


def _packed(parameters: Sequence[Any]) -> tuple[list[bytes | None], list[Format]]:
    """Return the parameters as they are sent, and how each is written."""
    values: list[bytes | None] = []
    formats: list[Format] = []
    for parameter in parameters:
        pack, written = _KINDS.get(type(parameter)) or _kind(parameter)
        values.append(pack(parameter))
        formats.append(written)
    return values, formats


def _text(text: str) -> bytes:
    if "\0" in text:  # libpq would take it for the end
        raise psycopg.DataError("a text has no NUL")
    return text.encode()


_KINDS: dict[type, tuple[Callable[[Any], bytes | None], Format]] = {
    NoneType: (lambda _: None, Format.TEXT),
    int: (lambda number: b"%d" % number, Format.TEXT),
    str: (_text, Format.TEXT),
    bytes: (lambda octets: octets, Format.BINARY),
    bool: (lambda flag: b"t" if flag else b"f", Format.TEXT),
    datetime: (lambda instant: instant.isoformat().encode(), Format.TEXT),
    date: (lambda day: day.isoformat().encode(), Format.TEXT),
    Array: (lambda column: column.packed(), Format.BINARY),
}


def _kind(parameter: object) -> tuple[Callable[[Any], bytes | None], Format]:
    """Return how a value of a derived kind is sent: a column, a name from an enumeration."""
    for kind, how in tuple(_KINDS.items()):  # other threads add to it
        if isinstance(parameter, kind):
            _KINDS[type(parameter)] = how
            return how
    raise TypeError(f"{type(parameter).__name__} is not sent")
