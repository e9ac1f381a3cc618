"""The search over everything that a carrier keeps. Start at `searching.py`.

It reads other packages' tables by the keys and indexes that they have, and owns none.
"""
