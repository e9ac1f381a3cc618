"""Where an instant lies along an account's items, at the same cost whatever the account has moved.

Items have no gap, and the instant of posting never goes backwards along them, so the place is found by halving.
"""

#: The beginning of a statement: `halved` has, where `first = past`, for each of `%(instants)s` (as `at`) the first item
#: of `%(account)s` that was posted at it or later; `{past}` is an item behind the last.
#:
#: One row is asked for by the order of items although its number is known: only the index on items gives that order,
#: and to a planner who knows the table as small, the primary key would look as good, through which all of the carrier's
#: entries would be read.
HALVED = """
WITH RECURSIVE halved AS (
    SELECT at, 1::bigint AS first, {past} AS past FROM unnest(%(instants)s::timestamptz[]) AS at
    UNION ALL
    SELECT h.at, CASE WHEN e.posted_at < h.at THEN m.item + 1 ELSE h.first END,
           CASE WHEN e.posted_at < h.at THEN h.past ELSE m.item END
      FROM halved h
     CROSS JOIN LATERAL (SELECT (h.first + h.past) / 2 AS item) m
     CROSS JOIN LATERAL (SELECT posted_at FROM ledger_entry WHERE carrier_id = %(carrier)s
                            AND account_id = %(account)s AND item >= m.item ORDER BY item LIMIT 1) e
     WHERE h.first < h.past
)"""
