"""Who did what, when and why: the acts on accounts, and the attempts that were refused.

`models.py` says what a row holds, `acts.py` writes and reads them; both tables are append-only.
"""
