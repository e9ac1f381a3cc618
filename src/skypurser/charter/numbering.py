"""Numbers of quotes and bookings, which are their ids: 1, 2, 3 … per carrier. What is undone gives its number back."""

from django.db import connection

# The row stays locked until the transaction ends. Whoever draws a number holds no ledger account yet.
_NEXT = """
INSERT INTO charter_numbering AS n (carrier_id, series, last) VALUES (%s, %s, 1)
ON CONFLICT (carrier_id, series) DO UPDATE SET last = n.last + 1 RETURNING last
"""


def next_number(series: str, *, carrier_id: int) -> int:
    """Return the next number of a series. Inside `acting_for`, before an account of the ledger is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [carrier_id, series])
        return int(cursor.fetchone()[0])
