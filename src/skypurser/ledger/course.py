"""The course of an account: what it had at given moments, at the same cost whatever it has moved.

Items have no gap, and the instant of posting never goes backwards along them, so the last movement before a moment is
found by halving.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

# The limits keep the planner from reading all movements, where an account has most of the carrier's, to join a few.
# Of each moment: the last item posted before it, and the net after that item; no row where there is none yet.
_NETS = """
WITH RECURSIVE halved AS (
    SELECT at, 1::bigint AS first, (SELECT last_item + 1 FROM ledger_account WHERE carrier_id = %(carrier)s
                                      AND id = %(account)s) AS past
      FROM unnest(%(moments)s::timestamptz[]) AS at
    UNION ALL
    SELECT h.at, CASE WHEN e.posted_at < h.at THEN m.item + 1 ELSE h.first END,
           CASE WHEN e.posted_at < h.at THEN h.past ELSE m.item END
      FROM halved h
     CROSS JOIN LATERAL (SELECT (h.first + h.past) / 2 AS item) m
     CROSS JOIN LATERAL (SELECT posted_at FROM ledger_entry WHERE carrier_id = %(carrier)s
                            AND account_id = %(account)s AND item = m.item LIMIT 1) e
     WHERE h.first < h.past
)
SELECT h.at, e.net FROM halved h
 CROSS JOIN LATERAL (SELECT net FROM ledger_entry WHERE carrier_id = %(carrier)s AND account_id = %(account)s
                        AND item = h.first - 1 LIMIT 1) e
 WHERE h.first = h.past
"""


def nets(*, carrier_id: int, account_id: int, moments: Sequence[datetime]) -> list[int]:
    """Return the account's net, in minor units, just before each moment; 0 before its first movement.

    Inside `acting_for`. An account that does not exist never had anything.

    Args:
        moments: Instants with their offset.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NETS, {"carrier": carrier_id, "account": account_id, "moments": list(moments)})
        found = dict(cursor.fetchall())
    return [found.get(moment, 0) for moment in moments]
