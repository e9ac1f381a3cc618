"""The carrier's own side of every entry.

Control accounts have no limit and no row that sales would queue for: their balance is the sum of the parts that the
batches leave behind (`ControlTotal`), exact at any moment, and `roll_up` keeps the parts few.
"""

from django.db import connection

from skypurser.ledger.states import Control

# One round trip; readers see the parts before or their sum after, never both and never neither.
ROLL_UP = """
WITH parts AS (
    DELETE FROM ledger_controltotal RETURNING carrier_id, control, currency, debits, credits
)
INSERT INTO ledger_controltotal (carrier_id, control, currency, debits, credits)
SELECT carrier_id, control, currency, sum(debits), sum(credits) FROM parts GROUP BY carrier_id, control, currency
"""


def roll_up() -> None:
    """Replace the parts of the acting carrier's control accounts by their sums; balances stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(ROLL_UP)


def balances() -> dict[tuple[Control, str], tuple[int, int]]:
    """Return debits and credits, in minor units, by control account and currency, for the acting carrier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT control, currency, sum(debits)::bigint, sum(credits)::bigint"
            " FROM ledger_controltotal GROUP BY control, currency ORDER BY control, currency"
        )
        rows = cursor.fetchall()
    return {(Control(row[0]), row[1]): (row[2], row[3]) for row in rows}
