"""How often a page may ask the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: From the session to the last figure, begin and commit included. Savepoints of the packages beneath are not counted:
#: they ask nothing.
MOST = 15


@contextmanager
def few_queries(most: int = MOST) -> Iterator[None]:
    """Fail when the block asks the database more often."""
    with CaptureQueriesContext(connection) as asked:
        yield
    found = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    told = "\n".join(sql[:160] for sql in found)
    assert len(found) <= most, f"{len(found)} queries:\n{told}"
