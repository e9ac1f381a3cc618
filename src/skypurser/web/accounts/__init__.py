"""Pages of electronic accounts: the list, an account, and the way to one. Start reading at `listing.py`."""
