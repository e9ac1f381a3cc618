"""Statements of an account and the cut-off that makes them. Start with `urls.py`."""
