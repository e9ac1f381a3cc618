"""Accounts, offices, clients and opening balances from a workbook or CSV: all of a file, or nothing of it.

Start with `sheets.py`, which says what a file may hold. `reading.py` makes rows of bytes that nobody trusts,
`understanding.py` makes data of them, `checking.py` holds those against what is there, `writing.py` writes them in
sets; `carrying_out.py` does it all, for good or for a trial. `uploads.py` keeps a file between the trial and the
confirmation, `asking.py` and `applying.py` are the job that follows.
"""
