"""Replay files: open accounts from one CSV, run sales from another, write what became of each row.

`csvfile.py` reads both; `accounts.py` opens the accounts, all or none; `rows.py` turns a row of sales into a request
or finds it malformed; `run.py` posts them in file order and writes `results.py`; `balances.py` ends it.
"""
