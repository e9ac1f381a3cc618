"""Who did what, when and why: the acts on accounts, and the attempts that were refused.

`acts.py` and `refusals.py` say what a row holds; both tables are append-only.
"""
