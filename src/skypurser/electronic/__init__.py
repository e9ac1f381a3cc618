"""Electronic accounts: travel agencies outside BSP and corporate clients that buy on account.

`opening.py` opens them, `managing.py` changes them, `manual.py` credits and debits them by hand, `requesting.py` does
so for people, and `approving.py` by four eyes where it takes them, which funds of cards share; `queries.py` shows them.
What an account may spend is the ledger's question.
"""
