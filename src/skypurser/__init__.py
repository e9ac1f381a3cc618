"""Skypurser: jet cards and electronic accounts for air carriers, on one double-entry ledger.

The folders are named after the business; start with `ledger` and read `docs/architecture.md`.
"""
