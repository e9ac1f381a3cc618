"""Post whole batches over one connection of one's own.

Answers are given after the commit. A commit that fails, or whose answer is lost, is answered `OutcomeUnknown`: ask
again with the same key, and the key tells the truth.
"""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from skypurser.access.acting import OutcomeUnknown
from skypurser.access.isolation import APPLICATION_ROLE, CARRIERS_SETTING
from skypurser.ledger.control import ROLL_UP
from skypurser.ledger.posting import post, rows_of, run
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.wire import Pipeline, Rows, Statement, Wire

_log = logging.getLogger(__name__)

# These sessions run a handful of statements, all by index: their plans must not depend on the statistics of young
# tables, and are made once. No time-out and no cancel ever interrupts a commit.
_SESSION = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "TimeZone": "UTC",
}


# A network that has gone silent is noticed within a minute. That cancels nothing: what was asked may have been done,
# and is answered as unknown.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

#: How many batches leave their parts in the control accounts before they are summed up.
ROLL_UP_EVERY = 500


# Somebody else was there first, and nothing was written: what they wrote can be read the next time.
_PASSING = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


_ACT_FOR = f"SELECT set_config('{CARRIERS_SETTING}', $1, true)"

#: A transaction that has not ended: whatever it did can be undone. (ACTIVE: what was sent ahead is still under way, and
#: the last could not be sent. A connection whose answers nobody has read is closed, and says UNKNOWN.)
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE)

_ROLL_BACK: Pipeline = (("ROLLBACK", ()),)


