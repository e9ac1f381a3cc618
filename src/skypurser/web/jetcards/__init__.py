"""Jet cards: the list of all, adding and changing one, its funds, and its end. Start at `funds.py`."""
