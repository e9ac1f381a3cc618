"""The command line: `skypurser`, one file per verb, wired in `main.py`.

A verb's file holds its options and little else, and imports what needs Django only when it runs: `session.py` sets
that up around it. What a verb does lives beside it (`replaying/`, `statement.py`, `listing.py`).
"""