class Poster:
    """Posts batches over one connection, and reconnects when it is lost. Not to be shared between threads.

    Args:
        url: The database's, as libpq reads it; whoever logs in, the session acts as the application's role.
        settings: More settings of the session, for tests.

    Attributes:
        batches: How many were committed.
        commit_seconds: How long it took the last batch to be written and committed, from when all of it was judged.
    """

    def __init__(self, url: str, *, settings: dict[str, str] | None = None) -> None:
        self._url = url
        self._settings = {**_SESSION, **(settings or {})}
        self._connection: psycopg.Connection[Any] | None = None
        self._wire: Wire | None = None
        self._warned = False
        self._replan_at = 1
        self._seen: set[int] = set()
        self.batches = 0
        self.commit_seconds = 0.0

    def post(self, requests: Sequence[Request]) -> list[Answer | Exception]:
        """Post the requests in one transaction and return an answer for each, in order.

        When the batch as a whole fails, its halves are posted, and so on down to the one request that the database
        refuses, or that is broken itself: it harms no other, and its place then holds the exception. OutcomeUnknown
        stands where the commit's answer was lost.
        """
        if not requests:
            return []
        try:
            return list(self._transaction(requests))
        except OutcomeUnknown as error:
            return [error] * len(requests)
        except Exception as error:  # noqa: BLE001 — each is tried again, and what fails alone is handed back and logged
            _log.info("a batch of %d failed (%s); posting it in halves", len(requests), type(error).__name__)
        if len(requests) == 1:
            return [self._post_alone(requests[0])]
        middle = len(requests) // 2
        return self.post(requests[:middle]) + self.post(requests[middle:])

    def _post_alone(self, request: Request) -> Answer | Exception:
        """Post one request of a batch that failed.

        A key or document that another session took while we judged can be read now; should yet another come between
        (each takes a different one of the two), it is read the next time.
        """
        for _ in range(3):
            try:
                return self._transaction([request])[0]
            except OutcomeUnknown as error:
                return error
            except _PASSING as error:
                failure: Exception = error
            except Exception as error:  # noqa: BLE001 — handed back and logged
                failure = error
                break
        _log.error("a request failed: %s", request.operation, exc_info=failure)
        return failure

    def roll_up(self, carrier_ids: Sequence[int]) -> None:
        """Sum up the control accounts' parts of these carriers, in a transaction of its own."""
        wire, _ = self._begin(carrier_ids, ())
        self._commit(wire, ((ROLL_UP, ()),))

    def close(self) -> None:
        """Close the connection; the next batch opens another."""
        connection, self._connection, self._wire = self._connection, None, None
        if connection is not None:
            connection.close()

    def _transaction(self, requests: Sequence[Request]) -> list[Answer]:
        steps = post(requests, ahead=self._send_ahead)
        carrier_ids = sorted({request.carrier_id for request in requests})
        wire, rows = self._begin(carrier_ids, next(steps))
        with self._undone_by_errors():
            judged = run(steps, lambda pipeline: rows_of(wire.run(pipeline)), rows=rows)
        self._commit(wire, judged.last)
        self.batches += 1
        self._seen.update(carrier_ids)
        if self.batches % ROLL_UP_EVERY == 0:
            self._roll_up()
        return judged.answers

    def _send_ahead(self, pipeline: Pipeline) -> None:
        if self._wire is None:
            raise RuntimeError("nothing is written before a transaction has begun")
        self._wire.send(pipeline)

    def _roll_up(self) -> None:
        carrier_ids, self._seen = sorted(self._seen), set()
        try:
            self.roll_up(carrier_ids)
        except Exception as error:  # noqa: BLE001 — the batch is committed, and balances are exact without it
            _log.warning("control accounts were not rolled up: %s", error)  # the next round sums up more

    def _begin(self, carrier_ids: Sequence[int], first: Pipeline) -> tuple[Wire, Rows]:
        """Begin a transaction that acts for these carriers; returns its wire and the rows of its first pipeline.

        Raises:
            OutcomeUnknown: The connection was lost.
        """
        begin: list[Statement] = [("BEGIN", ()), (_ACT_FOR, (",".join(map(str, carrier_ids)),))]
        if self.batches >= self._replan_at:
            # Tables that were empty at the start grow: plans made on them are forgotten, less and less often.
            begin.append(("DISCARD PLANS", ()))
            self._replan_at = min(self._replan_at * 4, self._replan_at + 4096)
        for is_last in (False, True):
            wire = self._connected()
            try:
                results = wire.run([*begin, *first])
            except BaseException as error:
                if not self._lost() and self._rolled_back():
                    raise
                self.close()
                if not isinstance(error, psycopg.Error):
                    raise
                if is_last:
                    raise OutcomeUnknown(f"the database was lost ({type(error).__name__})") from error
                continue  # the server restarted, perhaps while the connection was idle; nothing was committed
            break
        return wire, rows_of(results[len(begin) :])

    @contextlib.contextmanager
    def _undone_by_errors(self) -> Iterator[None]:
        """Roll back what the block leaves by an exception; nothing was committed.

        A session that can't roll back, or lost its server, is thrown away.

        Raises:
            OutcomeUnknown: The connection was lost.
        """
        try:
            yield
        except BaseException as error:
            if self._lost() or not self._rolled_back():
                self.close()
                if isinstance(error, psycopg.Error):
                    raise OutcomeUnknown(f"the database was lost ({type(error).__name__})") from error
            raise

    def _commit(self, wire: Wire, last: Pipeline) -> None:
        """Run what is to be run last, and commit, in one round trip: the server skips the commit where that fails.

        Raises:
            OutcomeUnknown: The connection was lost, or the commit did not say yes without a doubt.
        """
        self._warned = False
        began = perf_counter()
        try:
            *_, committed = wire.run((*last, ("COMMIT", ())))
        except BaseException as error:
            if wire.connection.info.transaction_status in _OPEN:
                with self._undone_by_errors():
                    raise
            self.close()
            if isinstance(error, Exception):  # whatever it is, the server may have been asked to commit
                raise OutcomeUnknown(f"the commit was not confirmed ({type(error).__name__})") from error
            raise
        finally:
            self.commit_seconds = perf_counter() - began
        if committed.did != "COMMIT":  # a transaction that failed unnoticed is rolled back, without an error
            self.close()
            raise OutcomeUnknown(f"the commit was answered with {committed.did}")
        if self._warned:
            self.close()
            raise OutcomeUnknown("the commit was confirmed with a warning; the standby may not have it")

    def _connected(self) -> Wire:
        if self._wire is None or self._lost() or not self._wire.is_idle:  # whoever was interrupted left it so
            self.close()
            try:
                connection = psycopg.connect(
                    self._url,
                    autocommit=True,
                    application_name="skypurser-posting",
                    client_encoding="UTF8",
                    **_PATIENCE,
                )
            except psycopg.Error as error:
                raise OutcomeUnknown("the database does not answer") from error
            try:
                if connection.info.user != APPLICATION_ROLE:
                    connection.execute(f"SET ROLE {APPLICATION_ROLE}".encode())
                for name, value in self._settings.items():
                    connection.execute("SELECT set_config(%s, %s, false)", [name, value])
            except BaseException as error:
                is_lost = connection.broken
                connection.close()
                if is_lost:
                    raise OutcomeUnknown("the database was lost before anything was asked") from error
                raise
            connection.add_notice_handler(self._notice)
            self._connection, self._wire = connection, Wire(connection)
        return self._wire

    def _lost(self) -> bool:
        return self._connection is None or self._connection.closed

    def _rolled_back(self) -> bool:
        if self._wire is None:
            return False
        try:
            self._wire.run(_ROLL_BACK)
        except psycopg.Error:
            return False
        return True

    def _notice(self, notice: psycopg.errors.Diagnostic) -> None:
        # Under synchronous replication a cancelled wait commits here and perhaps nowhere else, and says so only by a
        # warning of the server's own. Those of functions and triggers say where they come from.
        if notice.severity_nonlocalized == "WARNING" and not notice.context:
            self._warned = True
