"""Who is told by e-mail that an account or a jet card is low, over its limit or suspended.

The ledger judges a crossing under the account's lock, so each is one event. `noting.py` notes, with the event, whom it
concerns; `writing.py` writes the letters, each once, whoever runs it at the same time.
"""
