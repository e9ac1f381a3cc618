"""Statements of electronic accounts: of any period, and the frozen ones that a cut-off makes.

Start with `cutoff.py`. What was frozen is read with `queries.py`, and a period that nobody froze is summed up by
`periods.py`; `printing.py` sets either as PDF, Excel and CSV, and `sending.py` writes the letters.
"""
