"""Who may act, and for which carrier: carriers, members, API keys, permissions, and the isolation between carriers.

Start with `acting.py`: every piece of work happens inside `acting_for(carrier_id)`. `isolation.py` holds the
row-level security that makes it true in the database. The verbs here only keep rows; `administration` calls them and
records what was done.
"""
