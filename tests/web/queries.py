"""How often a page may ask the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: From the session to the last figure. What begins and ends transactions is not counted: it asks nothing.
MOST = 15

_CONTROL = ("BEGIN", "SET TRANSACTION", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@contextmanager
def few_queries(most: int = MOST) -> Iterator[None]:
    """Fail when the block asks the database more often."""
    with CaptureQueriesContext(connection) as asked:
        yield
    found = [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(_CONTROL)]
    told = "\n".join(sql[:160] for sql in found)
    assert len(found) <= most, f"{len(found)} queries:\n{told}"
