"""The double-entry ledger: accounts, entries, movements and holds.

`posting.py` is the one door through which money moves: lock and read, decide, store. `decide.py` holds every rule
about availability, status, holds and closed periods, as a pure function; read it first. `queries.py` answers
questions, `audit/` proves the invariants on live data.
"""
