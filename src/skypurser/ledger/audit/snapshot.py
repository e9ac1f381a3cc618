"""One moment of one carrier's books, read without stopping anybody.

A REPEATABLE READ transaction sees the ledger as it was at its first statement, however long the audit takes and
whatever is sold meanwhile; READ ONLY so that an audit can't mend what it should report.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction

from skypurser.access.acting import say_carriers

type Row = tuple[Any, ...]

# Whole ledgers are joined here, so a nested loop is right only where the query leaves no choice (a lateral on an
# index); statistics of a young table must not decide that.
_PLANNING = """
SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true), set_config('work_mem', '64MB', true),
       set_config('cursor_tuple_fraction', '1', true)
"""

#: At most so many breaks of one kind are read; books with more are not mended one by one.
MOST = 10_000

#: How many rows an open cursor fetches at once.
FETCH = 2_000


@contextmanager
def snapshot(carrier_id: int) -> Iterator[None]:
    """Open a transaction that sees this carrier's rows, and only these, as they are now.

    Raises:
        RuntimeError: Inside another transaction, which has a snapshot of its own.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        say_carriers(str(carrier_id))
        with connection.cursor() as cursor:
            cursor.execute(_PLANNING)
        yield


def rows(sql: str, *parameters: Any) -> Sequence[Row]:
    """Return all rows of a small result; parameters are numbered from $1."""
    with psycopg.RawCursor(connection.connection) as cursor:
        return cursor.execute(sql, parameters, prepare=True, binary=True).fetchall()


@contextmanager
def opened(name: str, sql: str, *parameters: Any) -> Iterator[Iterator[Row]]:
    """Open a cursor on the server, for a result of any size; several can be open at once.

    Args:
        name: Of the cursor; unique in the snapshot.
    """
    with psycopg.RawServerCursor(connection.connection, name) as cursor:
        cursor.itersize = FETCH
        cursor.execute(sql, parameters, binary=True)
        yield iter(cursor)
